package profile_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

func at(hour int) time.Time { return day0.Add(time.Duration(hour) * time.Hour) }

// happened folds data in the given order, one hour apart from hour 1 on; nil lets an
// hour pass.
func happened(t require.TestingT, all ...events.Data) *profile.Profile {
	var p profile.Profile
	for i, data := range all {
		if data != nil {
			fold(t, &p, made(t, fmt.Sprint("e", i+1), at(i+1), data))
		}
	}
	return &p
}

func TestConsents(t *testing.T) {
	say := func(channel events.ConsentChannel, purpose events.Purpose, granted bool, who ...string) events.Data {
		ids := events.Identifiers{}
		for i := 0; i < len(who); i += 2 {
			ids[who[i]] = who[i+1]
		}
		return events.ConsentChanged{Common: events.Common{Customer: ids}, Channel: channel, Purpose: purpose, Granted: granted}
	}
	for name, one := range map[string]struct {
		said             []events.Data
		granted, refused bool
	}{
		"nothing said is neither":                 {nil, false, false},
		"what was granted is granted":             {[]events.Data{say("email", "marketing", true, "email", "a")}, true, false},
		"another channel's consent is none":       {[]events.Data{say("sms", "marketing", true, "email", "a")}, false, false},
		"the later word counts":                   {[]events.Data{say("email", "marketing", true, "email", "a"), say("email", "marketing", false, "email", "a")}, false, true},
		"also when it is a grant":                 {[]events.Data{say("email", "marketing", false, "email", "a", "cookie", "c"), say("email", "marketing", true, "email", "a")}, true, false},
		"a grant under another name does not do":  {[]events.Data{say("email", "marketing", false, "email", "a"), say("email", "marketing", true, "email", "b")}, false, true},
		"all channels and purposes are meant":     {[]events.Data{say("all", "all", true, "email", "a")}, true, false},
		"a later refusal of one outweighs all":    {[]events.Data{say("all", "all", true, "email", "a"), say("email", "marketing", false, "email", "a")}, false, true},
		"a later refusal of all outweighs one":    {[]events.Data{say("email", "marketing", true, "email", "a"), say("all", "all", false, "email", "a")}, false, true},
		"a later grant of one outweighs all":      {[]events.Data{say("all", "all", false, "email", "a"), say("email", "marketing", true, "email", "a")}, true, false},
		"a refusal counts for each of its names":  {[]events.Data{say("email", "marketing", false, "email", "a", "login", "l"), say("email", "marketing", true, "email", "a", "login", "l")}, true, false},
		"who shares one name speaks for them all": {[]events.Data{say("email", "marketing", false, "email", "a", "login", "l"), say("email", "marketing", true, "login", "l")}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			granted, refused := happened(t, one.said...).Consented("email", "marketing")
			require.Equal(t, [2]bool{one.granted, one.refused}, [2]bool{granted, refused})
		})
	}
}

func TestABounceIsLiftedByAConsentThatNamesAnAddressAndASpamComplaintByAny(t *testing.T) {
	consent := func(ids events.Identifiers) events.Data {
		return events.ConsentChanged{Common: events.Common{Customer: ids}, Channel: "email", Purpose: "marketing", Granted: true}
	}
	bounce := events.MessageBounced{ActionID: "a", Kind: events.BounceHard}
	spam := events.MessageComplained{ActionID: "a"}
	byMail, byLogin := consent(events.Identifiers{"email": "a@x.dk"}), consent(events.Identifiers{"login": "a"})
	for name, one := range map[string]struct {
		all    []events.Data
		reason string
	}{
		"a soft bounce is nothing":         {[]events.Data{events.MessageBounced{ActionID: "a", Kind: events.BounceSoft}}, ""},
		"a hard bounce shuts the channel":  {[]events.Data{byMail, bounce}, profile.Bounced},
		"a login does not mend an address": {[]events.Data{bounce, byLogin}, profile.Bounced},
		"an address given again does":      {[]events.Data{bounce, byMail}, ""},
		"until it bounces again":           {[]events.Data{bounce, byMail, bounce}, profile.Bounced},
		"spam is a complaint":              {[]events.Data{byMail, spam}, profile.Complained},
		"which the customer takes back":    {[]events.Data{spam, byLogin}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, shut := happened(t, one.all...).Suppression("email")
			require.Equal(t, one.reason, s.Reason)
			require.Equal(t, one.reason != "", shut)
		})
	}
}

func TestADeviceThatIsGoneIsNoAddressAnyMoreAndShutsNoChannel(t *testing.T) {
	uses := func(token string) events.Data {
		return events.AppOpened{Common: events.Common{Customer: events.Identifiers{"push_token": token}}}
	}
	gone := func(token string) events.Data {
		return events.MessageBounced{ActionID: "a", Kind: events.BounceHard, Address: profile.HashAddress(token)}
	}
	agrees := func(token string) events.Data {
		return events.ConsentChanged{Common: events.Common{Customer: events.Identifiers{"push_token": token}}, Channel: "push", Purpose: "marketing", Granted: true}
	}
	for name, one := range map[string]struct {
		all  []events.Data
		want []string
	}{
		"the one used last comes first":            {[]events.Data{uses("phone"), uses("tablet"), uses("phone")}, []string{"phone", "tablet"}},
		"one that is gone is left out":             {[]events.Data{uses("phone"), uses("tablet"), gone("tablet")}, []string{"phone"}},
		"also when it is seen again":               {[]events.Data{uses("phone"), gone("phone"), uses("phone")}, nil},
		"unless the customer says so under it":     {[]events.Data{uses("phone"), gone("phone"), agrees("phone")}, []string{"phone"}},
		"which they said before it was gone":       {[]events.Data{agrees("phone"), gone("phone")}, nil},
		"another's consent does not bring it back": {[]events.Data{uses("phone"), gone("phone"), agrees("tablet")}, []string{"tablet"}},
		"five are kept":                            {[]events.Data{uses("1"), uses("2"), uses("3"), uses("4"), uses("5"), uses("6")}, []string{"6", "5", "4", "3", "2"}},
	} {
		t.Run(name, func(t *testing.T) {
			var p profile.Profile
			for i, data := range one.all {
				e := made(t, fmt.Sprint("e", i), at(i), data)
				e.SetExtension(events.ExtChannel, "push")
				fold(t, &p, e)
			}
			require.Equal(t, one.want, slices.Collect(p.Addresses("push")))
			_, shut := p.Suppression("push")
			require.False(t, shut)
			if len(one.want) == 0 {
				require.Equal(t, profile.Unreachable, p.Barred(events.ActionMessage, "push", events.PurposeService))
			}
		})
	}
}

func TestTheOpenBasket(t *testing.T) {
	basket := func(id string, skus ...string) events.Data {
		b := events.BasketUpdated{BasketID: id}
		for _, sku := range skus {
			b.Lines = append(b.Lines, events.Line{SKU: sku, Quantity: 1, Price: dkk(100)})
		}
		return b
	}
	order := func(basket, sku string) events.Data {
		return events.OrderPlaced{OrderID: "o", BasketID: basket, Lines: []events.Line{{SKU: sku, Quantity: 1}}, Total: dkk(100)}
	}
	for name, one := range map[string]struct {
		all  []events.Data
		open string
	}{
		"is the one that was touched last":           {[]events.Data{basket("b1", "boot"), basket("b2", "sock")}, "b2"},
		"is an older one when the last was emptied":  {[]events.Data{basket("b1", "boot"), basket("b2", "sock"), basket("b2")}, "b1"},
		"is none when it was bought":                 {[]events.Data{basket("b1", "boot"), order("b1", "boot")}, ""},
		"is none when its goods were bought":         {[]events.Data{basket("b1", "boot"), order("", "boot")}, ""},
		"stays when something else was bought":       {[]events.Data{basket("b1", "boot"), order("", "tent")}, "b1"},
		"stays when another basket was bought":       {[]events.Data{basket("b1", "boot"), order("b7", "boot")}, "b1"},
		"is open again when it is filled once more":  {[]events.Data{basket("b1", "boot"), order("b1", "boot"), basket("b1", "sock")}, "b1"},
		"is what the shop itself holds for left too": {[]events.Data{events.BasketAbandoned{BasketID: "b3", Lines: []events.Line{{SKU: "boot", Quantity: 1}}}}, "b3"},
	} {
		t.Run(name, func(t *testing.T) {
			b, ok := happened(t, one.all...).OpenBasket()
			require.Equal(t, one.open, b.ID)
			require.Equal(t, one.open != "", ok)
		})
	}
}

func TestAnOrdersStatesMayComeInAnyOrder(t *testing.T) {
	all := []events.Event{
		made(t, "1", at(1), events.OrderPlaced{OrderID: "o", StoreID: "cph", Lines: []events.Line{{SKU: "boot", Quantity: 2}}, Total: dkk(500)}),
		made(t, "2", at(2), events.OrderReady{OrderID: "o", StoreID: "cph", Code: "4711", HoldUntil: at(99)}),
		made(t, "3", at(3), events.OrderCollected{OrderID: "o", StoreID: "cph"}),
		made(t, "4", at(4), events.OrderReturned{ReturnID: "r", OrderID: "o", Lines: []events.Line{{SKU: "boot", Quantity: 1}}, Refund: dkk(200)}),
	}
	for range 24 {
		rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		var p profile.Profile
		fold(t, &p, all...)
		o, ok := p.Order("o")
		require.True(t, ok)
		require.Equal(t, "4711", o.Ready.Code)
		require.Equal(t, at(3), o.Collected)
		require.Equal(t, []string{"boot"}, o.Returns[0].SKUs)
		require.Equal(t, map[string]int64{"DKK": 500}, p.Totals.Spent)
		require.Equal(t, map[string]int64{"DKK": 200}, p.Totals.Refunded)
	}
}

func TestAComplaintIsOpenUntilItIsResolvedOrNinetyDaysHavePassed(t *testing.T) {
	complaint := events.ServiceContacted{ContactID: "c1", Channel: "phone", Topic: "Complaint: delivery"}
	anger := events.SocialMentioned{Platform: "x", PostID: "p2", ThreadID: "p1", Handle: "h", Rating: 1}
	require.True(t, happened(t, complaint).OpenComplaint())
	require.True(t, happened(t, anger).OpenComplaint())
	require.False(t, happened(t, events.ServiceContacted{ContactID: "c1", Channel: "phone", Topic: "opening hours"}).OpenComplaint())
	require.False(t, happened(t, complaint, events.ServiceResolved{ContactID: "c1"}).OpenComplaint())
	require.False(t, happened(t, anger, events.ServiceResolved{TicketID: "p1"}).OpenComplaint(), "the conversation was resolved")
	require.True(t, happened(t, events.ServiceResolved{ContactID: "c1"}, complaint).OpenComplaint(), "it was complained about again")

	p := happened(t, complaint)
	fold(t, p, made(t, "later", at(24*91), events.AppOpened{}))
	require.False(t, p.OpenComplaint())
}

func TestInterestsFadeAndDeclaredOnesComeFirst(t *testing.T) {
	p := happened(t,
		events.ProductViewed{SKU: "boot", Category: "shoes"},
		events.ProductViewed{SKU: "boot", Category: "shoes"},
		events.CustomerSignedUp{Interests: []string{"gardening"}, Traits: events.Traits{"first_name": "Mette"}},
		events.ProductViewed{SKU: "tent", Category: "camping"})
	now := p.Interests(at(4))
	require.Equal(t, "gardening", now[0].Category)
	require.True(t, now[0].Declared)
	require.Equal(t, "shoes", now[1].Category)
	require.InDelta(t, 2, now[1].Score, 0.02)
	later := p.Interests(at(4).AddDate(0, 0, 14))
	require.InDelta(t, 1, later[1].Score, 0.02)
	require.Equal(t, "Mette", p.FirstName())
	require.Equal(t, time.UTC, p.Zone(time.UTC))
}

func TestTenThousandEventsMakeAProfileNoBiggerThanTenWeeksOfThem(t *testing.T) {
	size := func(n int) int {
		var p profile.Profile
		r := rand.New(rand.NewPCG(1, 2))
		for i := range n {
			c := events.Common{Locale: "da-DK", Place: events.PlaceWeb, Customer: events.Identifiers{"email": "mette.hansen@example.dk", "cookie": fmt.Sprint("0193f-7c1e-", i/50)}}
			fold(t, &p, made(t, fmt.Sprint("e", i), day0.Add(time.Duration(i)*20*time.Minute), ordinary(r, i, c)))
		}
		w, err := profile.Write(p, 0)
		require.NoError(t, err)
		return len(w.Data)
	}
	weeks, years := size(1500), size(10_000)
	t.Logf("%d bytes after 1,500 events, %d after 10,000", weeks, years)
	require.InDelta(t, weeks, years, 0.05*float64(weeks))
	require.Less(t, years, 32<<10)
}

// ordinary is what a customer does on one of many days.
func ordinary(r *rand.Rand, i int, c events.Common) events.Data {
	line := events.Line{SKU: fmt.Sprint("SKU-", r.IntN(500)), Name: "Trekking boot, women", Quantity: 1, Price: dkk(89900), Category: "shoes", ImageURL: "https://shop.example/img/boot.jpg", URL: "https://shop.example/p/boot"}
	switch k := r.IntN(20); {
	case k == 0:
		return events.OrderPlaced{Common: c, OrderID: fmt.Sprint("o", i), StoreID: "cph-01", Lines: []events.Line{line, line, line}, Total: dkk(89900), Delivery: "collect"}
	case k == 1:
		return events.OrderReady{Common: c, OrderID: fmt.Sprint("o", i-1), StoreID: "cph-01", Code: "4711", HoldUntil: day0}
	case k == 2:
		return events.OrderCollected{Common: c, OrderID: fmt.Sprint("o", i-2), StoreID: "cph-01"}
	case k == 3:
		return events.OrderReturned{Common: c, ReturnID: fmt.Sprint("r", i), OrderID: fmt.Sprint("o", i-3), Lines: []events.Line{line}, Refund: dkk(100)}
	case k == 4:
		return events.StoreVisited{Common: c, StoreID: "cph-01", Via: events.ViaBeacon}
	case k == 5:
		return events.ItemScanned{Common: c, StoreID: "cph-01", SKU: line.SKU}
	case k == 6:
		return events.ServiceContacted{Common: c, ContactID: fmt.Sprint("c", i), Channel: "phone", Topic: "delivery"}
	case k == 7:
		return events.ConsentChanged{Common: c, Channel: "email", Purpose: "marketing", Granted: i%2 == 0, Text: "I agree"}
	case k == 8:
		return events.CustomerUpdated{Common: c, Traits: events.Traits{fmt.Sprint("trait", r.IntN(60)): "a value"}, Answers: events.Traits{fmt.Sprint("question", r.IntN(60)): "an answer"}}
	case k < 12:
		return events.BasketUpdated{Common: c, BasketID: fmt.Sprint("b", i/40), Lines: []events.Line{line, line}, Total: dkk(179800)}
	}
	return events.ProductViewed{Common: c, SKU: line.SKU, Name: line.Name, Category: "shoes", Price: line.Price}
}

func TestEventsAsLargeAsTheyMayBeStillMakeADocumentThatCanBeStored(t *testing.T) {
	long := strings.Repeat("æ", 1000)
	var p profile.Profile
	for i := range 70 {
		ids := events.Identifiers{}
		for n := range 19 {
			ids[fmt.Sprint("type", n)] = fmt.Sprint(long[:200], i)
		}
		c := events.Common{Customer: ids, Locale: "da-DK"}
		line := events.Line{SKU: long, Name: long, Quantity: 1, Category: long, Variant: long, URL: "https://x.example/" + long, ImageURL: "https://x.example/" + long}
		lines := make([]events.Line, 16)
		for n := range lines {
			lines[n] = line
		}
		id := fmt.Sprint(i) + long
		fold(t, &p,
			made(t, fmt.Sprint("a", i), at(i), events.ProductViewed{Common: c, SKU: long, Name: long, Category: long}),
			made(t, fmt.Sprint("b", i), at(i), events.BasketUpdated{Common: c, BasketID: id, Lines: lines}),
			made(t, fmt.Sprint("c", i), at(i), events.OrderPlaced{Common: c, OrderID: id, Lines: lines}),
			made(t, fmt.Sprint("d", i), at(i), events.CustomerUpdated{Common: c, Traits: events.Traits{id: long}, Answers: events.Traits{id: long}}),
			made(t, fmt.Sprint("e", i), at(i), events.ConsentChanged{Common: c, Channel: "email", Purpose: "marketing", Text: long}))
	}
	w, err := profile.Write(p, 0)
	require.NoError(t, err)
	t.Logf("%d bytes", len(w.Data))
	require.Less(t, len(w.Data), store.MaxDocument)
}
