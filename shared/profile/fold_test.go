package profile_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

var day0 = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

func dkk(amount int64) events.Money { return events.Money{Amount: amount, Currency: "DKK"} }

func made(t require.TestingT, id string, at time.Time, data events.Data) events.Event {
	e, err := events.New("/webshop", id, at, data)
	require.NoError(t, err)
	e.SetExtension(events.ExtChannel, "email")
	return e
}

func fold(t require.TestingT, p *profile.Profile, es ...events.Event) {
	for _, e := range es {
		data, err := events.Parse(e)
		require.NoError(t, err)
		profile.Fold(p, e, data)
	}
}

// someData draws data of any type that a profile keeps something of, from few
// enough values that the draws touch each other.
func someData(t *rapid.T) events.Data {
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	sku := func() string { return pick("sku", "boot", "sock", "tent", "lamp") }
	lines := func() []events.Line {
		return []events.Line{{SKU: sku(), Name: "Thing", Quantity: 1, Price: dkk(100), Category: pick("category", "shoes", "camping")}}
	}
	c := events.Common{Locale: pick("locale", "", "da-DK", "sv-SE"), Place: events.PlaceWeb, Customer: events.Identifiers{
		events.IDCookie: fmt.Sprint("c", rapid.IntRange(0, 25).Draw(t, "cookie")),
		events.IDEmail:  pick("email", "a@x.dk", "b@x.dk", "c@x.dk", "d@x.dk", "e@x.dk", "f@x.dk", "g@x.dk")}}
	order := pick("order", "o1", "o2", "o3")
	switch rapid.IntRange(0, 19).Draw(t, "type") {
	case 0:
		return events.CustomerSignedUp{Common: c, Traits: events.Traits{events.TraitFirstName: pick("name", "Mette", "Lars")}, Interests: []string{"camping"}}
	case 1:
		return events.CustomerUpdated{Common: c, Traits: events.Traits{events.TraitTimeZone: pick("zone", "Europe/Stockholm", "Europe/Copenhagen")}, Answers: events.Traits{"size": "42"}}
	case 2, 3, 4:
		delete(c.Customer, events.IDCookie) // more than twenty last words are not kept
		return events.ConsentChanged{Common: c, Channel: events.ConsentChannel(pick("channel", "email", "all")),
			Purpose: "marketing", Granted: rapid.Bool().Draw(t, "granted"), Text: "Yes"}
	case 5:
		return events.BasketUpdated{Common: c, BasketID: pick("basket", "b1", "b2", "b3", "b4", "b5"), Lines: lines(), Total: dkk(100)}
	case 6:
		return events.BasketUpdated{Common: c, BasketID: "b1", Total: dkk(0)}
	case 7:
		return events.BasketAbandoned{Common: c, BasketID: "b2", Lines: lines(), Total: dkk(100), Step: "delivery"}
	case 8:
		return events.OrderPlaced{Common: c, OrderID: order, BasketID: pick("of", "", "b1", "b2"), Lines: lines(), Total: dkk(int64(rapid.IntRange(1, 1000).Draw(t, "total")))}
	case 9:
		return events.OrderReady{Common: c, OrderID: order, StoreID: "cph", Code: "1", HoldUntil: day0}
	case 10:
		return events.OrderCollected{Common: c, OrderID: order, StoreID: "cph"}
	case 11:
		return events.OrderReturned{Common: c, ReturnID: "r", OrderID: order, Lines: lines(), Refund: dkk(50)}
	case 12:
		return events.MessageBounced{Common: c, ActionID: "a", Kind: events.BounceHard, Address: pick("address", "", "d1", "d2", "d3")}
	case 13:
		return events.MessageClicked{Common: c, ActionID: "a"}
	case 14:
		return events.ServiceContacted{Common: c, ContactID: order, Channel: events.ServicePhone, Topic: "complaint"}
	case 15:
		return events.ServiceResolved{Common: c, ContactID: order}
	case 16:
		return events.SocialMentioned{Common: c, Platform: "x", PostID: order, Handle: "h", Rating: rapid.IntRange(1, 5).Draw(t, "rating")}
	case 17:
		return events.StoreVisited{Common: c, StoreID: "cph", Via: events.ViaQR}
	case 18:
		return events.SegmentChanged{Segment: pick("segment", "vip", "new"), Entered: rapid.Bool().Draw(t, "entered")}
	}
	return events.ProductViewed{Common: c, SKU: sku(), Category: "shoes"}
}

func someEvents(n int) *rapid.Generator[[]events.Event] {
	return rapid.Custom(func(t *rapid.T) []events.Event {
		es := make([]events.Event, rapid.IntRange(0, n).Draw(t, "n"))
		for i := range es {
			at := day0.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "hour")) * time.Hour)
			es[i] = made(t, fmt.Sprint("e", i), at, someData(t))
		}
		return es
	})
}

func TestFoldDoesNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		es := someEvents(80).Draw(t, "events")
		shuffled := rapid.Permutation(es).Draw(t, "order")
		var a, b profile.Profile
		fold(t, &a, es...)
		fold(t, &b, shuffled...)
		require.Equal(t, a, b)
	})
}

func TestMergeIsTheFoldOfBothJournalsAndDoesNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		es := someEvents(120).Draw(t, "events")
		cut := rapid.IntRange(0, len(es)).Draw(t, "cut")
		var a, b, both profile.Profile
		fold(t, &a, es[:cut]...)
		fold(t, &b, es[cut:]...)
		fold(t, &both, es...)
		before := asJSON(t, a)
		require.Equal(t, asJSON(t, both), asJSON(t, profile.Merge(a, b)))
		require.Equal(t, asJSON(t, both), asJSON(t, profile.Merge(b, a)))
		require.Equal(t, before, asJSON(t, a), "merging changed what was merged")
	})
}

func TestADocumentReadsBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p, back profile.Profile
		fold(t, &p, someEvents(40).Draw(t, "events")...)
		require.NoError(t, json.Unmarshal([]byte(asJSON(t, p)), &back))
		require.Equal(t, asJSON(t, p), asJSON(t, back))
		require.Equal(t, p, back)
	})
}

func TestAMergeNeverGivesAPermissionThatNeitherSideGave(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(owner string) profile.Profile {
			var p profile.Profile
			for i, n := 0, rapid.IntRange(0, 6).Draw(t, "n"); i < n; i++ {
				c := events.Common{Customer: events.Identifiers{events.IDEmail: owner}}
				fold(t, &p, made(t, fmt.Sprint(owner, i), day0.Add(time.Duration(rapid.IntRange(0, 9).Draw(t, "hour"))*time.Hour), events.ConsentChanged{
					Common: c, Channel: events.ConsentChannel(rapid.SampledFrom([]string{"email", "all"}).Draw(t, "channel")),
					Purpose: events.PurposeMarketing, Granted: rapid.Bool().Draw(t, "granted")}))
			}
			return p
		}
		a, b := draw("a@x.dk"), draw("b@x.dk")
		m := profile.Merge(a, b)
		grantedA, refusedA := a.Consented("email", "marketing")
		grantedB, refusedB := b.Consented("email", "marketing")
		granted, refused := m.Consented("email", "marketing")
		require.Equal(t, refusedA || refusedB, refused)
		require.Equal(t, (grantedA || grantedB) && !refused, granted)
	})
}

func asJSON(t require.TestingT, p profile.Profile) string {
	text, err := json.Marshal(p)
	require.NoError(t, err)
	return string(text)
}
