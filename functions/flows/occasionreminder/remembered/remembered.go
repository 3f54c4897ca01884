// Package remembered is all that is remembered of what a customer gives, of whatever occasions.
package remembered

import (
	"maps"
	"slices"
	"time"

	"github.com/goccy/go-json"

	"redthread.dev/functions/flows/occasionreminder/tradition"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
)

// Traditions are a customer's, by the keys of the flow.
type Traditions map[string]tradition.Tradition

// In is what the flow keeps in a thread.
func In(t *thread.Thread, flow string) Traditions {
	all := Traditions{}
	for key, s := range t.Flows[flow].Keys {
		var one tradition.Tradition
		if json.Unmarshal(s.Data, &one) == nil {
			all[key] = one
		}
	}
	return all
}

// On are those to be reminded of at a time for a day, as it is in a country, in the order of
// their keys; and the first of these.
func (ts Traditions) On(day time.Time, country string, c *profile.Profile, at time.Time) (first string, all []tradition.Tradition) {
	for _, key := range slices.Sorted(maps.Keys(ts)) {
		for _, t := range ts[key].Apart() {
			if on, _ := t.Next(country); on.Equal(day) && t.Settled(c, at) == "" {
				if len(all) == 0 {
					first = key
				}
				all = append(all, t)
			}
		}
	}
	return first, all
}
