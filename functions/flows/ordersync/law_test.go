package ordersync

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
	"redthread.dev/shared/action"
)

// However orders, part deliveries, returns in other places, duplicates and late events
// are mixed, whatever profile they are resolved to before a merge, and in whatever order
// and however often bookings reach each system: in the end all systems have the same
// totals, points and stock, which are those that one gets by counting; each return is
// refunded once; and no øre is lost or made.
func TestOrdersyncKeepsBooks(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := openCounter(r)
		orders := rapid.SliceOfN(rapid.Custom(drawOrder), 1, 3).Draw(r, "orders")
		var deliveries []delivery
		for i, o := range orders {
			deliveries = append(deliveries, o.deliveries(r, fmt.Sprint("w-", i))...)
		}
		deliveries = rapid.Permutation(deliveries).Draw(r, "arrival")
		mergeAt := rapid.IntRange(0, len(deliveries)).Draw(r, "merge")
		for i, d := range deliveries {
			if i == mergeAt {
				c.merge()
			}
			c.tell(d.to, d.event)
			c.pass(time.Duration(rapid.SampledFrom([]int{0, 1, 59, 60, 61, 7200, 90000}).Draw(r, "pause"))*time.Second, rapid.IntRange(1, 2).Draw(r, "times"))
		}
		c.merge()
		c.pass(72*time.Hour, 1)

		var sent []action.Booking
		for _, a := range c.actions(events.ActionSync) {
			conserved(r, *a.Content.Booking)
			sent = append(sent, *a.Content.Booking)
		}
		want := count(orders)
		for _, name := range []string{"shop", "loyalty", "erp"} {
			s := openSystem()
			for _, b := range rapid.Permutation(append(slices.Clone(sent), sent...)).Draw(r, name) {
				require.Contains(r, b.Systems, name)
				s.take(b)
			}
			require.Len(r, s.books, len(orders), name)
			require.Equal(r, want.refunds, s.paid, "%s: refunds", name)
			require.Equal(r, want.points, s.points(), "%s: points", name)
			require.Equal(r, want.stock, s.stock(), "%s: stock", name)
			for i, o := range orders {
				require.Equal(r, o.total, s.books[fmt.Sprint("w-", i)].Total.Amount, "%s: total", name)
			}
		}
	})
}

// conserved tells whether a booking's sums add up.
func conserved(t require.TestingT, b action.Booking) {
	sum, all := b.Freight.Amount, true
	for _, l := range b.Lines {
		sum += l.Paid
		all = all && l.Returned == l.Bought
		require.True(t, 0 <= l.Returned && l.Returned <= l.Bought && 0 <= l.HandedOut && l.HandedOut <= l.Bought, "%+v", l)
	}
	require.Equal(t, b.Total.Amount, sum, "the parts of the total add up")
	require.True(t, 0 <= b.Refunded.Amount && b.Refunded.Amount <= b.Total.Amount, "no more is refunded than was paid")
	require.True(t, !all || b.Points == 0, "who keeps nothing earns nothing")
}

// order is what happened about one order; goods are named by their place in it.
type order struct {
	delivery events.Delivery
	store    string
	total    int64
	freight  int64
	bought   []bought
	parts    []part // only of an order to be fetched
	returns  []part
}

type bought struct {
	n     int
	price int64
}

// part is goods that went out, or came back, in a store at a time.
type part struct {
	store  string
	n      []int // of each; nil: all that is left
	refund int64
	at     int // seconds, each its own
	twice  bool
}

var stores = []string{"cph-12", "aar-03", "web"}

func drawOrder(r *rapid.T) order {
	o := order{
		delivery: rapid.SampledFrom([]events.Delivery{events.DeliveryShip, events.DeliveryCollect, events.DeliveryCarriedOut}).Draw(r, "delivery"),
		store:    rapid.SampledFrom(stores[:2]).Draw(r, "store"),
		freight:  rapid.SampledFrom([]int64{0, 3900}).Draw(r, "freight"),
	}
	var sum int64
	for range rapid.IntRange(1, 3).Draw(r, "products") {
		b := bought{n: rapid.IntRange(1, 4).Draw(r, "n"), price: rapid.Int64Range(0, 50000).Draw(r, "price")}
		sum += int64(b.n) * b.price
		o.bought = append(o.bought, b)
	}
	off := rapid.Int64Range(0, sum).Draw(r, "off")
	if rapid.Bool().Draw(r, "no discount") {
		off = 0
	}
	o.total = sum - off + o.freight
	at := 10
	if o.delivery == events.DeliveryCollect {
		left := o.numbers()
		for range rapid.IntRange(0, 3).Draw(r, "parts") {
			p := part{store: rapid.SampledFrom(stores[:2]).Draw(r, "where"), at: at}
			for i := range left {
				n := rapid.IntRange(0, left[i]).Draw(r, "fetched")
				left[i] -= n
				p.n = append(p.n, n)
			}
			if slices.Max(p.n) > 0 {
				o.parts = append(o.parts, p)
				at += 10
			}
		}
		if rapid.Bool().Draw(r, "fetched wholly") {
			o.parts = append(o.parts, part{store: o.store, at: at})
		}
	}
	for range rapid.IntRange(0, 4).Draw(r, "returns") {
		at += 10
		p := part{store: rapid.SampledFrom(stores).Draw(r, "where"), at: at, twice: rapid.Bool().Draw(r, "told twice")}
		for _, b := range o.bought { // more may come back than was bought
			n := rapid.IntRange(0, b.n).Draw(r, "back")
			p.n = append(p.n, n)
			p.refund += int64(n) * b.price
		}
		if rapid.Bool().Draw(r, "a fee") {
			p.refund = rapid.Int64Range(0, p.refund).Draw(r, "promised")
		} else if rapid.Bool().Draw(r, "with freight") {
			p.refund += o.freight
		}
		if slices.Max(p.n) > 0 {
			o.returns = append(o.returns, p)
		}
	}
	return o
}

func (o order) numbers() (all []int) {
	for _, b := range o.bought {
		all = append(all, b.n)
	}
	return all
}

// delivery is an event on its way, resolved to one of the customer's profiles.
type delivery struct {
	to    string
	event events.Event
}

func (o order) deliveries(r *rapid.T, id string) (all []delivery) {
	say := func(source, name string, at int, data events.Data) {
		e := event(r, source, id+name, monday.Add(time.Duration(at)*time.Second), data)
		to := rapid.SampledFrom([]string{mette, guest}).Draw(r, "to")
		for range rapid.IntRange(1, 3).Draw(r, "copies") {
			all = append(all, delivery{to, e})
		}
	}
	placed := events.OrderPlaced{OrderID: id, StoreID: o.store, Delivery: o.delivery, Total: ore(o.total), Shipping: ore(o.freight), Lines: o.lines(o.numbers())}
	placed.Place = events.PlaceWeb
	say("/shop", "placed", 0, placed)
	if rapid.Bool().Draw(r, "two systems tell") {
		say("/erp", "placed", 1, placed)
	}
	for i, p := range o.parts {
		say("/till", fmt.Sprint("part", i), p.at, events.OrderCollected{OrderID: id, StoreID: p.store, Lines: o.lines(p.n)})
	}
	for i, p := range o.returns {
		back := events.OrderReturned{ReturnID: fmt.Sprint("r", i), OrderID: id, StoreID: p.store, Lines: o.lines(p.n), Refund: ore(p.refund)}
		if p.store == "web" {
			back.StoreID = ""
		}
		say("/till", fmt.Sprint("return", i), p.at, back)
		if p.twice {
			say("/shop", fmt.Sprint("return", i), p.at+1, back)
		}
	}
	return all
}

func ore(n int64) events.Money { return events.Money{Amount: n, Currency: "DKK"} }

func sku(i int) string { return fmt.Sprint("P", i) }

func (o order) lines(n []int) (all []events.Line) {
	for i, k := range n {
		if k > 0 {
			all = append(all, events.Line{SKU: sku(i), Quantity: k, Price: ore(o.bought[i].price)})
		}
	}
	return all
}

// sums are what the systems must come to.
type sums struct {
	refunds map[string]int64
	points  int64
	stock   map[string]int
}

// count goes through what happened piece by piece, in the order in which it did.
func count(orders []order) sums {
	all := sums{refunds: map[string]int64{}, stock: map[string]int{}}
	for i, o := range orders {
		refund, points := o.money()
		all.refunds[fmt.Sprint("w-", i)] = refund
		all.points += points
		o.goods(all.stock)
	}
	maps.DeleteFunc(all.stock, unmoved)
	return all
}

func unmoved(_ string, n int) bool { return n == 0 }

func (o order) money() (refund, points int64) {
	goods, promised, worth := o.total-o.freight, int64(0), int64(0)
	back := make([]int, len(o.bought))
	for _, p := range o.returns {
		promised += p.refund
		for i, n := range p.n {
			back[i] = min(o.bought[i].n, back[i]+n)
		}
	}
	for i, paid := range o.paid() {
		worth += floor(paid, int64(back[i]), int64(o.bought[i].n))
	}
	points = (goods - worth) / 100
	if slices.Equal(back, o.numbers()) {
		worth += o.freight
	}
	return min(promised, worth), points
}

// paid is what was paid for each product: up to each, the rounded share of all so far.
func (o order) paid() (all []int64) {
	weight, whole, upTo, given := func(b bought) int64 { return int64(b.n) * b.price }, int64(0), int64(0), int64(0)
	for _, b := range o.bought {
		whole += weight(b)
	}
	if whole == 0 {
		weight = func(b bought) int64 { return int64(b.n) }
		for _, b := range o.bought {
			whole += weight(b)
		}
	}
	for _, b := range o.bought {
		upTo += weight(b)
		all = append(all, floor(o.total-o.freight, upTo, whole)-given)
		given += all[len(all)-1]
	}
	return all
}

func floor(sum, part, whole int64) int64 {
	n := new(big.Rat).Mul(big.NewRat(sum, 1), big.NewRat(part, whole))
	return new(big.Int).Quo(n.Num(), n.Denom()).Int64()
}

func (o order) goods(stock map[string]int) {
	out, back, in := make([]int, len(o.bought)), make([]int, len(o.bought)), make([]int, len(o.bought))
	leave := func(store string, n []int) {
		for i := range o.bought {
			k := o.bought[i].n - out[i]
			if n != nil {
				k = n[i]
			}
			out[i] += k
			stock[sku(i)+" in "+store] -= k
		}
	}
	switch o.delivery {
	case events.DeliveryShip:
		leave("web", nil)
	case events.DeliveryCarriedOut:
		leave(o.store, nil)
	}
	for _, p := range o.parts {
		leave(p.store, p.n)
	}
	for _, p := range o.returns {
		for i, n := range p.n {
			for range n {
				if back[i] == o.bought[i].n {
					break
				}
				if back[i]++; in[i] < out[i] {
					in[i]++
					stock[sku(i)+" in "+p.store]++
				}
			}
		}
	}
}
