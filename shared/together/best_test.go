package together

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOnceOrTwiceTogetherIsChance(t *testing.T) {
	for _, one := range []struct {
		partner Partner
		goes    bool
	}{
		{Partner{SKU: "b", Times: 2, Share: .001}, false},
		{Partner{SKU: "b", Times: 3, Share: .001}, true},
		{Partner{SKU: "b", Times: 9, Over: 7, Share: .001}, false}, // of nine, seven may have been another's
		{Partner{SKU: "b", Times: 40, Share: .5}, false},           // half of all baskets have it anyway
		{Partner{SKU: "b", Times: 60, Share: .5}, true},
	} {
		found := Bought{SKU: "a", Baskets: 100, With: []Partner{one.partner}}.Companions()
		require.Equal(t, one.goes, len(found) == 1, "%+v", one.partner)
	}
}

func TestLiftIsWhatWasSeenOverWhatChanceWouldDoShrunkTowardsOne(t *testing.T) {
	found := Bought{SKU: "a", Baskets: 200, With: []Partner{{SKU: "b", Times: 62, Over: 2, Share: .05}}}.Companions()
	require.Equal(t, []Companion{{SKU: "b", Times: 60, Lift: (60. + 10) / (200*.05 + 10)}}, found)
}

func TestAFewTimesTogetherWeighLessThanMany(t *testing.T) {
	found := Bought{SKU: "a", Baskets: 1000, With: []Partner{
		{SKU: "often", Times: 300, Share: .06}, // five times as often as by chance
		{SKU: "rare", Times: 3, Share: .0003},  // ten times as often, but three times in all
	}}.Companions()
	require.Equal(t, "often", found[0].SKU)
}

func TestWhatGoesWithTheWholeBasketComesFirst(t *testing.T) {
	known := map[string][]Companion{
		"yarn":    {{"pattern", 40, 4}, {"needles", 30, 3}, {"bag", 9, 2}},
		"needles": {{"bag", 12, 3}, {"yarn", 30, 3}},
	}
	find := func(basket ...string) (skus []string) {
		for _, m := range Best(basket, func(sku string) []Companion { return known[sku] }) {
			skus = append(skus, fmt.Sprintf("%s with %s", m.SKU, m.With))
		}
		return skus
	}
	require.Equal(t, []string{"pattern with yarn", "needles with yarn", "bag with yarn"}, find("yarn"))
	require.Equal(t, []string{"bag with needles", "pattern with yarn"}, find("needles", "yarn", "yarn"), "what is in the basket is not missing from it")
	require.Empty(t, find("glue"))
	require.Empty(t, find())
}
