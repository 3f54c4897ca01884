package hours

import (
	"strings"
	"time"
)

// kind is what a token is to the grammar.
type kind int

const (
	kEnd kind = iota
	kSymbol
	kNumber
	kNote      // "a comment"
	kWeekday   // value: time.Weekday
	kWeekdays  // value: first*7 + last
	kMonth     // value: time.Month
	kHoliday   // value: offset in days
	kSchool    // SH
	kWeek      // week
	kEaster    // easter
	kSun       // value: sunEvent
	kState     // value: state
	kOpenEnd   // late
	kDays      // day, days
	kMeridiem  // value: 0 am, 12 pm
	kAlways    // 24/7
	kTitle     // "opening hours" before the hours themselves
	kNoise     // words that change nothing
	kAgreement // by appointment
	kWord      // anything else
)

type meaning struct {
	kind  kind
	value int
}

// vocabulary is what shops write, in English, Danish, Swedish and German, and the
// full names of days and months in French, Spanish and Italian: words and phrases in
// lower case, each with what it means. OSM's own two-letter days and
// three-letter months are in it like any other.
var vocabulary = map[string]meaning{}

// longestPhrase is the number of words in the longest phrase.
const longestPhrase = 4

func means(k kind, value int, phrases string) {
	for phrase := range strings.SplitSeq(phrases, ",") {
		vocabulary[strings.TrimSpace(phrase)] = meaning{k, value}
	}
}

func init() {
	for day, names := range map[time.Weekday]string{
		time.Monday:    "mo, mon, monday, mondays, ma, man, mandag, mandage, må, mån, måndag, måndagar, montag, montags, lundi, lunes, lunedì",
		time.Tuesday:   "tu, tue, tues, tuesday, tuesdays, ti, tir, tirs, tirsdag, tirsdage, tis, tisdag, tisdagar, di, dienstag, dienstags, mardi, martes, martedì",
		time.Wednesday: "we, wed, wednesday, wednesdays, on, ons, onsdag, onsdage, onsdagar, mi, mittwoch, mittwochs, mercredi, miércoles, mercoledì",
		time.Thursday:  "th, thu, thur, thurs, thursday, thursdays, tor, tors, torsdag, torsdage, torsdagar, do, donnerstag, donnerstags, jeudi, jueves, giovedì",
		time.Friday:    "fr, fri, friday, fridays, fre, fredag, fredage, fredagar, freitag, freitags, vendredi, viernes, venerdì",
		time.Saturday:  "sa, sat, saturday, saturdays, lø, lør, lørdag, lørdage, lö, lör, lördag, lördagar, samstag, samstags, sonnabend, samedi, sábado, sabato",
		time.Sunday:    "su, sun, sunday, sundays, sø, søn, søndag, søndage, sö, sön, söndag, söndagar, so, sonn, sonntag, sonntags, dimanche, domingo, domenica",
	} {
		means(kWeekday, int(day), names)
	}
	for month, names := range map[time.Month]string{
		time.January:   "jan, january, januar, januari, janvier, enero, gennaio",
		time.February:  "feb, february, februar, februari, février, febrero, febbraio",
		time.March:     "mar, march, marts, mars, märz, mär, marzo",
		time.April:     "apr, april, avril, abril, aprile",
		time.May:       "may, maj, mai, mayo, maggio",
		time.June:      "jun, june, juni, juin, junio, giugno",
		time.July:      "jul, july, juli, juillet, julio, luglio",
		time.August:    "aug, august, augusti, août, agosto",
		time.September: "sep, sept, september, septembre, septiembre, settembre",
		time.October:   "oct, october, okt, oktober, octobre, octubre, ottobre",
		time.November:  "nov, november, novembre, noviembre",
		time.December:  "dec, december, dez, dezember, décembre, diciembre, dicembre",
	} {
		means(kMonth, int(month), names)
	}
	means(kWeekdays, int(time.Monday)*7+int(time.Friday), "workday, workdays, work day, on work day, weekdays, hverdag, hverdage, vardag, vardagar")
	means(kWeekdays, int(time.Saturday)*7+int(time.Sunday), "weekend, weekends, helg, helger, helgen, wochenende")
	means(kWeekdays, int(time.Monday)*7+int(time.Sunday), "everyday, every day, all days, daily, dagligt, hver dag, alle dage, alla dagar, dagligen, varje dag, täglich, 7 days a week")
	means(kHoliday, 0, "ph, holiday, holidays, public holiday, public holidays, helligdag, helligdage, helgdag, helgdagar, röd dag, röda dagar, feiertag, feiertage, feiertagen, feiertags")
	means(kHoliday, 1, "day after public holiday")
	means(kHoliday, -1, "day before public holiday")
	means(kSchool, 0, "sh, schoolholiday, schoolholidays, school holiday, school holidays, skoleferie, skolelov, skollov, schulferien")
	means(kWeek, 0, "week, weeks, uge, uger, vecka, veckor, kw")
	means(kEaster, 0, "easter, påske, påskedag, påsk, ostern")
	for event, names := range map[sunEvent]string{
		dawn: "dawn, daggry, gryning", sunrise: "sunrise, solopgang, soluppgång",
		sunset: "sunset, solnedgang, solnedgång", dusk: "dusk, skumring, skymning",
	} {
		means(kSun, int(event), names)
	}
	means(kState, int(open), "open, åben, åbent, öppen, öppet, geöffnet")
	means(kState, int(closed), "off, closed, lukket, stängt, geschlossen, geschl, ruhetag")
	means(kState, int(unknown), "unknown")
	means(kOpenEnd, 0, "late, till late, til sent, till sent, open end")
	means(kDays, 0, "day, days, dag, dage, dagar")
	means(kMeridiem, 0, "am")
	means(kMeridiem, 12, "pm")
	means(kAlways, 0, "24 hours, always, always open, anytime, nonstop, nonstop geöffnet, døgnåbent, døgnet rundt, altid åbent, dygnet runt, alltid öppet")
	means(kTitle, 0, "opening hours, åbningstider, åbningstid, öppettider, öppettid, öffnungszeiten, öffnungszeit")
	means(kNoise, 0, "kl, klokken, klockan, uhr, from, fra, från, von, an")
	means(kAgreement, 0, "by appointment, on appointment, on request, efter aftale, enligt överenskommelse, efter överenskommelse, nach vereinbarung, sur rendez vous")
	means(kSymbol, ',', "and, og, och, samt, und")
	means(kSymbol, '-', "to, til, till, through, bis, a, à, á, ate")
}
