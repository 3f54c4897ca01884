package words

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

// sameAsTemplate requires that a text is said as text/template says it.
func sameAsTemplate(t testing.TB, v Voice, key string, data any) {
	var out bytes.Buffer
	wantErr := v.texts[key].Execute(&out, data)
	got, err := v.Say(key, data)
	if wantErr != nil {
		require.ErrorContains(t, err, wantErr.Error())
		return
	}
	require.NoError(t, err)
	require.Equal(t, out.String(), got, key)
}

var told = []map[string]any{
	{"Name": "Mette", "Items": 1, "Store": "Ålborg", "Code": "7", "Until": time.Date(2026, 3, 2, 18, 0, 0, 0, time.UTC), "Brand": "Tråd", "Order": "4"},
	{"Name": "", "Items": 3, "Store": "", "Code": "", "Until": time.Time{}, "Brand": "", "Order": ""},
	{"Name": 7, "Items": "three", "Until": "soon"},
	{"Name": true, "Items": nil},
	{},
}

func TestEveryTextOfTheSuiteIsSaidQuicklyAndAsTextTemplateSaysIt(t *testing.T) {
	files, err := filepath.Glob("../../functions/*/*/words.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		texts, err := Load(text)
		require.NoError(t, err)
		for _, locale := range Locales {
			v := texts.In(locale)
			for _, key := range v.Keys() {
				require.NotNil(t, v.phrases[key], "%s: %s: %s", file, locale, key)
				for _, data := range told {
					sameAsTemplate(t, v, key, data)
				}
			}
		}
	}
}

func TestPhrasesAreSaidAsTextTemplateSaysThem(t *testing.T) {
	money := events.Money{Amount: 129900, Currency: "DKK"}
	at := time.Date(2026, 12, 3, 14, 5, 0, 0, time.UTC)
	for text, plain := range map[string]bool{
		`{{.X}}, {{money .M}} {{date .T}} {{day .T}} {{clock .T}}`: true,
		`{{if .X}}a{{else if .N}}b{{else}}c{{end}}`:                true,
		`a {{- if .X}} b {{end -}} c`:                              true,
		`{{plural .N "x" (printf "%d å" .N)}}`:                     true,
		`{{plural .N "x" (printf "%d of %d" .N .N)}}`:              false,
		`{{plural .N "x" (printf "%d %%" .N)}}`:                    false,
		`{{plural .N "x" (printf "%s" .X)}}`:                       false,
		`{{plural .N "x" .X}}`:                                     false,
		`{{range .L}}{{.}}{{end}}`:                                 false,
		`{{.X | printf "%s"}}`:                                     false,
		`{{$x := .X}}{{$x}}`:                                       false,
		`{{.M.Amount}}`:                                            false,
		`{{money .X}}`:                                             true,
		`{{if eq .N 1}}x{{end}}`:                                   false,
		`{{.Missing}}`:                                             true,
	} {
		texts, err := Load(inAll("a: '"+text+"'", "", ""))
		require.NoError(t, err, text)
		for _, locale := range Locales {
			v := texts.In(locale)
			require.Equal(t, plain, v.phrases["a"] != nil, text)
			for _, data := range []any{map[string]any{"X": "x", "N": 1, "M": money, "T": at, "L": []int{1, 2}},
				map[string]any{"X": "", "N": 0, "M": money, "T": at}, map[string]any{"X": 5, "N": -2, "M": "?", "T": 0}, nil, struct{ X string }{"x"}} {
				sameAsTemplate(t, v, "a", data)
			}
		}
	}
}
