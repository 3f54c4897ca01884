package ingest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"redthread.dev/shared/function"
)

var (
	taken = promauto.NewCounterVec(prometheus.CounterOpts{
		Name: "redthread_ingest_events_total",
		Help: "Events that came from outside and that the broker has, by the name of who sent them.",
	}, []string{"source"})
	refused = promauto.NewCounterVec(prometheus.CounterOpts{
		Name: "redthread_ingest_refused_total",
		Help: "Requests from outside that were not taken, by the name of who sent them and reason: unknown, unsigned, forged, old, " +
			"replayed, token, mode, malformed, large, fast, forbidden, invalid, away.",
	}, []string{"source", "reason"})
)

// no is why a request is not taken.
type no struct {
	status int
	reason string // as it is counted
	after  time.Duration
	error
}

func notf(status int, reason, format string, args ...any) error {
	return &no{status: status, reason: reason, error: fmt.Errorf(format, args...)}
}

// errUnknown is the same for a name that nobody has and for a key that is not theirs.
const errUnknown = "no source of this name has signed this, or has this token"

// patience is how long a request may take: less than the server's own time for an answer.
const patience = 25 * time.Second

// take answers a request of a source: 202 once the broker has its events.
func (g *gate) take(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	s := g.roll.source(r.PathValue("source"), time.Now())
	label := "unknown" // a name that somebody made up is not counted under
	if s != nil {
		label = s.Name
	}
	n, err := g.received(ctx, w, r, s)
	taken.WithLabelValues(label).Add(float64(n))
	if err == nil {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	why := &no{status: http.StatusServiceUnavailable, reason: "away", after: time.Second, error: errors.New("try again")}
	if !errors.As(err, &why) {
		g.env.Log.Error("events from outside not taken; their source is to send them again", "source", label, "error", err)
	}
	refused.WithLabelValues(label, why.reason).Inc()
	answer(w, why)
}

func answer(w http.ResponseWriter, why *no) {
	if why.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer, Standard-Webhooks")
	}
	if why.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(why.after.Seconds()))))
	}
	http.Error(w, why.Error(), why.status)
}

// received passes the events of a request on and returns how many the broker has. The
// order is from what costs least: a source is only asked to wait, and its signature only
// looked up, when it is known to be its own.
func (g *gate) received(ctx context.Context, w http.ResponseWriter, r *http.Request, s *source) (int, error) {
	if s == nil {
		return 0, notf(http.StatusUnauthorized, "unknown", errUnknown)
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	bearer := strings.EqualFold(scheme, "Bearer")
	if bearer {
		if err := g.shown(ctx, s, token); err != nil {
			return 0, err
		}
	}
	body, err := function.Body(w, r)
	if err != nil {
		return 0, malformed(err)
	}
	if bearer {
		return g.pass(ctx, r, s, body)
	}
	key, err := g.signed(ctx, r, s, body)
	if err != nil {
		return 0, err
	}
	n, err := g.pass(ctx, r, s, body)
	if err != nil {
		return n, err
	}
	return n, g.used(ctx, s, key)
}
