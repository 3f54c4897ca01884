package knative

import (
	"time"

	"redthread.dev/events"
)

// instores are tales of stores, and of those who talk to the shop.
var instores = []func(scene) tale{
	scene.complains, scene.calls, scene.isLetDown, scene.fetchedAnOrder, scene.hasAnOrderReady,
	scene.leavesAStore, scene.looksForAStore, scene.comesIntoAStore, scene.scans, scene.showsACard,
}

func (s scene) complains() tale {
	c := someone(s.t)
	complaint, mention := c.complaint()
	return tale{"socialcare", c, []events.Event{complaint}, outcome{step: "complaint ", channel: "ticket", kind: "ticket", says: []string{mention}}}
}

func (s scene) calls() tale {
	c := someone(s.t)
	call := c.says(&events.ServiceContacted{Common: c.known(), ContactID: "c-" + c.name, Channel: events.ServicePhone, Topic: "delivery"})
	return tale{"servicebrief", c, append(c.signedUp(time.Hour, nil), call),
		outcome{step: "brief ", channel: "ticket", kind: "ticket", says: []string{"c-" + c.name, "delivery", "WHO: Mette"}}}
}

func (s scene) isLetDown() tale {
	c := someone(s.t)
	answer := c.says(&events.SurveyAnswered{Common: c.known(), SurveyID: "after-pickup", Kind: events.SurveyNPS, Score: 3, Comment: "Slow " + c.name})
	return tale{"experiencefollowup", c, append(c.signedUp(time.Hour, nil), answer),
		outcome{step: "detractor", channel: "ticket", kind: "ticket", says: []string{"Let down: nps 3", "Slow " + c.name}}}
}

// fetchedAnOrder and is asked how that was: the same flow, in another way.
func (s scene) fetchedAnOrder() tale {
	c := someone(s.t)
	fetched := c.said(49*time.Hour, &events.OrderCollected{Common: c.known(), OrderID: "o-" + c.name, StoreID: storeID})
	return tale{"experiencefollowup", c, append(c.signedUp(3*day, nil), fetched),
		outcome{step: "ask", key: "o-" + c.name, channel: "email", kind: "mail", says: []string{"Du har hentet din ordre hos os"}}}
}

func (s scene) hasAnOrderReady() tale {
	c := someone(s.t)
	ready := c.says(&events.OrderReady{Common: c.known(), OrderID: "o-" + c.name, StoreID: storeID, Code: "4711", HoldUntil: time.Now().AddDate(0, 0, 7).UTC()})
	return tale{"pickupready", c, append(c.signedUp(time.Hour, nil), ready),
		outcome{step: "ready", channel: "sms", kind: "sms", says: []string{c.phone(), "4711"}}}
}

func (s scene) leavesAStore() tale {
	c := someone(s.t)
	visit := c.said(time.Minute, &events.StoreVisited{Common: c.known(), StoreID: storeID, Via: events.ViaLoyaltyCard})
	return tale{"storeretarget", c, append(append(c.signedUp(3*time.Hour, nil, "ads"), s.looks(c, 2*time.Hour, time.Hour)...), visit),
		outcome{step: "unsold ", channel: "audience", kind: "audience", says: []string{`"operation":"add"`, s.of("LAMP")}}}
}

func (s scene) looksForAStore() tale {
	c := someone(s.t)
	home := events.Traits{"geo": "56.1600,10.2130", "country": "DK"}
	return tale{"visitprep", c, append(append(c.signedUp(5*time.Hour, home, "email"), s.looks(c, 4*time.Hour)...), c.page(3*time.Hour, events.PageStoreFinder, "")),
		outcome{step: "finder ", channel: "email", kind: "mail", says: []string{"Traad & Trae Aarhus", s.of("LAMP")}}}
}

// comesIntoAStore with a phone that takes pushes.
func (s scene) comesIntoAStore() tale {
	c := s.withABrowser()
	visit := c.said(2*time.Minute, &events.StoreVisited{Common: c.known(), StoreID: storeID, Via: events.ViaBeacon})
	return tale{"instoreassist", c, append(append(c.signedUp(3*time.Hour, nil, "push"), s.looks(c, 2*time.Hour, time.Hour)...), visit),
		outcome{step: "assist ", channel: "push", kind: "push", says: []string{"Traad & Trae Aarhus", s.of("LAMP")}}}
}

func (s scene) scans() tale {
	c := s.withABrowser()
	scan := &events.ItemScanned{Common: c.known(), StoreID: storeID, SKU: s.of("YARN")}
	scan.Place = events.PlaceStore
	return tale{"scanandgo", c, append(c.signedUp(time.Hour, nil, "push"), c.says(scan)),
		outcome{step: "suggest ", channel: "push", kind: "push", says: []string{s.of("YARN"), s.of("NEEDLES")}}}
}

func (s scene) withABrowser() *customer {
	c := someone(s.t)
	c.browser = newBrowser(s.t, c.name)
	return c
}

// showsACard at a till, five days before the soap is used up: the same flow writes to others.
func (s scene) showsACard() tale {
	c := someone(s.t)
	card := c.says(&events.StoreVisited{Common: c.known(), StoreID: storeID, Via: events.ViaLoyaltyCard})
	return tale{"replenish", c, append(c.signedUp(30*day, nil, "email"), c.orders(25*day, 1, one(s.of("SOAP"), kroner(129)), events.Gift{}), card),
		outcome{step: "till ", channel: "crm", kind: "prompt", says: []string{`"store_id":"` + storeID + `"`, "Spørg Mette", s.of("SOAP")}}}
}
