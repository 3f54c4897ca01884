package imports

import (
	"bytes"
	stdcsv "encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// rowsOf reads a table to its end: rows as texts, and errors with their lines.
func rowsOf(from io.Reader) (rows [][]string, lines []int, errs []string, final error) {
	t := newTable(from)
	for {
		err := t.read()
		var bad *errRow
		switch {
		case errors.As(err, &bad):
			errs = append(errs, bad.want)
		case err != nil:
			return rows, lines, errs, err
		default:
			var row []string
			for _, cell := range t.cells {
				row = append(row, string(cell))
			}
			rows = append(rows, row)
		}
		lines = append(lines, t.line)
	}
}

func TestATableReadsWhatTheStandardLibraryWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.OneOf(rapid.StringMatching(`[a-z ",\n]{0,8}`), rapid.SampledFrom([]string{`"`, `""`, "a\nb", "æ,ø", "x"}))
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 2, 4), 1, 20).Draw(t, "rows")
		var text bytes.Buffer
		w := stdcsv.NewWriter(&text)
		w.UseCRLF = false
		require.NoError(t, w.WriteAll(rows))
		for _, from := range []io.Reader{bytes.NewReader(text.Bytes()), iotest.OneByteReader(bytes.NewReader(text.Bytes()))} {
			got, _, errs, final := rowsOf(from)
			require.Equal(t, rows, got)
			require.Empty(t, errs)
			require.Equal(t, io.EOF, final)
		}
	})
}

func TestARowThatCannotBeReadCostsOneLine(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		rows  [][]string
		lines []int
		errs  []string
	}{
		"line feeds, with and without returns, at the end or not": {"a,b\r\nc,d\n\n\"e\",f\r\n\"g\",\"h\"\r\ni,j",
			[][]string{{"a", "b"}, {"c", "d"}, {"e", "f"}, {"g", "h"}, {"i", "j"}}, []int{1, 2, 4, 5, 6}, nil},
		"a quote inside a cell stands for itself": {"7\" frame,1\n", [][]string{{"7\" frame", "1"}}, []int{1}, nil},
		"a quoted cell over two lines":            {"\"a\nb\",1\nc,2\n", [][]string{{"a\nb", "1"}, {"c", "2"}}, []int{1, 3}, nil},
		"more behind a closing quote": {"a,\"b\"c\nd,e\n", [][]string{{"d", "e"}}, []int{1, 2},
			[]string{"a comma or the row's end after a closing quote"}},
		"a quote that is never closed": {"a,\"b\nc,d\ne,f\n", [][]string{{"c", "d"}, {"e", "f"}}, []int{1, 2, 3}, []string{tooManyLines}},
		"a quote that is closed too late": {"a,\"b\n" + strings.Repeat("c,d\n", 20) + "\",e\n",
			nil, nil, nil},
		"a row longer than the buffer": {strings.Repeat("x", 3*maxRow) + "\nc,d\n", [][]string{{"c", "d"}}, []int{1, 2}, []string{tooLong}},
		"an endless row at the end":    {"c,d\n" + strings.Repeat("x", 2*maxRow), [][]string{{"c", "d"}}, []int{1, 2}, []string{tooLong}},
	} {
		t.Run(name, func(t *testing.T) {
			rows, lines, errs, final := rowsOf(strings.NewReader(c.text))
			require.Equal(t, io.EOF, final)
			if name == "a quote that is closed too late" { // one line is lost at the opening, one at the closing quote
				require.Len(t, rows, 20)
				require.Equal(t, 22, lines[len(lines)-1])
				require.Equal(t, []string{tooManyLines, tooManyLines}, errs)
				return
			}
			require.Equal(t, c.rows, rows)
			require.Equal(t, c.lines, lines)
			require.Equal(t, c.errs, errs)
		})
	}
}

func TestAFileThatBreaksOffHasNoLastRow(t *testing.T) {
	rows, _, errs, final := rowsOf(io.MultiReader(strings.NewReader("a,b\nc,12.5"), iotest.ErrReader(errors.New("disk on fire"))))
	require.Equal(t, [][]string{{"a", "b"}}, rows)
	require.Empty(t, errs)
	require.EqualError(t, final, "disk on fire")
}
