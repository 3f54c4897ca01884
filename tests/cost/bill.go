package main

import (
	"cmp"
	"math"
	"slices"
	"time"

	"redthread.dev/shared/thread"
)

// million source events are what a price is told of.
const million = 1e6

// ticks are a month's: timers are looked for every minute.
const ticks = 30 * 24 * 60

// bill is what a slice came to on a store, and a million source events after it.
type bill struct {
	Store     string
	Events    int // source events played
	Seconds   float64
	Lines     []line
	Looking   use // a month's search for timers, with nothing found
	Totals    []total
	Customers int64
	Shelves   shelves // by collection
	Failed    int64   // calls of the store that failed, and were made again later
	Said      float64 `json:",omitempty"` // units by the emulator, which knows no sizes
}

// line is what one function came to for one type of event.
type line struct {
	cause
	Events int // delivered to it
	Used   use
	USD    float64 // of a million source events, at the first of the prices
	Share  float64 // of the total, a part of 1
}

// total is the price of a million source events in one place.
type total struct {
	prices
	Functions float64 // what functions do for events
	Looking   float64 // for timers, for a month
	Expiry    float64
	All       float64
	Catalogue float64 // of All, a million of product.changed, store.changed and stock.changed alone
	Customers float64 // a million of all other events alone
	Storage   float64 // a month of what a million events leave, beside All
}

func (p place) bill(s slice, m *meter, c *clerk, at opened, took time.Duration) bill {
	b := bill{Store: p.name, Events: len(s.events), Seconds: took.Seconds(), Customers: c.customers.Load(), Failed: c.failed.Load(), Looking: lookingOn(p.name)}
	b.Shelves = at.stored()
	if at.said != nil {
		b.Said = at.said()
	}
	for why, a := range m.accounts {
		if why.Type != looking {
			b.Lines = append(b.Lines, line{cause: why, Events: a.events, Used: a.use})
		}
	}
	goods := 0
	for _, e := range s.events {
		if catalogue(e.Type()) {
			goods++
		}
	}
	b.price(listed[p.name], goods)
	return b
}

// lookingOn is what a search of all shards every minute of a month costs that finds
// nothing: a query on Firestore, which is a document at least, and one of each shard on
// DynamoDB.
func lookingOn(name string) use {
	once := 1.0
	if name == "dynamodb" {
		once = thread.Shards * readUnits(0, false)
	}
	return use{Reads: ticks * once}
}

// price works out the totals, and the lines by the first of the prices. Goods are how many
// of the events are about the catalogue.
func (b *bill) price(list []prices, goods int) {
	scale, held := million/float64(b.Events), b.Shelves.sum()
	for i, p := range list {
		t := total{prices: p, Looking: p.of(b.Looking), Expiry: p.of(use{Deletes: float64(held.Expiring) * scale}), Storage: p.keeping(float64(held.Bytes) * scale)}
		byGoods := 0.0
		for j := range b.Lines {
			l := &b.Lines[j]
			usd := p.of(l.Used.times(scale))
			if t.Functions += usd; catalogue(l.Type) {
				byGoods += usd
			}
			if i == 0 {
				l.USD = usd
			}
		}
		t.All = t.Functions + t.Looking + t.Expiry
		t.Catalogue = ratio(byGoods*float64(b.Events), float64(goods))
		t.Customers = ratio((t.Functions-byGoods)*float64(b.Events), float64(b.Events-goods))
		b.Totals = append(b.Totals, t)
	}
	for j := range b.Lines {
		b.Lines[j].Share = ratio(b.Lines[j].USD, b.Totals[0].All)
	}
	slices.SortFunc(b.Lines, func(x, y line) int {
		return cmp.Or(cmp.Compare(y.USD, x.USD), cmp.Compare(x.text(), y.text()))
	})
}

// catalogue says whether events of a type are about goods and stores, and no customer.
func catalogue(kind string) bool {
	switch kind {
	case "product.changed.v1", "stock.changed.v1", "store.changed.v1":
		return true
	}
	const prefix = "dev.redthread."
	return len(kind) > len(prefix) && kind[:len(prefix)] == prefix && catalogue(kind[len(prefix):])
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// functions adds up the lines of each function, the dearest first.
func (b bill) functions() []line {
	sum := map[string]line{}
	for _, l := range b.Lines {
		s := sum[l.Function]
		s.Function, s.Events, s.Used, s.USD, s.Share = l.Function, s.Events+l.Events, s.Used.plus(l.Used), s.USD+l.USD, s.Share+l.Share
		sum[l.Function] = s
	}
	var all []line
	for _, l := range sum {
		all = append(all, l)
	}
	slices.SortFunc(all, func(x, y line) int {
		return cmp.Or(cmp.Compare(y.USD, x.USD), cmp.Compare(x.Function, y.Function))
	})
	return all
}

// perEvent is a figure per delivery; nothing when there was none.
func (l line) perEvent(x float64) float64 {
	if l.Events == 0 {
		return math.NaN()
	}
	return x / float64(l.Events)
}
