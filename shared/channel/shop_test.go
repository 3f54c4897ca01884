package channel

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	_ "redthread.dev/shared/store/memory"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

const ann = "019ce7a4-5c10-7b3a-9d42-6f1e8a2b4c70"

var noon = time.Date(2026, 3, 11, 12, 0, 0, 0, time.UTC)

// post is a sender that notes what it was given and answers as it is told.
type post struct {
	mu      sync.Mutex
	sent    []Delivery
	repeats bool
	answer  func(ctx context.Context, n int) error // n counts from 1
}

func (p *post) Send(ctx context.Context, d Delivery) (Receipt, error) {
	p.mu.Lock()
	p.sent = append(p.sent, d)
	n, answer := len(p.sent), p.answer
	p.mu.Unlock()
	if answer != nil {
		if err := answer(ctx, n); err != nil {
			return Receipt{Provider: "post"}, err
		}
	}
	return Receipt{Provider: "post", Reference: "ref-" + d.Key()}, nil
}

func (p *post) Repeats() bool { return p.repeats }

func (p *post) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.sent)
}

// shop is one channel of a shop with one customer, in a store of its own.
type shop struct {
	*testing.T
	db   store.Store
	post *post
	pace Pace
	now  time.Time // of the suite and of the machine
	log  *slog.Logger
}

func open(t *testing.T) *shop {
	db, err := store.Open(t.Context(), "memory:")
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	s := &shop{T: t, db: db, post: &post{}, now: noon, log: slog.New(slog.DiscardHandler),
		pace: Pace{Concurrency: 8, Timeout: time.Second, Lease: 2 * time.Minute, MaxAge: 24 * time.Hour, MaxAttempts: 8}}
	s.keep(reachable(ann), thread.Thread{Profile: ann})
	return s
}

// runner is a process of the channel, on the store it is given.
func (s *shop) runner(db store.Store) *runner {
	env := function.Env{Store: db, Now: func() time.Time { return s.now }, Log: s.log}
	return &runner{name: "email", pace: s.pace, sender: s.post, repeats: s.post.repeats, env: env,
		gates: newGates(s.pace), wall: func() time.Time { return s.now }}
}

func reachable(id string) profile.Profile {
	said := profile.Stamp{At: noon.Add(-48 * time.Hour), By: "said"}
	yes := func(c events.ConsentChannel) profile.Consent {
		return profile.Consent{Channel: c, Purpose: events.PurposeMarketing, Granted: true, Identifiers: []string{"email:ann@shop.example"}, Stamp: said}
	}
	return profile.Profile{ID: id, Identifiers: []profile.Identifier{{Type: events.IDEmail, Value: "ann@shop.example"}},
		Consents: []profile.Consent{yes(events.ConsentEmail), yes(events.ConsentAds)}}
}

func letter(id string) action.Action {
	return action.Action{ID: id, Kind: events.ActionMessage, Channel: "email", Flow: "basketrecovery", Key: "b-1", Step: "reminder-1",
		Profile: ann, Purpose: events.PurposeMarketing, Created: noon.Add(-time.Minute), Status: action.Requested,
		Content: action.Content{Message: &words.Message{Subject: "Your basket"}}}
}

// keep writes documents over whatever was there.
func (s *shop) keep(things ...any) {
	s.Helper()
	for _, x := range things {
		var w store.Write
		var err error
		switch x := x.(type) {
		case profile.Profile:
			w, err = profile.Write(x, store.Unchecked)
		case thread.Thread:
			w, err = thread.Write(x, store.Unchecked)
		case action.Action:
			w, err = action.Write(x, store.Unchecked)
		}
		require.NoError(s, err)
		require.NoError(s, s.db.Commit(s.Context(), w))
	}
}

func (s *shop) action(id string) action.Action {
	s.Helper()
	docs, err := s.db.Get(s.Context(), action.Key(id))
	require.NoError(s, err)
	a, err := action.Read(docs[0])
	require.NoError(s, err)
	return a
}

// asked is the event that asks for an action.
func asked(t testing.TB, id, who string) events.Event {
	e, err := events.New("/redthread/basketrecovery", id, noon, events.ActionRequested{ActionID: id, Kind: events.ActionMessage})
	require.NoError(t, err)
	if who != "" {
		e.SetExtension(events.ExtProfileID, who)
	}
	e.SetExtension(events.ExtChannel, "email")
	return e
}

// ask waits no longer for others than it must.
func (s *shop) ask(r *runner, id string) (*events.Event, error) {
	ctx, cancel := context.WithTimeout(s.Context(), s.pace.Timeout+moment)
	defer cancel()
	return r.handle(ctx, asked(s, id, ann))
}

func (s *shop) failed(reply *events.Event) events.ActionFailed {
	s.Helper()
	require.NotNil(s, reply)
	data, err := events.Decode[events.ActionFailed](*reply)
	require.NoError(s, err)
	return data
}

var errDown = errors.New("connection refused")
