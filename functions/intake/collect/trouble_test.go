package collect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
	_ "redthread.dev/shared/store/sqlite"
	"redthread.dev/shared/store/storetest"
)

// world is a hundred and odd things that happen to a few people with shared devices.
func world(t require.TestingT, seed uint64, n int) []events.Event {
	r := rand.New(rand.NewPCG(seed, 7))
	var es []events.Event
	for i := range n {
		var who []string
		add := func(chance int, idType string, values int) {
			if r.IntN(10) < chance {
				who = append(who, idType, fmt.Sprint(idType, r.IntN(values)))
			}
		}
		add(3, events.IDLogin, 8)
		add(1, events.IDCRM, 8)
		add(6, events.IDCookie, 12)
		add(3, events.IDDevice, 6)
		es = append(es, happening{r.IntN(60), strings.Join(who, " ")}.event(t, i))
	}
	return es
}

// slow is a store that takes its time, so that those who race meet.
type slow struct{ store.Store }

func (s slow) Get(ctx context.Context, keys ...store.Key) ([]store.Document, error) {
	time.Sleep(rand.N(200 * time.Microsecond))
	return s.Store.Get(ctx, keys...)
}

func (s slow) Commit(ctx context.Context, writes ...store.Write) error {
	time.Sleep(rand.N(200 * time.Microsecond))
	return s.Store.Commit(ctx, writes...)
}

func TestEventsThatComeAtTheSameTimeGiveTheSameCustomers(t *testing.T) {
	for seed := range uint64(4) {
		s := shopOn(t, slow{memory.New()}, "STRONG_LIMIT", "2")
		if seed%2 == 1 {
			s.room = 8
		}
		es := world(t, seed, 60)
		var wait sync.WaitGroup
		for worker := range 8 {
			wait.Go(func() {
				for i := worker; i < len(es); i += 8 {
					assert.NoError(t, insist(s, es[i]))
				}
			})
		}
		wait.Wait()
		s.isAsResolved(es)
	}
}

// insist delivers until the event is taken, as a broker does.
func insist(s shop, e events.Event) (err error) {
	for range 100 {
		if _, err = s.handle(context.Background(), e); err == nil {
			return nil
		}
	}
	return err
}

func TestSixteenCopiesAtOnceAreJournalledOnceAndAnsweredAlike(t *testing.T) {
	s := newShop(t)
	e := viewed(t, "e", noon, events.IDEmail, "mette@example.dk", events.IDCookie, "c1")
	ids := make([]string, 16)
	var wait sync.WaitGroup
	for i := range ids {
		wait.Go(func() { ids[i] = s.send(e) })
	}
	wait.Wait()
	for _, id := range ids {
		require.Equal(t, ids[0], id)
	}
	require.Equal(t, 1, s.count(profile.Journal))
	require.Equal(t, 1, s.count(profile.Collection))
	require.Len(t, s.profile(ids[0]).Views, 1)
}

// Each call to the store fails once, before or after it was done; what was cut off
// is delivered again, at once or after everything else.
func TestWhateverFailsOnceIsMadeGoodByTheNextDelivery(t *testing.T) {
	for name, failing := range map[string]func(store.Store, int) *storetest.Failure{"failing": storetest.Failing, "losing": storetest.Losing} {
		for room, events := range map[int]int{store.MaxWrites: 20, 3: 14} {
			t.Run(fmt.Sprint(name, " with room for ", room), func(t *testing.T) {
				failed := 0
				for nth := 1; ; nth++ {
					es := world(t, 3, events)
					broken := failing(memory.New(), nth)
					s := shopOn(t, broken, "STRONG_LIMIT", "2")
					s.room = room
					var again []int
					for i, e := range es {
						if _, err := s.handle(context.Background(), e); err != nil {
							again, failed = append(again, i), failed+1
						}
					}
					for _, i := range again {
						require.NoError(t, insist(s, es[i]))
					}
					s.env.Store = broken.Store
					s.isAsResolved(es)
					if broken.Calls() < nth {
						break
					}
				}
				require.Greater(t, failed, 20)
				t.Logf("%d failures lived through", failed)
			})
		}
	}
}

// Where a product is written ahead of its event's journal entry, every call may fail, and
// so between the two: what is in the journal is always known to the catalogue, and the
// next delivery makes the rest good.
func TestAProductThatWentAheadOfItsEventIsNeitherLostNorKeptTwice(t *testing.T) {
	boot := func(id string, at int, who ...string) events.Event {
		return made(t, id, hours(at), events.ProductChanged{Common: common(who...), SKU: "boot", Name: "Boot " + id, Price: events.Money{Amount: 100, Currency: "DKK"}})
	}
	es := []events.Event{boot("2", 2), boot("1", 1), boot("4", 4, events.IDEmail, "clerk@example.dk"), viewed(t, "5", hours(5), events.IDEmail, "clerk@example.dk"), boot("3", 3)}
	failed := 0
	for name, failing := range map[string]func(store.Store, int) *storetest.Failure{"failing": storetest.Failing, "losing": storetest.Losing} {
		for nth := 1; ; nth++ {
			documents := memory.New()
			broken := failing(documents, nth)
			s := shopOn(t, storetest.Stepping(broken))
			var again []events.Event
			for _, e := range es {
				if _, err := s.handle(ctx, e); err != nil {
					again, failed = append(again, e), failed+1
				}
				knowsWhatIsJournalled(t, documents)
			}
			for _, e := range append(again, es...) {
				require.NoError(t, insist(s, e))
				knowsWhatIsJournalled(t, documents)
			}
			s.env.Store = documents
			s.isAsResolved(es)
			require.Equal(t, len(es), s.count(profile.Journal), "%s call %d", name, nth)
			docs, err := documents.Get(ctx, catalog.ProductKey("boot"))
			require.NoError(t, err)
			require.Contains(t, string(docs[0].Data), "Boot 4", "%s call %d", name, nth)
			if broken.Calls() < nth {
				break
			}
		}
	}
	require.Greater(t, failed, 20)
}

// knowsWhatIsJournalled holds that the product is no older than any event in the journal.
func knowsWhatIsJournalled(t *testing.T, s store.Store) {
	t.Helper()
	docs, err := s.Get(ctx, catalog.ProductKey("boot"))
	require.NoError(t, err)
	is := catalog.Stamp{}
	if docs[0].Exists() {
		require.NoError(t, json.Unmarshal(docs[0].Data, &is))
	}
	for d, err := range s.Query(ctx, store.Query{Collection: profile.Journal}) {
		require.NoError(t, err)
		entry, err := profile.ReadEntry(d)
		require.NoError(t, err)
		if r, ok := catalog.RecordOf(parsed(t, entry.Event), catalog.StampOf(entry.Event, entry.Received)); ok {
			require.Equal(t, catalog.ProductKey("boot"), r.Key())
			require.False(t, catalog.StampOf(entry.Event, entry.Received).Newer(is), "event %s is journalled, and the product does not know", entry.ID)
		}
	}
}

func parsed(t *testing.T, e events.Event) events.Data {
	data, err := events.Parse(e)
	require.NoError(t, err)
	return data
}

func TestAnEndedContextWritesNothing(t *testing.T) {
	s := newShop(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := s.handle(ctx, viewed(t, "e", noon, events.IDCookie, "c"))
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, s.count(profile.Journal))
}

// contested conflicts for ever.
type contested struct{ store.Store }

func (contested) Commit(context.Context, ...store.Write) error { return store.ErrConflict }

func TestARaceThatIsNeverWonIsHandedBackToTheBroker(t *testing.T) {
	s := shopOn(t, contested{memory.New()})
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	e := viewed(t, "ann@leak.example", noon, events.IDCookie, "c")
	_, err := s.handle(ctx, e)
	require.EqualError(t, err, "collect "+events.Tag(e)+": lost 12 races")
	require.False(t, errors.Is(err, store.ErrConflict), "the broker must try again, not we")
}

func TestOnSQLiteTheSameCustomersComeOut(t *testing.T) {
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
	require.NoError(t, err)
	defer db.Close()
	s := shopOn(t, db, "STRONG_LIMIT", "2")
	es := world(t, 11, 60)
	var wait sync.WaitGroup
	for worker := range 4 {
		wait.Go(func() {
			for i := worker; i < len(es); i += 4 {
				assert.NoError(t, insist(s, es[i]))
			}
		})
	}
	wait.Wait()
	s.isAsResolved(es)
}

func TestWhenTooMuchHistoryHangsTogetherEventsAreTakenInOrderOfArrival(t *testing.T) {
	s := newShop(t, "HISTORY_LIMIT", "3")
	var said strings.Builder
	s.env.Log = slog.New(slog.NewTextHandler(&said, nil))
	a := s.send(viewed(t, "1", hours(1), "login", "mette", "device", "d"))
	b := s.send(viewed(t, "2", hours(5), "login", "lars", "device", "d"))
	require.Equal(t, a, s.send(viewed(t, "3", hours(2), "device", "d")), "she had it then")
	last := viewed(t, "4", hours(3), "device", "d")
	require.Equal(t, b, s.send(last), "as far as is known now")
	require.Contains(t, said.String(), "more than HISTORY_LIMIT=3 events are linked to each other")
	require.Contains(t, said.String(), events.Tag(last), "with its key in the journal")
}

// Else nothing of the customer could be taken any more, not even that they want no mails.
func TestNoSourceCanFillAProfile(t *testing.T) {
	s := newShop(t)
	for i := range 25 {
		who := []string{"login", "mette"}
		for j := range 19 {
			who = append(who, fmt.Sprintf("shop_%c", 'a'+j), fmt.Sprint(i, "-", j, strings.Repeat([]string{"<", "x"}[i%2], 1000)))
		}
		s.send(made(t, fmt.Sprint("e", i), hours(i), events.ConsentChanged{Common: common(who...), Channel: events.ConsentEmail, Purpose: events.PurposeMarketing, Granted: i < 24}))
	}
	p := s.profile(s.owner("login:mette"))
	_, refused := p.Consented(events.ConsentEmail, events.PurposeMarketing)
	require.True(t, refused)
	require.Less(t, len(asJSON(p)), store.MaxDocument/2)
}
