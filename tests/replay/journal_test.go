package replay

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/infra/local/shop"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/sqlite"
)

var rules = profile.Rules{Country: "DK", Secret: []byte("a secret of sixteen")}

// recorded is a shop's days in a journal on the disk. Customers are told apart by
// login, else by cookie: all that this shop's own days take.
func recorded(t testing.TB, customers, days int) (s store.Store, journalled int) {
	ctx := context.Background()
	db, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "shop.db"))
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	zone, err := time.LoadLocation("Europe/Copenhagen")
	require.NoError(t, err)
	var writes []store.Write
	flush := func() {
		require.NoError(t, db.Commit(ctx, writes...))
		writes = nil
	}
	known := map[string]bool{}
	add := func(w store.Write, err error) {
		require.NoError(t, err)
		writes = append(writes, w)
		if len(writes) == store.MaxWrites {
			flush()
		}
	}
	for e := range shop.Days(shop.Config{Seed: 5, Customers: customers, Days: days, Start: time.Date(2026, 3, 2, 0, 0, 0, 0, zone)}) {
		data, who, err := rules.Parse(e)
		require.NoError(t, err)
		if record, ok := catalog.RecordOf(data, catalog.StampOf(e, e.Time())); ok {
			w, _, err := record.Over(store.Document{})
			add(w, err)
		}
		id := who[events.IDLogin]
		if id == "" {
			id = who[events.IDCookie]
		}
		add(profile.WriteEntry(profile.Entry{Profile: id, Type: e.Type(), Source: e.Source(), ID: e.ID(), Time: e.Time(), Received: e.Time(), Event: e}, 0))
		journalled++
		if id != "" && !known[id] {
			known[id] = true
			add(profile.Write(profile.Profile{ID: id}, 0))
		}
	}
	flush()
	return db, journalled
}
