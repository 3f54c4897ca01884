package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"regexp"
	"sync"
	"time"

	"gopkg.in/yaml.v3"
)

// roll is who may send. Its form is that of SOURCES, a list:
//
//   - name: webshop                      # posts to /ingest/webshop
//     keys: [whsec_NEW, whsec_OLD]       # or subject: of its tokens
//     sources: [/shop/web, /shop/app/*]  # * at the end stands for anything
//     types: [dev.redthread.basket.updated.v1, dev.redthread.order.*]
//     rate: 50                           # events a second of one instance
//     burst: 100                         # events at once
type roll struct {
	file string // empty: it never changes
	log  *slog.Logger

	mu      sync.Mutex
	named   map[string]*source
	state   string    // of the file as it was read
	checked time.Time // when it was last looked at
}

// glance is how often the file is looked at: a mounted secret changes by itself, a minute
// or so after it was changed in the cluster.
const glance = 5 * time.Second

// largest is how much of the file is read, in bytes: a secret has 1 MiB at most.
const largest = 1 << 20

func newRoll(s settings, log *slog.Logger) (*roll, error) {
	r := &roll{file: s.File, log: log}
	if s.File == "" {
		named, err := parse([]byte(s.Sources), nil)
		if err != nil {
			return nil, fmt.Errorf("SOURCES: %w", err)
		}
		r.named = named
		return r, nil
	}
	if s.Sources != "" {
		return nil, errors.New("SOURCES and SOURCES_FILE are both set, expected one of them")
	}
	r.state = r.stat()
	if err := r.read(); err != nil {
		return nil, err
	}
	r.checked = time.Now()
	return r, nil
}

// source returns who goes by a name, nil: nobody does.
func (r *roll) source(name string, now time.Time) *source {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file != "" && now.Sub(r.checked) >= glance {
		r.checked = now
		if state := r.stat(); state != r.state {
			r.state = state
			if err := r.read(); err != nil && r.log != nil {
				r.log.Error("the sources have changed and cannot be read; those that were before stay", "error", err)
			}
		}
	}
	return r.named[name]
}

// stat tells one state of the file from another.
func (r *roll) stat() string {
	info, err := os.Stat(r.file)
	if err != nil {
		return "none"
	}
	return fmt.Sprint(info.ModTime().UnixNano(), info.Size())
}

func (r *roll) read() error {
	f, err := os.Open(r.file)
	if err != nil {
		return fmt.Errorf("SOURCES_FILE is %q, expected a file with sources: %w", r.file, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, largest))
	if err != nil {
		return fmt.Errorf("SOURCES_FILE is %q, expected a file with sources: %w", r.file, err)
	}
	named, err := parse(text, r.named)
	if err != nil {
		return fmt.Errorf("SOURCES_FILE %q: %w", r.file, err)
	}
	r.named = named
	return nil
}

// parse reads a list of sources. Those that were before keep what they have used of
// their rate.
func parse(text []byte, before map[string]*source) (map[string]*source, error) {
	var entries []entry
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&entries); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("expected a list of sources in YAML: %s", quote.ReplaceAllString(err.Error(), "…"))
	}
	named, owner := map[string]*source{}, map[string]string{}
	for i, e := range entries {
		s, err := newSource(e)
		switch {
		case err != nil:
			return nil, fmt.Errorf("source %d of the list: %w", i+1, err)
		case named[e.Name] != nil:
			return nil, fmt.Errorf("source %d of the list: name %q is there twice, expected each once", i+1, e.Name)
		}
		for _, key := range e.Keys {
			if other := owner[key]; other != "" && other != e.Name {
				return nil, fmt.Errorf("source %d of the list: %s has a key of %s, expected keys of its own", i+1, e.Name, other)
			}
			owner[key] = e.Name
		}
		if old := before[e.Name]; old != nil && old.Rate == s.Rate && old.Burst == s.Burst {
			s.pace = old.pace
		}
		named[e.Name] = s
	}
	return named, nil
}

// quote is what the reader of YAML says of a text that it cannot read: it may be a key.
var quote = regexp.MustCompile("`[^`]*`|'[^']*'|whsec_\\S*")
