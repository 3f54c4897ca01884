package showcase

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
)

const weekdays = "Mo-Fr 10:00-18:00; PH off"

func storeAt(id, city string, lat, lon float64, open string) catalog.Store {
	return catalog.Store{StoreID: id, Name: "Shop " + id, Geo: events.Geo{Lat: lat, Lon: lon}, TimeZone: "Europe/Copenhagen",
		Address: events.Address{City: city, Country: "DK"}, OpeningHours: open}
}

var chain = []catalog.Store{
	storeAt("aarhus", "Aarhus C", 56.1594, 10.2125, weekdays),
	storeAt("lyngby", "Kongens Lyngby", 55.7704, 12.5038, "Mo-Su 09:00-20:00"),
	storeAt("norrebro", "København N", 55.6893, 12.5588, weekdays),
	storeAt("osterbro", "København Ø", 55.6968, 12.5827, weekdays),
	{StoreID: "nowhere", Name: "A van"},
}

func who(traits events.Traits) *profile.Profile {
	p := &profile.Profile{Traits: map[string]profile.Trait{}}
	for name, value := range traits {
		p.Traits[name] = profile.Trait{Said: profile.Said{Value: value}, Declared: true}
	}
	return p
}

func ids(near []catalog.Nearby) (all []string) {
	for _, x := range near {
		all = append(all, x.Store.StoreID)
	}
	return all
}

func TestTheStoresNearACustomer(t *testing.T) {
	facts := catalog.NewFacts(nil, chain, nil)
	vesterbro := "55.6720,12.5510"
	for _, c := range []struct {
		name   string
		traits events.Traits
		km     float64
		want   []string
	}{
		{"of nobody we know anything of", nil, 25, nil},
		{"the one they use, and no other", events.Traits{"store_id": "aarhus"}, 25, []string{"aarhus"}},
		{"a store that is closed for good is none", events.Traits{"store_id": "gone"}, 25, nil},
		{"by distance from home", events.Traits{"geo": vesterbro}, 25, []string{"norrebro", "osterbro", "lyngby"}},
		{"as far as the setting says", events.Traits{"geo": vesterbro}, 5, []string{"norrebro", "osterbro"}},
		{"the one they use before closer ones", events.Traits{"geo": vesterbro, "store_id": "lyngby"}, 5, []string{"lyngby", "norrebro", "osterbro"}},
		{"those of the town", events.Traits{"city": "København V"}, 25, []string{"norrebro", "osterbro"}},
		{"the map is more than the town", events.Traits{"city": "København V", "geo": "56.15,10.21"}, 25, []string{"aarhus"}},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, ids(Near(who(c.traits), facts, c.km))) })
	}
	near := Near(who(events.Traits{"geo": vesterbro, "store_id": "aarhus"}), facts, 5)
	require.InDelta(t, 156_000, near[0].Metres, 2000, "how far the store they use is")
	require.Zero(t, Near(who(events.Traits{"store_id": "aarhus"}), facts, 5)[0].Metres, "not known")
}

func TestTheStoreThatIsOpenNext(t *testing.T) {
	facts := catalog.NewFacts(nil, chain, nil)
	near := Near(who(events.Traits{"geo": "55.6720,12.5510"}), facts, 25)
	for at, want := range map[string]string{
		"2026-03-03 12:00": "norrebro", // a Tuesday: the nearest
		"2026-03-03 08:00": "norrebro", // that another opens an hour earlier does not make it nearer
		"2026-03-03 19:00": "lyngby",   // the others have closed for today
		"2026-03-03 21:00": "norrebro", // tomorrow all of them open
		"2026-04-03 12:00": "lyngby",   // Good Friday
	} {
		now, err := time.ParseInLocation("2006-01-02 15:04", at, time.FixedZone("", 3600))
		require.NoError(t, err)
		require.Equal(t, want, OpenNext(near, facts, now).Store.StoreID, at)
	}
	silent := catalog.Nearby{Store: chain[4]}
	require.Equal(t, "lyngby", OpenNext([]catalog.Nearby{silent, near[2]}, facts, time.Now()).Store.StoreID, "who says when before who does not")
	require.Equal(t, "nowhere", OpenNext([]catalog.Nearby{silent}, facts, time.Now()).Store.StoreID)
}

// What is near is known when the stores are, and then its stock is asked for.
func TestTheStockOfTheStoresNearIsReadAndNoOther(t *testing.T) {
	s, by := memory.New(), catalog.Stamp{Updated: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), UpdatedBy: "test"}
	say := func(data events.Data) {
		record, ok := catalog.RecordOf(data, by)
		require.True(t, ok)
		w, _, err := record.Over(store.Document{})
		require.NoError(t, err)
		require.NoError(t, s.Commit(t.Context(), w))
	}
	for _, x := range chain[:4] {
		say(events.StoreChanged{StoreID: x.StoreID, Name: x.Name, Geo: x.Geo, Address: x.Address, TimeZone: x.TimeZone, OpeningHours: x.OpeningHours})
		say(events.StockChanged{StoreID: x.StoreID, SKU: "LAMP", Available: 3})
	}
	customer := who(events.Traits{"geo": "55.6720,12.5510"})
	read, err := catalog.New(s, time.Now).Facts(t.Context(), NeedNear(customer, 5, "LAMP"))
	require.NoError(t, err)
	all, err := catalog.Whole(t.Context(), s)
	require.NoError(t, err)
	for name, facts := range map[string]catalog.Facts{"read": read, "in a replay": all.Of(func() catalog.Need { return NeedNear(customer, 5, "LAMP") })} {
		t.Run(name, func(t *testing.T) {
			require.Len(t, facts.Stores(), 4)
			for id, near := range map[string]bool{"norrebro": true, "osterbro": true, "lyngby": false, "aarhus": false} {
				_, ok := facts.Stock(id, "LAMP")
				require.Equal(t, near, ok, id)
			}
		})
	}
}

func TestAnAddressHasNoEmptyLines(t *testing.T) {
	s := storeAt("x", "Aarhus C", 0, 0, "")
	require.Equal(t, "Shop x\nAarhus C", Address(s))
	s.Address.Street, s.Address.PostalCode = "Mejlgade 20", "8000"
	require.Equal(t, "Shop x\nMejlgade 20\n8000 Aarhus C", Address(s))
}
