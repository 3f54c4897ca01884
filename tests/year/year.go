package main

import (
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"redthread.dev/events"
	"redthread.dev/functions"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/flow/replay"
	"redthread.dev/shared/function"
	"redthread.dev/tests/year/audit"
	"redthread.dev/tests/year/town"
)

// year is a shop's, with all flows on.
type year struct {
	seed      uint64
	customers int
	without   string            // a flow that is switched off in a second world, to see what that changes; empty: none
	settings  map[string]string // of all flows, other than their own, and that push and systems that keep books are there
	progress  io.Writer
}

// world is what one choice of flows came to.
type world struct {
	flows  map[string]*tally
	budget map[string]*spent // by priority
}

// result is what the year came to.
type result struct {
	events, decisions, sent int
	broken                  []string // of the policy's rules
	strange                 []string // differences between the worlds that nothing explains
	worlds                  []world
	moved                   int // actions that are in one world only, of other flows
}

// tally is what became of one flow.
type tally struct {
	wanted, acted, displaced, putOff, failed int
	refused                                  map[string]int
	goals                                    int // that came after the flow had acted
	treated, control                         group
}

// group is customers, and those of them for whom the goal came afterwards.
type group struct{ n, reached int }

func (g group) share() float64 { return 100 * float64(g.reached) / max(1, float64(g.n)) }

// spent is what one priority wanted of the customers' attention, and what it got.
type spent struct{ wanted, capped, sent int }

// run lives through the year. Customers have nothing to do with each other, so that each
// lives it by itself.
func (y year) run() (*result, error) {
	play := replay.Play{Facts: town.Facts(), Until: town.End}
	settings := map[string]string{"CHANNELS": "email,sms,push,audience,ticket,crm", "SYSTEMS": "shop,loyalty,erp"}
	maps.Copy(settings, y.settings)
	for _, off := range []string{"", y.without} {
		if off == "" && len(play.Suites) > 0 {
			break
		}
		var flows []*flow.Flow
		for _, d := range functions.Flows {
			if d.Name == off {
				continue
			}
			f, err := d.Make(function.Env{Silent: true, Override: map[string]map[string]string{d.Name: settings}})
			if err != nil {
				return nil, err
			}
			flows = append(flows, f)
		}
		play.Suites = append(play.Suites, flows)
	}
	if y.without != "" && len(play.Suites[0]) == len(play.Suites[1]) {
		return nil, fmt.Errorf("there is no flow %q", y.without)
	}
	parts := make([]*result, runtime.GOMAXPROCS(0))
	var next, done atomic.Int64
	var all sync.WaitGroup
	for i := range parts {
		parts[i] = y.empty(len(play.Suites))
		all.Go(func() {
			for n := int(next.Add(1)) - 1; n < y.customers; n = int(next.Add(1)) - 1 {
				y.live(&play, town.New(y.seed, n), parts[i])
				if d := done.Add(1); y.progress != nil && d%5000 == 0 {
					fmt.Fprintf(y.progress, "%d of %d customers\n", d, y.customers)
				}
			}
		})
	}
	all.Wait()
	for _, p := range parts[1:] {
		parts[0].add(p)
	}
	slices.Sort(parts[0].broken)
	slices.Sort(parts[0].strange)
	return parts[0], nil
}

func (y year) empty(worlds int) *result {
	r := &result{}
	for range worlds {
		w := world{flows: map[string]*tally{}, budget: map[string]*spent{}}
		for _, d := range functions.Flows {
			w.flows[d.Name] = &tally{refused: map[string]int{}}
		}
		for _, p := range []string{"high", "normal", "low"} {
			w.budget[p] = &spent{}
		}
		r.worlds = append(r.worlds, w)
	}
	return r
}

// past is a person's year as it is replayed and as it is audited.
func past(p *town.Person) (replay.Past, []audit.Happened) {
	lived := replay.Past{Profile: p.ID}
	var happened []audit.Happened
	for _, e := range p.Events {
		lived.Events = append(lived.Events, replay.Made(e.ID, e.At, e.Channel, e.Data))
		happened = append(happened, audit.Happened{At: e.At, Channel: e.Channel, Data: e.Data})
	}
	return lived, happened
}

// live has one person live through the year, in each of the worlds.
func (y year) live(play *replay.Play, p *town.Person, r *result) {
	lived, happened := past(p)
	lives := make([]*life, len(play.Suites))
	for i := range lives {
		lives[i] = &life{touched: map[string]bool{}, held: map[string]bool{}, reached: map[string]bool{}}
	}
	play.Customer(lived, func(d *replay.Decision) { lives[d.Suite].see(d, r.worlds[d.Suite]) })
	r.events += len(happened)
	policy := audit.Default(p.Zone)
	for i, l := range lives {
		l.close(r.worlds[i])
		r.decisions += l.decisions
		r.sent += len(l.sent)
		for _, b := range policy.Check(happened, l.sent) {
			r.broken = append(r.broken, p.ID+" "+b)
		}
	}
	if len(lives) == 2 {
		y.compare(p, lives[0], lives[1], r)
	}
}

// life is what was decided about one person.
type life struct {
	decisions              int
	sent                   []audit.Sent
	touched, held, reached map[string]bool // by flow
	limited                bool            // something gave way to something else
}

func (l *life) see(d *replay.Decision, w world) {
	t := w.flows[d.Flow]
	l.decisions++
	if d.Goal && (l.touched[d.Flow] || l.held[d.Flow]) { // before: an order may be both goal and cause
		l.reached[d.Flow] = true
	}
	if d.Goal && d.Touched {
		t.goals++
	}
	switch d.Verdict {
	case string(flow.VerdictPutOff):
		t.putOff++
		l.limited = l.limited || d.Reason == string(flow.Capped) // patiently: it may come another day
	case string(flow.VerdictRefused):
		t.wanted++
		t.refused[d.Reason]++
		l.limited = l.limited || d.Reason == string(flow.Capped) || d.Reason == string(flow.OpenComplaint)
		if d.Reason == string(flow.HeldOut) {
			l.held[d.Flow] = true
		}
	}
	if d.Err != nil {
		t.failed++
	}
	if d.Displaced != "" {
		l.limited = true
		i := slices.IndexFunc(l.sent, func(s audit.Sent) bool { return s.ID == d.Displaced })
		w.flows[l.sent[i].Flow].displaced++
		w.flows[l.sent[i].Flow].acted--
		l.sent = slices.Delete(l.sent, i, i+1)
	}
	if a := d.Action; a != nil {
		t.wanted++
		t.acted++
		l.touched[d.Flow] = true
		l.sent = append(l.sent, audit.Sent{At: a.Created, ID: a.ID, Flow: a.Flow, Key: a.Key, Kind: a.Kind, Channel: a.Channel, Purpose: a.Purpose,
			Priority: a.Priority, Urgent: a.Urgent, Complaint: a.Content.Ticket != nil && a.Content.Ticket.Complaint,
			Remove: a.Content.Audience != nil && a.Content.Audience.Remove})
	}
	l.spend(d, w)
}

// priorities are those of the flows, by their manifests.
var priorities = func() map[string]string {
	all := map[string]string{}
	for _, d := range functions.Flows {
		m, err := function.ParseManifest(d.Name, d.Manifest)
		if err == nil && m.Purpose == string(events.PurposeMarketing) {
			all[d.Name] = m.Priority
		}
	}
	return all
}()

func (l *life) spend(d *replay.Decision, w world) {
	s := w.budget[priorities[d.Flow]]
	switch {
	case s == nil:
	case d.Verdict == string(flow.VerdictRefused) && d.Reason == string(flow.Capped):
		s.wanted, s.capped = s.wanted+1, s.capped+1
	case d.Action != nil && d.Action.Kind == events.ActionMessage:
		s.wanted, s.sent = s.wanted+1, s.sent+1
	}
}

func (l *life) close(w world) {
	for name, t := range w.flows {
		if l.touched[name] {
			t.treated.n++
			if l.reached[name] {
				t.treated.reached++
			}
		} else if l.held[name] {
			t.control.n++
			if l.reached[name] {
				t.control.reached++
			}
		}
	}
}

func (r *result) add(o *result) {
	r.events, r.decisions, r.sent, r.moved = r.events+o.events, r.decisions+o.decisions, r.sent+o.sent, r.moved+o.moved
	r.broken, r.strange = append(r.broken, o.broken...), append(r.strange, o.strange...)
	for i, w := range o.worlds {
		for name, t := range w.flows {
			r.worlds[i].flows[name].add(t)
		}
		for name, s := range w.budget {
			mine := r.worlds[i].budget[name]
			mine.wanted, mine.capped, mine.sent = mine.wanted+s.wanted, mine.capped+s.capped, mine.sent+s.sent
		}
	}
}

func (t *tally) add(o *tally) {
	t.wanted, t.acted, t.displaced, t.putOff, t.failed, t.goals = t.wanted+o.wanted, t.acted+o.acted, t.displaced+o.displaced, t.putOff+o.putOff, t.failed+o.failed, t.goals+o.goals
	t.treated = group{t.treated.n + o.treated.n, t.treated.reached + o.treated.reached}
	t.control = group{t.control.n + o.control.n, t.control.reached + o.control.reached}
	for reason, n := range o.refused {
		t.refused[reason] += n
	}
}
