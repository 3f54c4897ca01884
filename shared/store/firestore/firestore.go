// Package firestore keeps documents in Google's Firestore, in native mode: the store
// of a shop on Google Cloud. Opened by firestore://project/database[?prefix=shop-];
// without a database it is the one called (default). Credentials are Google's default
// ones; where FIRESTORE_EMULATOR_HOST is set the emulator there is used, without any.
//
// A document is one of Firestore's, in the collection of its own name after the prefix:
//
//	id       string     the key's ID; the name is the same but for what names may not hold
//	data     map        the JSON object, its members as native fields (see value.go)
//	part     string     place in the index; both are missing when it has none
//	sort     string
//	expires  timestamp  missing when it never expires
//	commit   integer    at random, the same in all documents of a commit
//
// Consistency: reads are strong and see every commit that has returned; a commit is
// atomic. Each write carries its own precondition (the update time that was read, or
// that there is none), so a commit is one call and takes no transaction. The version
// is the update time, which Firestore lets grow with each change; commit is there
// because Firestore leaves the time alone when a write changes nothing.
// https://docs.cloud.google.com/firestore/docs/reference/rpc/google.firestore.v1#precondition
//
// Limits beside the store's own: a document has 1 MiB as Firestore counts it, numbers
// taking 8 bytes, and may have 40,000 entries in indexes. Hence exempt data from
// single-field indexes, and with it id, sort, expires and commit, which nothing asks
// for singly and which cost each write: one field override without indexes for each.
// https://docs.cloud.google.com/firestore/quotas
// https://docs.cloud.google.com/firestore/docs/query-data/index-overview#single-field_index_exemptions
//
// Indexes: a collection that is queried by partition needs a composite index on part,
// sort, id, all ascending; one that is queried in descending order another, on part
// ascending, sort and id descending, as Firestore reads none backwards. A query without
// its index fails and says so. The walk over a collection needs none. The emulator asks
// for none at all.
//
// Expiry: a TTL policy on the field expires in each collection (prefix and all). Firestore
// deletes within about a day; until then what has expired is left out by the reader's
// clock. https://docs.cloud.google.com/firestore/docs/ttl
//
// Speed: one document bears about one commit a second for long; more of them wait for
// each other and some are refused. IDs that grow with time (UUIDv7) put all new documents
// of a collection in one place, which bears about 500 a second until Firestore has split
// it. https://docs.cloud.google.com/firestore/docs/best-practices
package firestore

import (
	"context"
	"fmt"
	"strings"
	"time"

	api "cloud.google.com/go/firestore/apiv1"
	"google.golang.org/grpc/metadata"

	"redthread.dev/shared/store"
)

func init() {
	store.Register("firestore", "firestore://PROJECT/DATABASE?prefix=NAME", func(ctx context.Context, url string, o store.Options) (store.Store, error) {
		return Open(ctx, url, store.WithClock(o.Clock))
	})
}

// callLimit is the most that one call takes, tries and pauses included, when the
// caller's context has no nearer end.
const callLimit = 30 * time.Second

// Store is one database, or what of it has one prefix. It implements store.Store.
type Store struct {
	place
	client  *api.Client
	now     func() time.Time
	headers []string
	gate    store.Gate
	close   func() error
}

// Close implements store.Store. Calls under way are finished first.
func (s *Store) Close() error {
	s.gate.Close()
	return s.close()
}

// enter begins a call, which ends with leave.
func (s *Store) enter(ctx context.Context) (bounded context.Context, leave func(), err error) {
	out, err := s.gate.Enter(ctx)
	if err != nil {
		return nil, nil, err
	}
	bounded, cancel := context.WithTimeout(metadata.AppendToOutgoingContext(ctx, s.headers...), callLimit)
	return bounded, func() { cancel(); out() }, nil
}

// place is where documents are.
type place struct{ project, database, prefix string }

// root is the database as requests name it.
func (p place) root() string { return "projects/" + p.project + "/databases/" + p.database }

// name is the document of a key as requests name it.
func (p place) name(k store.Key) string {
	return p.root() + "/documents/" + p.prefix + k.Collection + "/" + nameOf(k.ID)
}

func (p place) String() string { return fmt.Sprintf("project %s, database %s", p.project, p.database) }

// placeOf reads a URL.
func placeOf(url string) (place, error) {
	path, query, _ := strings.Cut(strings.TrimPrefix(url, "firestore://"), "?")
	p := place{}
	p.project, p.database, _ = strings.Cut(strings.TrimSuffix(path, "/"), "/")
	if p.database == "" {
		p.database = "(default)"
	}
	var found bool
	p.prefix, found = strings.CutPrefix(query, "prefix=")
	switch {
	case !strings.HasPrefix(url, "firestore://") || !plain(p.project, ".:"):
		return place{}, fmt.Errorf("project %q, want firestore:// and a project's id", p.project)
	case p.database != "(default)" && !plain(p.database, ""):
		return place{}, fmt.Errorf("database %q, want letters, digits and hyphens, or none for (default)", p.database)
	case query != "" && (!found || !plain(p.prefix, "_")):
		return place{}, fmt.Errorf("%q after the question mark, want prefix= and letters, digits, - or _", query)
	case len(p.prefix) > 100:
		return place{}, fmt.Errorf("prefix of %d characters, at most 100", len(p.prefix))
	case strings.HasPrefix(p.prefix, "__"):
		return place{}, fmt.Errorf("prefix %q, which is Firestore's own with two _ in front", p.prefix)
	}
	return p, nil
}

// plain says whether text is of letters, digits, hyphens and the others, and not empty.
func plain(text, others string) bool {
	return text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"+others) == ""
}
