package crash

import (
	"testing"

	"github.com/stretchr/testify/require"

	_ "redthread.dev/shared/store/dynamodb"
	_ "redthread.dev/shared/store/firestore"
	_ "redthread.dev/shared/store/postgres"
	"redthread.dev/tests/emulators/stores"
)

// TestKilledOnEveryStoreItDoesWhatItDoesInPeace kills the program amid a town's days on
// the other stores, in sizes that they bear here, and holds what came of them against
// the same days lived through in peace on SQLite.
func TestKilledOnEveryStoreItDoesWhatItDoesInPeace(t *testing.T) {
	for _, c := range []struct {
		name             string
		place            func(testing.TB) string
		customers, kills int
	}{
		{"postgres", stores.Postgres, 2250, 20},
		{"firestore", stores.Firestore, 40, 6},
		{"dynamodb", stores.DynamoDB, 12, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			place := c.place(t)
			path, w, random := program(t), built(t, c.customers), chance(t)
			calm := newTrial(t, path, "calm-"+c.name, w.steps)
			calm.live(nil)
			peace := calm.outcome()
			peace.check(t, w)

			steps, copies := w.twice(random, 0.1)
			wild := newTrial(t, path, "wild-"+c.name, steps)
			wild.host.place = place
			wild.live(strikes(random, c.kills, calm.phases, 1))
			t.Logf("%d customers, %d events, %d of them twice; killed %d times: %s", c.customers, len(w.sent), copies, c.kills, wild.said())
			outcome := wild.outcome()
			outcome.check(t, w)
			require.Empty(t, differences(peace, outcome))
			require.Empty(t, wild.host.complaints())
		})
	}
}
