package ingest

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"redthread.dev/events"
	"redthread.dev/shared/channel/webhook"
)

// entry is a source as SOURCES has it.
type entry struct {
	Name    string   `yaml:"name"`
	Keys    []string `yaml:"keys"`    // whsec_…, two while they are rotated
	Subject string   `yaml:"subject"` // of its tokens
	Sources []string `yaml:"sources"` // the events' source; a * at the end stands for anything
	Types   []string `yaml:"types"`   // the events' type, likewise
	Rate    float64  `yaml:"rate"`    // events a second, of one instance; 0: 50
	Burst   int      `yaml:"burst"`   // events at once; 0: twice the rate
}

const (
	mostKeys    = 2
	defaultRate = 50
	mostRate    = 1e6
)

// source is who may send.
type source struct {
	entry
	keys *webhook.Receiver
	pace *rate.Limiter
}

var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)

// newSource makes a source of its entry. The error shows no key.
func newSource(e entry) (*source, error) {
	if len(e.Name) > 64 || !nameForm.MatchString(e.Name) {
		return nil, fmt.Errorf("name is %s, expected 1 to 64 small letters, digits, - and _", shown(e.Name))
	}
	if e.Rate == 0 {
		e.Rate = defaultRate
	}
	if e.Burst == 0 {
		e.Burst = int(math.Ceil(2 * e.Rate))
	}
	s := &source{entry: e, pace: rate.NewLimiter(rate.Limit(e.Rate), e.Burst)}
	var err error
	if s.keys, err = webhook.ReceiveAny(e.Keys...); err != nil {
		err = fmt.Errorf("a key is %w", err)
	}
	return s, errors.Join(err, e.proof(), e.pacing(), own(e.Types), listed("sources", e.Sources), listed("types", e.Types))
}

// shown is a text as an error may have it. In a list that lacks a colon or a comma a key
// stands where a name should.
func shown(text string) string {
	if strings.Contains(text, "whsec_") {
		return "what holds a key"
	}
	return fmt.Sprintf("%.80q", text)
}

func (e entry) proof() error {
	switch {
	case len(e.Keys) == 0 && e.Subject == "":
		return errors.New("keys and subject are both missing, expected at least one of them")
	case len(e.Keys) > mostKeys:
		return fmt.Errorf("keys are %d, expected at most %d: the old one and the new one", len(e.Keys), mostKeys)
	}
	return nil
}

func (e entry) pacing() error {
	if !(e.Rate > 0 && e.Rate <= mostRate) || e.Burst < 1 || e.Burst > 2*mostRate {
		return fmt.Errorf("rate is %v and burst %d, expected more than 0 and at most %v events a second, and 1 event or more", e.Rate, e.Burst, float64(mostRate))
	}
	return nil
}

// listed holds a list to have something in it: a source that may send whatever it likes
// says so, with *.
func listed(key string, all []string) error {
	if len(all) == 0 || slices.Contains(all, "") {
		return fmt.Errorf("%s are missing or one is empty, expected what it may send; * at the end of one stands for anything", key)
	}
	for _, one := range all {
		if i := strings.IndexByte(one, '*'); i >= 0 && i < len(one)-1 {
			return fmt.Errorf("%s has %s, expected * at its end only", key, shown(one))
		}
	}
	return nil
}

// own refuses to let a source send what redthread's functions say to each other.
func own(types []string) error {
	for _, t := range types {
		if inside(t) {
			return fmt.Errorf("types has %s, which functions say to each other, expected types that come from sources", shown(t))
		}
	}
	return nil
}

// inside tells the types of the vocabulary that no source has something to say in.
func inside(eventType string) bool {
	e := events.Event{}
	e.SetSpecVersion(events.SpecVersion)
	e.SetType(eventType)
	data, err := events.Parse(e)
	if errors.Is(err, events.ErrUnknownType) {
		return false
	}
	_, outside := data.(events.FromSource)
	return !outside
}

// may tells whether the source may send an event.
func (s *source) may(e events.Event) error {
	switch {
	case !fits(s.Sources, e.Source()):
		return fmt.Errorf("source %.200q is none of those that %s may send as", e.Source(), s.Name)
	case !fits(s.Types, e.Type()) || inside(e.Type()):
		return fmt.Errorf("type %.200q is none of those that %s may send", e.Type(), s.Name)
	}
	return nil
}

func fits(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		prefix, open := strings.CutSuffix(p, "*")
		return text == p || open && strings.HasPrefix(text, prefix)
	})
}

// late returns after how long so many events may be sent; 0: at once, and they count. A
// batch larger than a burst is taken whole, and what comes after it waits the longer.
func (s *source) late(n int, now time.Time) time.Duration {
	burst := s.pace.Burst()
	r := s.pace.ReserveN(now, min(n, burst))
	if wait := r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		return wait
	}
	for n -= burst; n > 0; n -= burst {
		s.pace.ReserveN(now, min(n, burst))
	}
	return 0
}
