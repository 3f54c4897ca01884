package imports

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"redthread.dev/events"
)

func knowsCloudEvents(head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n")
	return len(head) > 0 && (head[0] == '{' || head[0] == '[')
}

// cloudEvents reads events as they are, in JSON: one a line, or a list of them.
type cloudEvents struct{ values values }

// values yields JSON values one by one, each with the line it begins in. Its errors are
// *errRow, after which it goes on, or final; io.EOF is the end.
type values interface {
	next() (value []byte, line int, err error)
}

// maxEvent is how long an event may be in JSON: 256 KiB of data, with an envelope and
// escapes on top.
const maxEvent = 512 << 10

func openCloudEvents(in *input, _ *Options) (importer, error) {
	for {
		first, err := in.Peek(1)
		switch {
		case errors.Is(err, io.EOF):
			return &cloudEvents{&jsonLines{from: in.Reader}}, nil // no events
		case err != nil:
			return nil, err
		case first[0] == '[':
			return &cloudEvents{&jsonList{from: in.Reader, line: 1}}, nil
		case bytes.IndexByte([]byte(" \t\r"), first[0]) < 0:
			return &cloudEvents{&jsonLines{from: in.Reader}}, nil
		}
		in.Discard(1) //nolint:errcheck // it was peeked
	}
}

func (f *cloudEvents) run(to *out) error {
	for !to.stopped {
		value, line, err := f.values.next()
		var unreadable *errRow
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &unreadable):
			to.taken()
			to.refuse(&RowError{Line: line, Value: unreadable.value, Want: unreadable.want, Reason: NotACloudEvent})
			continue
		case err != nil:
			return err
		}
		to.taken()
		f.take(value, line, to)
	}
	return nil
}

func (f *cloudEvents) take(value []byte, line int, to *out) {
	var e events.Event
	err := json.Unmarshal(value, &e)
	if err == nil {
		err = e.Validate()
	}
	if err == nil && e.SpecVersion() != events.SpecVersion {
		err = errors.New("specversion " + e.SpecVersion() + ", not " + events.SpecVersion)
	}
	if err != nil {
		to.refuse(&RowError{Line: line, Value: start(value), Want: "a CloudEvent in JSON: " + oneLine(err), Reason: NotACloudEvent})
		return
	}
	to.pass(events.Outside(e), line)
}

// oneLine is what the SDK says in several.
func oneLine(err error) string {
	return string(bytes.Join(bytes.Fields([]byte(err.Error())), []byte(" ")))
}
