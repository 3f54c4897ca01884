package catalog

import (
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
	"redthread.dev/tests/recordings"
)

var (
	copenhagen = events.Geo{Lat: 55.6761, Lon: 12.5683}
	aarhus     = events.Geo{Lat: 56.1629, Lon: 10.2039}
	malmo      = events.Geo{Lat: 55.6050, Lon: 13.0038}
)

// TestDistancesAreThoseOfKarneysGeodesics holds ours against geodesics computed to
// nanometres (C. Karney, J. Geodesy 87, 2013) between 300 pairs of towns.
func TestDistancesAreThoseOfKarneysGeodesics(t *testing.T) {
	rows := recordings.Table(t, "stores/geodesic_reference_karney.csv", "300 distances")
	number := func(s string) float64 {
		n, err := strconv.ParseFloat(s, 64)
		require.NoError(t, err)
		return n
	}
	worst := 0.0
	for _, r := range rows {
		want := number(r[6])
		got := Distance(events.Geo{Lat: number(r[1]), Lon: number(r[2])}, events.Geo{Lat: number(r[4]), Lon: number(r[5])})
		require.InEpsilon(t, want, got, 0.0001, "%s to %s", r[0], r[3])
		worst = max(worst, math.Abs(got-want))
	}
	t.Logf("%d distances, %.1f m off at most", len(rows), worst)
}

func TestDistancesAreThoseOnTheGlobe(t *testing.T) {
	quarter := 10_001_965.7 // metres from the equator to the pole on WGS 84
	for name, c := range map[string]struct {
		a, b events.Geo
		want float64
	}{
		"nowhere":                      {copenhagen, copenhagen, 0},
		"a step to the north":          {events.Geo{Lat: 55}, events.Geo{Lat: 55.00001}, 1.1134},
		"equator to pole":              {events.Geo{}, events.Geo{Lat: 90}, quarter},
		"pole to pole":                 {events.Geo{Lat: -90}, events.Geo{Lat: 90}, 2 * quarter},
		"to the other side of the sea": {events.Geo{Lon: 179.9}, events.Geo{Lon: -179.9}, 22_263.9},
	} {
		t.Run(name, func(t *testing.T) { require.InDelta(t, c.want, Distance(c.a, c.b), c.want*0.005) })
	}
}

func TestDistanceIsTheSameBothWaysAndNeverMoreThanHalfRound(t *testing.T) {
	anywhere := rapid.Custom(func(r *rapid.T) events.Geo {
		return events.Geo{Lat: rapid.Float64Range(-90, 90).Draw(r, "lat"), Lon: rapid.Float64Range(-180, 180).Draw(r, "lon")}
	})
	rapid.Check(t, func(r *rapid.T) {
		a, b := anywhere.Draw(r, "a"), anywhere.Draw(r, "b")
		d := Distance(a, b)
		require.InDelta(t, d, Distance(b, a), 1e-3)
		require.True(t, d >= 0 && d < 20_100_000, "%v metres", d)
	})
}

func TestTheNearestStoresComeFirst(t *testing.T) {
	stores := []Store{
		{StoreID: "aar", Geo: aarhus}, {StoreID: "web"}, {StoreID: "mmx", Geo: malmo},
		{StoreID: "cph-2", Geo: copenhagen}, {StoreID: "cph-1", Geo: copenhagen},
	}
	ids := func(n int) (ids []string) {
		for _, near := range Nearest(stores, events.Geo{Lat: 55.67, Lon: 12.57}, n) {
			ids = append(ids, near.Store.StoreID)
		}
		return ids
	}
	require.Equal(t, []string{"cph-1", "cph-2", "mmx"}, ids(3))
	require.Equal(t, []string{"cph-1", "cph-2", "mmx", "aar"}, ids(9), "a store that is nowhere is not near")
	require.Empty(t, ids(0))
	require.Empty(t, ids(-1))
}
