package replay

import (
	"errors"
	"sync"
	"sync/atomic"
)

// share has workers do n things, each the next that nobody does yet.
func share(workers []*worker, n int, do func(w *worker, i int) error) error {
	var next atomic.Int64
	var all sync.WaitGroup
	errs := make([]error, len(workers))
	for who, w := range workers {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && errs[who] == nil; i = int(next.Add(1)) - 1 {
				errs[who] = do(w, i)
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// worker plays customers one after the other.
type worker struct {
	*Play
	from    *piles
	reader  *Reader
	room    []Event
	tallies []Tally
	events  int
	rows    []Row // of the customer that is played
}

func newWorker(p *Play, from *piles) *worker {
	w := &worker{Play: p, from: from, reader: NewReader(from.Rules)}
	for range p.Suites {
		w.tallies = append(w.tallies, newTally())
	}
	return w
}

func (w *worker) play(one *pile) ([]Row, error) {
	w.rows = make([]Row, len(w.Suites))
	w.events += len(one.docs)
	all := record(w.from.all.with(one.docs), w.reader, w.room)
	w.room = all.events
	if all.cut(w.handles); all.last < 0 {
		return w.rows, nil
	}
	all.warm()
	threads, err := w.Play.play(Past{Profile: one.profile, Thread: w.from.who.threads[one.profile]}, all, w.see)
	if err != nil {
		return nil, err
	}
	for i, t := range threads {
		w.rows[i].Waiting = len(t.Timers)
		w.tallies[i].close(w.rows[i])
	}
	return w.rows, nil
}

func (w *worker) handles(eventType string) bool {
	for _, flows := range w.Suites {
		for _, f := range flows {
			if f.Handles(eventType) {
				return true
			}
		}
	}
	return false
}

func (w *worker) see(d *Decision) { w.tallies[d.Suite].add(d, &w.rows[d.Suite]) }
