package hours

import (
	"strings"
	"sync"
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
// three-letter months are in it like any other. It is made when hours are first read.
var vocabulary = sync.OnceValue(func() map[string]meaning {
	v := lexicon{}
	v.days()
	v.others()
	return v
})

type lexicon map[string]meaning

// longestPhrase is the number of words in the longest phrase.
const longestPhrase = 4

func (v lexicon) means(k kind, value int, phrases string) {
	for phrase := range strings.SplitSeq(phrases, ",") {
		v[strings.TrimSpace(phrase)] = meaning{k, value}
	}
}

func (v lexicon) days() {
	for day, names := range map[time.Weekday]string{
		time.Monday:    "mo, mon, monday, mondays, ma, man, mandag, mandage, må, mån, måndag, måndagar, montag, montags, lundi, lunes, lunedì",
		time.Tuesday:   "tu, tue, tues, tuesday, tuesdays, ti, tir, tirs, tirsdag, tirsdage, tis, tisdag, tisdagar, di, dienstag, dienstags, mardi, martes, martedì",
		time.Wednesday: "we, wed, wednesday, wednesdays, on, ons, onsdag, onsdage, onsdagar, mi, mittwoch, mittwochs, mercredi, miércoles, mercoledì",
		time.Thursday:  "th, thu, thur, thurs, thursday, thursdays, tor, tors, torsdag, torsdage, torsdagar, do, donnerstag, donnerstags, jeudi, jueves, giovedì",
		time.Friday:    "fr, fri, friday, fridays, fre, fredag, fredage, fredagar, freitag, freitags, vendredi, viernes, venerdì",
		time.Saturday:  "sa, sat, saturday, saturdays, lø, lør, lørdag, lørdage, lö, lör, lördag, lördagar, samstag, samstags, sonnabend, samedi, sábado, sabato",
		time.Sunday:    "su, sun, sunday, sundays, sø, søn, søndag, søndage, sö, sön, söndag, söndagar, so, sonn, sonntag, sonntags, dimanche, domingo, domenica",
	} {
		v.means(kWeekday, int(day), names)
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
		v.means(kMonth, int(month), names)
	}
}

func (v lexicon) others() {
	v.means(kWeekdays, int(time.Monday)*7+int(time.Friday), "workday, workdays, work day, on work day, weekdays, hverdag, hverdage, vardag, vardagar")
	v.means(kWeekdays, int(time.Saturday)*7+int(time.Sunday), "weekend, weekends, helg, helger, helgen, wochenende")
	v.means(kWeekdays, int(time.Monday)*7+int(time.Sunday), "everyday, every day, all days, daily, dagligt, hver dag, alle dage, alla dagar, dagligen, varje dag, täglich, 7 days a week")
	v.means(kHoliday, 0, "ph, holiday, holidays, public holiday, public holidays, helligdag, helligdage, helgdag, helgdagar, röd dag, röda dagar, feiertag, feiertage, feiertagen, feiertags")
	v.means(kHoliday, 1, "day after public holiday")
	v.means(kHoliday, -1, "day before public holiday")
	v.means(kSchool, 0, "sh, schoolholiday, schoolholidays, school holiday, school holidays, skoleferie, skolelov, skollov, schulferien")
	v.means(kWeek, 0, "week, weeks, uge, uger, vecka, veckor, kw")
	v.means(kEaster, 0, "easter, påske, påskedag, påsk, ostern")
	for event, names := range map[sunEvent]string{
		dawn: "dawn, daggry, gryning", sunrise: "sunrise, solopgang, soluppgång",
		sunset: "sunset, solnedgang, solnedgång", dusk: "dusk, skumring, skymning",
	} {
		v.means(kSun, int(event), names)
	}
	v.means(kState, int(open), "open, åben, åbent, öppen, öppet, geöffnet")
	v.means(kState, int(closed), "off, closed, lukket, stängt, geschlossen, geschl, ruhetag")
	v.means(kState, int(unknown), "unknown")
	v.means(kOpenEnd, 0, "late, till late, til sent, till sent, open end")
	v.means(kDays, 0, "day, days, dag, dage, dagar")
	v.means(kMeridiem, 0, "am")
	v.means(kMeridiem, 12, "pm")
	v.means(kAlways, 0, "24 hours, always, always open, anytime, nonstop, nonstop geöffnet, døgnåbent, døgnet rundt, altid åbent, dygnet runt, alltid öppet")
	v.means(kTitle, 0, "opening hours, åbningstider, åbningstid, öppettider, öppettid, öffnungszeiten, öffnungszeit")
	v.means(kNoise, 0, "kl, klokken, klockan, uhr, from, fra, från, von, an")
	v.means(kAgreement, 0, "by appointment, on appointment, on request, efter aftale, enligt överenskommelse, efter överenskommelse, nach vereinbarung, sur rendez vous")
	v.means(kSymbol, ',', "and, og, och, samt, und")
	v.means(kSymbol, '-', "to, til, till, through, bis, a, à, á, ate")
}
