package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"slices"

	"redthread.dev/events"
	"redthread.dev/infra/local/imports"
)

// slice is a part of recorded events.
type slice struct {
	events []events.Event // in their order
	all    map[string]int // events of the whole file, by type
	whole  int
}

// cut reads a file and takes whole customers and products of it.
func cut(path string, want int) (s slice, err error) {
	r, err := imports.OpenPath(path, "", imports.Options{Invent: true, Catalogue: true})
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	var all []events.Event
	s.all = map[string]int{}
	for e, err := range r.Events() {
		var row *imports.RowError
		if errors.As(err, &row) {
			continue // it is no event
		}
		if err != nil {
			return s, err
		}
		all = append(all, e)
		s.all[events.Short(e.Type())]++
	}
	if s.whole = len(all); s.whole == 0 {
		return s, fmt.Errorf("%s: no events", path)
	}
	s.events = taken(all, want)
	return s, nil
}

// taken are the events of some: of each kind of subject so many that they are as large a
// part of the slice as of the whole.
func taken(all []events.Event, want int) []events.Event {
	count, kinds := map[subject]int{}, map[string]int{}
	for _, e := range all {
		s := subjectOf(e)
		count[s]++
		kinds[s.kind]++
	}
	in, had := map[subject]bool{}, map[string]int{}
	order := slices.SortedFunc(maps.Keys(count), func(a, b subject) int {
		if a.hash() < b.hash() || a.hash() == b.hash() && a.id < b.id {
			return -1
		}
		return 1
	})
	for _, s := range order {
		if had[s.kind]*len(all) < want*kinds[s.kind] {
			in[s] = true
			had[s.kind] += count[s]
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(e events.Event) bool { return !in[subjectOf(e)] })
}

// subject is whom or what an event is about.
type subject struct{ kind, id string }

// names are what a customer is known by in a file, the steadiest first.
var names = []string{events.IDCRM, events.IDLogin, events.IDEmail, events.IDCookie, events.IDDevice}

func subjectOf(e events.Event) subject {
	var data struct {
		Customer map[string]string `json:"customer"`
		SKU      string            `json:"sku"`
	}
	if err := json.Unmarshal(e.Data(), &data); err != nil {
		return subject{"unreadable", e.ID()}
	}
	for _, name := range names {
		if id := data.Customer[name]; id != "" {
			return subject{"customer", id}
		}
	}
	if data.SKU != "" {
		return subject{"product", data.SKU}
	}
	return subject{"nobody", e.ID()}
}

func (s subject) hash() uint64 {
	h := fnv.New64a()
	io.WriteString(h, s.kind+" "+s.id) //nolint:errcheck // it never fails
	x := h.Sum64()
	x ^= x >> 33 // FNV's last bytes hardly reach the high bits; MurmurHash3's finalizer
	x *= 0xff51afd7ed558ccd
	return x ^ x>>33
}

// mix is what a slice consists of, beside the whole.
type mix struct {
	Events, Whole int
	Types         []share
}

type share struct {
	Type         string
	Events       int
	Slice, Whole float64 // parts of 1
}

func (s slice) mix() mix {
	count := map[string]int{}
	for _, e := range s.events {
		count[events.Short(e.Type())]++
	}
	m := mix{Events: len(s.events), Whole: s.whole}
	for _, name := range slices.Sorted(maps.Keys(s.all)) {
		m.Types = append(m.Types, share{name, count[name], float64(count[name]) / float64(max(m.Events, 1)), float64(s.all[name]) / float64(s.whole)})
	}
	return m
}
