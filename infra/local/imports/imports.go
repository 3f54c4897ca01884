// Package imports turns public formats into events of this vocabulary, row by row as
// they are read. Ids and sources come from the rows alone, so that importing a file
// again, or a part of it, yields the same events: duplicates that collect knows.
// Nothing is dropped without a word: a row that becomes no event is a *RowError that
// names its line, and is counted by its reason.
package imports

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"
)

// Format is a kind of file that can be imported.
type Format struct {
	Name        string // as Open takes it
	Description string // what it is and where it comes from, in one line

	knows func(head []byte) bool
	open  func(in *input, o *Options) (importer, error)
}

// importer reads all of a file and says what it found. Its error ends the reading:
// the file cannot be read on, as no single row is to blame.
type importer interface{ run(to *out) error }

// The formats, by name.
const (
	REES46       = "rees46"
	OnlineRetail = "onlineretail"
	Snowplow     = "snowplow"
	CloudEvents  = "cloudevents"
)

// Formats returns the formats that Open understands.
func Formats() []Format {
	return []Format{
		{REES46, "REES46 / Kaggle e-commerce behaviour events (csv; prices in USD)", knowsREES46, openREES46},
		{OnlineRetail, "UCI Online Retail and Online Retail II invoice lines (csv; GBP, times of London)", knowsOnlineRetail, openOnlineRetail},
		{Snowplow, "Snowplow e-commerce events (csv, contexts in columns or tables beside it; held in memory)", knowsSnowplow, openSnowplow},
		{CloudEvents, "CloudEvents 1.0, one JSON object a line (NDJSON) or a JSON array of them", knowsCloudEvents, openCloudEvents},
	}
}

// Options are what a caller may ask of any format; the zero value is good.
type Options struct {
	// Source is the events' source; empty: /import/<format>. CloudEvents keep theirs.
	Source string
	// Invent makes up an address <customer>@example.com for every customer of the csv
	// formats that has none, with a sign-up and a consent to marketing by e-mail, so
	// that a simulation has somebody to write to. Never for a real shop's data.
	Invent bool
	// Catalogue adds a product.changed for each product when first seen and when its
	// name or price has changed.
	Catalogue bool
	// Idle is how long a session's basket is remembered by the times in the file;
	// zero: 24 hours.
	Idle time.Duration
	// Contexts is the folder with the tables that belong to a Snowplow events file
	// whose own columns do not hold the contexts; nil: there are none.
	Contexts fs.FS
}

// Open starts to read a format from r, which may be compressed with gzip. An empty
// format is guessed from the first line. It fails when the format is unknown or the
// first line is not that format's, naming what is missing.
func Open(format string, r io.Reader, o Options) (*Reader, error) {
	in, err := newInput(r)
	if err != nil {
		return nil, fmt.Errorf("import %s: %w", format, err)
	}
	if format == "" {
		if format, err = Detect(in.head()); err != nil {
			return nil, err
		}
	}
	f, err := byName(format)
	if err != nil {
		return nil, err
	}
	o.Source = or(o.Source, "/import/"+f.Name)
	if o.Idle <= 0 {
		o.Idle = 24 * time.Hour
	}
	imp, err := f.open(in, &o)
	if err != nil {
		return nil, fmt.Errorf("import %s: %w", f.Name, err)
	}
	return &Reader{in: in, imp: imp, options: o, counts: newCounts()}, nil
}

// Detect guesses a format from a file's first bytes, uncompressed.
func Detect(head []byte) (string, error) {
	head = bytes.TrimPrefix(head, byteOrderMark)
	for _, f := range Formats() {
		if f.knows(head) {
			return f.Name, nil
		}
	}
	line, _, _ := bytes.Cut(head, []byte("\n"))
	return "", fmt.Errorf("the first line %q is of none of the known formats; name one of: %s", excerpt(string(line)), names())
}

func byName(name string) (Format, error) {
	for _, f := range Formats() {
		if f.Name == name {
			return f, nil
		}
	}
	return Format{}, fmt.Errorf("unknown format %q; there are: %s", name, names())
}

func names() string {
	var all []string
	for _, f := range Formats() {
		all = append(all, f.Name)
	}
	return strings.Join(all, ", ")
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

var errEmpty = errors.New("the file is empty; expected a first line that names the columns")
