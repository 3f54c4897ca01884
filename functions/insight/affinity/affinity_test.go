package affinity

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
	"redthread.dev/shared/store/storetest"
	"redthread.dev/shared/together"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// shop has a learner, or several after another, on one store.
type shop struct {
	*testing.T
	now   time.Time
	store store.Store
	fn    *function.Function
	log   bytes.Buffer
}

func newShop(t *testing.T) *shop {
	s := &shop{T: t, now: noon}
	s.store = memory.New(store.WithClock(func() time.Time { return s.now }))
	s.open(s.store)
	return s
}

// daily is how the function is set: it learns nothing before it is told how often.
var daily = map[string]map[string]string{name: {"EVERY": "24h"}}

// open starts the function anew on a store.
func (s *shop) open(on store.Store) {
	var err error
	s.fn, err = Spec.New(function.Env{Override: daily, Store: on, Now: func() time.Time { return s.now }, Log: slog.New(slog.NewTextHandler(&s.log, nil))})
	require.NoError(s, err)
}

func (s *shop) order(number string, skus ...string) events.Event {
	order := events.OrderPlaced{OrderID: number, Delivery: events.DeliveryCarriedOut, Total: events.Money{Amount: 100, Currency: "DKK"}}
	order.Place = events.PlaceStore
	for _, sku := range skus {
		order.Lines = append(order.Lines, events.Line{SKU: sku, Quantity: 1, Price: events.Money{Amount: 100, Currency: "DKK"}})
	}
	e, err := events.New("/till", number, s.now, order)
	require.NoError(s, err)
	return e
}

func (s *shop) tell(e events.Event) error {
	reply, err := s.fn.Guard()(context.Background(), e)
	require.Nil(s, reply)
	return err
}

func (s *shop) sell(number string, skus ...string) {
	require.NoError(s, s.tell(s.order(number, skus...)))
}

func (s *shop) bought(sku string) together.Bought {
	docs, err := s.store.Get(context.Background(), together.Key(sku))
	require.NoError(s, err)
	b, err := together.Read(docs[0])
	require.NoError(s, err)
	return b
}

func (s *shop) pass(d time.Duration) { s.now = s.now.Add(d) }

func TestWhatWasBoughtIsCountedInTheCourseOfALaterOrder(t *testing.T) {
	s := newShop(t)
	s.sell("1", "yarn", "needles")
	s.sell("2", "yarn", "yarn", "needles")
	s.sell("3", "glue")
	require.Zero(t, s.bought("yarn").Baskets)
	s.pass(25 * time.Hour)
	s.sell("4", "yarn", "glue")
	require.Equal(t, 2, s.bought("yarn").Baskets)
	require.Equal(t, []together.Partner{{SKU: "needles", Times: 2, Share: 2. / 3}}, s.bought("yarn").With)
	require.Equal(t, 1, s.bought("glue").Baskets)
	s.pass(time.Hour)
	s.sell("5", "glue")
	require.Equal(t, 1, s.bought("glue").Baskets, "not before the next day")
	s.pass(24 * time.Hour)
	s.open(s.store) // a new instance, which knows only what is kept
	s.sell("6", "glue")
	require.Equal(t, 3, s.bought("glue").Baskets)
	require.Equal(t, 3, s.bought("yarn").Baskets)
}

func TestAnOrderThatIsToldTwiceCountsOnce(t *testing.T) {
	s := newShop(t)
	first := s.order("1", "yarn", "needles")
	for range 3 {
		require.NoError(t, s.tell(first))
	}
	s.pass(25 * time.Hour)
	require.NoError(t, s.tell(first))
	s.pass(25 * time.Hour)
	s.sell("2", "yarn")
	require.Equal(t, 1, s.bought("yarn").Baskets)
}

func TestItComesToTheSameWhicheverCallOfTheStoreFails(t *testing.T) {
	play := func(wrap func(store.Store) store.Store) map[string][]int {
		s := newShop(t)
		s.open(wrap(s.store))
		sell := func(number string, skus ...string) {
			e := s.order(number, skus...)
			for try := 0; s.tell(e) != nil; try++ {
				require.Less(t, try, 2)
			}
			s.pass(20 * time.Minute)
		}
		for day := range 3 {
			for i := range 4 {
				sell(fmt.Sprint(day, "-", i), "yarn", fmt.Sprint("p", i), fmt.Sprint("q", day))
			}
			s.pass(23 * time.Hour)
			sell(fmt.Sprint(day, "+"), "glue")
		}
		s.pass(24 * time.Hour)
		sell("last", "tape") // in the course of which all is counted, or of the next
		sell("very last", "tape")
		counts := map[string][]int{}
		for d, err := range s.store.Query(t.Context(), store.Query{Collection: together.Collection}) {
			require.NoError(t, err)
			b, err := together.Read(d)
			require.NoError(t, err)
			counts[b.SKU] = []int{b.Baskets}
			for _, p := range b.With {
				counts[b.SKU+" with "+p.SKU] = []int{p.Times, p.Over}
			}
		}
		delete(counts, "tape")
		return counts
	}
	whole := play(func(db store.Store) store.Store { return db })
	require.Equal(t, []int{12}, whole["yarn"])
	require.Equal(t, []int{4, 0}, whole["yarn with q2"])
	for n := 1; ; n++ {
		for _, breaking := range []func(store.Store, int) *storetest.Failure{storetest.Failing, storetest.Losing} {
			var broken *storetest.Failure
			got := play(func(db store.Store) store.Store {
				broken = breaking(db, n)
				return broken
			})
			require.Equal(t, whole, got, "call %d failed", n)
			if broken.Calls() < n {
				return
			}
		}
	}
}

func TestTwoWhoCountAtOnceCountOnce(t *testing.T) {
	s := newShop(t)
	for i := range 700 {
		s.sell(fmt.Sprint(i), "yarn", fmt.Sprint("p", i%90))
	}
	s.pass(25 * time.Hour)
	var all sync.WaitGroup
	for i := range 8 {
		fn, err := Spec.New(function.Env{Override: daily, Store: s.store, Now: func() time.Time { return s.now }, Log: slog.New(slog.DiscardHandler)})
		require.NoError(t, err)
		all.Go(func() {
			_, err := fn.Guard()(t.Context(), s.order(fmt.Sprint("at once ", i), "glue"))
			require.NoError(t, err)
		})
	}
	all.Wait()
	s.pass(2 * time.Minute)
	s.sell("after", "glue")
	require.Equal(t, 700, s.bought("yarn").Baskets, "in two batches")
	require.Len(t, s.bought("yarn").With, 90)
}

func TestWhatSaysNothingOfWhatGoesTogetherIsLetBe(t *testing.T) {
	s := newShop(t)
	bad := s.order("bad", "yarn")
	bad.DataEncoded = []byte(`{"order_id":7}`)
	require.NoError(t, s.tell(bad), "collect tells whoever sent it")
	var stock []string
	for i := range together.Most + 1 {
		stock = append(stock, fmt.Sprint("p", i))
	}
	s.sell("a retailer's", stock...)
	s.pass(25 * time.Hour)
	s.sell("1", "yarn")
	for d, err := range s.store.Query(t.Context(), store.Query{Collection: together.Baskets}) {
		require.NoError(t, err)
		require.True(t, d.Key == tallyKey || d.Key == together.BasketKey("/till", "1"), d.Key)
	}
}

func TestWhatCannotBeReadStopsNothing(t *testing.T) {
	s := newShop(t)
	s.sell("1", "yarn", "needles")
	require.NoError(t, s.store.Commit(t.Context(),
		store.Write{Key: together.Key("needles"), Data: []byte(`{"with":7}`)},
		store.Write{Key: together.BasketKey("/till", "x"), Data: []byte(`{"skus":7}`), Entry: store.Entry{Partition: "all", Sort: store.SortTime(s.now)}}))
	s.pass(25 * time.Hour)
	s.sell("2", "yarn")
	require.Equal(t, 1, s.bought("needles").Baskets)
	require.Contains(t, s.log.String(), "baskets/"+together.BasketKey("/till", "x").ID)
	require.Contains(t, s.log.String(), "together/needles")
}

func TestBasketsAreForgottenAfterAWeek(t *testing.T) {
	s := newShop(t)
	s.sell("1", "yarn")
	s.pass(together.Keep)
	docs, err := s.store.Get(t.Context(), together.BasketKey("/till", "1"))
	require.NoError(t, err)
	require.False(t, docs[0].Exists())
}

func TestManifestAndSettingsAgree(t *testing.T) {
	m, err := function.ParseManifest(name, manifest)
	require.NoError(t, err)
	require.Equal(t, function.Defaults(Spec.Settings), m.Settings)
}

func TestNothingIsWrittenUntilItIsToldHowOftenToCount(t *testing.T) {
	s := newShop(t)
	var err error
	s.fn, err = Spec.New(function.Env{Store: s.store, Now: func() time.Time { return s.now }})
	require.NoError(t, err)
	require.NoError(t, s.tell(s.order("1", "yarn", "needles")))
	for d, err := range s.store.Query(t.Context(), store.Query{Collection: together.Baskets}) {
		require.NoError(t, err)
		require.Fail(t, "a basket was kept", d.Key)
	}
}
