package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/together"
)

// shelf is what became of one collection.
type shelf struct {
	Written     int     // documents put or deleted
	Units       float64 // they came to
	Transaction float64 // of these: because a transaction costs twice
	Index       float64 // of these: the index's
	Documents   int     // held
	Bytes       int64   // held, with indexes
	Expiring    int     // held, and to expire
}

// shelves are the collections, by name.
type shelves map[string]shelf

// others is the shelf of journal entries that are of no customer.
const others = profile.Journal + " (nobody's)"

// shelfOf is where a document is counted: entries of a customer are in the index.
func shelfOf(collection string, indexed bool) string {
	if collection == profile.Journal && !indexed {
		return others
	}
	return collection
}

// customers are the bytes that are kept because there are customers.
func (s shelves) customers() (bytes int64) {
	for name, one := range s {
		if !slices.Contains([]string{others, catalog.Products, catalog.Stores, catalog.Stocks, together.Collection}, name) {
			bytes += one.Bytes
		}
	}
	return bytes
}

func (s shelves) wrote(collection string, units, transaction, index float64) {
	one := s[collection]
	one.Written++
	one.Units, one.Transaction, one.Index = one.Units+units, one.Transaction+transaction, one.Index+index
	s[collection] = one
}

func (s shelves) holds(collection string, bytes int, expires bool) {
	one := s[collection]
	one.Documents++
	one.Bytes += int64(bytes)
	if expires {
		one.Expiring++
	}
	s[collection] = one
}

func (s shelves) sum() (all shelf) {
	for _, one := range s {
		all.Written += one.Written
		all.Units, all.Transaction, all.Index = all.Units+one.Units, all.Transaction+one.Transaction, all.Index+one.Index
		all.Documents, all.Bytes, all.Expiring = all.Documents+one.Documents, all.Bytes+one.Bytes, all.Expiring+one.Expiring
	}
	return all
}

func (s shelves) print(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "collection\twritten\tunits\tof these for transactions\tfor the index\tdocuments\tbytes each\t")
	row := func(name string, one shelf) {
		fmt.Fprintf(w, "%s\t%d\t%.0f\t%.0f\t%.0f\t%d\t%d\t\n", name, one.Written, one.Units, one.Transaction, one.Index, one.Documents, one.Bytes/int64(max(one.Documents, 1)))
	}
	for _, name := range slices.Sorted(maps.Keys(s)) {
		row(name, s[name])
	}
	row("all", s.sum())
	w.Flush() //nolint:errcheck
}
