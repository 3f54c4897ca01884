package replay

import (
	"context"
	"errors"
	"fmt"
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
	Events    int     // in their journals
	Until     time.Time
	Goes      int           // how often the journal was read
	Reading   time.Duration // the part of the time before anything was decided on: who is who, and the journal
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
	began := time.Now()
	who, err := j.count(ctx)
	if err != nil {
		return report, err
	}
	report.Reading = time.Since(began)
	piles := &piles{Journal: &j, who: who, off: []part{{}}}
	for ; len(piles.off) > 0; report.Goes++ {
		next := piles.off[len(piles.off)-1]
		piles.off = piles.off[:len(piles.off)-1]
		began := time.Now()
		if err := piles.gather(ctx, next); err != nil {
			return report, err
		}
		report.Reading += time.Since(began)
		if p.Until.IsZero() && piles.last != "" {
			if p.Until, err = store.ParseSortTime(piles.last); err != nil {
				return report, fmt.Errorf("journal: %w", err)
			}
		}
		if err := j.playAll(ctx, &p, piles, &report, each); err != nil {
			return report, err
		}
	}
	report.Until = p.Until
	return report, nil
}

// playAll plays the customers that were gathered, block by block.
func (j Journal) playAll(ctx context.Context, p *Play, gathered *piles, report *Report, each func(string, []Row) error) error {
	workers := make([]*worker, j.Workers)
	for i := range workers {
		workers[i] = newWorker(p, gathered)
	}
	defer func() {
		for _, w := range workers {
			report.Events += w.events
			for i := range w.tallies {
				report.Tallies[i].merge(w.tallies[i])
			}
		}
	}()
	rows := make([][]Row, blockSize)
	for all := gathered.sorted(); len(all) > 0; all = all[min(blockSize, len(all)):] {
		block := all[:min(blockSize, len(all))]
		err := errors.Join(ctx.Err(), share(workers, len(block), func(w *worker, i int) (err error) {
			rows[i], err = w.play(block[i])
			return err
		}))
		if err != nil {
			return err
		}
		for i, one := range block {
			report.Customers++
			if each != nil {
				if err := each(one.profile, rows[i]); err != nil {
					return err
				}
			}
		}
		clear(block) // done with
		if j.Progress != nil {
			j.Progress(Progress{Customers: report.Customers, Decisions: decisions(report, workers)})
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
