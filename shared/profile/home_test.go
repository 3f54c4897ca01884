package profile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

func living(traits events.Traits) *profile.Profile {
	p := &profile.Profile{Traits: map[string]profile.Trait{}}
	for name, value := range traits {
		p.Traits[name] = profile.Trait{Said: profile.Said{Value: value}, Declared: true}
	}
	return p
}

func TestWhereACustomerLivesOnTheMap(t *testing.T) {
	for text, want := range map[any]events.Geo{
		"55.6794,12.5770": {Lat: 55.6794, Lon: 12.5770}, "-34.6, -58.4": {Lat: -34.6, Lon: -58.4}, "0,0": {},
	} {
		got, ok := living(events.Traits{events.TraitGeo: text}).Geo()
		require.True(t, ok, text)
		require.Equal(t, want, got)
	}
	for _, text := range []any{"", "55.6794", "55.6794;12.5770", "north,east", "91,0", "0,181", "NaN,NaN", "Inf,0", "1,2,3", 55.6794, nil} {
		_, ok := living(events.Traits{events.TraitGeo: text}).Geo()
		require.False(t, ok, text)
	}
}

func TestWhatTownACustomerLivesIn(t *testing.T) {
	norrebro := events.Address{PostalCode: "2200", City: "København N", Country: "DK"}
	malmo := events.Address{PostalCode: "211 45", City: "Malmö", Country: "SE"}
	for _, c := range []struct {
		name   string
		traits events.Traits
		at     events.Address
		lives  bool
	}{
		{"the postal code", events.Traits{"postal_code": "2200"}, norrebro, true},
		{"another postal code", events.Traits{"postal_code": "2100"}, norrebro, false},
		{"another district of the town", events.Traits{"postal_code": "2100", "city": "København Ø"}, norrebro, true},
		{"a district of two letters", events.Traits{"city": "københavn NV"}, norrebro, true},
		{"a code without its space", events.Traits{"postal_code": "21145"}, malmo, true},
		{"the town", events.Traits{"city": "malmö", "country": "se"}, malmo, true},
		{"a code of another country", events.Traits{"postal_code": "2200", "country": "SE"}, norrebro, false},
		{"another town", events.Traits{"city": "Aarhus C"}, norrebro, false},
		{"nowhere", nil, events.Address{Country: "DK"}, false},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.lives, living(c.traits).LivesIn(c.at)) })
	}
}
