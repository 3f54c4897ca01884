package imports

import (
	"bytes"
	"errors"
	"io"
)

// Limits of a row. A quote that is opened and not closed would otherwise swallow the
// rest of the file.
const (
	maxRow      = 256 << 10 // bytes
	maxRowLines = 16

	tooLong      = "at most 262144 bytes in a row"
	tooManyLines = "a closing quote within 16 lines"
)

// table reads CSV (RFC 4180) row by row through a buffer of fixed size. A quote in
// the middle of a cell stands for itself; a row that cannot be read costs one line.
type table struct {
	from       io.Reader
	buffer     []byte
	start, end int
	failed     error // of from; io.EOF at the end

	line    int // of the row that was read last, from 1
	next    int // line of the row that comes
	cells   [][]byte
	scratch []byte // cells whose doubled quotes are undone
}

func newTable(from io.Reader) *table {
	return &table{from: from, buffer: make([]byte, maxRow), next: 1}
}

// errRow is a row that cannot be taken apart; the reader goes on behind it.
type errRow struct{ value, want string }

func (e *errRow) Error() string { return e.want }

// read takes the next row that is not empty into cells, which hold until the next
// read. It returns an *errRow for a row it cannot read, io.EOF at the end.
func (t *table) read() error {
	for {
		n, lines, err := t.split(t.buffer[t.start:t.end])
		if errors.Is(err, errMore) {
			if err = t.fill(); err != nil {
				return err
			}
			continue
		}
		t.line = t.next
		t.next += lines
		t.start += n
		if err != nil {
			return err
		}
		if len(t.cells) > 1 || len(t.cells[0]) > 0 {
			return nil
		}
	}
}

var errMore = errors.New("the row does not end in what is read")

// split takes the first row of data apart. It returns its bytes and lines.
func (t *table) split(data []byte) (n, lines int, err error) {
	if len(data) == 0 {
		return 0, 0, errMore
	}
	t.cells, t.scratch = t.cells[:0], t.scratch[:0]
	for i := 0; ; i++ { // over the comma
		begin, mark := i, len(t.cells)
		if i, err = t.cell(data, i); err != nil {
			return t.firstLine(data, err)
		}
		switch {
		case i == len(data) && !t.atEnd():
			return 0, 0, errMore
		case i == len(data) || data[i] == '\n':
			if begin < len(data) && data[begin] != '"' {
				t.cells[mark] = bytes.TrimSuffix(t.cells[mark], []byte("\r"))
			}
			n = min(i+1, len(data))
			return n, max(1, bytes.Count(data[:n], []byte("\n"))), nil
		}
	}
}

// cell takes one cell of data; it returns where the comma or line feed after it is.
func (t *table) cell(data []byte, i int) (int, error) {
	if i < len(data) && data[i] == '"' {
		cell, i, err := t.quoted(data, i+1)
		t.cells = append(t.cells, cell)
		return i, err
	}
	end := i
	for end < len(data) && data[end] != ',' && data[end] != '\n' {
		end++
	}
	t.cells = append(t.cells, data[i:end])
	return end, nil
}

// quoted takes a cell whose opening quote was before i; it returns where it ends.
func (t *table) quoted(data []byte, i int) ([]byte, int, error) {
	begin, from, mark := i, i, len(t.scratch)
	for {
		quote := bytes.IndexByte(data[i:], '"')
		if quote < 0 {
			return nil, 0, t.unclosed(data)
		}
		i += quote
		if i+1 == len(data) && !t.atEnd() {
			return nil, 0, errMore
		}
		if i+1 == len(data) || data[i+1] != '"' {
			break
		}
		t.scratch = append(t.scratch, data[from:i+1]...)
		i += 2
		from = i
	}
	cell := data[from:i]
	if len(t.scratch) > mark {
		t.scratch = append(t.scratch, cell...)
		cell = t.scratch[mark:]
	}
	if bytes.Count(data[begin:i], []byte("\n")) >= maxRowLines {
		return nil, 0, &errRow{start(data[begin:]), tooManyLines}
	}
	rest := data[i+1:]
	if bytes.HasPrefix(rest, []byte("\r")) {
		rest = rest[1:]
	}
	if len(rest) > 0 && rest[0] != ',' && rest[0] != '\n' {
		return nil, 0, &errRow{start(rest), "a comma or the row's end after a closing quote"}
	}
	return cell, len(data) - len(rest), nil
}

// unclosed tells whether to read on in search of the closing quote.
func (t *table) unclosed(data []byte) error {
	if !t.atEnd() && bytes.Count(data, []byte("\n")) < maxRowLines {
		return errMore
	}
	return &errRow{start(data), tooManyLines}
}

// start is how a row begins, to show it.
func start(data []byte) string {
	line, _, _ := bytes.Cut(data[:min(len(data), 100)], []byte("\n"))
	return excerpt(clean(line))
}

// firstLine is what is given up when a row cannot be read.
func (t *table) firstLine(data []byte, err error) (int, int, error) {
	if errors.Is(err, errMore) {
		return 0, 0, err
	}
	if end := bytes.IndexByte(data, '\n'); end >= 0 {
		return end + 1, 1, err
	}
	if t.atEnd() {
		return len(data), 1, err
	}
	return 0, 0, errMore
}
