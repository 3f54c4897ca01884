package sms

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/shared/words"
)

func ready() words.Message {
	return words.Message{Locale: "da-DK", Subject: "Din ordre er klar", Short: "Din ordre er klar i Tråd & Træ. Kode 4711. Hent den senest mandag\u00a09.\u00a0marts.",
		Blocks: []words.Block{words.Paragraph("Vis koden ved disken."), words.CodeToShow("4711", true), words.ButtonTo("Til butikken", "https://shop.example/b")}}
}

func TestATextSaysItInShortAndLeadsOn(t *testing.T) {
	coded := ready()
	coded.Short = "Din ordre er klar."
	long := ready()
	long.Short = ""
	linked := ready()
	linked.Short = "Hent den: https://shop.example/b – kode »4711«…"
	other := ready()
	other.Short = "Din ordre 14711 er klar"
	for name, c := range map[string]struct {
		message words.Message
		out     string
		want    string
	}{
		"the link is added":             {ready(), "", "Din ordre er klar i Tråd & Træ. Kode 4711. Hent den senest mandag 9. marts. https://shop.example/b"},
		"and a code that was not said":  {coded, "", "Din ordre er klar. 4711 https://shop.example/b"},
		"a code within a number is not": {other, "", "Din ordre 14711 er klar 4711 https://shop.example/b"},
		"nothing is said twice":         {linked, "", `Hent den: https://shop.example/b - kode "4711"...`},
		"the way out comes last":        {coded, "Svar STOP for at afmelde", "Din ordre er klar. 4711 https://shop.example/b\nSvar STOP for at afmelde"},
		"without a short form":          {long, "", "Din ordre er klar. Vis koden ved disken. 4711 https://shop.example/b"},
	} {
		got, err := compose(c.message, c.out, 4)
		require.NoError(t, err, name)
		require.Equal(t, c.want, got, name)
		require.Equal(t, gsm7, encoding(got), name)
	}
}

func TestATextThatIsTooLongIsCutAtAWord(t *testing.T) {
	m := ready()
	m.Short = "Kode 4711. " + strings.Repeat("Garn og pinde, ", 20)
	got, err := compose(m, "Svar STOP", 1)
	require.NoError(t, err)
	require.Equal(t, "Kode 4711. Garn og pinde, Garn og pinde, Garn og pinde, Garn og pinde, Garn og pinde, Garn og pinde, Garn og pinde, Garn og... https://shop.example/b\nSvar STOP", got)
	require.Equal(t, 1, segments(got))

	m.Short = strings.Repeat("Garn og pinde, ", 20) + "Kode 4711."
	got, err = compose(m, "", 1)
	require.NoError(t, err)
	require.Contains(t, got, "... 4711 https://shop.example/b", "the code is needed at the counter, wherever it was said")
}

func TestATextWithoutRoomForWordsIsRefused(t *testing.T) {
	m := ready()
	m.Blocks = []words.Block{words.ButtonTo("Her", "https://shop.example/"+strings.Repeat("a", 170))}
	_, err := compose(m, "", 1)
	require.EqualError(t, err, "message: code, link and way out leave no room for words in 1 segments, which is the most that SEGMENTS allows")
	m.Blocks = []words.Block{words.ButtonTo("Her", "javascript:alert(1)")}
	_, err = compose(m, "", 4)
	require.ErrorContains(t, err, "blocks[0].button.url")
}

func TestWhateverIsSaidATextKeepsToItsSegmentsAndItsLinks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := ready()
		m.Short = strings.Join(rapid.SliceOfN(rapid.StringMatching(`[a-zæøå€ж🧶.]{1,12}`), 1, 120).Draw(t, "short"), " ")
		most := rapid.IntRange(1, 10).Draw(t, "most")
		out := rapid.SampledFrom([]string{"", "Svar STOP for at afmelde"}).Draw(t, "out")
		got, err := compose(m, out, most)
		if err != nil {
			require.Less(t, most, 3, "there is room in three")
			return
		}
		require.LessOrEqual(t, segments(got), most)
		require.True(t, words.Says(got, "4711"))
		require.Contains(t, got, "https://shop.example/b")
		require.True(t, strings.HasSuffix(got, out))
	})
}

func TestWhatCustomersTextUs(t *testing.T) {
	for want, all := range map[wish][]string{
		end: {"STOP", "stop", " Stop. ", "Stop!!", "STOPP", "stopp tack", "Stop alle sms", "Stop TRAAD", "AFMELD", "afmeld mig", "Afmeld venligst", "Avsluta", "AVREGISTRERA",
			"avanmäl", "avanma\u0308l", "unsubscribe", "Please stop", "opt out", "opt-out", "OptOut", "STOPALL", "slut", "Cancel", "end", "quit", "🛑 stop", "«stop»", "\n stop\n\nSendt fra min nye telefon"},
		begin: {"START", "start", "Unstop", "Tilmeld", "subscribe", "opt in"},
		nothing: {"", "   ", "?", "Tak!", "Hvornår åbner I?", "stop the parcel, I have moved", "cancel my order", "End of the street?", "start over please", "Ja", "1",
			"Kan I ikke bare stoppe?", "Slut med garn?", "👍", "stopur"},
	} {
		for _, said := range all {
			require.Equal(t, want, meaning(said), "%q", said)
		}
	}
}

func FuzzMeaning(f *testing.F) {
	for _, said := range []string{"STOP", "start", "opt", "opt out", "please please", "\xff", "- - -"} {
		f.Add(said)
	}
	f.Fuzz(func(t *testing.T, said string) {
		require.Contains(t, []wish{end, begin, nothing}, meaning(said))
		require.Equal(t, meaning(said), meaning(" "+said+"!"), "what stands around words says nothing")
	})
}
