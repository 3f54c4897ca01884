package consent

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/store"
)

// interrupted is a store in which something else happens just before the n-th call.
type interrupted struct {
	store.Store
	n, calls int
	happens  func()
}

func (i *interrupted) turn() {
	if i.calls++; i.calls == i.n {
		i.happens()
	}
}

func (i *interrupted) Get(ctx context.Context, keys ...store.Key) ([]store.Document, error) {
	i.turn()
	return i.Store.Get(ctx, keys...)
}

func (i *interrupted) Commit(ctx context.Context, writes ...store.Write) error {
	i.turn()
	return i.Store.Commit(ctx, writes...)
}

func (i *interrupted) Query(ctx context.Context, q store.Query) iter.Seq2[store.Document, error] {
	i.turn()
	return i.Store.Query(ctx, q)
}

// between lets something happen before each call that the consent function makes of
// the store while it answers, one run for each.
func between(t *testing.T, prepare func(*shop) events.Event, happens func(*shop), after func(*shop, *events.Event)) {
	for n := 1; ; n++ {
		hole := &swap{}
		s := openOn(t, func(db store.Store) store.Store { hole.Store = db; return hole })
		e := prepare(s)
		watched := &interrupted{Store: s.raw, n: n}
		f, err := s.another(watched).function()
		require.NoError(t, err)
		watched.happens = func() {
			s.pass(time.Second)
			happens(s)
		}
		answer := s.deliver(f, e)
		if watched.calls < n {
			t.Logf("something came between before each of %d calls", n-1)
			return
		}
		after(s, answer)
	}
}

// erasable is a customer with more than goes into one commit, whom no audience ever had.
func erasable(s *shop) events.Event {
	s.livesHere()
	for i := range 20 {
		s.tell(s.said(events.PageViewed{Common: who("email", "anna@shop.example"), Kind: "content", Query: fmt.Sprint("fjordblue ", i)}))
	}
	advert := s.action("advert-1")
	advert.Status = action.Cancelled
	s.keep(advert)
	s.pass(time.Minute)
	e := s.said(events.ErasureRequested{Common: who("email", "anna@shop.example"), RequestedBy: events.RequestedByCustomer})
	return *s.deliver(s.functions[0].Function, e)
}

func requireErased(s *shop, answer *events.Event) {
	s.Helper()
	require.NotNil(s, answer)
	require.Equal(s, events.ErasureCompleted{}.Type(), answer.Type())
	s.requireNoTrace(traces...)
}

func TestWhatComesInDuringAnErasureIsErasedToo(t *testing.T) {
	between(t, erasable, func(s *shop) {
		s.tell(s.said(events.StoreVisited{Common: who("email", "anna@shop.example", "cookie", "cookie-of-anna-late"), StoreID: "aarhus", Via: "geofence"}))
	}, requireErased)
}

func TestWhoBecomesOneWithAnotherDuringAnErasureIsErasedWhole(t *testing.T) {
	between(t, func(s *shop) events.Event {
		s.pass(-24 * time.Hour)
		s.tell(s.said(events.ProductViewed{Common: who("crm_id", "crm-of-anna"), SKU: "graduation"}))
		s.pass(24 * time.Hour)
		return erasable(s)
	}, func(s *shop) {
		s.tell(s.said(events.CustomerIdentified{Common: who("crm_id", "crm-of-anna", "email", "anna@shop.example"), How: "clerk"}))
	}, requireErased)
}

func TestOthersWhoShareATabletAreLeftInPeaceMeanwhile(t *testing.T) {
	between(t, erasable, func(s *shop) {
		s.tell(s.said(events.CustomerIdentified{Common: who("email", "bo@shop.example", "device", "tablet-1"), How: "login"}))
	}, func(s *shop, answer *events.Event) {
		requireErased(s, answer)
		bo := s.owner("email", "bo@shop.example")
		require.NotEmpty(s, bo)
		require.Len(s, s.profile(bo).Identifiers, 2)
		require.Equal(s, bo, s.owner("device", "tablet-1"))
	})
}

func TestAFlowThatActsDuringAnErasureLeavesNothingBehind(t *testing.T) {
	between(t, erasable, func(s *shop) {
		// A flow that read the customer before commits now, if its thread is as it was.
		id := s.owner("email", "anna@shop.example")
		if id == "" {
			return
		}
		k, _, err := (&clerk{env: s.env(s.raw)}).customer(context.Background(), id)
		require.NoError(s, err)
		c := s.another(s.raw)
		next := &action.Action{ID: "late", Kind: events.ActionMessage, Channel: "email", Flow: "story", Key: "basket-of-hers", Profile: id,
			Status: action.Requested, Content: letterTo("Anna"), Created: s.clock()}
		_, err = c.depart(context.Background(), k, next, true, step{withdrawn, "x"}, nil)
		require.NoError(s, err)
	}, requireErased)
}

func TestALetterThatIsBeingWrittenDuringAnErasureIsErasedToo(t *testing.T) {
	between(t, func(s *shop) events.Event {
		e := erasable(s)
		s.deed(events.ProfileID(e), "letter-3", "email", letterTo("Anna"), func(a *action.Action) { a.Status = action.Sending })
		return e
	}, func(s *shop) {
		if s.there("letter-3") { // else the channel finds that it is gone, and writes nothing
			require.NoError(s, os.WriteFile(filepath.Join(s.settings["OUTBOX"], "letter-3.eml"), []byte("Dear Anna"), 0o600))
		}
	}, requireErased)
}

func (s *shop) there(id string) bool {
	docs, err := s.raw.Get(context.Background(), action.Key(id))
	require.NoError(s, err)
	return docs[0].Exists()
}

func TestSixteenAtOnceEraseOnce(t *testing.T) {
	s := open(t)
	e := erasable(s)
	var all sync.WaitGroup
	answers := make([]*events.Event, 16)
	for i := range answers {
		all.Go(func() { answers[i] = s.deliver(s.consent, e) })
	}
	all.Wait()
	for _, a := range answers {
		requireErased(s, a)
		require.Equal(t, answers[0], a, "all say the same")
	}
	done, err := events.Decode[events.ErasureCompleted](*answers[0])
	require.NoError(t, err)
	require.Equal(t, 30, done.Collections["journal"])
}

func TestEventsStormInDuringAnErasure(t *testing.T) {
	s := open(t)
	e := erasable(s)
	collector := s.functions[0].Function
	var all sync.WaitGroup
	var answer *events.Event
	for n := range 8 {
		all.Go(func() {
			for i := range 20 {
				serial := fmt.Sprint("storm-", n, "-", i)
				_, err := collector.Guard()(context.Background(), s.as(serial, events.PageViewed{Common: who("email", "anna@shop.example"), Kind: "content", Query: "fjordblue"}))
				require.NoError(t, err)
			}
		})
	}
	all.Go(func() { answer = s.deliver(s.consent, e) })
	all.Wait()
	require.NotNil(t, answer)
	// Whoever came after it was done is somebody new, and knows nothing of the old.
	anew := s.owner("email", "anna@shop.example")
	require.NotEqual(t, events.ProfileID(*answer), anew)
	if anew != "" {
		s.pass(time.Minute)
		s.asksToBeErased()
	}
	s.requireNoTrace(traces...)
}

// cutShort is a store whose walks fail after some documents.
type cutShort struct {
	store.Store
	after int
}

func (c *cutShort) Query(ctx context.Context, q store.Query) iter.Seq2[store.Document, error] {
	return func(yield func(store.Document, error) bool) {
		n := 0
		for d, err := range c.Store.Query(ctx, q) {
			if n++; n > c.after {
				yield(store.Document{}, errors.New("the store is away"))
				return
			}
			if !yield(d, err) {
				return
			}
		}
	}
}
