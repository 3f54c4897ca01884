package words

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

// inAll gives the same tree in all three locales, with one of them replaced.
func inAll(tree, locale, instead string) []byte {
	var file strings.Builder
	for _, l := range Locales {
		text := tree
		if l == locale {
			text = instead
		}
		file.WriteString(l + ":\n  " + strings.ReplaceAll(text, "\n", "\n  ") + "\n")
	}
	return []byte(file.String())
}

func TestTextsAreStrict(t *testing.T) {
	const good = "reminder:\n  subject: Hi {{.First}}\n  body: '{{.Count}} things'"
	for name, c := range map[string]struct{ file, want string }{
		"a key one locale lacks":           {string(inAll(good, "sv", "reminder:\n  subject: Hej {{.First}}")), "words.yaml: sv: reminder.body is missing (da has it)"},
		"a key only one locale has":        {string(inAll(good, "en", good+"\n  extra: x")), "words.yaml: da: reminder.extra is missing (en has it)"},
		"a forgotten placeholder":          {string(inAll(good, "da", "reminder:\n  subject: Hej\n  body: '{{.Count}} ting'")), "words.yaml: da: reminder.subject does not use {{.First}} (sv does)"},
		"a misspelt placeholder":           {string(inAll(good, "da", "reminder:\n  subject: Hej {{.Frist}}\n  body: '{{.Count}} ting'")), "words.yaml: sv: reminder.subject does not use {{.Frist}} (da does)"},
		"a placeholder that does not end":  {string(inAll(good, "sv", "reminder:\n  subject: Hej {{.First\n  body: '{{.Count}}'")), "words.yaml: sv: reminder.subject (line 7)"},
		"a function there is not":          {string(inAll("a: '{{shout .X}}'", "", "")), `function "shout" not defined`},
		"an empty text":                    {string(inAll(good, "en", "reminder:\n  subject: ''\n  body: '{{.Count}}'")), "words.yaml: en: reminder.subject (line 11): want a text"},
		"a list":                           {string(inAll(good, "en", "reminder: [a, b]")), "words.yaml: en: reminder (line 10): want a text"},
		"a key that is there twice":        {string(inAll(good, "da", good+"\n  subject: Hi {{.First}}")), "words.yaml: da: reminder.subject (line 5): is there twice"},
		"a missing locale":                 {"da: {a: x}\nen: {a: x}", "words.yaml: locale sv is missing"},
		"a locale the suite does not know": {string(inAll(good, "", "")) + "\nfi: {a: x}", `words.yaml: unknown locale "fi", want da, sv, en`},
		"no YAML":                          {"da: [", "words.yaml: yaml:"},
		"nothing at all":                   {"", "words.yaml: locale da is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load([]byte(c.file))
			require.ErrorContains(t, err, c.want)
		})
	}
	_, err := Load(inAll(good, "", ""))
	require.NoError(t, err)
}

func TestSayFillsATextInTheCustomersLanguage(t *testing.T) {
	texts, err := Load(inAll(`line: "{{.N}} {{plural .N \"vare\" \"varer\"}}{{if .Total.Amount}}, {{money .Total}}, {{day .At}} {{date .At}} {{clock .At}}{{end}}"`, "", ""))
	require.NoError(t, err)
	data := map[string]any{"N": 2, "Total": events.Money{Amount: 129900, Currency: "DKK"}, "At": time.Date(2026, 12, 3, 14, 5, 0, 0, time.UTC)}
	for tag, want := range map[string]string{
		"da-DK": "2 varer, 1.299,00\u00a0kr., torsdag den 3. december 3. december 2026 14.05",
		"nb":    "2 varer, 1.299,00\u00a0kr., torsdag den 3. december 3. december 2026 14.05",
		"sv_FI": "2 varer, 1\u00a0299,00\u00a0DKK, torsdag 3 december 3 december 2026 14.05",
		"EN-gb": "2 varer, DKK\u00a01,299.00, Thursday 3 December 3 December 2026 14:05",
	} {
		got, err := texts.In(tag).Say("line", data)
		require.NoError(t, err)
		require.Equal(t, want, got, tag)
	}
	one, err := texts.In("da").Say("line", map[string]any{"N": 1, "Total": events.Money{}})
	require.NoError(t, err)
	require.Equal(t, "1 vare", one)
}

func TestSayTellsWhatIsMissing(t *testing.T) {
	texts := loadTexts(t)
	_, err := texts.In("sv").Say("basket.subjekt", nil)
	require.ErrorContains(t, err, `say "basket.subjekt" in "sv": no such text, there are: basket.button, basket.heading`)
	_, err = texts.In("sv").Say("basket.subject", map[string]any{"Last": "x"})
	require.ErrorContains(t, err, `say "basket.subject" in "sv"`)
	require.ErrorContains(t, err, `no entry for key "First"`)
}

func TestASpeechStopsAtTheFirstTextThatFails(t *testing.T) {
	say := loadTexts(t).In("da").With(map[string]any{"First": "Bo"})
	require.Equal(t, "Bo, din kurv venter", say.Say("basket.subject"))
	require.NoError(t, say.Err())
	require.Empty(t, say.Say("basket.nothing"))
	require.Empty(t, say.Say("basket.subject"), "nothing more is said")
	require.ErrorContains(t, say.Err(), "basket.nothing")
}

func TestLocaleIsTheNearestLanguageWeSpeak(t *testing.T) {
	for _, c := range []struct{ tag, fallback, want string }{
		{"da", "en", "da"}, {"da-DK", "en", "da"}, {"sv-FI", "en", "sv"}, {"en_US", "da", "en"}, {" EN ", "da", "en"},
		{"no", "en", "da"}, {"nb-NO", "en", "da"}, {"nn", "sv", "da"},
		{"de", "sv", "sv"}, {"", "en", "en"}, {"dansk", "sv", "sv"}, {"fi", "sv-SE", "sv"}, {"", "", "da"}, {"fi", "de", "da"},
	} {
		require.Equal(t, c.want, Locale(c.tag, c.fallback), "%q, else %q", c.tag, c.fallback)
	}
	require.Equal(t, "sv", loadTexts(t).WithFallback("sv").In("fi").Locale())
	require.Equal(t, "da", loadTexts(t).In("fi").Locale())
}

func FuzzLoad(f *testing.F) {
	f.Add(inAll("a: '{{.X}}'", "", ""))
	f.Add([]byte("da: {a: '{{range .X}}{{.}}{{else}}{{$.Y.Z}}{{end}}'}\nsv: &x {a: b}\nen: *x"))
	f.Fuzz(func(t *testing.T, file []byte) {
		texts, err := Load(file)
		if err != nil {
			return
		}
		for _, key := range texts.In("da").Keys() {
			_, _ = texts.In("sv").Say(key, map[string]any{})
		}
	})
}

func TestASpeechComposesAMessage(t *testing.T) {
	texts, err := Load(inAll("ready: {subject: 'S {{.N}}', preview: P, heading: H, text: T, short: Sh}\nbare: {subject: S}", "", ""))
	require.NoError(t, err)
	say := texts.In("sv-SE").With(map[string]any{"N": 7})
	got := say.Message("ready", Divider())
	require.NoError(t, say.Err())
	require.Equal(t, Message{Locale: "sv", Subject: "S 7", Preview: "P", Heading: "H", Short: "Sh", Blocks: []Block{Paragraph("T"), Divider()}}, got)
	say.Message("bare")
	require.ErrorContains(t, say.Err(), `say "bare.preview" in "sv"`)
}
