package town

import (
	"fmt"
	"time"

	"redthread.dev/events"
)

const (
	hour = time.Hour
	days = 24 * hour
)

// life is a person's year: how often they come is spread as shops see it, many seldom and
// a few often.
func (p *Person) life() {
	p.account()
	often := p.random.ExpFloat64()
	for range 1 + min(60, int(7*often)) {
		p.session(p.day(7, 23))
	}
	for range min(40, int(3*often)) {
		p.visit(p.day(10, 18))
	}
	if p.chance(0.06) {
		p.mention(p.day(8, 22))
	}
	if p.chance(0.05) {
		p.contact(p.day(9, 17), "complaint", "")
	}
	p.habit()
	p.company()
	p.newsletters()
	p.catalogues()
}

// catalogues are planned for everybody in spring and in autumn, five weeks before they lie
// in the letter box. Everyone who takes some marketing hears of them; one in three takes post.
func (p *Person) catalogues() {
	if p.n%3 == 0 {
		p.say(Start.Add(2*hour), &events.ConsentChanged{Common: p.common(events.PlaceStore), Channel: events.ConsentPost, Purpose: events.PurposeMarketing, Granted: true})
	}
	for _, month := range []int{3, 8} {
		at := Start.AddDate(0, month, 2).Add(10 * hour)
		p.say(at, &events.CataloguePlanned{Common: events.Common{Customer: p.who}, CatalogueID: at.Format("2006-01"),
			PrintAndPost: money(1450), DropDate: events.DateOf(at.AddDate(0, 0, 35))})
	}
}

// newsletters are planned for everybody, once a month, and addressed to the person when
// they are sent. They are sent at one moment in all countries.
func (p *Person) newsletters() {
	for month := range 12 {
		at := Start.AddDate(0, month, 14).Add(17 * hour)
		p.say(at, &events.NewsletterPlanned{Common: events.Common{Customer: p.who}, NewsletterID: at.Format("2006-01"), SendAt: at, Subject: "Nyt fra Tråd & Træ", Slots: 4})
	}
}

// company is what some buy for: once a year, for the whole office, after they have asked
// what it would cost.
func (p *Person) company() {
	if !p.chance(0.03) {
		return
	}
	at := p.day(8, 9)
	p.say(at.Add(-days), &events.CustomerUpdated{Common: p.common(events.PlaceWeb), Traits: events.Traits{events.TraitCompany: fmt.Sprint("Firma ", p.n)}})
	for range 4 + p.random.IntN(4) {
		at = at.Add(hour)
		chosen := p.product()
		p.say(at, &events.ProductViewed{Common: p.common(events.PlaceWeb), SKU: chosen.sku, Name: chosen.name, Category: chosen.category, Price: money(chosen.price)})
		p.say(at.Add(p.within(hour/2)), &events.PageViewed{Common: p.common(events.PlaceWeb), Kind: events.PageCalculator, Category: chosen.category})
	}
	if p.chance(0.5) {
		p.contact(at.Add(p.within(hour)), "tilbud", "")
	}
	if p.chance(0.5) {
		p.order(at.Add(2*days+p.within(10*days)), events.PlaceWeb, "", []events.Line{p.product().line(20)})
	}
}

// account is how the person became known, and what they agree to, and later no more.
func (p *Person) account() {
	at := Start.Add(p.within(hour))
	p.say(at, &events.CustomerSignedUp{Common: p.common(events.PlaceWeb), Traits: events.Traits{
		events.TraitFirstName: "Kim", events.TraitStore: p.home.store, events.TraitTimeZone: p.home.zone.String()}})
	agree := func(at time.Time, channel events.ConsentChannel, purpose events.Purpose, granted bool) {
		p.say(at, &events.ConsentChanged{Common: p.common(events.PlaceWeb), Channel: channel, Purpose: purpose, Granted: granted})
	}
	for _, c := range []struct {
		channel events.ConsentChannel
		share   float64
	}{{events.ConsentEmail, 0.8}, {events.ConsentSMS, 0.5}, {events.ConsentAds, 0.5}, {events.ConsentPush, 0.4}} {
		if p.chance(c.share) {
			agree(at.Add(time.Second), c.channel, events.PurposeMarketing, true)
		}
	}
	if p.chance(0.1) {
		at := p.day(0, 24)
		agree(at, events.ConsentAll, []events.Purpose{events.PurposeMarketing, events.PurposeAll}[p.choose(0.8, 0.2)], false)
		if p.chance(0.3) {
			agree(at.Add(p.within(60*days)), events.ConsentEmail, events.PurposeMarketing, true)
		}
	}
	if p.chance(0.04) {
		p.sayOf(p.day(0, 24), "email", &events.MessageBounced{Common: p.common(""), ActionID: "a", Kind: events.BounceHard})
	}
	if p.chance(0.01) {
		p.sayOf(p.day(0, 24), "email", &events.MessageComplained{Common: p.common(""), ActionID: "a"})
	}
	if p.chance(0.005) {
		p.say(p.day(0, 24), &events.ErasureCompleted{ReceiptID: fmt.Sprint("e-", p.n), Collections: map[string]int{}})
	}
	if p.chance(0.08) {
		stage := []string{"child", "move", "pet"}[p.random.IntN(3)]
		p.say(p.day(8, 23), &events.CustomerUpdated{Common: p.common(events.PlaceWeb), Traits: events.Traits{events.TraitLifeStage: stage}})
	}
}

// session is a while in the shop on the web, or in the app.
func (p *Person) session(at time.Time) {
	place := events.PlaceWeb
	if p.chance(0.2) {
		place = events.PlaceApp
		p.say(at, &events.AppOpened{Common: p.common(place)})
	}
	if kind := p.choose(0.83, 0.08, 0.03, 0.02, 0.04); kind > 0 {
		kinds := []events.PageKind{events.PageStoreFinder, events.PageCalculator, events.PageCancellation, events.PageSearch}
		p.say(at.Add(p.within(hour/4)), &events.PageViewed{Common: p.common(place), Kind: kinds[kind-1], Category: categories[p.category]})
	}
	shown := p.product()
	for range 1 + p.random.IntN(5) {
		if p.chance(0.4) {
			shown = p.product()
		}
		at = at.Add(p.within(hour / 6))
		p.say(at, &events.ProductViewed{Common: p.common(place), SKU: shown.sku, Name: shown.name, Category: shown.category, Price: money(shown.price)})
	}
	if p.chance(0.35) {
		p.basket(at.Add(p.within(hour/12)), place, shown)
	}
}

func (p *Person) basket(at time.Time, place events.Place, first product) {
	p.baskets++
	id := fmt.Sprintf("b-%06d-%d", p.n, p.baskets)
	lines := []events.Line{first.line(1 + p.random.IntN(3))}
	p.say(at, &events.BasketUpdated{Common: p.common(place), BasketID: id, Lines: lines, Total: total(lines)})
	if p.chance(0.3) {
		at = at.Add(p.within(hour / 4))
		lines = append(lines, p.product().line(1))
		p.say(at, &events.BasketUpdated{Common: p.common(place), BasketID: id, Lines: lines, Total: total(lines)})
	}
	switch p.choose(0.5, 0.1, 0.4) {
	case 0: // bought at once, or later
		wait := p.within(hour / 2)
		if p.chance(0.3) {
			wait = p.within(4 * days)
		}
		p.order(at.Add(wait), place, id, lines)
	case 1:
		p.say(at.Add(p.within(hour)), &events.BasketUpdated{Common: p.common(place), BasketID: id, Total: money(0), Lines: []events.Line{}})
	}
}

var occasions = []string{"birthday", "christmas", "mothers_day", "wedding"}

func (p *Person) order(at time.Time, place events.Place, basket string, lines []events.Line) {
	id := fmt.Sprintf("o-%06d-%d", p.n, len(p.Events))
	o := &events.OrderPlaced{Common: p.common(place), OrderID: id, BasketID: basket, Lines: lines, Total: total(lines), Delivery: events.DeliveryShip}
	if p.chance(0.12) {
		o.Gift = events.Gift{Occasion: occasions[p.random.IntN(len(occasions))], Recipient: "mum"}
	}
	if place == events.PlaceStore {
		o.StoreID, o.Delivery = p.home.store, events.DeliveryCarriedOut
	} else if p.chance(0.3) {
		o.StoreID, o.Delivery = p.home.store, events.DeliveryCollect
	}
	p.say(at, o)
	if o.Delivery == events.DeliveryCollect {
		p.collect(at.Add(p.within(6*hour)), id)
	}
	if p.chance(0.08) {
		p.say(at.Add(2*days+p.within(20*days)), &events.OrderReturned{Common: p.common(events.PlaceStore), ReturnID: "r-" + id, OrderID: id,
			StoreID: p.home.store, Lines: lines[:1], Refund: total(lines[:1])})
	}
	if p.chance(0.1) {
		p.say(at.Add(3*days+p.within(4*days)), &events.SurveyAnswered{Common: p.common(events.PlaceWeb), SurveyID: "s-" + id, Kind: events.SurveyNPS,
			Score: float64(p.random.IntN(11)), About: events.About{OrderID: id}})
		if p.chance(0.8) { // of those who were unhappy there is a ticket
			p.say(at.Add(8*days+p.within(5*days)), &events.ServiceResolved{Common: p.common(events.PlacePhone), TicketID: "s-" + id + " " + id})
		}
	}
}

func (p *Person) collect(at time.Time, order string) {
	p.say(at, &events.OrderReady{Common: p.common(events.PlaceStore), OrderID: order, StoreID: p.home.store, Code: "4711", HoldUntil: at.Add(7 * days)})
	switch p.choose(0.8, 0.1, 0.1) {
	case 0:
		p.say(at.Add(hour+p.within(4*days)), &events.OrderCollected{Common: p.common(events.PlaceStore), OrderID: order, StoreID: p.home.store})
	case 1:
		p.contact(at.Add(p.within(2*days)), "collection", order)
	}
}

func (p *Person) visit(at time.Time) {
	p.say(at, &events.StoreVisited{Common: p.common(events.PlaceStore), StoreID: p.home.store, Via: events.ViaBeacon, DwellS: int64(60 + p.random.IntN(2000))})
	if p.chance(0.3) {
		p.say(at.Add(p.within(hour/3)), &events.ItemScanned{Common: p.common(events.PlaceStore), StoreID: p.home.store, SKU: p.product().sku})
	}
	if p.chance(0.45) {
		p.order(at.Add(hour/6+p.within(hour/2)), events.PlaceStore, "", []events.Line{p.product().line(1)})
	}
}

// mention is a word in public: bad, good or a question.
func (p *Person) mention(at time.Time) {
	id := fmt.Sprintf("m-%06d-%d", p.n, len(p.Events))
	kind := p.choose(0.4, 0.4, 0.2)
	m := &events.SocialMentioned{Common: p.common(events.PlaceSocial), Platform: "instagram", PostID: id, Handle: p.who["login"],
		Text: posts[p.home.locale[:2]][kind], Reach: int64(p.random.IntN(20_000))}
	if kind == 0 && p.chance(0.3) {
		m.Rating = 1
	}
	p.say(at, m)
	if kind == 0 && p.chance(0.7) {
		p.say(at.Add(hour+p.within(10*days)), &events.ServiceResolved{Common: p.common(events.PlaceSocial), TicketID: id, CSAT: 1 + p.random.IntN(5)})
	}
}

var posts = map[string][3]string{
	"da": {"Elendig service i dag, ingen ville hjælpe. Meget skuffet!", "Dejligt garn og virkelig sød betjening!", "Åbner I også søndag?"},
	"sv": {"Otroligt dålig kundtjänst, de svarar aldrig. Riktigt besviken.", "Vilken underbar butik, så glad för min nya lampa!", "Har ni öppet på lördag?"},
	"en": {"Terrible experience, my order never arrived and nobody answers.", "Love the new yarn, so soft and lovely!", "Do you open on Sunday?"},
}

func (p *Person) contact(at time.Time, topic, order string) {
	id := fmt.Sprintf("c-%06d-%d", p.n, len(p.Events))
	p.say(at, &events.ServiceContacted{Common: p.common(events.PlacePhone), ContactID: id, Channel: events.ServicePhone, Topic: topic, OrderID: order})
	if p.chance(0.8) {
		p.say(at.Add(p.within(3*days)), &events.ServiceResolved{Common: p.common(events.PlacePhone), ContactID: id, CSAT: 1 + p.random.IntN(5)})
	}
}

// habit is what some buy again and again, as it is used up.
func (p *Person) habit() {
	if !p.chance(0.25) {
		return
	}
	gap := 20*days + p.within(40*days)
	jitter := time.Duration(float64(gap) * 0.1)
	soap := products[p.random.IntN(consumables)]
	for at := Start.Add(p.within(gap)); at.Before(End); at = at.Add(gap - jitter + p.within(2*jitter)) {
		p.order(at, events.PlaceWeb, "", []events.Line{soap.line(1)})
	}
}
