package imports

import (
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAmountsAreReadExactly(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "0.00": 0, "1": 100, "1.5": 150, "33.20": 3320, "1002.43": 100243, "8.295000": -1, "0.29": 29,
		"-1.25": -125, "12.5000": 1250, "10000000000.00": 1_000_000_000_000, "10000000000.01": -1,
		"": -1, ".5": -1, "1.": 100, "1,5": -1, "1e3": -1, "NaN": -1, "+1": -1, "--1": -1, "1.2.3": -1, " 1": -1,
		"99999999999999999999": -1,
	} {
		amount, ok := minor([]byte(text), 2)
		if want == -1 {
			require.False(t, ok, text)
			continue
		}
		require.True(t, ok, text)
		require.Equal(t, want, amount, text)
	}
	amount, ok := minor([]byte("349"), 0)
	require.True(t, ok)
	require.EqualValues(t, 349, amount)
}

func TestAnAmountIsTheNumberThatIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?[0-9]{1,9}(\.[0-9]{0,4})?`).Draw(t, "text")
		digits := rapid.SampledFrom([]int{0, 2, 3}).Draw(t, "digits")
		number, _ := new(big.Rat).SetString(text)
		scaled := number.Mul(number, new(big.Rat).SetInt64(map[int]int64{0: 1, 2: 100, 3: 1000}[digits]))
		amount, ok := minor([]byte(text), digits)
		require.Equal(t, scaled.IsInt(), ok, "%s", text)
		if ok {
			require.Equal(t, scaled.Num().Int64(), amount)
		}
	})
}

func TestTextsOfOldExportsAreMadeUTF8WithoutControls(t *testing.T) {
	require.Equal(t, "plain", clean([]byte("plain")))
	require.Equal(t, "Gift Voucher £40", clean([]byte("Gift Voucher £40")))
	require.Equal(t, "Gift Voucher £40", clean([]byte("Gift Voucher \xa340")))
	require.Equal(t, "a b", clean([]byte("\x00a\x1fb\x7f\u0085")))
	require.Equal(t, "ææ", cutTo("æææ", 5))
}

func TestTimesOfLondonFollowItsSummerTime(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	k := clock{zone: london, layouts: []string{time.DateTime, "1/2/2006 15:04"}}
	for text, want := range map[string]string{
		"2011-03-27 00:59:00": "2011-03-27T00:59:00Z", "2011-03-27 02:00:00": "2011-03-27T01:00:00Z",
		"12/1/2010 8:26": "2010-12-01T08:26:00Z", "7/4/2011 10:00": "2011-07-04T09:00:00Z",
	} {
		r := &row{line: 3, cells: [][]byte{[]byte(text)}}
		require.Equal(t, want, k.read(r, column{0, "InvoiceDate"}).Format(time.RFC3339))
		require.Nil(t, r.err)
	}
	for _, text := range []string{"", "1999-12-31 00:00:00", "9999-01-01 00:00:00", "2011-02-30 10:00:00"} {
		r := &row{line: 3, cells: [][]byte{[]byte(text)}}
		k.read(r, column{0, "InvoiceDate"})
		require.NotNil(t, r.err, text)
		require.Equal(t, BadCell, r.err.Reason)
	}
}

func TestMemoryHoldsTheLastOnesAndNoMoreThanTwiceAsMany(t *testing.T) {
	r := newRecent[int, int](100)
	for i := range 10_000 {
		r.set(i, i)
		for j := max(0, i-99); j <= i; j++ {
			value, ok := r.young[j]
			if !ok {
				value, ok = r.old[j]
			}
			require.True(t, ok && value == j, "%d of %d", j, i)
		}
		require.LessOrEqual(t, len(r.young)+len(r.old), 200)
	}
	_, known := r.get(0)
	require.False(t, known)
}
