package together

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/shared/store"
)

// shelf counts baskets as a store would have it done.
type shelf struct {
	docs    map[string]*Bought
	counted int
}

func newShelf() *shelf { return &shelf{docs: map[string]*Bought{}} }

// read returns the documents of a batch, as one that is broken off leaves them.
func (s *shelf) read(batch []Basket) map[string]*Bought {
	known := map[string]*Bought{}
	for _, sku := range Products(batch) {
		known[sku] = &Bought{SKU: sku}
		if was := s.docs[sku]; was != nil {
			*known[sku] = *was
			known[sku].With = slices.Clone(was.With)
		}
	}
	return known
}

// count counts a batch; of the documents that change only the first most are written.
func (s *shelf) count(batch []Basket, most int) {
	known := s.read(batch)
	changed := Count(batch, known, s.counted)
	for _, sku := range changed[:min(most, len(changed))] {
		s.docs[sku] = known[sku]
	}
	if most >= len(changed) {
		s.counted += len(batch)
	}
}

const all = 1 << 30

// counts are what is counted, without shares and places, which are of the moment.
func counts(s *shelf) map[string]string {
	all := map[string]string{}
	for sku, doc := range s.docs {
		all[sku] = fmt.Sprint(doc.Baskets)
		for _, p := range doc.With {
			all[sku] += fmt.Sprint(" ", p.SKU, p.Times, p.Over)
		}
	}
	return all
}

func (s *shelf) companions(sku string) []Companion {
	if doc := s.docs[sku]; doc != nil {
		return doc.Companions()
	}
	return nil
}

func basketsOf(t require.TestingT, products ...[]string) []Basket {
	var all []Basket
	for i, skus := range products {
		b, ok := NewBasket(skus)
		require.True(t, ok)
		b.At = fmt.Sprintf("%06d", i)
		all = append(all, b)
	}
	return all
}

func TestABasketCountsOnceWhereverABatchIsBrokenOff(t *testing.T) {
	baskets := basketsOf(t, []string{"yarn", "needles"}, []string{"yarn"}, []string{"yarn", "needles", "pattern"},
		[]string{"pattern", "yarn"}, []string{"glue"}, []string{"needles", "glue"})
	whole := newShelf()
	whole.count(baskets, all)
	require.Equal(t, Bought{SKU: "yarn", Baskets: 4, Through: "000005", With: []Partner{
		{SKU: "needles", Times: 2, Share: 3. / 6}, {SKU: "pattern", Times: 2, Share: 2. / 6}}}, *whole.docs["yarn"])
	for written := range len(Products(baskets)) {
		for cut := 1; cut <= len(baskets); cut++ {
			broken := newShelf()
			broken.count(baskets[:cut], written)
			broken.count(baskets, all)
			require.Equal(t, counts(whole), counts(broken), "%d documents of the first %d baskets were written", written, cut)
			if cut == len(baskets) {
				require.Equal(t, whole.docs, broken.docs, "and shares are those of the same moment")
			}
		}
	}
	again := maps.Clone(whole.docs)
	whole.count(baskets, all)
	require.Equal(t, again, whole.docs, "and what was counted already does not count again")
}

func TestCountsAreBoundedAndNeverWrongByMoreThanTheySay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		product := rapid.IntRange(0, 3*Kept).Filter(func(n int) bool { return n > 0 })
		products := rapid.SliceOfN(rapid.SliceOfN(product, 1, 60), 1, 60).Draw(t, "baskets")
		size := rapid.IntRange(1, 20).Draw(t, "batch")
		var named [][]string
		for _, p := range products {
			skus := []string{"milk"}
			for _, n := range p {
				skus = append(skus, fmt.Sprint("p", n))
			}
			named = append(named, skus)
		}
		baskets, s, truth := basketsOf(t, named...), newShelf(), map[string]int{}
		for batch := range slices.Chunk(baskets, size) {
			s.count(batch, all)
			for _, b := range batch {
				for _, sku := range b.SKUs {
					truth[sku]++
				}
			}
		}
		milk := s.docs["milk"]
		require.Equal(t, len(baskets), milk.Baskets)
		require.LessOrEqual(t, len(milk.With), Kept)
		for _, p := range milk.With {
			require.LessOrEqual(t, p.Times-p.Over, truth[p.SKU], "%s was together with milk whenever it was bought", p.SKU)
			require.GreaterOrEqual(t, p.Times, truth[p.SKU], "%s", p.SKU)
			delete(truth, p.SKU)
		}
		delete(truth, "milk")
		for sku, n := range truth {
			require.True(t, milk.Dropped)
			require.LessOrEqual(t, n, milk.With[len(milk.With)-1].Times, "%s is not kept", sku)
		}
	})
}

func TestABasketTakesTheSquareOfItsProductsAndNoMoreInALongHistory(t *testing.T) {
	of := func(n int) (baskets []Basket) {
		for i := range 8 {
			b := Basket{At: fmt.Sprint("x", i)}
			for j := range n {
				b.SKUs = append(b.SKUs, fmt.Sprintf("p%03d", (i*7+j)%Most))
			}
			slices.Sort(b.SKUs)
			baskets = append(baskets, b)
		}
		return baskets
	}
	young, old := newShelf(), newShelf()
	for i := range 60 {
		batch := of(Most)
		for j := range batch {
			batch[j].At = fmt.Sprintf("%06d", i*len(batch)+j)
		}
		old.count(batch, all)
	}
	took := func(s *shelf, n int) time.Duration {
		var took []time.Duration
		for range 15 {
			batch := of(n)
			known := s.read(batch)
			began := time.Now()
			Count(batch, known, s.counted)
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		return took[len(took)/2]
	}
	few, many, late := took(young, 10), took(young, 80), took(old, 80)
	t.Logf("8 baskets of 10 products %s, of 80 %s, of 80 after 480 baskets %s", few, many, late)
	require.Less(t, many, 8*8*3*few, "eight times the products, 64 times the steps")
	require.Less(t, late, 5*many, "history is bounded")
}

func TestADocumentOfTheLongestNamesIsNotTooLarge(t *testing.T) {
	b := Bought{SKU: "milk", Baskets: 1 << 40, Through: Place(time.Now(), BasketKey("/till", "1")), Dropped: true}
	for i := range Kept {
		b.With = append(b.With, Partner{SKU: strings.Repeat("\"", mostSKU-3) + fmt.Sprint(i), Times: 1 << 40, Over: 1 << 40, Share: 1. / 3})
	}
	w, err := Write(b, 0)
	require.NoError(t, err)
	require.NoError(t, store.CheckWrites(w))
	require.Less(t, 6*len(w.Data)/2, store.MaxDocument, "also with six bytes for each of a name, instead of two")
}

func TestWhatIsNoShoppersBasketIsNotCounted(t *testing.T) {
	_, ok := NewBasket(nil)
	require.False(t, ok)
	var many []string
	for i := range Most + 1 {
		many = append(many, fmt.Sprint(i))
	}
	_, ok = NewBasket(many)
	require.False(t, ok, "a retailer's stock")
	b, ok := NewBasket([]string{"b", "a", "b", "", strings.Repeat("x", mostSKU+1), "nul\x00"})
	require.True(t, ok)
	require.Equal(t, []string{"a", "b"}, b.SKUs)
}

func TestBasketsAndProductsComeBackFromTheirDocuments(t *testing.T) {
	came := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	key := BasketKey("/till", "10042")
	require.NotEqual(t, key, BasketKey("/till1", "0042"))
	w, err := WriteBasket(Basket{SKUs: []string{"a", "b"}}, key, came)
	require.NoError(t, err)
	b, err := ReadBasket(store.Document{Key: w.Key, Version: 1, Data: w.Data, Entry: w.Entry})
	require.NoError(t, err)
	require.Equal(t, Basket{At: Place(came, key), SKUs: []string{"a", "b"}}, b)
	_, err = ReadBasket(store.Document{Key: key, Version: 1, Data: []byte(`{}`)})
	require.ErrorContains(t, err, key.String())

	want := Bought{SKU: "a", Baskets: 3, Through: "x", With: []Partner{{SKU: "b", Times: 3, Over: 1, Share: .5}}}
	w, err = Write(want, 0)
	require.NoError(t, err)
	got, err := Read(store.Document{Key: w.Key, Version: 1, Data: w.Data})
	require.NoError(t, err)
	require.Equal(t, want, got)
	none, err := Read(store.Document{Key: Key("c")})
	require.NoError(t, err)
	require.Equal(t, Bought{SKU: "c"}, none)
	_, err = Read(store.Document{Key: Key("c"), Version: 1, Data: json.RawMessage(`[]`)})
	require.ErrorContains(t, err, "together/c")
}
