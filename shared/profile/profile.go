// Package profile is the customer: who they are, what they have told us, what they
// allow, and what they have done lately. A profile is a fold over its journal;
// Fold and Merge do not depend on order, so that late and reordered events, and
// merges, end in the same document.
//
// What makes that so: every field is a sum, an earliest or latest time, a last word
// by (event time, event hash), or the newest n of something by the same order.
// What decays, such as an interest, is worked out when it is read.
package profile

import (
	"fmt"
	"time"

	"github.com/goccy/go-json"

	"redthread.dev/shared/store"
)

// Collection is where profiles are kept. A profile merged into another is indexed
// by it (see Absorbed), one who takes marketing among those (see Addressable); the
// others are not indexed.
const Collection = "profiles"

// addressable is the partition of those who take marketing: no profile has such an id.
const addressable = "addressable"

// Profile is one customer's document. Its lists are newest first and bounded, so
// that the document of a ten-year customer is no bigger than that of a ten-week
// one; all that ever happened is in the journal.
type Profile struct {
	ID           string             `json:"id"`
	Created      time.Time          `json:"created,omitzero"` // the earliest event
	Last         time.Time          `json:"last,omitzero"`    // the latest event
	Identifiers  []Identifier       `json:"identifiers,omitempty"`
	Traits       map[string]Trait   `json:"traits,omitempty"`
	Answers      map[string]Said    `json:"answers,omitempty"` // to questions we asked, by question
	Consents     []Consent          `json:"consents,omitempty"`
	Suppressions []Suppression      `json:"suppressions,omitempty"`
	Gone         []Gone             `json:"gone,omitempty"`
	Locale       Said               `json:"locale,omitzero"` // BCP 47
	AppOpened    time.Time          `json:"app_opened,omitzero"`
	Baskets      []Basket           `json:"baskets,omitempty"`
	Views        []View             `json:"views,omitempty"`
	Visits       []Visit            `json:"visits,omitempty"`
	Scans        []Scan             `json:"scans,omitempty"`
	Placed       []Placed           `json:"placed,omitempty"`
	Ready        []Ready            `json:"ready,omitempty"`
	Collected    []Collected        `json:"collected,omitempty"`
	Returned     []Returned         `json:"returned,omitempty"`
	Mentions     []Mention          `json:"mentions,omitempty"`
	Contacts     []Contact          `json:"contacts,omitempty"`
	Resolved     []Resolved         `json:"resolved,omitempty"`
	Surveys      []Survey           `json:"surveys,omitempty"`
	Messages     map[string]Reading `json:"messages,omitempty"` // what became of messages, by channel
	Segments     map[string]Segment `json:"segments,omitempty"`
	Totals       Totals             `json:"totals,omitzero"`
	MergedInto   string             `json:"mergedinto,omitempty"` // the profile this one is part of now; nothing else is kept then
	Unsettled    Claim              `json:"unsettled,omitzero"`   // set while collect works out anew who this is
	Erased       time.Time          `json:"erased,omitzero"`      // when all else was erased

	mine bool // see Mine
}

// Claim is an event's hold on profiles while it works out anew who they are, in more
// than one commit. Others wait for the event, or for the time, after which any may
// take its place.
type Claim struct {
	By    string    `json:"by"` // events.Hash
	Until time.Time `json:"until"`
}

// Mine returns p for somebody who holds it alone and folds much into it: Fold then
// changes its lists in place, and those of its copies with them. Without, a copy stays
// as it was.
func (p Profile) Mine() Profile {
	p.mine = true
	return p
}

// Key returns the key of a profile's document.
func Key(id string) store.Key { return store.Key{Collection: Collection, ID: id} }

// Read decodes a profile's document; a missing one is an empty profile.
func Read(d store.Document) (Profile, error) {
	p, err := Decode(d)
	return *p, err
}

// Decode is Read for those who go on with a pointer.
func Decode(d store.Document) (*Profile, error) {
	p := new(Profile)
	if d.Exists() {
		if err := json.Unmarshal(d.Data, p); err != nil {
			return p, fmt.Errorf("decode profile %q: %w", d.Key.ID, err)
		}
	}
	p.ID = d.Key.ID
	return p, nil
}

// Write returns the write that commits p at the version it was read at.
func Write(p Profile, version int64) (store.Write, error) { return Encode(&p, version) }

// Encode is Write for those who have a pointer.
func Encode(p *Profile, version int64) (store.Write, error) {
	data, err := json.Marshal(p)
	if err != nil {
		return store.Write{}, fmt.Errorf("encode profile %q: %w", p.ID, err)
	}
	return store.Write{Key: Key(p.ID), Version: version, Data: data, Entry: p.entry()}, nil
}

func (p *Profile) entry() store.Entry {
	switch {
	case p.MergedInto != "":
		return store.Entry{Partition: p.MergedInto, Sort: p.ID}
	case p.TakesMarketing():
		return store.Entry{Partition: addressable, Sort: p.turn()}
	}
	return store.Entry{}
}

// turn is the profile's place among those who take marketing, the last one first to come.
func (p *Profile) turn() string {
	if p.Known() {
		return p.ID
	}
	return "~" + p.ID // after all that ids begin with
}

// Tombstone returns what stays of the profile id after it was merged into another.
func Tombstone(id, into string) Profile { return Profile{ID: id, MergedInto: into} }

// Absorbed asks for the tombstones of the profiles that were merged into id. Their
// journal entries belong to it as well, and so do those of the profiles which
// were merged into them before.
func Absorbed(id string) store.Query {
	return store.Query{Collection: Collection, Partition: id}
}

// MergedInto returns the profile that the one in a document was merged into, by its place
// in the index alone; empty: it is one of its own.
func MergedInto(d store.Document) string {
	if d.Entry.Partition == addressable {
		return ""
	}
	return d.Entry.Partition
}

// Addressable asks for the profiles that TakesMarketing is true of. Below is the place
// (Entry.Sort) of one of them, and those from it on are left out; empty: none is. The
// anonymous come first, then the newest: as a merge keeps the known profile, and of two such
// the older one, whoever is merged while somebody walks them is come to later, not missed.
// That they stand in the profiles' own index means that whoever is erased, merged or
// withdraws is out of it at the same moment.
func Addressable(below string, limit int) store.Query {
	return store.Query{Collection: Collection, Partition: addressable, To: below, Descending: true, Limit: limit}
}
