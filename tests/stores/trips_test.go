package stores

import (
	"maps"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/store"
	_ "redthread.dev/shared/store/memory"
	"redthread.dev/shared/store/storetest"
	"redthread.dev/shared/thread"
	"redthread.dev/tests/emulators/stores"
	"redthread.dev/tests/wire"
)

// extra is what DynamoDB takes beside one request for each call.
type extra struct {
	found      int64 // queries that find something, which is read by its keys
	ahead      int64 // documents that go ahead of the others of their commit
	partitions int64 // of a query, but for the first
}

// trips are what each function may cost: DESIGN §4. A flow that decides nothing reads
// once, one that acts writes once; collect takes three at most.
var trips = []struct {
	what, function string
	event          func(*errand) events.Event
	costs          storetest.Trips
	dynamodb       extra
}{
	{"a new visitor", "collect", visitor("seen"), storetest.Trips{Get: 1, Commit: 1}, extra{}},
	{"one who comes back", "collect", visitor("seen again"), storetest.Trips{Get: 2, Commit: 1}, extra{}},
	{"a duplicate", "collect", visitor("seen again"), storetest.Trips{Get: 2}, extra{}},
	{"a flow that decides nothing", "storeretarget", resolved, storetest.Trips{Get: 1}, extra{}},
	{"a customer who signs up", "collect", consents("agreed", true), storetest.Trips{Get: 1, Commit: 1}, extra{}},
	{"a consent that is given", "consent", resolved, storetest.Trips{}, extra{}},
	{"a login that merges the visitor", "collect", login, storetest.Trips{Get: 2, Commit: 1}, extra{}},
	{"a basket", "collect", basket, storetest.Trips{Get: 2, Commit: 1}, extra{}},
	{"a flow that waits", "basketrecovery", resolved, storetest.Trips{Get: 1, Commit: 1}, extra{}},
	{"the same basket once more", "basketrecovery", resolved, storetest.Trips{Get: 1}, extra{}},
	{"a tick with nothing due", "timers", tick(0), storetest.Trips{Query: 1}, extra{partitions: thread.Shards - 1}},
	{"a tick with a timer due", "timers", tick(61 * time.Minute), storetest.Trips{Query: 1}, extra{found: 1, partitions: thread.Shards - 1}},
	{"a flow that acts, which asks for products once a minute", "basketrecovery", emitted, storetest.Trips{Get: 2, Commit: 1}, extra{}},
	{"an e-mail", "email", replied, storetest.Trips{Get: 2, Commit: 2}, extra{}},
	{"an e-mail that was sent", "email", asked, storetest.Trips{Get: 1}, extra{}},
	{"a complaint", "collect", complaint, storetest.Trips{Get: 2, Commit: 1}, extra{}},
	{"a flow that acts", "socialcare", resolved, storetest.Trips{Get: 1, Commit: 1}, extra{}},
	{"a ticket", "ticket", replied, storetest.Trips{Get: 2, Commit: 2}, extra{}},
	{"an order", "collect", order, storetest.Trips{Get: 2, Commit: 1}, extra{}},
	{"its basket", "affinity", asked, storetest.Trips{Commit: 1}, extra{}},
	{"a flow whose goal it is", "basketrecovery", resolved, storetest.Trips{Get: 1, Commit: 1}, extra{}},
	{"a flow that takes note of an order", "storeretarget", resolved, storetest.Trips{Get: 1}, extra{}},
	{"a consent that is withdrawn", "collect", consents("thought better of", false), storetest.Trips{Get: 2, Commit: 1}, extra{}},
	{"nothing to be stopped, of two profiles that are one", "consent", resolved, storetest.Trips{Get: 1, Query: 4}, extra{found: 2}},
	{"a product", "collect", product, storetest.Trips{Get: 1, Commit: 1}, extra{ahead: 1}},
	{"the same once more", "collect", product, storetest.Trips{Get: 1}, extra{}},
	{"a scan in a store", "collect", scan, storetest.Trips{Get: 2, Commit: 1}, extra{}},
	{"a flow that asks what goes with it, and then whether that is there", "scanandgo", resolved, storetest.Trips{Get: 3}, extra{}},
}

func TestRoundTripsOfEachFunctionOnEachStore(t *testing.T) {
	stores.Each(t, func(t *testing.T, url string) {
		seen := &ledger{}
		relayed(t, url, seen)
		e := &errand{T: t, now: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)}
		db, err := store.Open(t.Context(), url, store.WithClock(e.clock))
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, db.Close()) })
		e.db = storetest.Counting(db)
		e.open()
		for _, customer := range []string{"the first, for whom tables are made", "mette"} {
			e.customer = strings.Fields(customer)[0]
			for _, one := range trips {
				before := one.event(e)
				e.db.Reset()
				seen.take()
				e.tell(one.function, before)
				if got := e.db.Trips(); e.customer == "mette" {
					require.Equal(t, one.costs, got, "%s: %s", one.function, one.what)
					require.Equal(t, onTheWire(url, one.costs, one.dynamodb), seen.take(), "%s: %s: requests", one.function, one.what)
				}
			}
		}
	})
}

// onTheWire is what the calls of a store are to the cloud: one request each, but for what
// DynamoDB takes beside.
func onTheWire(url string, costs storetest.Trips, dynamodb extra) map[string]int64 {
	want := map[string]int64{}
	switch {
	case strings.HasPrefix(url, "dynamodb:"):
		want["read"], want["write"], want["query"] = costs.Get+dynamodb.found, costs.Commit+dynamodb.ahead, costs.Query+dynamodb.partitions
	case strings.HasPrefix(url, "firestore:"):
		want["read"], want["write"], want["query"] = costs.Get, costs.Commit, costs.Query
	}
	maps.DeleteFunc(want, func(_ string, n int64) bool { return n == 0 })
	return want
}

var kinds = map[string]string{
	"GetItem": "read", "BatchGetItem": "read", "BatchGetDocuments": "read",
	"PutItem": "write", "DeleteItem": "write", "TransactWriteItems": "write", "Commit": "write",
	"Query": "query", "RunQuery": "query",
}

// ledger counts requests on their way to an emulator.
type ledger struct {
	mu   sync.Mutex
	seen map[string]int64
}

func (l *ledger) see(r wire.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	kind := kinds[r.Operation]
	if kind == "" {
		kind = r.Operation
	}
	if l.seen == nil {
		l.seen = map[string]int64{}
	}
	l.seen[kind]++
}

func (l *ledger) take() map[string]int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	seen := l.seen
	l.seen = map[string]int64{}
	return seen
}

// relayed puts a relay before the emulator of the URL's store, if it has one.
func relayed(t *testing.T, url string, l *ledger) {
	var r *wire.Relay
	var err error
	switch {
	case strings.HasPrefix(url, "dynamodb:"):
		r, err = wire.DynamoDB(os.Getenv(stores.DynamoDBVariable), l.see)
		require.NoError(t, err)
		t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", r.Address)
	case strings.HasPrefix(url, "firestore:"):
		r, err = wire.Firestore(os.Getenv(stores.FirestoreVariable), l.see)
		require.NoError(t, err)
		t.Setenv("FIRESTORE_EMULATOR_HOST", r.Address)
	default:
		return
	}
	t.Cleanup(func() { require.NoError(t, r.Close()) })
}
