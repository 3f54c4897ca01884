// Package ordersync lets every system of the shop know how an order stands, wherever it
// was bought, fetched and brought back.
//
// What is said of an order is learnt, a fact an event (see package ledger), and a moment
// later (BOOK_AFTER) the order's books are sent to all systems at once: the whole of them,
// with a revision that is the number of facts they rest on. So a booking may be lost,
// come twice, or come after a later one, and nothing is counted twice. A customer's events are
// decided about one after the other, and a merge of two customers joins what was learnt
// of either, which makes more facts, and a higher revision, than either had.
//
// A return whose order is not known waits for it, and goes to a person after a while
// (ORDER_WAIT); so does what does not add up. An event that names nobody, such as a
// purchase without a card, is nobody's: it reaches no flow, and the till has booked it. A till
// that takes a web order back must name the order's customer, as it sees there.
package ordersync

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/goccy/go-json"

	"redthread.dev/events"
	"redthread.dev/functions/flows/ordersync/ledger"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

//go:embed function.yaml
var manifest []byte

// Flow is the flow, to serve, test and replay.
var Flow = flow.Define(name, manifest, nil, func(s settings, _ words.Texts) flow.Rules {
	b := books{s}
	return flow.Rules{Handlers: []flow.Handler{
		flow.On(func(o events.OrderPlaced) string { return b.of(o.OrderID) }, b.placed),
		flow.On(func(o events.OrderCollected) string { return b.of(o.OrderID) }, b.collected),
		flow.On(func(o events.OrderReturned) string { return b.of(o.OrderID) }, b.returned),
		flow.On(func(a events.ActionCompleted) string { return b.of(a.ActionID) }, b.completed),
		flow.OnTimer("book", b.book),
		flow.OnTimer(thread.Joined, b.book),
		flow.OnTimer("lost", b.lost),
		flow.OnTimer("doubt", b.doubt),
	}}
})

const name = "ordersync"

type settings struct {
	Systems []string      `envconfig:"SYSTEMS" want:"name"`                                // that are to know of orders, such as shop,loyalty,erp; none: nobody is told
	Points  int64         `envconfig:"POINTS_PER_KRONE" default:"1" least:"0" most:"1000"` // for each whole unit of the currency
	After   time.Duration `envconfig:"BOOK_AFTER" default:"1m" least:"1s" most:"24h"`      // for what belongs together to arrive
	Wait    time.Duration `envconfig:"ORDER_WAIT" default:"24h" least:"1s" most:"8760h"`   // with a return whose order is not known
	Due     time.Duration `envconfig:"DUE" default:"24h" least:"1s" most:"8760h"`          // for a person to look at what does not add up
}

type books struct{ settings }

// of is the key of what is said of something, which is of no use while nobody is to know.
func (b books) of(id string) string {
	if len(b.Systems) == 0 {
		return flow.Skip
	}
	return id
}

// state is what is remembered of an order besides what was said of it.
type state struct {
	In       []string     `json:"in,omitempty"`      // the systems that are told
	Refunded events.Money `json:"refunded,omitzero"` // as they were told
	Doubts   []string     `json:"doubts,omitempty"`  // that a person is told of
}

func (b books) placed(m flow.Moment[events.OrderPlaced]) flow.Decision {
	return learn(b, m, ledger.OfPlaced(m.Data, m.At))
}

func (b books) collected(m flow.Moment[events.OrderCollected]) flow.Decision {
	return learn(b, m, ledger.OfCollected(m.Data, m.At))
}

func (b books) returned(m flow.Moment[events.OrderReturned]) flow.Decision {
	return learn(b, m, ledger.OfReturned(m.Data, m.At))
}

// learn adds what an event said, to be booked with what comes at about the same time.
func learn[T any](b books, m flow.Moment[T], f ledger.Fact) flow.Decision {
	var l ledger.Ledger
	m.Known(&l)
	switch _, known := l[m.Cause]; {
	case known:
		return flow.Nothing("known already")
	case l.Full(f):
		return b.ask(m.Key, m.At, l, "More was said of it than is kept: what comes from here on is to be booked by hand")
	}
	return flow.Wait("book", due(m, "book", b.After)).Learn(m.Cause, f)
}

// due is when a timer comes that is set already, or else in a while.
func due[T any](m flow.Moment[T], timer string, after time.Duration) time.Time {
	if set, ok := m.Thread.Timer(name, m.Key, timer); ok {
		return set.Due
	}
	return m.Now.Add(after)
}

// book sends the books as they are now.
func (b books) book(m flow.Moment[thread.Timer]) flow.Decision {
	var l ledger.Ledger
	var s state
	m.Known(&l)
	m.State(&s)
	booking, doubts, ok := l.Book(m.Key, b.Points)
	if !ok {
		return flow.Wait("lost", due(m, "lost", b.Wait)).Because("the order is not known")
	}
	booking.Systems = b.Systems
	if booking.Refunded.Amount < s.Refunded.Amount { // the order was placed anew, for less
		doubts = append(doubts, fmt.Sprintf("%s was to be refunded before, and now it is %s", s.Refunded, booking.Refunded))
	}
	d := flow.ActBooking("book", booking).For(strconv.Itoa(booking.Revision)).Drop("lost")
	if len(doubts) > 0 && !slices.Equal(doubts, s.Doubts) {
		// Each revision's at a time of its own: a timer of the very time of one that has
		// come is taken for that one.
		d = d.Then("doubt", m.Now.Add(time.Duration(len(l))*time.Millisecond))
	}
	return d.Keep(state{In: b.Systems, Refunded: booking.Refunded, Doubts: doubts})
}

// lost asks a person about an order of which all is known but the order, unless it has
// become known by a merge.
func (b books) lost(m flow.Moment[thread.Timer]) flow.Decision {
	var l ledger.Ledger
	m.Known(&l)
	if _, _, ok := l.Book(m.Key, b.Points); ok {
		return b.book(m)
	}
	return b.ask(m.Key, m.At, l, "Nobody has told of the order, so nothing of this is booked")
}

func (b books) doubt(m flow.Moment[thread.Timer]) flow.Decision {
	var l ledger.Ledger
	var s state
	m.Known(&l)
	m.State(&s)
	return b.ask(m.Key, m.At, l, s.Doubts...)
}

// completed tells everybody that an order is known, once all systems have taken its books.
func (b books) completed(m flow.Moment[events.ActionCompleted]) flow.Decision {
	i := slices.IndexFunc(m.Thread.Contacts, func(c thread.Contact) bool {
		return c.Action == m.Data.ActionID && c.Kind == string(events.ActionSync)
	})
	if i < 0 {
		return flow.Nothing("no booking of ours")
	}
	order := m.Thread.Contacts[i].Key
	var s state
	if err := json.Unmarshal(m.Thread.State(name, order).Data, &s); err != nil || len(s.In) == 0 {
		return flow.Nothing("the order is forgotten")
	}
	return flow.Tell("all systems know", events.OrderRecorded{OrderID: order, In: s.In})
}
