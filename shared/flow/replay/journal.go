package replay

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// Journal is a whole journal, to be played customer by customer.
type Journal struct {
	Store store.Store
	Rules profile.Rules
	// Customers is how many customers are played, the same ones each time; 0: all.
	Customers int
	// Others has the contacts that other flows are recorded to have had count as well.
	Others bool
	// Workers is how many goroutines read and decide.
	Workers int
	// Room is how many bytes of the journal are held in memory; of a larger one
	// the customers are played in several goes, for each of which it is read again.
	Room int64
	// Progress is told now and then; may be nil.
	Progress func(Progress)
}

// Progress is how far a replay has come.
type Progress struct {
	Read      int // events of the journal, in this go
	Customers int // that were played
	Decisions int
}

// Report is what a replay came to.
type Report struct {
	Tallies   []Tally // of each suite
	Customers int     // that were played
	Events    int     // that were folded
	Until     time.Time
	Goes      int // how often the journal was read
}

// blockSize is how many customers are played between two calls of each.
const blockSize = 1024

// Play plays the journal. When p.Until is zero, it ends with the journal's latest
// event. Each is told of every customer with events, one at a time and in an order
// that is always the same: one row for each suite, valid during the call; it may be nil.
func (j Journal) Play(ctx context.Context, p Play, each func(profile string, rows []Row) error) (Report, error) {
	var report Report
	for range p.Suites {
		report.Tallies = append(report.Tallies, newTally())
	}
	who, err := j.count(ctx)
	if err != nil {
		return report, err
	}
	piles := &piles{Journal: &j, who: who, off: []part{{}}}
	for ; len(piles.off) > 0; report.Goes++ {
		next := piles.off[len(piles.off)-1]
		piles.off = piles.off[:len(piles.off)-1]
		if err := piles.gather(ctx, next); err != nil {
			return report, err
		}
		if p.Until.IsZero() && piles.lastSorted != "" {
			if p.Until, err = store.ParseSortTime(piles.lastSorted); err != nil {
				return report, fmt.Errorf("journal: %w", err)
			}
		}
		if err := j.playAll(ctx, &p, piles.pasts(), &report, each); err != nil {
			return report, err
		}
	}
	report.Until = p.Until
	return report, nil
}

// playAll plays customers, block by block.
func (j Journal) playAll(ctx context.Context, p *Play, pasts []Past, report *Report, each func(string, []Row) error) error {
	workers := make([]*worker, j.Workers)
	for i := range workers {
		workers[i] = newWorker(p)
	}
	rows := make([][]Row, blockSize)
	for ; len(pasts) > 0; pasts = pasts[min(blockSize, len(pasts)):] {
		if err := ctx.Err(); err != nil {
			return err
		}
		block := pasts[:min(blockSize, len(pasts))]
		share(workers, len(block), func(w *worker, i int) {
			report := w.play(&block[i])
			rows[i] = report
		})
		for i := range block {
			report.Customers++
			if each != nil {
				if err := each(block[i].Profile, rows[i]); err != nil {
					return err
				}
			}
		}
		if j.Progress != nil {
			j.Progress(Progress{Customers: report.Customers, Decisions: decisions(report, workers)})
		}
	}
	for _, w := range workers {
		report.Events += w.events
		for i := range w.tallies {
			report.Tallies[i].merge(w.tallies[i])
		}
	}
	return nil
}

func decisions(report *Report, workers []*worker) int {
	n := 0
	for i := range report.Tallies {
		n += report.Tallies[i].Decisions
		for _, w := range workers {
			n += w.tallies[i].Decisions
		}
	}
	return n
}

// share has workers take n things, one after the other.
func share(workers []*worker, n int, do func(w *worker, i int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	for _, w := range workers {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(w, i)
			}
		})
	}
	all.Wait()
}

// worker plays customers one after the other.
type worker struct {
	*Play
	tallies []Tally
	events  int
	rows    []Row // of the customer that is played
}

func newWorker(p *Play) *worker {
	w := &worker{Play: p}
	for range p.Suites {
		w.tallies = append(w.tallies, newTally())
	}
	return w
}

func (w *worker) play(past *Past) []Row {
	Sort(past.Events)
	w.events += len(past.Events)
	w.rows = make([]Row, len(w.Suites))
	for i, t := range w.Customer(*past, w.see) {
		w.rows[i].Waiting = len(t.Timers)
		w.tallies[i].close(w.rows[i])
	}
	past.Events = nil // done with
	return w.rows
}

func (w *worker) see(d *Decision) { w.tallies[d.Suite].add(d, &w.rows[d.Suite]) }
