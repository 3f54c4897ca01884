package replay

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/functions"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/flow/replay"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// TestAJournalIsPlayedAsEachOfItsCustomersWouldBe: what is read at once, in any number
// of goes and by any number of workers, of customers who are skipped and events that
// are never read, gives what reading every customer's whole history entry by entry gives.
func TestAJournalIsPlayedAsEachOfItsCustomersWouldBe(t *testing.T) {
	ctx := context.Background()
	s, journalled := recorded(t, 150, 8)
	facts, err := catalog.Whole(ctx, s)
	require.NoError(t, err)
	until := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	for _, d := range functions.Flows {
		p := replay.Play{Suites: [][]*flow.Flow{{made(t, d, nil)}, {made(t, d, map[string]string{"QUIET": "off"})}}, Facts: facts, Until: until}
		want, customers := alone(t, s, p)
		for _, j := range []replay.Journal{{Workers: 1, Room: 1 << 30}, {Workers: 3, Room: 200 << 10}} {
			j.Store, j.Rules = s, rules
			got := map[string][]replay.Row{}
			report, err := j.Play(ctx, p, func(id string, rows []replay.Row) error {
				got[id] = append([]replay.Row{}, rows...)
				return nil
			})
			require.NoError(t, err)
			require.Equal(t, want, got, d.Name)
			require.Equal(t, customers, report.Customers)
			require.Greater(t, journalled, report.Events, "the catalogue's events are no customer's")
			require.Equal(t, j.Room < 1<<20, report.Goes > 1)
			for i, tally := range report.Tallies {
				require.Equal(t, summed(want, i), tally.Decisions)
			}
		}
	}
}

func summed(rows map[string][]replay.Row, suite int) (decisions int) {
	for _, r := range rows {
		decisions += r[suite].Decisions
	}
	return decisions
}

// alone plays every customer from entries that are read the long way.
func alone(t *testing.T, s store.Store, p replay.Play) (rows map[string][]replay.Row, customers int) {
	t.Helper()
	rows = map[string][]replay.Row{}
	for doc, err := range s.Query(context.Background(), store.Query{Collection: profile.Collection}) {
		require.NoError(t, err)
		past := replay.Past{Profile: doc.Key.ID}
		for doc, err := range s.Query(context.Background(), profile.History(doc.Key.ID)) {
			require.NoError(t, err)
			entry, err := profile.ReadEntry(doc)
			require.NoError(t, err)
			e, err := replay.FromEntry(entry, rules)
			require.NoError(t, err)
			past.Events = append(past.Events, e)
		}
		row := make([]replay.Row, len(p.Suites))
		threads := p.Customer(past, func(d *replay.Decision) {
			require.NoError(t, d.Err)
			r := &row[d.Suite]
			r.Decisions++
			if d.Action != nil {
				r.Actions++
			}
			if d.Verdict == string(flow.VerdictRefused) {
				r.Refused++
				r.HeldOut = r.HeldOut || d.Reason == string(flow.HeldOut)
			}
			if d.Goal && d.Touched {
				r.Conversions++
			}
		})
		for i := range threads {
			row[i].Waiting = len(threads[i].Timers)
		}
		rows[doc.Key.ID] = row
		customers++
	}
	return rows, customers
}
