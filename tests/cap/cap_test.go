// Package cap proves the fairness of the attention budget: however many flows want
// to write to a customer at the same moment, nobody gets more than the budget, and
// the weaker gives way to the stronger.
package cap

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	_ "redthread.dev/shared/store/dynamodb"
	_ "redthread.dev/shared/store/firestore"
	_ "redthread.dev/shared/store/memory"
	_ "redthread.dev/shared/store/postgres"
	_ "redthread.dev/shared/store/sqlite"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
	"redthread.dev/tests/emulators/stores"
)

const customers = 1000

// few are as many customers as an emulator bears in a test, by its scheme: a thousand
// everywhere else.
var few = map[string]int{"firestore": 60, "dynamodb": 12}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// eager is a flow that writes whenever somebody looks at a product.
func eager(name, priority string) flow.Definition {
	manifest := fmt.Sprintf(`
summary: Writes at once.
group: flows
triggers: [{type: dev.redthread.product.viewed.v1}, {type: dev.redthread.timer.due.v1}]
goal: dev.redthread.order.placed.v1
purpose: marketing
priority: %s
`, priority)
	return flow.Define(name, []byte(manifest), nil, func(struct{}, words.Texts) flow.Rules {
		return flow.Rules{Handlers: []flow.Handler{
			flow.On(func(v events.ProductViewed) string { return v.SKU }, func(m flow.Moment[events.ProductViewed]) flow.Decision {
				return flow.ActMessage("hello", func() (words.Message, error) { return words.Message{Locale: "da", Subject: "Hej"}, nil }, "email")
			}),
		}}
	})
}

func TestNobodyGetsMoreThanTheBudgetAndTheWeakGiveWay(t *testing.T) {
	stores.Each(t, func(t *testing.T, url string) {
		scheme, _, _ := strings.Cut(url, ":")
		n := cmp.Or(few[scheme], customers)
		s, err := store.Open(context.Background(), url, store.WithClock(func() time.Time { return noon }))
		require.NoError(t, err)
		defer s.Close()
		views := people(t, s, n)
		flows := []*function.Function{serve(t, s, "aa", "low"), serve(t, s, "bb", "normal"), serve(t, s, "cc", "high"), serve(t, s, "dd", "low")}
		crowd(t, flows, views)
		judge(t, s, n)
	})
}

func serve(t *testing.T, s store.Store, name, priority string) *function.Function {
	f, err := eager(name, priority).Spec().New(function.Env{Store: s, Now: func() time.Time { return noon },
		Override: map[string]map[string]string{name: {"CONTROL": "0", "HOLDOUT": "0"}}})
	require.NoError(t, err)
	return f
}

// people makes the customers, who all agreed to mails, and what each looks at.
func people(t *testing.T, s store.Store, n int) []events.Event {
	var views []events.Event
	for i := range n {
		p := profile.Profile{ID: fmt.Sprintf("p-%04d", i)}
		who := events.Common{Customer: events.Identifiers{"email": fmt.Sprintf("%d@kunder.example", i)}}
		for n, d := range []events.Data{events.CustomerSignedUp{Common: who},
			events.ConsentChanged{Common: who, Channel: events.ConsentEmail, Purpose: events.PurposeMarketing, Granted: true}} {
			e, err := events.New("/test", fmt.Sprintf("%d-%d", i, n), noon.Add(-time.Hour), d)
			require.NoError(t, err)
			data, err := events.Parse(e)
			require.NoError(t, err)
			profile.Fold(&p, e, data)
		}
		w, err := profile.Write(p, 0)
		require.NoError(t, err)
		require.NoError(t, s.Commit(context.Background(), w))
		e, err := events.New("/test", fmt.Sprintf("view-%d", i), noon, events.ProductViewed{SKU: "X"})
		require.NoError(t, err)
		views = append(views, events.Resolved(e, p.ID))
	}
	return views
}

// crowd delivers every view to every flow, from 8 goroutines, as a broker does:
// again when it must.
func crowd(t *testing.T, flows []*function.Function, views []events.Event) {
	type job struct {
		f *function.Function
		e events.Event
	}
	jobs := make(chan job)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for j := range jobs {
				var err error
				for range 20 {
					if _, err = j.f.Guard()(context.Background(), j.e); err == nil {
						break
					}
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	for _, e := range views {
		for _, f := range flows {
			jobs <- job{f, e}
		}
	}
	close(jobs)
	all.Wait()
}

func judge(t *testing.T, s store.Store, n int) {
	sent, cancelled := map[string][]string{}, 0
	for d, err := range s.Query(context.Background(), store.Query{Collection: action.Collection}) {
		require.NoError(t, err)
		a, err := action.Read(d)
		require.NoError(t, err)
		if a.Status == action.Cancelled {
			cancelled++
			continue
		}
		sent[a.Profile] = append(sent[a.Profile], a.Priority)
	}
	require.Len(t, sent, n, "everybody hears from one flow")
	for p, priorities := range sent {
		require.Equal(t, []string{"high"}, priorities, "customer %s: %s", p, told(t, s, p))
	}
	t.Logf("%d customers, one message each, all of high priority; %d weaker ones gave way before they were sent", n, cancelled)
}

// told is what a customer's thread remembers.
func told(t *testing.T, s store.Store, customer string) string {
	docs, err := s.Get(context.Background(), thread.Key(customer))
	require.NoError(t, err)
	return string(docs[0].Data)
}
