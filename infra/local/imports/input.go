package imports

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
)

var byteOrderMark = []byte("\xef\xbb\xbf")

// headSize is how far a file is looked into for its first line; Snowplow's is long.
const headSize = 64 << 10

// input is a file as it is read: what was compressed is not, and a byte order mark
// is gone.
type input struct {
	*bufio.Reader
	bytes atomic.Int64 // of the file as it lies there
	rows  atomic.Int64
}

func newInput(r io.Reader) (*input, error) {
	in := &input{}
	raw := bufio.NewReaderSize(counting{r, &in.bytes}, headSize)
	in.Reader = raw
	if magic, _ := raw.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unzipped, err := gzip.NewReader(raw)
		if err != nil {
			return nil, fmt.Errorf("read gzip: %w", err)
		}
		in.Reader = bufio.NewReaderSize(unzipped, headSize)
	}
	if mark, _ := in.Peek(len(byteOrderMark)); bytes.Equal(mark, byteOrderMark) {
		in.Discard(len(byteOrderMark)) //nolint:errcheck // it was peeked
	}
	if _, err := in.Peek(1); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read: %w", err)
	}
	return in, nil
}

// head is what a format is guessed from: all up to the end of the first line, at
// least. It waits for no more than that.
func (in *input) head() []byte {
	for {
		head, _ := in.Peek(in.Buffered())
		if bytes.IndexByte(head, '\n') >= 0 {
			return head
		}
		if _, err := in.Peek(len(head) + 1); err != nil {
			return head
		}
	}
}

type counting struct {
	from  io.Reader
	bytes *atomic.Int64
}

func (c counting) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.bytes.Add(int64(n))
	return n, err
}
