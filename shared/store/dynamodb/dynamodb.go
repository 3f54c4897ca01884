// Package dynamodb keeps documents in Amazon DynamoDB, a table for each collection.
//
// The URL dynamodb://eu-north-1/shop names the region and what the tables' names begin
// with: shop-profiles, shop-threads. A table for each collection costs nothing extra on
// demand, and gives operations one name, one set of metrics, one policy, one
// point-in-time recovery and one expiry for each; a walk of a whole collection pays for
// that collection only. Transactions and batches span tables.
// Credentials, profiles and endpoints are found as all AWS programs find them
// (AWS_ACCESS_KEY_ID, AWS_PROFILE, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_DYNAMODB, …).
// Opening calls nobody, so that a function is ready at once. A missing table or index is
// an error at its first use, unless ?create=true was said or the endpoint is on this
// machine, as an emulator is: then it is made.
//
// Item: id (S, the hash key), version (N), data (M: the JSON object in native types; what
// has none is a map with the one member $json, see encode), part, sort and place (S),
// until (N, milliseconds) and expires (N, seconds: the table's TTL attribute). Reads
// never return what has expired, whether DynamoDB has deleted it yet (within days) or not.
//
// Index: "sorted", hash key part, range key place (sort, NUL, id), sparse, projecting
// KEYS_ONLY. DynamoDB orders strings by their UTF-8 bytes. Projecting ALL would write
// each indexed document twice, and thrice when its place changes: at USD 0.625 a million
// write units and 0.125 a million read units (on demand, us-east-1, November 2024) a
// thread of 3 KB whose next timer moves costs 3 + 6 units with ALL, 3 + 2 with KEYS_ONLY,
// and nothing for the index when its place stays. Reading it back by key costs one read
// unit: USD 1.38 against 3.75 a million timers that are set and read once.
//
// Consistency: Get and whole-collection walks are strongly consistent. The index is not
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html): a query may
// miss what was committed a moment ago, usually well under a second. What it finds is then
// read by key, strongly consistent: so it is as it is now, and left out if it has moved. A
// page is two calls for this reason. Several documents of one Get are each up to date but
// not one snapshot: a commit on their versions finds out.
//
// Rights on the tables and their index: GetItem, BatchGetItem, Query, Scan, PutItem and
// DeleteItem, which transactions need too; to make tables CreateTable, DescribeTable and
// UpdateTimeToLive.
//
// Limits: an item is at most 400 KB and a transaction 4 MB as DynamoDB counts
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html),
// which for lists of small values is up to twice their JSON: more is store.ErrTooLarge
// before any call.
package dynamodb

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"redthread.dev/shared/store"
)

func init() {
	store.Register("dynamodb", "dynamodb://REGION/PREFIX[?create=true]", func(ctx context.Context, url string, o store.Options) (store.Store, error) {
		return open(ctx, url, o.Clock)
	})
}

// tables is an open store: the tables with one prefix in one region.
type tables struct {
	client         *dynamodb.Client
	region, prefix string
	create         bool // make the tables that are missing
	now            func() time.Time
	versions       versions

	making sync.Mutex
	made   map[string]time.Time // when, for the tables this store has made

	gate store.Gate
}

// Close implements store.Store. Calls under way are finished first.
func (t *tables) Close() error {
	t.gate.Close()
	return nil
}

func (t *tables) table(collection string) string { return t.prefix + "-" + collection }

// collection is the reverse of table.
func (t *tables) collection(table string) string { return strings.TrimPrefix(table, t.prefix+"-") }

// versions gives out versions that grow: microseconds since 1970 times 1024, plus chance
// in the last ten bits so that two processes do not give out the same. It is never behind
// a version this process has seen, whatever the clocks say, so that they grow over
// deletion too (as a hybrid logical clock: Kulkarni et al., OPODIS 2014).
type versions struct{ last atomic.Int64 }

func (v *versions) next(now time.Time, chance int64) int64 {
	for {
		last := v.last.Load()
		next := max(now.UnixMicro()<<10|chance&1023, last+1)
		if v.last.CompareAndSwap(last, next) {
			return next
		}
	}
}

func (v *versions) seen(version int64) {
	for {
		last := v.last.Load()
		if version <= last || v.last.CompareAndSwap(last, version) {
			return
		}
	}
}
