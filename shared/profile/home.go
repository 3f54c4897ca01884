package profile

import (
	"strconv"
	"strings"

	"redthread.dev/events"
)

// Geo is where the customer lives, if that is known to be on a point of the map.
func (p *Profile) Geo() (at events.Geo, ok bool) {
	north, east, _ := strings.Cut(p.Traits[events.TraitGeo].Text(), ",")
	lat, errLat := strconv.ParseFloat(strings.TrimSpace(north), 64)
	lon, errLon := strconv.ParseFloat(strings.TrimSpace(east), 64)
	at = events.Geo{Lat: lat, Lon: lon}
	return at, errLat == nil && errLon == nil && lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180
}

// LivesIn tells whether the customer lives in the town of an address: it has their postal
// code or, in their country, the name of their town. The letters that postal services put
// behind a town for its districts, as in København N, do not matter.
func (p *Profile) LivesIn(a events.Address) bool {
	country := p.Traits[events.TraitCountry].Text()
	if country != "" && !strings.EqualFold(country, a.Country) {
		return false
	}
	code, city := p.Traits[events.TraitPostalCode].Text(), p.Traits[events.TraitCity].Text()
	return code != "" && strings.ReplaceAll(code, " ", "") == strings.ReplaceAll(a.PostalCode, " ", "") ||
		city != "" && strings.EqualFold(town(city), town(a.City))
}

func town(city string) string {
	words := strings.Fields(city)
	if last := len(words) - 1; last > 0 && len(words[last]) <= len("NØ") && words[last] == strings.ToUpper(words[last]) {
		words = words[:last]
	}
	return strings.Join(words, " ")
}
