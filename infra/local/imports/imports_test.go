package imports_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/infra/local/imports"
)

func TestEveryFormatIsKnownByItsFirstLine(t *testing.T) {
	for path, format := range map[string]string{
		"rees46.csv": imports.REES46, "onlineretail.csv": imports.OnlineRetail,
		"snowplow/events.csv": imports.Snowplow, "cloudevents.ndjson": imports.CloudEvents, "cloudevents.json": imports.CloudEvents,
	} {
		head, err := os.ReadFile(filepath.Join("testdata", path))
		require.NoError(t, err)
		for _, text := range []string{string(head), "\ufeff" + string(head), string(head[:bytes.IndexByte(head, '\n')])} {
			found, err := imports.Detect([]byte(text))
			require.NoError(t, err)
			require.Equal(t, format, found)
		}
	}
	require.Len(t, imports.Formats(), 4)
	_, err := imports.Detect([]byte("name,age\nmette,31\n"))
	require.EqualError(t, err, `the first line "name,age" is of none of the known formats; name one of: rees46, onlineretail, snowplow, cloudevents`)
}

func TestTheOneTableOfAFolderIsImported(t *testing.T) {
	text, err := os.ReadFile("testdata/rees46.csv")
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "2019-10.csv"), text, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "README.md"), nil, 0o600))
	require.Equal(t, tell(importPath(t, "testdata/rees46.csv", "", imports.Options{})), tell(importPath(t, dir, "", imports.Options{})))
}

func TestWhatCannotBeImportedSaysWhy(t *testing.T) {
	for name, c := range map[string]struct{ format, text, want string }{
		"an unknown format":  {"shopify", "a,b\n", `unknown format "shopify"; there are: rees46, onlineretail, snowplow, cloudevents`},
		"an empty file":      {imports.REES46, "", "import rees46: the file is empty; expected a first line that names the columns"},
		"a file of nobody's": {"", "a,b\n", "of none of the known formats"},
		"missing columns": {imports.REES46, "event_time,event_type,product_id,price,user_id\n",
			"import rees46: the first line has no column user_session; it has: event_time, event_type, product_id, price, user_id"},
		"several missing columns": {imports.OnlineRetail, "Invoice,StockCode,Description,Quantity,InvoiceDate\n",
			"no column UnitPrice, CustomerID, Country"},
		"a broken gzip": {imports.REES46, "\x1f\x8bnot gzip at all", "import rees46: read gzip: gzip: invalid header"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := imports.Open(c.format, strings.NewReader(c.text), imports.Options{})
			require.ErrorContains(t, err, c.want)
		})
	}
	_, err := imports.OpenPath("testdata/none.csv", "", imports.Options{})
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = imports.OpenPath("testdata", "", imports.Options{})
	require.ErrorContains(t, err, "expected one csv file, or one with events in its name, found 2: onlineretail.csv, rees46.csv")
}

func TestAFileThatBreaksOffEndsWithAnError(t *testing.T) {
	text, err := os.ReadFile("testdata/rees46.csv")
	require.NoError(t, err)
	zipped := zip(t, text)
	r, err := imports.Open("", bytes.NewReader(zipped[:len(zipped)/2]), imports.Options{})
	require.NoError(t, err)
	var said []events.Event
	var last error
	for e, err := range r.Events() {
		if last = err; err == nil {
			said = append(said, e)
		}
	}
	require.ErrorIs(t, last, io.ErrUnexpectedEOF)
	require.Regexp(t, `^import from /import/rees46, after \d+ rows: read line \d+: unexpected EOF$`, last)
	whole := importText(t, "", string(text), imports.Options{})
	require.NotEmpty(t, said)
	require.Equal(t, whole.events[:len(said)], said)
}

func TestCompressedOrNotTheEventsAreTheSameAndTheProgressIsThatOfTheFile(t *testing.T) {
	text, err := os.ReadFile("testdata/rees46.csv")
	require.NoError(t, err)
	plain := importText(t, "", string(text), imports.Options{})
	zipped := zip(t, text)
	r, err := imports.Open("", bytes.NewReader(zipped), imports.Options{})
	require.NoError(t, err)
	require.Equal(t, tell(plain), tell(readAll(t, r)))
	rows, read := r.Progress()
	require.EqualValues(t, 26, rows)
	require.EqualValues(t, len(zipped), read)
}

func TestImportingAgainOrAPartOfItYieldsTheSameEvents(t *testing.T) {
	text, err := os.ReadFile("testdata/rees46.csv")
	require.NoError(t, err)
	lines := strings.SplitAfter(string(text), "\n")
	whole := ids(importText(t, "", string(text), imports.Options{}))
	part := ids(importText(t, "", lines[0]+strings.Join(lines[9:], ""), imports.Options{}))
	require.Subset(t, whole, part)
	require.Len(t, part, len(whole)-6)
	other := importText(t, "", string(text), imports.Options{Source: "/old-shop"})
	require.Equal(t, "/old-shop", other.events[0].Source())
}

func TestTheCallerMayStopAtAnyTime(t *testing.T) {
	for _, path := range []string{"rees46.csv", "onlineretail.csv", "snowplow", "cloudevents.ndjson"} {
		whole := importPath(t, filepath.Join("testdata", path), "", imports.Options{})
		for stop := 1; stop <= len(whole.events)+len(whole.errs); stop++ {
			r, err := imports.OpenPath(filepath.Join("testdata", path), "", imports.Options{})
			require.NoError(t, err)
			seen := 0
			for range r.Events() {
				if seen++; seen == stop {
					break
				}
			}
			require.Equal(t, stop, seen)
			require.NoError(t, r.Close())
		}
	}
}

func TestAnEventThatIsTooLongOrInAListThatDoesNotEndIsRefused(t *testing.T) {
	good := `{"specversion":"1.0","type":"x","source":"/s","id":"1"}`
	long := `{"specversion":"1.0","type":"` + strings.Repeat("x", 600<<10) + `"}`
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"lines":               {good + "\n" + long + "\n" + good, []string{"line 2: ", "at most 524288 bytes in an event"}},
		"a list":              {"[" + good + ",\n" + long + ",\n" + good + "]", []string{"line 2: ", "at most 524288 bytes in an event"}},
		"a list that goes on": {"[" + good + ",\n" + good + "]\n]", []string{"line 3: ", "one list and nothing else"}},
		"a list without end":  {"[" + good + ",\n" + good + "\n", []string{"line 3: ", "a ] at the end of the list"}},
		"half an event":       {"[" + good + ",\n" + good + `,{"a": "]`, []string{"line 2: ", "the end of the value"}},
		"an older version":    {good + "\n" + good + "\n" + `{"specversion":"0.3","type":"x","source":"/s","id":"1"}`, []string{"line 3: ", "specversion 0.3, not 1.0"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := imports.Open("", strings.NewReader(c.text), imports.Options{})
			require.NoError(t, err)
			var refused []error
			for _, err := range r.Events() {
				if err != nil {
					refused = append(refused, err)
				}
			}
			require.Len(t, refused, 1)
			for _, want := range c.want {
				require.ErrorContains(t, refused[0], want)
			}
			require.EqualValues(t, 2, r.Counts().Carried)
			var row *imports.RowError
			require.True(t, errors.As(refused[0], &row))
			require.Equal(t, imports.NotACloudEvent, row.Reason)
		})
	}
}

func zip(t *testing.T, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func ids(all imported) (ids []string) {
	for _, e := range all.events {
		ids = append(ids, e.ID()+" "+events.Hash(e))
	}
	return ids
}
