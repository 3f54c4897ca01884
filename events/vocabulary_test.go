package events_test

import (
	"encoding/json"
	"reflect"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

var now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func TestTypesAreNamedNounDotVerbDotVersion(t *testing.T) {
	name := regexp.MustCompile(`^dev\.redthread\.[a-z]+\.[a-z]+\.v1$`)
	seen := map[string]bool{}
	for _, eventType := range events.Types() {
		require.Regexp(t, name, eventType)
		require.False(t, seen[eventType], "%s twice", eventType)
		require.True(t, events.Known(eventType))
		seen[eventType] = true
	}
	require.Len(t, seen, 41)
	require.False(t, events.Known("com.shop.loyalty.earned"))
	require.Equal(t, "basket.updated.v1", events.Short(events.BasketUpdated{}.Type()))
	require.Equal(t, "com.shop.loyalty.earned", events.Short("com.shop.loyalty.earned"))
}

func TestEveryTypeComesThroughAnEventUnchanged(t *testing.T) {
	for _, name := range events.Samples() {
		t.Run(name, func(t *testing.T) {
			before := sample(t, name)
			data, err := events.Parse(before)
			require.NoError(t, err)
			require.Equal(t, reflect.Pointer, reflect.TypeOf(data).Kind())
			require.Equal(t, before.Type(), data.Type())
			after, err := events.New(before.Source(), before.ID(), now, data)
			require.NoError(t, err)
			require.JSONEq(t, string(before.DataEncoded), string(after.DataEncoded), "a field of the sample is lost")
			require.Equal(t, before.Type(), after.Type())
			require.Equal(t, before.DataSchema(), after.DataSchema())
			require.Equal(t, now, after.Time())
			require.NoError(t, after.Validate(), "the SDK's own check")
			require.NoError(t, events.Check(after, now))
		})
	}
}

func TestDataFromSourcesGivesItsSharedFields(t *testing.T) {
	inside := 0
	for _, name := range events.Samples() {
		data, err := events.Parse(sample(t, name))
		require.NoError(t, err)
		source, ok := data.(events.FromSource)
		if !ok {
			inside++
			continue
		}
		source.Shared().Locale = "sv-SE"
		written, err := json.Marshal(data)
		require.NoError(t, err)
		require.Contains(t, string(written), `"locale":"sv-SE"`, "Shared is no part of %s", name)
	}
	require.Equal(t, 9, inside)
}

func TestDecodeReadsTheTypeItIsAskedFor(t *testing.T) {
	basket, err := events.Decode[events.BasketUpdated](sample(t, "basket.updated.v1"))
	require.NoError(t, err)
	require.Equal(t, "b-7f3a", basket.BasketID)
	require.Equal(t, events.Money{Amount: 159700, Currency: "DKK"}, basket.Total)
	require.Equal(t, events.PlaceWeb, basket.Place)

	foreign, err := events.Decode[events.Foreign](sample(t, "basket.updated.v1"))
	require.NoError(t, err, "a struct of no type reads any event")
	require.Equal(t, basket.Customer, foreign.Customer)

	_, err = events.Decode[events.OrderPlaced](sample(t, "basket.updated.v1"))
	require.EqualError(t, err, "decode "+events.Tag(sample(t, "basket.updated.v1"))+" as order.placed.v1")

	broken := sample(t, "basket.updated.v1")
	broken.DataEncoded = []byte(`{"lines": 3}`)
	_, err = events.Decode[events.BasketUpdated](broken)
	require.ErrorContains(t, err, "decode "+events.Tag(broken)+": json: cannot unmarshal number")
}

// Shops make ids of addresses, and what cannot be read is told to logs and brokers.
func TestNoErrorShowsAnEventsID(t *testing.T) {
	e := sample(t, "basket.updated.v1")
	e.SetID("anna@shop.example")
	_, mistaken := events.Decode[events.OrderPlaced](e)
	e.DataEncoded = []byte(`{"lines": 3}`)
	_, broken := events.Parse(e)
	e.SetType("shop.anna@shop.example")
	_, unknown := events.Parse(e)
	_, unwritten := events.New("/shop", e.ID(), now, events.CustomerUpdated{Traits: events.Traits{"pitch": make(chan int)}})
	for _, err := range []error{mistaken, broken, unknown, unwritten} {
		require.Error(t, err)
		require.NotContains(t, err.Error(), "anna")
	}
}

func TestParseRefusesATypeOutsideTheVocabulary(t *testing.T) {
	e := sample(t, "basket.updated.v1")
	e.SetType("dev.redthread.basket.eaten.v1")
	_, err := events.Parse(e)
	require.ErrorIs(t, err, events.ErrUnknownType)
	require.ErrorContains(t, err, "basket.eaten.v1")
}

func TestNewSaysAnEmptiedBasketAndLeavesAnOpenTimeOpen(t *testing.T) {
	e, err := events.New("/shop", "1", time.Time{}, events.BasketUpdated{BasketID: "b", Total: events.Money{Currency: "DKK"}})
	require.NoError(t, err)
	require.JSONEq(t, `{"basket_id": "b", "lines": [], "total": {"amount": 0, "currency": "DKK"}}`, string(e.DataEncoded))
	require.True(t, e.Time().IsZero())
	require.NoError(t, events.Check(e, now))

	_, err = events.New("/shop", "1", now, events.CustomerUpdated{Traits: events.Traits{"pitch": make(chan int)}})
	require.ErrorContains(t, err, "write data of customer.updated.v1 "+events.HashOf("/shop", "1"))
}

func TestResolvedLeavesTheEventItCameFromAlone(t *testing.T) {
	e := sample(t, "basket.updated.v1")
	e.SetExtension(events.ExtTraceParent, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
	resolved := events.Resolved(e, "p1")
	require.Equal(t, "p1", events.ProfileID(resolved))
	require.Equal(t, "p1", events.Extension(resolved, events.ExtPartitionKey))
	require.Equal(t, events.Extension(e, events.ExtTraceParent), events.Extension(resolved, events.ExtTraceParent))
	require.Equal(t, e.ID(), resolved.ID())
	require.Equal(t, e.DataEncoded, resolved.DataEncoded)
	require.Empty(t, events.ProfileID(e))
}

func TestDatesAreDaysWhereTheyAreAsked(t *testing.T) {
	copenhagen, err := time.LoadLocation("Europe/Copenhagen")
	require.NoError(t, err)
	first, err := events.Date("2026-03-29").In(copenhagen)
	require.NoError(t, err)
	require.Equal(t, "2026-03-29T00:00:00+01:00", first.Format(time.RFC3339))
	require.Equal(t, events.Date("2026-03-29"), events.DateOf(first))
	_, err = events.Date("29/3").In(copenhagen)
	require.EqualError(t, err, `date "29/3": expected YYYY-MM-DD`)
}
