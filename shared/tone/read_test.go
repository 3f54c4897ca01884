package tone

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestReadTellsLanguageAndMood(t *testing.T) {
	cases := []struct{ name, text, language, mood string }{
		{"a Danish complaint is negative", "Elendig service, venter stadig på min pakke efter tre uger!", "da", "negative"},
		{"Danish praise is positive", "Super god oplevelse, mange tak for hjælpen!", "da", "positive"},
		{"a Danish question is neutral", "Hvornår åbner butikken på søndag?", "da", "neutral"},
		{"a Danish negation turns praise", "Det er ikke godt nok.", "da", "negative"},
		{"a Danish negation behind the verb turns it", "Jeg anbefaler den ikke.", "da", "negative"},
		{"a Danish negation turns a complaint", "Ingen problemer overhovedet", "da", "positive"},
		{"a comma ends a negation", "Pakken er ikke kommet, virkelig dårligt", "da", "negative"},
		{"but not within a list", "The staff are not friendly, helpful or kind", "en", "negative"},
		{"not only is no negation in Danish", "Det var ikke kun billigt, det var også lækkert", "da", "positive"},
		{"after men comes what is meant in Danish", "Maden var fantastisk, men betjeningen var forfærdelig", "da", "negative"},
		{"and the other way round", "Betjeningen var forfærdelig, men maden var fantastisk", "da", "positive"},
		{"a drawn out Danish word without å is known", "Virkelig daaaarligt af jer", "da", "negative"},
		{"a Danish compound that strengthens", "Pissegod burger, megafedt sted", "da", "positive"},
		{"a Danish compound that feels by itself", "Sikke en lorteservice i dag", "da", "negative"},
		{"the Danish u- turns an adjective", "Uvenlig ekspedient i butikken", "da", "negative"},
		{"an inflected Danish word is known by its stem", "De er uforskammetheden selv, og jeg er skuffet", "da", "negative"},
		{"a Danish phrase weighs as one", "Så er bukserne gået i stykker.", "da", "negative"},
		{"a Danish hashtag counts as its words", "@butik #DårligService hvad sker der?", "da", "negative"},
		{"a Swedish complaint is negative", "Paketet är försenat igen och kundtjänst svarar inte.", "sv", "negative"},
		{"a Swedish compound that strengthens", "Jättebra service, tack så mycket!", "sv", "positive"},
		{"skit- strengthens what is bad in Swedish", "Skitdåligt bemötande i butiken idag", "sv", "negative"},
		{"a bad Swedish word strengthens a good one", "Fruktansvärt bra mat", "sv", "positive"},
		{"a Swedish negation turns praise", "Inte alls nöjd med köpet", "sv", "negative"},
		{"a Swedish negation behind the verb turns it", "Jag gillar den inte", "sv", "negative"},
		{"after men comes what is meant in Swedish", "Maten var god men personalen var otrevlig", "sv", "negative"},
		{"a Swedish question is neutral", "När öppnar ni på söndag?", "sv", "neutral"},
		{"an English complaint is negative", "Worst customer service EVER. Still waiting for my refund.", "en", "negative"},
		{"English praise is positive", "Love love love this shop <3", "en", "positive"},
		{"an English negation turns a complaint", "Not bad at all", "en", "positive"},
		{"an n't turns praise", "I don't recommend this shop", "en", "negative"},
		{"an English question is neutral", "What time do you open on Sunday?", "en", "neutral"},
		{"irony is read as it is said, not as it is meant", "Great, late again", "en", "positive"},
		{"German is none of the three and weighs nothing", "Sehr schlechter Service, nie wieder", "", "neutral"},
		{"Norwegian is none of the three", "Jeg er ikke fornøyd med kjøpet mitt", "", "neutral"},
		{"an emoji is read in any language", "Ο υπάλληλος 😡", "", "negative"},
		{"an emoji alone has a mood and no language", "😍😍", "", "positive"},
		{"a link alone says nothing", "https://example.com/elendig/service", "", "neutral"},
		{"a bare domain says nothing", "elendig.dk", "", "neutral"},
		{"an order's number says nothing of the language",
			"Elendig service! Stolen var ødelagt, og jeg er meget skuffet og vred over min ordre mette-85ee99a91dd7", "da", "negative"},
		{"numbers say nothing", "187 143", "", "neutral"},
		{"nothing says nothing", "", "", "neutral"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := Read(c.text, "")
			require.Equal(t, c.language, r.Language, "%+v", r)
			require.Equal(t, Mood(c.mood), r.Mood, "%+v", r)
		})
	}
}

func TestWhatIsMoreFeltScoresFurtherFromZero(t *testing.T) {
	cases := []struct{ name, language, weak, strong string }{
		{"a strengthening word, Danish", "da", "Maden er god", "Maden er virkelig god"},
		{"a dampening word, Danish", "da", "Maden er lidt kedelig", "Maden er kedelig"},
		{"a prefix, Danish", "da", "Den er flot", "Den er megaflot"},
		{"a strengthening word, Swedish", "sv", "Maten är god", "Maten är väldigt god"},
		{"a dampening word, Swedish", "sv", "Den är ganska bra", "Den är bra"},
		{"a prefix, Swedish", "sv", "Det var bra", "Det var jättebra"},
		{"a strengthening word, English", "en", "The food is good", "The food is extremely good"},
		{"exclamation marks", "en", "The food is good", "The food is good!!!"},
		{"capitals among small letters", "en", "The food is good", "The food is GOOD"},
		{"a drawn out word", "da", "Det er dårligt", "Det er dååårligt"},
		{"an emoji that agrees", "sv", "Det var bra", "Det var bra 😍"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			weak, strong := Read(c.weak, c.language).Score, Read(c.strong, c.language).Score
			require.NotZero(t, weak)
			if weak < 0 {
				weak, strong = -weak, -strong
			}
			require.Greater(t, strong, weak)
		})
	}
}

func TestTrailNamesWhatWeighedAndWhy(t *testing.T) {
	r := Read("Ikke særlig god mad, men virkelig SØD betjening 👍", "da")
	require.Equal(t, []Hit{
		{Word: "god", Weight: rounded(-(3+0.293)*0.74*0.5, 100), Why: "intensified, negated, before but"},
		{Word: "sød", Weight: rounded((2+0.293+0.733)*1.5, 100), Why: "capitals, intensified, after but"},
		{Word: "👍", Weight: 3, Why: "after but"},
	}, r.Words)
	require.Len(t, Read(strings.Repeat("god ", 100), "da").Words, maxHits, "a trail is bounded")
}

func TestHintDecidesWhereTheTextDoesNot(t *testing.T) {
	for _, hint := range []string{"da", "sv", "en", "da-DK", "sv_SE", "EN-gb"} {
		require.Equal(t, strings.ToLower(hint[:2]), Read("Super!", hint).Language)
		require.Equal(t, strings.ToLower(hint[:2]), Read("👍", hint).Language, "no word at all")
	}
	require.Equal(t, "sv", Read("Jag är inte alls nöjd med er service", "da").Language, "the text decides where it can")
	require.Equal(t, "", Read("Sehr schlechter Service, nie wieder", "da").Language)
	require.Equal(t, "da", Read("Hvad hedder ekspedienten?", "not a language").Language)
	sure, unsure := Read("Jeg har ventet i tre uger på min pakke", ""), Read("Super!", "")
	require.Greater(t, sure.Confidence, 0.95)
	require.Less(t, unsure.Confidence, 0.9)
}

func TestReadingIsTheSameEveryTimeAndFromManyGoroutines(t *testing.T) {
	texts := []string{"Virkelig dårlig service 😡", "Jättebra!", "Not bad at all, but late", "Super", "Sehr gut"}
	want := make([]Reading, len(texts))
	for i, text := range texts {
		want[i] = Read(text, "")
	}
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for i, text := range texts {
				for range 20 {
					require.Equal(t, want[i], Read(text, ""))
				}
			}
		})
	}
	all.Wait()
}

func FuzzReadTakesAnyBytes(f *testing.F) {
	for _, seed := range []string{"", "god", "ikke", "\xff\xfe", "å̘", "#", "#Å", "@", "'", "daaaarlig'", ":)", "<3", "!!??",
		"men men men", "👍🏽❤️‍🔥", "i stykker gik i stykker", "superupissedårligere"} {
		f.Add(seed, "da")
	}
	f.Add("Super", "sv-SE")
	f.Fuzz(func(t *testing.T, text, hint string) {
		r := Read(text, hint)
		require.GreaterOrEqual(t, r.Score, -1.0)
		require.LessOrEqual(t, r.Score, 1.0)
		require.GreaterOrEqual(t, r.Confidence, 0.0)
		require.LessOrEqual(t, r.Confidence, 1.0)
		require.Contains(t, []string{"", "da", "sv", "en"}, r.Language)
		require.Contains(t, []Mood{Negative, Neutral, Positive}, r.Mood)
		require.LessOrEqual(t, len(r.Words), maxHits)
		require.Equal(t, r, Read(text, hint))
	})
}

func TestLongAndOddTextsAreReadInTime(t *testing.T) {
	for name, text := range map[string]string{
		"one letter": strings.Repeat("å", 40_000), "one word": strings.Repeat("super", 10_000), "only but": strings.Repeat("men ", 20_000),
		"only marks": strings.Repeat("!?", 40_000), "only faces": strings.Repeat("😡", 20_000), "cut within a letter": strings.Repeat("å", maxText/2-1) + "x😡",
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			Read(text, "da")
			require.Less(t, time.Since(start), 500*time.Millisecond)
		})
	}
}

func BenchmarkReadOf200Letters(b *testing.B) {
	const text = "Jeg er virkelig skuffet over jeres kundeservice, har ventet i tre uger på min pakke og ingen svarer på mine mails. " +
		"Det er simpelthen for dårligt, og jeg kommer ALDRIG til at handle hos jer igen! 😡"
	for b.Loop() {
		Read(text, "")
	}
}

func BenchmarkOpeningAList(b *testing.B) {
	for b.Loop() {
		open("da", tongue{})
	}
}
