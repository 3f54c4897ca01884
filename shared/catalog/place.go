package catalog

import (
	"cmp"
	"math"
	"slices"

	"redthread.dev/events"
)

// The ellipsoid of WGS 84: its equatorial radius in metres and its flattening.
const (
	equatorialRadius = 6378137.0
	flattening       = 1 / 298.257223563
)

// Distance is the length in metres of the shortest way over the ground from a to b:
// right to some ten metres in a thousand kilometres, and to 0.6 % between places on
// opposite sides of the globe. Source: W. D. Lambert, "The distance between two
// widely separated points on the surface of the earth", J. Washington Academy of
// Sciences 32 (1942).
func Distance(a, b events.Geo) float64 {
	const rad = math.Pi / 180
	// Reduced latitudes turn the ellipsoid into a sphere, the angle on which is then
	// corrected for what that does to lengths.
	latA := math.Atan((1 - flattening) * math.Tan(a.Lat*rad))
	latB := math.Atan((1 - flattening) * math.Tan(b.Lat*rad))
	angle := centralAngle(latA, latB, (b.Lon-a.Lon)*rad)
	if angle == 0 {
		return 0
	}
	if angle > math.Pi-0.05 {
		return equatorialRadius * (1 - flattening/3) * angle // the correction runs away near the antipode
	}
	p, q := (latA+latB)/2, (latB-latA)/2
	x := (angle - math.Sin(angle)) * square(math.Sin(p)*math.Cos(q)/math.Cos(angle/2))
	y := (angle + math.Sin(angle)) * square(math.Cos(p)*math.Sin(q)/math.Sin(angle/2))
	return equatorialRadius * (angle - flattening/2*(x+y))
}

// centralAngle is the haversine formula, which is exact for neighbours too.
func centralAngle(latA, latB, lon float64) float64 {
	h := square(math.Sin((latB-latA)/2)) + math.Cos(latA)*math.Cos(latB)*square(math.Sin(lon/2))
	return 2 * math.Asin(math.Sqrt(min(1, h)))
}

func square(x float64) float64 { return x * x }

// Nearby is a store and how far away it is.
type Nearby struct {
	Store  Store
	Metres float64
}

// Nearest returns the n stores closest to a place, the closest first and of equally
// close ones the smaller id. Stores that have not said where they are do not count.
func Nearest(stores []Store, at events.Geo, n int) []Nearby {
	found := make([]Nearby, 0, len(stores))
	for _, s := range stores {
		if s.located() {
			found = append(found, Nearby{Store: s, Metres: Distance(s.Geo, at)})
		}
	}
	slices.SortFunc(found, func(a, b Nearby) int {
		return cmp.Or(cmp.Compare(a.Metres, b.Metres), cmp.Compare(a.Store.StoreID, b.Store.StoreID))
	})
	return found[:max(0, min(n, len(found)))]
}
