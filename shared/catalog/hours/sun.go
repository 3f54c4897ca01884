package hours

import "math"

type sunEvent int

const (
	noSun sunEvent = iota
	dawn
	sunrise
	sunset
	dusk
)

// sunTimes are the minutes after midnight of dawn, sunrise, sunset and dusk.
type sunTimes [5]int

// usualSun is the sun of a shop that has not said where it is.
var usualSun = sunTimes{dawn: 5*60 + 30, sunrise: 6 * 60, sunset: 18 * 60, dusk: 18*60 + 30}

const rad = math.Pi / 180

// sunOn computes the sun's times on a day, good to a minute. Where it does not rise
// (or set) that day, it rises and sets at its noon (or is up from midnight to
// midnight). The sun rises when its centre is 0.833° below the horizon, for its
// radius and the usual refraction; dawn and dusk are civil, at 6°.
func sunOn(n int, at *Place) sunTimes {
	if at.Geo == nil {
		return usualSun
	}
	noon := instant(n, dayMinutes/2, at.Zone)
	_, offset := noon.Zone()
	minutes := func(altitude, side float64) int {
		m := sunAt(float64(n), at.Geo.Lat, at.Geo.Lon, altitude*rad, side)
		return max(0, min(dayMinutes, int(math.Floor(m+float64(offset)/60))))
	}
	return sunTimes{dawn: minutes(-6, -1), sunrise: minutes(-0.833, -1), sunset: minutes(-0.833, 1), dusk: minutes(-6, 1)}
}

// sunAt returns the minutes after midnight UTC, on a day counted from 1970-01-01,
// at which the sun is at an altitude: before its noon with side -1, after with 1.
// Each round computes the sun's place at the time of the round before.
func sunAt(n, lat, lon, altitude, side float64) float64 {
	minutes := float64(dayMinutes) / 2
	for range 4 {
		equation, declination := sunPlace(n + minutes/dayMinutes)
		c := (math.Sin(altitude) - math.Sin(lat*rad)*math.Sin(declination)) /
			(math.Cos(lat*rad) * math.Cos(declination))
		if c < -1 {
			return math.Copysign(2*dayMinutes, side)
		}
		half := math.Acos(min(1, c)) / rad * 4
		minutes = float64(dayMinutes)/2 - 4*lon - equation + side*half
	}
	return minutes
}

// sunPlace returns the equation of time in minutes and the sun's declination in
// radians. Source: J. Meeus, Astronomical Algorithms, 2nd ed., chapters 25 (low
// accuracy) and 28; the same as the NOAA solar calculator.
func sunPlace(days float64) (equation, declination float64) {
	t := (days + 2440587.5 - 2451545) / 36525
	mean := (280.46646 + 36000.76983*t + 0.0003032*t*t) * rad
	anomaly := (357.52911 + 35999.05029*t - 0.0001537*t*t) * rad
	eccentricity := 0.016708634 - 0.000042037*t
	centre := (1.914602-0.004817*t)*math.Sin(anomaly) +
		(0.019993-0.000101*t)*math.Sin(2*anomaly) + 0.000289*math.Sin(3*anomaly)
	node := (125.04 - 1934.136*t) * rad
	longitude := mean + (centre-0.00569-0.00478*math.Sin(node))*rad
	obliquity := (23.439291 - 0.0130042*t + 0.00256*math.Cos(node)) * rad
	y := math.Pow(math.Tan(obliquity/2), 2)
	equation = y*math.Sin(2*mean) - 2*eccentricity*math.Sin(anomaly) +
		4*eccentricity*y*math.Sin(anomaly)*math.Cos(2*mean) -
		y*y/2*math.Sin(4*mean) - 1.25*eccentricity*eccentricity*math.Sin(2*anomaly)
	return 4 * equation / rad, math.Asin(math.Sin(obliquity) * math.Sin(longitude))
}
