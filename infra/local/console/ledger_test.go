package console

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
	"redthread.dev/shared/words"
)

// counted counts how often a store is asked.
type counted struct {
	*memory.Store
	gets, walks atomic.Int64
}

func (c *counted) Get(ctx context.Context, keys ...store.Key) ([]store.Document, error) {
	c.gets.Add(1)
	return c.Store.Get(ctx, keys...)
}

func (c *counted) Query(ctx context.Context, q store.Query) iter.Seq2[store.Document, error] {
	c.walks.Add(1)
	return c.Store.Query(ctx, q)
}

// mail is the i-th of many.
func mail(i int) action.Action {
	return action.Action{ID: fmt.Sprint("m-", i), Kind: events.ActionMessage, Channel: "email", Profile: fmt.Sprint("p-", i), Status: action.Sent,
		Created: monday.Add(time.Duration(i) * time.Second), Content: action.Content{Message: &words.Message{Subject: fmt.Sprint("Mail ", i)}}}
}

func put(t *testing.T, s store.Store, as ...action.Action) {
	for _, a := range as {
		w, err := action.Write(a, store.Unchecked)
		require.NoError(t, err)
		require.NoError(t, s.Commit(context.Background(), w))
	}
}

func TestNothingIsReadWhileNobodyLooks(t *testing.T) {
	s := &counted{Store: memory.New()}
	c := New(Config{Store: s})
	for i := range 1000 {
		put(t, s, mail(i))
		c.ledger.note(mail(i).ID)
	}
	require.Zero(t, s.gets.Load()+s.walks.Load())
	require.Len(t, got[list](t, c, "/api/mails").Mails, showMails)
	require.EqualValues(t, 1, s.walks.Load(), "all of them once")
	for i := 1000; i < 1150; i++ {
		put(t, s, mail(i))
		c.ledger.note(mail(i).ID)
	}
	require.Equal(t, "Mail 1149", got[list](t, c, "/api/mails").Mails[0].Subject)
	require.EqualValues(t, 1, s.walks.Load(), "then only what is new")
	require.EqualValues(t, 2, s.gets.Load(), "a hundred at a time")
	got[list](t, c, "/api/mails")
	require.EqualValues(t, 2, s.gets.Load())
}

func TestWhenTooMuchIsNewAllIsReadAgain(t *testing.T) {
	s := &counted{Store: memory.New()}
	c := New(Config{Store: s})
	got[list](t, c, "/api/mails")
	put(t, s, mail(1))
	for i := range maxNoted + 10 {
		c.ledger.note(fmt.Sprint(i))
	}
	require.Empty(t, c.ledger.noted)
	require.Len(t, got[list](t, c, "/api/mails").Mails, 1)
	require.EqualValues(t, 2, s.walks.Load())
}

func TestTheBooksAreBounded(t *testing.T) {
	b := newBooks()
	for i := range 3000 {
		b.enter(mail(i))
		b.enter(action.Action{ID: fmt.Sprint("t-", i), Created: mail(i).Created, Content: action.Content{Ticket: &action.Ticket{Thread: fmt.Sprint(i)}}})
		b.enter(action.Action{ID: fmt.Sprint("u-", i), Created: mail(i).Created, Content: action.Content{Ticket: &action.Ticket{Thread: "one", Where: "instagram"}}})
	}
	require.Less(t, len(b.mails), 2*keepMails)
	require.Less(t, len(b.tickets), 2*keepTickets)
	require.Len(t, b.tickets["one"].Updates, keepUpdates)
	require.Contains(t, b.mails, "m-2999")
}

func TestTheBooksComeToTheSameInAnyOrderAndAnyNumberOfTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []action.Action
		for i := range rapid.IntRange(1, 15).Draw(t, "actions") {
			a := action.Action{ID: fmt.Sprint(i), Flow: "f", Created: monday.Add(time.Duration(i) * time.Minute), Status: action.Sent,
				Profile: rapid.SampledFrom([]string{"p", "q"}).Draw(t, "profile")}
			switch rapid.IntRange(0, 2).Draw(t, "kind") {
			case 0:
				a.Content.Message = &words.Message{Subject: a.ID}
			case 1:
				a.Content.Ticket = &action.Ticket{Thread: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "thread"), Subject: a.ID,
					Priority: rapid.SampledFrom([]string{"low", "normal", "high"}).Draw(t, "priority"), Complaint: rapid.Bool().Draw(t, "complaint")}
				if rapid.Bool().Draw(t, "has due") {
					a.Content.Ticket.Due = a.Created.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "due")) * time.Minute)
				}
			case 2:
				a.Content.Audience = &action.Audience{Name: "a", Remove: rapid.Bool().Draw(t, "remove")}
			}
			all = append(all, a)
		}
		straight, mixed := newBooks(), newBooks()
		for _, a := range all {
			straight.enter(a)
		}
		again := append(append([]action.Action{}, all...), all...)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		r.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
		for _, a := range again {
			mixed.enter(a)
		}
		require.Equal(t, straight, mixed)
	})
}

// What was read of the customer's is on the page's lists, in this process: their words, and
// the subjects of their mails.
func TestWhoWasErasedIsNotOnThePageAnyMore(t *testing.T) {
	s := memory.New()
	c := New(Config{Store: s})
	ticket := action.Action{ID: "t-1", Kind: events.ActionTicket, Channel: "ticket", Profile: "p-1", Status: action.Sent, Created: monday,
		Content: action.Content{Ticket: &action.Ticket{Thread: "th-1", Subject: "Anna's chair", Body: "My chair wobbles"}}}
	put(t, s, mail(1), mail(2), ticket)
	require.Len(t, got[list](t, c, "/api/mails").Mails, 2)
	require.Len(t, got[list](t, c, "/api/tickets").Tickets, 1)

	require.NoError(t, s.Commit(t.Context(), store.Write{Key: action.Key("m-1"), Version: store.Unchecked}, store.Write{Key: action.Key("t-1"), Version: store.Unchecked}))
	e, err := events.New("/redthread/consent", "erasure-1", monday, events.ErasureCompleted{ReceiptID: "erasure-1"})
	require.NoError(t, err)
	c.Event(events.Resolved(e, "p-1"))
	require.Len(t, got[list](t, c, "/api/mails").Mails, 1)
	require.Empty(t, got[list](t, c, "/api/tickets").Tickets)
}
