package knative

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

// customer is somebody whom nobody has heard of before.
type customer struct {
	t       *testing.T
	name    string
	n       int
	browser *browser // that they take pushes with, if they do
}

func someone(t *testing.T) *customer {
	return &customer{t: t, name: "mette-" + strings.ReplaceAll(uuid.NewString()[:13], "-", "")}
}

func (c *customer) mail() string { return c.name + "@kunde.example.dk" }

// phone is a Danish number that is made of the name.
func (c *customer) phone() string {
	var n uint32
	for _, b := range []byte(c.name) {
		n = n*31 + uint32(b)
	}
	return fmt.Sprintf("+4520%06d", n%1_000_000)
}

func (c *customer) known() events.Common {
	known := events.Common{Customer: events.Identifiers{"login": c.name, "email": c.mail(), "phone": c.phone()}, Locale: "da-DK"}
	if c.browser != nil {
		known.Customer["push_token"] = c.browser.token()
	}
	return known
}

// says is an event of the customer, now.
func (c *customer) says(data events.Data) events.Event { return c.said(0, data) }

// said is an event of the customer, some time ago.
func (c *customer) said(ago time.Duration, data events.Data) events.Event {
	c.n++
	e, err := events.New("/shop", fmt.Sprintf("%s-%d", c.name, c.n), time.Now().UTC().Add(-ago), data)
	require.NoError(c.t, err)
	return e
}

func (c *customer) signsUp() []events.Event { return c.signedUp(0, nil, "email", "ads") }

// signedUp is how somebody became a customer, some time ago, and what they agreed to.
func (c *customer) signedUp(ago time.Duration, traits events.Traits, agrees ...events.ConsentChannel) []events.Event {
	told := events.Traits{"first_name": "Mette"}
	maps.Copy(told, traits)
	all := []events.Event{c.said(ago, &events.CustomerSignedUp{Common: c.known(), Traits: told})}
	for _, channel := range agrees {
		all = append(all, c.said(ago, &events.ConsentChanged{Common: c.known(), Channel: channel, Purpose: events.PurposeMarketing, Granted: true, Text: "Ja tak"}))
	}
	return all
}

var yarn = events.Line{SKU: "YARN-1", Name: "Alpakagarn Dis", Quantity: 4, Price: events.Money{Amount: 5900, Currency: "DKK"}, Category: "garn"}

// minute is how long a timer may wait for the PingSource, and what then follows may take.
const minute = 110 * time.Second

func TestABasketLeftBehindEndsInAMail(t *testing.T) {
	c, mette := open(t), someone(t)
	c.happened(t, mette.signsUp()...)
	began := time.Now()
	c.happened(t, mette.says(&events.BasketUpdated{Common: mette.known(), BasketID: "b-" + mette.name,
		Lines: []events.Line{yarn}, Total: events.Money{Amount: 23600, Currency: "DKK"}}))
	mail := came(t, minute, "mail", mette.mail())
	require.Contains(t, mail.Body, "Alpakagarn Dis")
	t.Logf("the mail %q came %s after the basket was left, of which a timer of the PingSource took the most", mail.Subject, mail.At.Sub(began).Round(time.Millisecond))
}

func TestAStoreVisitEndsInAnAudienceEntry(t *testing.T) {
	c, mette := open(t), someone(t)
	c.happened(t, mette.signsUp()...)
	lamp := &events.ProductViewed{Common: mette.known(), SKU: "LAMP-OAK", Name: "Gulvlampe i eg", Category: "lamper",
		Price: events.Money{Amount: 279900, Currency: "DKK"}}
	c.happened(t, mette.said(10*time.Minute, lamp), mette.said(5*time.Minute, lamp), // within a minute they were one look
		mette.says(&events.StoreVisited{Common: mette.known(), StoreID: "cph-01", Via: events.ViaLoyaltyCard}))
	entry := came(t, minute, "audience", "LAMP-OAK")
	require.Contains(t, entry.Body, `"operation":"add"`)
	require.NotContains(t, entry.Body, mette.mail(), "an address leaves hashed only")
}

// complaint is what a Danish customer writes, and what of it is found again.
func (c *customer) complaint() (e events.Event, mention string) {
	mention = "ordre " + c.name
	return c.says(&events.SocialMentioned{Common: events.Common{Customer: events.Identifiers{"instagram": c.name}}, Platform: "instagram",
		PostID: "p-" + c.name, Handle: c.name, Text: "Elendig service! Stolen var ødelagt, og jeg er meget skuffet og vred over min " + mention}), mention
}

func TestADanishComplaintEndsInATicketFromZeroAndWarm(t *testing.T) {
	c := open(t)
	c.asleep(t, "collect", "socialcare", "ticket")
	for _, how := range []string{"from zero", "warm", "warm, again"} {
		complaint, mention := someone(t).complaint()
		at := c.send(t, complaint)
		ticket := came(t, time.Minute, "ticket", mention)
		decided := c.decided(t, ticket.ID)
		t.Logf("%s: %s from event to decision, %s to the ticket", how, decided.Sub(at).Round(time.Millisecond), ticket.At.Sub(at).Round(time.Millisecond))
	}
}

func TestAReadyOrderEndsInATextMessage(t *testing.T) {
	c, mette := open(t), someone(t)
	c.happened(t, mette.signsUp()...)
	c.happened(t, mette.says(&events.StoreChanged{StoreID: "cph-01", Name: "Tråd & Træ Nørrebro", Geo: events.Geo{Lat: 55.6893, Lon: 12.5588},
		Address:  events.Address{Street: "Elmegade 9", PostalCode: "2200", City: "København N", Country: "DK"},
		TimeZone: "Europe/Copenhagen", OpeningHours: "Mo-Fr 10:00-18:00; Sa 10:00-16:00; PH off"}))
	c.happened(t, mette.says(&events.OrderReady{Common: mette.known(), OrderID: "o-" + mette.name, StoreID: "cph-01", Code: "4711",
		HoldUntil: time.Now().AddDate(0, 0, 7).UTC()}))
	text := came(t, time.Minute, "sms", mette.phone())
	require.Contains(t, text.Body, "4711")
}
