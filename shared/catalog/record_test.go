package catalog

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func boot(price int64) events.ProductChanged {
	return events.ProductChanged{SKU: "BOOT-42", Name: "Boot", Categories: []string{"shoes"}, Price: events.Money{Amount: price, Currency: "DKK"}}
}

func shopIn(id string, at events.Geo) events.StoreChanged {
	return events.StoreChanged{StoreID: id, Name: "Shop " + id, Geo: at, TimeZone: "Europe/Copenhagen",
		Address: events.Address{City: "København", Country: "DK"}, OpeningHours: "Mo-Fr 10:00-18:00; PH off"}
}

// put keeps what an event says as collect does, and tells whether it was news.
func put(t testing.TB, s store.Store, data events.Data, by Stamp) bool {
	t.Helper()
	r, ok := RecordOf(data, by)
	require.True(t, ok)
	old, err := s.Get(t.Context(), r.Key())
	require.NoError(t, err)
	w, newer, err := r.Over(old[0])
	require.NoError(t, err)
	if newer {
		require.NoError(t, s.Commit(t.Context(), w))
	}
	return newer
}

func TestALaterEventReplacesADocumentAndAnEarlierDoesNot(t *testing.T) {
	s := memory.New()
	require.True(t, put(t, s, boot(100), Stamp{noon, "pim 1"}))
	require.True(t, put(t, s, boot(300), Stamp{noon.Add(time.Minute), "pim 3"}))
	require.False(t, put(t, s, boot(200), Stamp{noon.Add(time.Second), "pim 2"}), "it comes late")
	require.False(t, put(t, s, boot(300), Stamp{noon.Add(time.Minute), "pim 3"}), "it comes twice")
	facts, err := New(s, time.Now).Facts(t.Context(), Need{SKUs: []string{"BOOT-42"}})
	require.NoError(t, err)
	p, ok := facts.Product("BOOT-42")
	require.True(t, ok)
	require.Equal(t, NewProduct(boot(300), Stamp{noon.Add(time.Minute), "pim 3"}), p)
}

func TestTheLatestCountOfStockWinsWheneverItIsSent(t *testing.T) {
	s := memory.New()
	count := func(n int, at time.Time) events.StockChanged {
		return events.StockChanged{StoreID: "cph", SKU: "BOOT-42", Available: n, AsOf: at}
	}
	require.True(t, put(t, s, count(5, noon), Stamp{noon.Add(time.Hour), "till 2"}))
	require.False(t, put(t, s, count(7, noon.Add(-time.Minute)), Stamp{noon.Add(2 * time.Hour), "till 1"}))
}

func TestDocumentsDoNotDependOnTheOrderOfArrival(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		type arrival struct {
			data events.ProductChanged
			by   Stamp
		}
		arrivals := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) arrival {
			n := rapid.Int64Range(1, 9).Draw(r, "event")
			at := noon.Add(time.Duration(n/3) * time.Second) // some at the same moment
			return arrival{boot(n), Stamp{at, fmt.Sprintf("pim %d", n)}}
		}), 1, 8).Draw(r, "arrivals")
		document := func(order []arrival) string {
			s := memory.New()
			for _, a := range order {
				put(t, s, a.data, a.by)
			}
			d, err := s.Get(t.Context(), ProductKey("BOOT-42"))
			require.NoError(t, err)
			return string(d[0].Data)
		}
		require.Equal(t, document(arrivals), document(rapid.Permutation(arrivals).Draw(r, "another order")))
	})
}

func TestOnlyCatalogueEventsAreRecords(t *testing.T) {
	_, ok := RecordOf(events.AppOpened{}, Stamp{})
	require.False(t, ok)
	for _, data := range []events.Data{boot(1), shopIn("cph", copenhagen), events.StockChanged{StoreID: "a/b", SKU: "c"}} {
		_, ok := RecordOf(data, Stamp{})
		require.True(t, ok)
	}
	product, store := boot(1), shopIn("cph", copenhagen)
	byPointer, ok := RecordOf(&product, Stamp{})
	require.True(t, ok)
	require.Equal(t, ProductKey("BOOT-42"), byPointer.Key())
	byPointer, ok = RecordOf(&store, Stamp{})
	require.True(t, ok)
	require.Equal(t, StoreKey("cph"), byPointer.Key())
}

func TestNoTwoStocksShareAKey(t *testing.T) {
	require.NotEqual(t, StockKey("a/b", "c"), StockKey("a", "b/c"))
	require.Equal(t, "stock/cph-01/BOOT-42", StockKey("cph-01", "BOOT-42").String())
}

func TestADocumentThatCannotBeReadIsNamed(t *testing.T) {
	r, _ := RecordOf(boot(1), Stamp{noon, "pim 1"})
	_, _, err := r.Over(store.Document{Key: r.Key(), Version: 1, Data: []byte(`{"updated":7}`)})
	require.ErrorContains(t, err, `read products/BOOT-42: `)
}

func TestAnEventsStampIsItsTimeOrArrival(t *testing.T) {
	e, err := events.New("pim", "1", noon, boot(1))
	require.NoError(t, err)
	require.Equal(t, Stamp{noon, "pim 1"}, StampOf(e, noon.Add(time.Hour)))
	e, err = events.New("pim", "2", time.Time{}, boot(1))
	require.NoError(t, err)
	require.Equal(t, Stamp{noon.Add(time.Hour), "pim 2"}, StampOf(e, noon.Add(time.Hour)))
}

func TestAStoresHoursNeedItsTimeZoneAndSyntax(t *testing.T) {
	s := NewStore(shopIn("cph", copenhagen), Stamp{})
	h, err := s.Hours()
	require.NoError(t, err)
	require.Equal(t, "i dag 10–18", h.Describe(noon, "da"))
	s.OpeningHours = "Mo-Tr 10-18"
	_, err = s.Hours()
	require.EqualError(t, err, `store "cph": opening hours "Mo-Tr 10-18": character 4: unexpected "Tr", expected a weekday such as Fr`)
	s.TimeZone = "Europe/Atlantis"
	_, err = s.Hours()
	require.EqualError(t, err, `store "cph": time zone: unknown time zone Europe/Atlantis`)
}
