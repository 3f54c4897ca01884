// Package crash kills the program, again and again, while a shop's days go through it,
// and holds what came of them against the same days lived through in peace.
package crash

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

var seed = flag.Uint64("crash.seed", 0, "seed of the moments of the kills; 0: a new one")

// few are the customers of the trials that need no crowd.
const few = 260

// TestInPeaceItDoesTheSameEachTime is what makes the test below worth anything.
func TestInPeaceItDoesTheSameEachTime(t *testing.T) {
	t.Parallel()
	path, w := program(t), built(t, few)
	first := newTrial(t, path, "first", w.steps)
	first.live(nil)
	second := newTrial(t, path, "second", w.steps)
	second.live(nil)
	require.Empty(t, differences(first.outcome(), second.outcome()))
}

// TestKilledTwentyTimesItDoesWhatItDoesInPeace sends each event until it is taken, and
// some twice; each (flow, business key) must come to just what it comes to where nothing
// is sent twice and nothing is killed.
func TestKilledTwentyTimesItDoesWhatItDoesInPeace(t *testing.T) {
	t.Parallel()
	customers, n := 2250, 20
	if testing.Short() {
		customers, n = few, 6
	}
	path, w, random := program(t), built(t, customers), chance(t)
	t.Logf("%d customers, %d events, %d of them poisoned", customers, len(w.sent), len(w.poisoned))

	calm := newTrial(t, path, "calm", w.steps)
	calm.live(nil)
	peace := calm.outcome()
	t.Logf("in peace: %s", calm.said())
	t.Logf("it comes to %s", peace.said())
	peace.check(t, w)

	steps, copies := w.twice(random, 0.1)
	wild := newTrial(t, path, "wild", steps)
	wild.live(strikes(random, n, calm.phases, 1))
	t.Logf("killed %d times, %d events sent twice: %s", n, copies, wild.said())
	require.GreaterOrEqual(t, wild.amid, n/3, "kills that struck amid work")
	outcome := wild.outcome()
	outcome.check(t, w)
	require.Empty(t, differences(peace, outcome))
	require.Empty(t, wild.host.complaints())
}

// chance is what the kills' moments come from.
func chance(t *testing.T) *rand.Rand {
	from := *seed
	if from == 0 {
		from = rand.Uint64()
	}
	t.Logf("again with -crash.seed=%d", from)
	return rand.New(rand.NewPCG(from, 1))
}

// strike is one kill.
type strike struct {
	after time.Duration // of a phase
	birth float64       // and once more after this part of the time it takes to start up; 0: not
}

// strikes are moments spread over all of the time that the phases took: of each three
// so many while timers come due, the others while events come in; every fifth is
// followed at once by another.
func strikes(random *rand.Rand, n int, phases []phase, ofThree int) [][]strike {
	all := make([][]strike, len(phases))
	for i := 0; i < n; i++ {
		timers := i%3 < ofThree
		var total time.Duration
		for _, p := range phases {
			if p.timers == timers {
				total += p.took
			}
		}
		at := time.Duration(random.Int64N(int64(total)))
		for j, p := range phases {
			if p.timers != timers {
				continue
			}
			if at < p.took {
				s := strike{after: at * 9 / 10}
				if i%5 == 4 && i+1 < n {
					s.birth = random.Float64()
					i++
				}
				all[j] = append(all[j], s)
				break
			}
			at -= p.took
		}
	}
	return all
}

// differences are the documents that are not the same, and their two texts.
func differences(want, got *outcome) []string {
	var all []string
	for name, text := range want.documents {
		if other, ok := got.documents[name]; !ok {
			all = append(all, fmt.Sprintf("%s is missing: %s", name, text))
		} else if other != text {
			all = append(all, fmt.Sprintf("%s is\n   %s\nnot\n   %s", name, other, text))
		}
	}
	for name, text := range got.documents {
		if _, ok := want.documents[name]; !ok {
			all = append(all, fmt.Sprintf("%s is too much: %s", name, text))
		}
	}
	slices.Sort(all)
	return all[:min(len(all), 20)]
}

// tick is what the machine's clock says every minute.
func tick(n int, at time.Time) (events.Event, error) {
	return events.New("/crash/clock", fmt.Sprintf("%s-%d", at.Format(time.RFC3339Nano), n), at.UTC(), events.TimerTick{})
}
