package words

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDistances(t *testing.T) {
	for _, c := range []struct {
		metres       float64
		danish, read string
	}{
		{0, "50 m", "50 m"}, {3, "50 m", "50 m"}, {849, "850 m", "850 m"}, {974, "950 m", "950 m"},
		{976, "1,0 km", "1.0 km"}, {1449, "1,4 km", "1.4 km"}, {9940, "9,9 km", "9.9 km"},
		{9951, "10 km", "10 km"}, {153_400, "153 km", "153 km"}, {1_234_000, "1.234 km", "1,234 km"},
	} {
		space := func(s string) string { return strings.ReplaceAll(s, nbsp, " ") }
		require.Equal(t, c.danish, space(Distance(c.metres, "da")))
		require.Equal(t, c.read, space(Distance(c.metres, "en")))
	}
}
