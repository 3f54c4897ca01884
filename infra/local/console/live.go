package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// State is what the page draws: figures, and the strands that changed since it was
// last told.
type State struct {
	Now     time.Time `json:"now"`
	Speed   float64   `json:"speed"` // times a real clock; Unbounded
	Since   time.Time `json:"since"`
	Counts  Counts    `json:"counts"`
	Pace    []int     `json:"pace"`            // events in each of the last 60 seconds of the machine's clock, oldest first
	Actions uint64    `json:"actions"`         // goes up when there is something new in the lists
	Fresh   bool      `json:"fresh,omitempty"` // forget what an earlier process told
	Strands []Strand  `json:"strands"`         // in the order in which they began
}

const (
	// beat is how often a page is told what is new; pulse, how often it hears at least.
	beat  = 200 * time.Millisecond
	pulse = time.Second
	// maxStrands bounds what one beat says.
	maxStrands = 200
)

func (c *Console) state(w http.ResponseWriter, _ *http.Request) {
	s, _ := c.since(0, keepQuiet+keepTelling)
	answer(w, http.StatusOK, s)
}

// since returns what changed after a revision, and the revision it is of.
func (c *Console) since(rev uint64, most int) (State, uint64) {
	now := c.at(c.Now())
	c.mu.Lock()
	defer c.mu.Unlock()
	s := State{Now: now, Speed: c.Speed, Since: c.at(c.started), Counts: c.counts, Pace: c.pace.lately(c.wall()),
		Actions: c.ledger.revision(), Strands: c.reel.since(rev, most)}
	return s, c.reel.rev
}

// live tells a page what happens, as server-sent events (HTML, section 9.2), until
// it goes away, is too slow, or the console is closed.
func (c *Console) live(w http.ResponseWriter, r *http.Request) {
	select {
	case c.seats <- struct{}{}:
		defer func() { <-c.seats }()
	default:
		w.Header().Set("Retry-After", "10")
		answer(w, http.StatusServiceUnavailable, oops{fmt.Sprintf("%d pages are watching already", maxPages)})
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	rev, known := c.resume(r.Header.Get("Last-Event-ID"))
	out := teller{w: w, control: http.NewResponseController(w), slow: c.slow}
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	for told := (time.Time{}); ; {
		s, now := c.since(rev, maxStrands)
		if s.Fresh = !known; s.Fresh || now != rev || time.Since(told) >= pulse {
			if err := out.tell(c.boot+"-"+strconv.FormatUint(now, 10), s); err != nil {
				return
			}
			rev, known, told = now, true, time.Now()
		}
		select {
		case <-ticker.C:
		case <-r.Context().Done():
			return
		case <-c.ctx.Done():
			return
		}
	}
}

// resume reads where a page that comes back has come to.
func (c *Console) resume(last string) (rev uint64, known bool) {
	text, ok := strings.CutPrefix(last, c.boot+"-")
	rev, err := strconv.ParseUint(text, 10, 64)
	if !ok || err != nil {
		return 0, false
	}
	return rev, true
}

// teller writes server-sent events, each at once.
type teller struct {
	w       http.ResponseWriter
	control *http.ResponseController
	slow    time.Duration
	buffer  bytes.Buffer
}

func (t *teller) tell(id string, s State) error {
	t.buffer.Reset()
	fmt.Fprintf(&t.buffer, "id: %s\ndata: ", id)
	if err := json.NewEncoder(&t.buffer).Encode(s); err != nil {
		return fmt.Errorf("encode state: %w", err)
	}
	t.buffer.WriteByte('\n')
	// A writer that knows no deadline is one of a test; it has no slow reader either.
	t.control.SetWriteDeadline(time.Now().Add(t.slow)) //nolint:errcheck
	if _, err := t.w.Write(t.buffer.Bytes()); err != nil {
		return err
	}
	return t.control.Flush()
}
