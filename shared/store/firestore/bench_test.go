package firestore_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"cloud.google.com/go/firestore"
	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
	"redthread.dev/tests/emulators/stores"
)

// What a flow that acts writes: a profile of 3 KB, and two small documents anew.
var (
	profile = profileOf(24)
	small   = fmt.Appendf(nil, `{"status":"requested","by":%q}`, strings.Repeat("abcdefghij", 17))
)

const (
	customers = 1000
	rounds    = 5
)

// profileOf is one with so many recent views, as a shop's customer has them.
func profileOf(views int) []byte {
	list := make([]string, views)
	for i := range list {
		list[i] = fmt.Sprintf(`{"sku":"SKU-%05d","at":"2026-11-%02dT08:30:00Z","price":%d.95,"times":%d,"category":"kitchen/pots"}`, i*7919%99_999, i%28+1, i*13, i)
	}
	return fmt.Appendf(nil, `{"traits":{"first":"Åse","city":"Aarhus","points":1234},"views":[%s]}`, strings.Join(list, ","))
}

var numbers atomic.Int64

func profileID(i int) string { return fmt.Sprintf("0190a6e2-7000-7000-8000-%012d", i) }
func newID(n int) string     { return fmt.Sprintf("%016x", uint64(n)*0x9e3779b97f4a7c15) }

// measured does it n times from so many goroutines.
func measured(t testing.TB, n, workers int, do func() error) (perSecond, cpu float64) {
	var left atomic.Int64
	left.Store(int64(n))
	var wait sync.WaitGroup
	begun, used := time.Now(), spent(t)
	for range workers {
		wait.Go(func() {
			for left.Add(-1) >= 0 {
				if err := do(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	return float64(n) / time.Since(begun).Seconds(), float64((spent(t) - used).Microseconds()) / float64(n)
}

// spent is the time this process has had of the processor; the emulator has its own.
func spent(t testing.TB) time.Duration {
	var u syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkCommit is beside Google's client, which decodes the same JSON and commits it
// in a batch under the same preconditions.
func BenchmarkCommit(b *testing.B) {
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			url := stores.Firestore(b)
			s, err := store.Open(context.Background(), url)
			require.NoError(b, err)
			bare, err := firestore.NewClient(context.Background(), strings.TrimPrefix(url, "firestore://"))
			require.NoError(b, err)
			b.Cleanup(func() { s.Close(); bare.Close() })
			ours, floor := func() error { return act(s) }, func() error { return actBare(bare) }
			each := max(b.N/rounds, 100)
			measured(b, 200, writers, ours)
			measured(b, 200, writers, floor)
			b.ResetTimer()
			var rates, floors, cpus, floorCPUs, ratios []float64
			for range rounds {
				floorRate, floorCPU := measured(b, each, writers, floor)
				rate, cpu := measured(b, each, writers, ours)
				rates, floors = append(rates, rate), append(floors, floorRate)
				cpus, floorCPUs, ratios = append(cpus, cpu), append(floorCPUs, floorCPU), append(ratios, cpu/floorCPU)
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(median(rates), "op/s")
			b.ReportMetric(median(floors), "bare-op/s")
			b.ReportMetric(median(cpus), "cpu-µs")
			b.ReportMetric(median(floorCPUs), "bare-cpu-µs")
			b.ReportMetric(median(ratios), "×bare-cpu")
		})
	}
}

func median(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}

func act(s store.Store) error {
	n := int(numbers.Add(1))
	return s.Commit(context.Background(),
		put(store.Key{Collection: "profiles", ID: profileID(n * 7919 % customers)}, store.Unchecked, string(profile)),
		put(store.Key{Collection: "journal", ID: newID(n)}, 0, string(small)),
		put(store.Key{Collection: "actions", ID: newID(n)}, 0, string(small)))
}

func actBare(c *firestore.Client) error {
	n := int(numbers.Add(1))
	fields := func(id string, data []byte) map[string]any {
		var object map[string]any
		if err := json.Unmarshal(data, &object); err != nil {
			panic(err)
		}
		return map[string]any{"id": id, "data": object, "commit": n}
	}
	_, err := c.Batch().
		Set(c.Collection("bareprofiles").Doc(profileID(n*7919%customers)), fields(profileID(n*7919%customers), profile)).
		Create(c.Collection("barejournal").Doc(newID(n)), fields(newID(n), small)).
		Create(c.Collection("bareactions").Doc(newID(n)), fields(newID(n), small)).
		Commit(context.Background())
	return err
}
