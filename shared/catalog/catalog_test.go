package catalog

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
)

// counted counts round trips, and can hold them up or make them fail.
type counted struct {
	store.Store
	gets, queries, keys atomic.Int64
	hold                chan struct{}
	fail                atomic.Pointer[error]
}

func (c *counted) Get(ctx context.Context, keys ...store.Key) ([]store.Document, error) {
	c.gets.Add(1)
	c.keys.Add(int64(len(keys)))
	if c.hold != nil {
		select {
		case <-c.hold:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if err := c.fail.Load(); err != nil {
		return nil, *err
	}
	return c.Store.Get(ctx, keys...)
}

func (c *counted) Query(ctx context.Context, q store.Query) iter.Seq2[store.Document, error] {
	c.queries.Add(1)
	return c.Store.Query(ctx, q)
}

// chain is a shop with a product, three stores and some stock.
func chain(t *testing.T) *counted {
	s := memory.New()
	put(t, s, boot(100), Stamp{noon, "pim 1"})
	for id, at := range map[string]events.Geo{"aar": aarhus, "cph": copenhagen, "mmx": malmo} {
		put(t, s, shopIn(id, at), Stamp{noon, "pim " + id})
	}
	put(t, s, events.StockChanged{StoreID: "cph", SKU: "BOOT-42", Available: 3, AsOf: noon}, Stamp{noon, "till 1"})
	return &counted{Store: s}
}

var everything = Need{
	SKUs: []string{"BOOT-42", "BOOT-42", "GONE", ""}, StoreIDs: []string{"cph"},
	Stock: []StockOf{{"cph", "BOOT-42"}, {"aar", "BOOT-42"}, {"", "BOOT-42"}}, AllStores: true,
}

func TestFactsAreWhatWasAskedFor(t *testing.T) {
	facts, err := New(chain(t), time.Now).Facts(t.Context(), everything)
	require.NoError(t, err)
	p, ok := facts.Product("BOOT-42")
	require.True(t, ok)
	require.Equal(t, "Boot", p.Name)
	_, ok = facts.Product("GONE")
	require.False(t, ok)
	s, ok := facts.Stock("cph", "BOOT-42")
	require.True(t, ok)
	require.Equal(t, 3, s.Available)
	_, ok = facts.Stock("aar", "BOOT-42")
	require.False(t, ok, "nobody has said")
	near := facts.Nearest(malmo, 2)
	require.Equal(t, "mmx", near[0].Store.StoreID)
	require.Equal(t, "cph", near[1].Store.StoreID)
	require.InDelta(t, 28_500, near[1].Metres, 500)
	h, ok := facts.Hours("cph")
	require.True(t, ok)
	require.True(t, h.OpenAt(noon))
	_, ok = facts.Hours("nowhere")
	require.False(t, ok)
	_, ok = Facts{}.Product("BOOT-42")
	require.False(t, ok)
}

func TestFactsMadeByHandAreLikeThoseRead(t *testing.T) {
	read, err := New(chain(t), time.Now).Facts(t.Context(), Need{SKUs: []string{"BOOT-42"}, StoreIDs: []string{"cph"}})
	require.NoError(t, err)
	p, _ := read.Product("BOOT-42")
	s, _ := read.Store("cph")
	made := NewFacts([]Product{p}, []Store{s}, []Stock{{StoreID: "cph", SKU: "BOOT-42", Available: 1}})
	require.Equal(t, read.Stores(), made.Stores())
	again, _ := made.Product("BOOT-42")
	require.Equal(t, p, again)
	_, ok := made.Hours("cph")
	require.True(t, ok)
	_, ok = made.Stock("cph", "BOOT-42")
	require.True(t, ok)
}

func TestWhatIsNotAtHandTakesOneRoundTripAMinute(t *testing.T) {
	s, now := chain(t), noon
	c := New(s, func() time.Time { return now })
	ask := func() {
		_, err := c.Facts(t.Context(), everything)
		require.NoError(t, err)
	}
	ask()
	require.EqualValues(t, 1, s.gets.Load())
	require.EqualValues(t, 5, s.keys.Load(), "each document once, those that do not exist too")
	require.EqualValues(t, 1, s.queries.Load())
	now = now.Add(59 * time.Second)
	ask()
	require.EqualValues(t, 1, s.gets.Load(), "all of it is at hand")
	require.EqualValues(t, 1, s.queries.Load())
	now = now.Add(time.Second)
	ask()
	require.EqualValues(t, 2, s.gets.Load())
	require.EqualValues(t, 2, s.queries.Load())
}

func TestWhatIsNeededThenTakesASecondRoundTripUnlessItIsAtHand(t *testing.T) {
	s := chain(t)
	c := New(s, time.Now)
	need := Need{AllStores: true, Then: func(known Facts) (n Need) {
		for _, near := range known.Nearest(copenhagen, 1) {
			n.Stock = append(n.Stock, StockOf{near.Store.StoreID, "BOOT-42"})
		}
		return n
	}}
	for range 2 {
		facts, err := c.Facts(t.Context(), need)
		require.NoError(t, err)
		stock, ok := facts.Stock("cph", "BOOT-42")
		require.True(t, ok)
		require.Equal(t, 3, stock.Available)
		require.EqualValues(t, 1, s.queries.Load())
		require.EqualValues(t, 1, s.gets.Load())
	}
}

func TestNothingNeededIsNothingRead(t *testing.T) {
	s := chain(t)
	_, err := New(s, time.Now).Facts(t.Context(), Need{SKUs: []string{""}})
	require.NoError(t, err)
	require.Zero(t, s.gets.Load())
}

func TestOfManyWhoAskAtOnceOneReads(t *testing.T) {
	s := chain(t)
	s.hold = make(chan struct{})
	c := New(s, time.Now)
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			facts, err := c.Facts(t.Context(), Need{SKUs: []string{"BOOT-42"}, Stock: []StockOf{{"cph", "BOOT-42"}}})
			_, product := facts.Product("BOOT-42")
			_, stock := facts.Stock("cph", "BOOT-42")
			if err != nil || !product || !stock {
				t.Errorf("product %v, stock %v, %v", product, stock, err)
			}
		})
	}
	require.Eventually(t, func() bool { return s.gets.Load() == 1 }, time.Second, time.Millisecond)
	close(s.hold)
	all.Wait()
	require.EqualValues(t, 1, s.gets.Load())
}

func TestOneWhoGivesUpDoesNotMakeTheOthersFail(t *testing.T) {
	s := chain(t)
	s.hold = make(chan struct{})
	c := New(s, time.Now)
	ctx, giveUp := context.WithCancel(t.Context())
	gaveUp := make(chan error, 1)
	go func() {
		_, err := c.Facts(ctx, Need{SKUs: []string{"BOOT-42"}})
		gaveUp <- err
	}()
	require.Eventually(t, func() bool { return s.gets.Load() == 1 }, time.Second, time.Millisecond)
	patient := make(chan error, 1)
	go func() {
		_, err := c.Facts(t.Context(), Need{SKUs: []string{"BOOT-42"}})
		patient <- err
	}()
	giveUp()
	require.ErrorIs(t, <-gaveUp, context.Canceled)
	close(s.hold)
	require.NoError(t, <-patient)
}

func TestAFailureIsToldAndNotKept(t *testing.T) {
	s, down := chain(t), errors.New("store is down")
	c := New(s, time.Now)
	s.fail.Store(&down)
	_, err := c.Facts(t.Context(), everything)
	require.ErrorIs(t, err, down)
	require.EqualError(t, err, "read catalogue: store is down")
	s.fail.Store(nil)
	_, err = c.Facts(t.Context(), everything)
	require.NoError(t, err)
}

func TestTheCacheStaysWithinItsSize(t *testing.T) {
	c := newCache(100)
	for i := range 10_000 {
		c.put(ProductKey(fmt.Sprint(i)), answer{i, noon.Add(keep)})
		if _, ok := c.get(ProductKey("0"), noon); !ok {
			t.Fatal("what is asked for all the time is dropped")
		}
		require.LessOrEqual(t, len(c.young)+len(c.old), 100)
	}
	_, ok := c.get(ProductKey("1"), noon)
	require.False(t, ok)
}
