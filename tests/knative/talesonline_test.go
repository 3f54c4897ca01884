package knative

import (
	"time"

	"redthread.dev/events"
)

// online are tales of who looks, fills a basket, buys and is written to.
var online = []func(scene) tale{
	scene.leavesABasket, scene.keepsLooking, scene.looksHowToCancel, scene.tellsOfAChild, scene.signsUp,
	scene.gaveAPresent, scene.readsTheNewsletter, scene.isWorthACatalogue, scene.buysForACompany, scene.buysOnTheWeb, scene.runsOutOfSoap,
}

func (s scene) leavesABasket() tale {
	c := someone(s.t)
	basket := c.says(&events.BasketUpdated{Common: c.known(), BasketID: "b-" + c.name, Lines: []events.Line{yarn}, Total: kroner(236)})
	return tale{"basketrecovery", c, append(c.signedUp(0, nil, "email"), basket),
		outcome{step: "reminder-1", channel: "email", kind: "mail", says: []string{yarn.Name}}}
}

func (s scene) keepsLooking() tale {
	c := someone(s.t)
	return tale{"browsenudge", c, append(c.signedUp(7*time.Hour, nil, "email"), s.looks(c, 6*time.Hour, 5*time.Hour+30*time.Minute, 5*time.Hour)...),
		outcome{step: "nudge ", channel: "email", kind: "mail", says: []string{s.of("LAMP")}}}
}

func (s scene) looksHowToCancel() tale {
	c := someone(s.t)
	return tale{"churnrescue", c, append(c.signedUp(3*day, nil, "email"), c.page(2*day, events.PageCancellation, ""), c.page(2*time.Hour, events.PageCancellation, "")),
		outcome{step: "letter ", channel: "email", kind: "mail", says: []string{"hvordan man siger farvel til os"}}}
}

func (s scene) tellsOfAChild() tale {
	c := someone(s.t)
	told := c.says(&events.CustomerUpdated{Common: c.known(), Traits: events.Traits{"life_stage": "child"}})
	return tale{"lifestage", c, append(c.signedUp(time.Hour, nil, "email"), told),
		outcome{step: "invite child", channel: "email", kind: "mail", says: []string{"kom med i vores børneklub"}}}
}

func (s scene) signsUp() tale {
	c := someone(s.t)
	return tale{"profileenrich", c, c.signedUp(3*time.Hour, nil, "email"),
		outcome{step: "ask interests ", channel: "email", kind: "mail", says: []string{"hvad vil du helst høre om?"}}}
}

// gaveAPresent for a birthday last year, which is in five days.
func (s scene) gaveAPresent() tale {
	c := someone(s.t)
	birthday := time.Now().UTC().AddDate(-1, 0, 5)
	gift := events.Gift{Occasion: "birthday", Recipient: "mormor", Date: events.DateOf(birthday)}
	return tale{"occasionreminder", c, append(c.signedUp(400*day, nil, "email"), c.orders(time.Since(birthday.AddDate(0, 0, -8)), 1, one(s.of("LAMP"), kroner(2799)), gift)),
		outcome{step: "remind ", channel: "email", kind: "mail", says: []string{"mormor", s.of("LAMP")}}}
}

// readsTheNewsletter is led by the function campaigns: the plan names nobody.
func (s scene) readsTheNewsletter() tale {
	c := someone(s.t)
	in := c.said(time.Hour, &events.SegmentChanged{Common: c.known(), Segment: s.of("readers"), Entered: true})
	plan := s.shop.says(&events.NewsletterPlanned{NewsletterID: s.of("letter"), SendAt: time.Now().UTC(), Subject: "News " + s.of("letter"), Slots: 2, Segment: s.of("readers")})
	return tale{"newsletteroffers", c, append(append(c.signedUp(time.Hour, nil, "email"), s.looks(c, 30*time.Minute)...), in, plan),
		outcome{step: "offers", channel: "email", kind: "mail", says: []string{"News " + s.of("letter"), s.of("LAMP")}}}
}

// isWorthACatalogue is led by the function campaigns, too.
func (s scene) isWorthACatalogue() tale {
	c := someone(s.t)
	all := c.signedUp(370*day, nil, "post")
	for n, ago := range []time.Duration{365 * day, 256 * day, 174 * day, 110 * day} {
		all = append(all, c.orders(ago, n, one(s.of("YARN"), kroner(800)), events.Gift{}))
	}
	all = append(all, c.said(time.Hour, &events.SegmentChanged{Common: c.known(), Segment: s.of("buyers"), Entered: true}),
		s.shop.says(&events.CataloguePlanned{CatalogueID: s.of("autumn"), PrintAndPost: events.Money{Amount: 500, Currency: "DKK"},
			DropDate: events.DateOf(time.Now().AddDate(0, 1, 0)), Segment: s.of("buyers")}))
	return tale{"catalogueworth", c, all,
		outcome{step: "list", channel: "audience", kind: "audience", says: []string{`"audience":"catalogues"`, `"operation":"add"`, `"of":"` + s.of("autumn"), c.name}}}
}

func (s scene) buysForACompany() tale {
	c := someone(s.t)
	all := c.signedUp(2*time.Hour, events.Traits{"company": s.of("Holm")})
	for i, sku := range []string{"CHAIR", "TABLE", "SOFA", "SHELF", "LAMP"} {
		all = append(all, c.said(time.Hour-time.Duration(i)*time.Minute, &events.ProductViewed{Common: c.known(), SKU: s.of(sku), Price: kroner(1299)}))
	}
	all = append(all, c.page(40*time.Minute, events.PageContent, "pris"), c.page(30*time.Minute, events.PageCalculator, ""))
	return tale{"salesbrief", c, all,
		outcome{step: "lead ", channel: "crm", kind: "lead", says: []string{"Lead, 70 of 100: " + s.of("Holm"), `"score":70`, c.mail()}}}
}

// buysOnTheWeb is told to three systems, and when all of them know, the flow says so.
func (s scene) buysOnTheWeb() tale {
	c := someone(s.t)
	return tale{"ordersync", c, append(c.signedUp(time.Hour, nil), c.orders(0, 1, one(s.of("YARN"), kroner(59)), events.Gift{})),
		outcome{step: "book 1", channel: "crm", kind: "booking", says: []string{"o-1-" + c.name, s.of("YARN")}, times: 3, tells: "all systems know"}}
}

// runsOutOfSoap in three days and a bit: what has begun to run out is looked at each half day
// only. Its timer is due when all others are.
func (s scene) runsOutOfSoap() tale {
	c := someone(s.t)
	return tale{"replenish", c, append(c.signedUp(30*day, nil, "email"), c.orders(27*day-shortly, 1, one(s.of("SOAP"), kroner(129)), events.Gift{})),
		outcome{step: "refill ", channel: "email", kind: "mail", says: []string{s.of("SOAP")}}}
}

// shortly is long enough for an event to be decided on, also by a flow that sleeps.
const shortly = 40 * time.Second
