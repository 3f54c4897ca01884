// Package console is the page that shows what happens on this machine while it
// happens: each event, what the flows decided on it and why, what came of that, and
// the mails, tickets and audiences that followed.
//
// The program tells it by Event, Decided, Done and DeadLetter, which are cheap and
// never wait. Only what is needed to draw the page is kept, in lists of fixed length;
// all else is read from the store when somebody looks.
package console

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"sync"
	"time"

	"redthread.dev/shared/action"
	"redthread.dev/shared/store"
	"redthread.dev/shared/words"
)

// Config is what a console is made of. Only Store is required.
type Config struct {
	Store store.Store
	// Now is the suite's own time; nil: the machine's.
	Now func() time.Time
	// Speed is how many times as fast as a real clock Now is to go, or Unbounded; 0: as
	// fast.
	Speed float64
	// Zone is where times are shown; nil: Europe/Copenhagen, where flows take customers
	// to be who have not said otherwise.
	Zone *time.Location
	// Brand is the shop whose mails are shown; without a name: the made-up one.
	Brand words.Brand
	// Letter is what the e-mail channel makes of an action with a message: its words with
	// links that lead back, and what the layout adds to them. Nil: the words as they are,
	// over links into the shop.
	Letter func(action.Action) (words.Message, words.EmailOptions)
	// Outbox is the folder where mails are kept, as the page names it; empty: they are
	// really sent.
	Outbox string
	// Addr is the host and port that is listened on. Its host is a name under which
	// the page may be asked for; loopback names always are.
	Addr string
}

// Unbounded is the Speed of a time that goes from event to event, as fast as the machine
// can.
const Unbounded float64 = -1

// Console is the page, and what it has been told. It is made by New and closed by
// Close; its methods may be called from many goroutines.
type Console struct {
	Config
	wall    func() time.Time // the machine's clock
	started time.Time        // by the suite's own
	boot    string           // names this process to pages that come back
	hosts   hosts
	routes  http.Handler
	ctx     context.Context // ends with Close
	cancel  context.CancelFunc
	ledger  *ledger
	slow    time.Duration // that a page may take to read what it is told, before it is dropped
	seats   chan struct{} // one for each page that is watching

	mu     sync.Mutex
	reel   *reel
	counts Counts
	pace   pace
}

// maxPages is how many pages may watch at a time.
const maxPages = 64

// New makes a console. It reads nothing yet.
func New(c Config) *Console {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Brand.Name == "" {
		c.Brand = words.DefaultBrand()
	}
	if c.Zone == nil {
		c.Zone = home()
	}
	c.Speed = cmp.Or(c.Speed, 1)
	k := &Console{Config: c, wall: time.Now, started: c.Now(), boot: rand.Text(), hosts: hostsOf(c.Addr),
		ledger: newLedger(c.Store), reel: newReel(), slow: 5 * time.Second, seats: make(chan struct{}, maxPages)}
	k.ctx, k.cancel = context.WithCancel(context.Background())
	k.routes = k.guard(k.mux())
	return k
}

// home is the shop's zone or, on a machine that does not know it, the machine's.
func home() *time.Location {
	zone, err := time.LoadLocation("Europe/Copenhagen")
	if err != nil {
		return time.Local
	}
	return zone
}

// Close ends the pages' live streams, so that a server can shut down.
func (c *Console) Close() error {
	c.cancel()
	return nil
}

// ServeHTTP serves the page and what it asks for. Nothing that it serves changes
// anything.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.routes.ServeHTTP(w, r) }

func (c *Console) mux() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET /{$}", c.page)
	m.HandleFunc("GET /assets/{file}", c.asset)
	m.HandleFunc("GET /mail/{id}", c.mail)
	m.HandleFunc("GET /api/live", c.live)
	m.HandleFunc("GET /api/state", c.state)
	m.HandleFunc("GET /api/mails", c.mails)
	m.HandleFunc("GET /api/tickets", c.tickets)
	m.HandleFunc("GET /api/audiences", c.audiences)
	m.HandleFunc("GET /api/deadletters", c.deadLetters)
	m.HandleFunc("GET /api/actions/{id}", c.action)
	m.HandleFunc("GET /api/customers/{profile}", c.customer)
	return m
}

// at is a time as the page shows it: in the shop's zone, to the millisecond. The
// zero time is now.
func (c *Console) at(t time.Time) time.Time {
	if t.IsZero() {
		t = c.Now()
	}
	return t.In(c.Zone).Truncate(time.Millisecond)
}
