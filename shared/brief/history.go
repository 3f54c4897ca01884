package brief

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/words"
)

// Name is the customer's name, as far as we know it.
func Name(c *profile.Profile) string {
	return cmp.Or(Clip(c.FirstName()+" "+c.Traits[events.TraitLastName].Text(), Wide/2), "no name known")
}

// Value tells what the customer has bought, ever.
func Value(c *profile.Profile) []string {
	t := c.Totals
	if t.Orders == 0 {
		return []string{"no orders known"}
	}
	since := fmt.Sprintf("%d %s since %s", t.Orders, words.Plural(t.Orders, "order", "orders"), t.First.UTC().Format(time.DateOnly))
	return append([]string{since}, sums(t)...)
}

// sums are what was spent, by currency, and how much came back.
func sums(t profile.Totals) (all []string) {
	for _, currency := range slices.Sorted(maps.Keys(t.Spent)) {
		all = append(all, words.Money(events.Money{Amount: t.Spent[currency], Currency: currency}, "en"))
	}
	if t.Returns > 0 {
		all = append(all, fmt.Sprintf("%d returned", t.Returns))
	}
	return all
}

// Uses tells the channels that the customer is known to use, and those not. What they
// read or clicked is use; that we may write to them is not.
func Uses(p *profile.Profile) string {
	bought := func(place events.Place) bool {
		return slices.ContainsFunc(p.Placed, func(o profile.Placed) bool { return o.Place == place })
	}
	looked := func(place events.Place) bool {
		return slices.ContainsFunc(p.Views, func(v profile.View) bool { return v.Place == place })
	}
	var uses, lacks []string
	for _, c := range []struct {
		name string
		used bool
	}{
		{"web", bought(events.PlaceWeb) || looked(events.PlaceWeb)},
		{"app", !p.AppOpened.IsZero() || bought(events.PlaceApp)},
		{"store", len(p.Visits) > 0 || len(p.Collected) > 0 || bought(events.PlaceStore)},
		{"e-mail", p.Messages["email"].Opened+p.Messages["email"].Clicked > 0},
		{"social media", len(p.Mentions) > 0},
	} {
		if c.used {
			uses = append(uses, c.name)
		} else {
			lacks = append(lacks, c.name)
		}
	}
	return fmt.Sprintf("%s; not %s", cmp.Or(strings.Join(uses, ", "), "nothing yet"), cmp.Or(strings.Join(lacks, ", "), "anything else"))
}

// Recent is what the customer did last, n things at most, products and topics if they
// are public; but says which contact is what the brief is about. What they searched for is
// their own business.
func (s *Screen) Recent(p *profile.Profile, n int, public func(sku, category string) bool, but string) []string {
	type done struct {
		at   time.Time
		what string
	}
	var all []done
	did := func(at time.Time, format string, args ...any) {
		all = append(all, done{at, fmt.Sprintf(format, args...)})
	}
	for _, v := range p.Views {
		switch {
		case v.SKU == "":
			did(v.At, "looked at a page: %s", v.Kind)
		case public(v.SKU, v.Category):
			did(v.At, "looked at %s", cmp.Or(v.Name, v.SKU))
		}
	}
	for _, scan := range p.Scans {
		if public(scan.SKU, "") {
			did(scan.At, "scanned %s in %s", scan.SKU, scan.StoreID)
		}
	}
	for _, v := range p.Visits {
		did(v.At, "was in %s", v.StoreID)
	}
	for _, o := range p.Placed {
		did(o.At, "ordered %s (%s), %s", o.OrderID, o.Place, words.Money(o.Total, "en"))
	}
	for _, c := range p.Collected {
		did(c.At, "fetched %s in %s", c.OrderID, c.StoreID)
	}
	for _, r := range p.Returned {
		did(r.At, "returned %s, %s back", r.OrderID, words.Money(r.Refund, "en"))
	}
	for _, m := range p.Mentions {
		did(m.At, "wrote on %s", m.Platform)
	}
	for _, c := range p.Contacts {
		topic := c.Topic
		if !public(topic, "") {
			topic = ""
		}
		if c.ID != but {
			did(c.At, "turned to us by %s about %s", c.Channel, cmp.Or(topic, "something"))
		}
	}
	for _, answer := range p.Surveys {
		did(answer.At, "gave %g (%s)", answer.Score, answer.Kind)
	}
	all = slices.DeleteFunc(all, func(d done) bool { return d.at.After(s.Until) })
	slices.SortStableFunc(all, func(x, y done) int { return cmp.Or(y.at.Compare(x.at), cmp.Compare(x.what, y.what)) })
	var lines []string
	for _, d := range all[:min(n, len(all))] {
		lines = append(lines, s.Ago(d.at)+" "+d.what)
	}
	return lines
}
