package collect

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// shop is a collector with a store of its own.
type shop struct {
	*collector
	t require.TestingT
}

func newShop(t require.TestingT, settings ...string) shop {
	return shopOn(t, memory.New(), settings...)
}

// shopOn opens a shop on a store; settings are name, value, name, value.
func shopOn(t require.TestingT, s store.Store, settings ...string) shop {
	override := map[string]string{"IDENTITY_KEY": "a secret that is long enough"}
	for pair := range slices.Chunk(settings, 2) {
		override[pair[0]] = pair[1]
	}
	c, err := newCollector(function.Env{Store: s, Now: func() time.Time { return noon.Add(1000 * time.Hour) },
		Log: slog.New(slog.DiscardHandler), Override: map[string]map[string]string{name: override}})
	require.NoError(t, err)
	return shop{c, t}
}

// send collects an event, which must be taken, and returns whose it is.
func (s shop) send(e events.Event) string {
	reply, err := s.handle(context.Background(), e)
	require.NoError(s.t, err)
	if reply == nil {
		return ""
	}
	require.Equal(s.t, e.ID(), reply.ID())
	require.Equal(s.t, e.Source(), reply.Source())
	require.Equal(s.t, events.ProfileID(*reply), events.Extension(*reply, events.ExtPartitionKey))
	return events.ProfileID(*reply)
}

// profile reads the profile that id is part of now.
func (s shop) profile(id string) profile.Profile {
	for range 10 {
		docs, err := s.env.Store.Get(context.Background(), profile.Key(id))
		require.NoError(s.t, err)
		p, err := profile.Read(docs[0])
		require.NoError(s.t, err)
		if p.MergedInto == "" {
			return p
		}
		id = p.MergedInto
	}
	require.Fail(s.t, "merged in a circle")
	return profile.Profile{}
}

func (s shop) entry(e events.Event) profile.Entry {
	docs, err := s.env.Store.Get(context.Background(), profile.JournalKey(events.Hash(e)))
	require.NoError(s.t, err)
	entry, err := profile.ReadEntry(docs[0])
	require.NoError(s.t, err)
	return entry
}

// owner returns the profile that an identifier belongs to.
func (s shop) owner(name string) string {
	docs, err := s.env.Store.Get(context.Background(), s.rules.IdentityKey(name))
	require.NoError(s.t, err)
	i, err := profile.ReadIdentity(docs[0])
	require.NoError(s.t, err)
	if i.Profile == "" {
		return ""
	}
	return s.profile(i.Profile).ID
}

// count walks a collection.
func (s shop) count(collection string) int {
	n := 0
	for _, err := range s.env.Store.Query(context.Background(), store.Query{Collection: collection}) {
		require.NoError(s.t, err)
		n++
	}
	return n
}

// viewed is somebody with these identifiers (type, value, …) looking at a product.
func viewed(t require.TestingT, id string, at time.Time, who ...string) events.Event {
	return made(t, id, at, events.ProductViewed{Common: common(who...), SKU: "boot", Category: "shoes"})
}

func common(who ...string) events.Common {
	c := events.Common{Place: events.PlaceWeb, Customer: events.Identifiers{}}
	for pair := range slices.Chunk(who, 2) {
		c.Customer[pair[0]] = pair[1]
	}
	return c
}

func made(t require.TestingT, id string, at time.Time, data events.Data) events.Event {
	e, err := events.New("/webshop", id, at, data)
	require.NoError(t, err)
	return e
}

func hours(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }

var (
	ctx    = context.Background()
	noTime time.Time
)

// until tries again for as long as races are lost, as Unlink does.
func (s shop) until(do func() error) (err error) {
	for range attempts {
		if err = do(); !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
	return err
}
