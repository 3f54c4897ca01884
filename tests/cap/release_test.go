package cap

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
)

// postbox counts the mails that each customer gets.
type postbox struct {
	mu   sync.Mutex
	sent map[string]int
}

func (p *postbox) Send(_ context.Context, d channel.Delivery) (channel.Receipt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent[d.Profile.ID]++
	return channel.Receipt{Provider: "postbox"}, nil
}

func (p *postbox) function(t *testing.T, s store.Store) *function.Function {
	manifest := "summary: Counts mails.\ngroup: channels\ntriggers: [{type: dev.redthread.action.requested.v1}]\n"
	type settings struct{ channel.Pace }
	f, err := channel.Define("email", []byte(manifest), func(settings, function.Env) (channel.Sender, error) { return p, nil }).
		New(function.Env{Store: s, Now: func() time.Time { return noon }})
	require.NoError(t, err)
	return f
}

// week is an eager flow of high priority where a week has room for one message. It
// decides at a time of its own.
func week(t *testing.T, s store.Store, name string, now time.Time) *function.Function {
	f, err := eager(name, "high").Spec().New(function.Env{Store: s, Now: func() time.Time { return now },
		Override: map[string]map[string]string{name: {"CONTROL": "0", "HOLDOUT": "0", "ATTENTION_WEEK": "1"}}})
	require.NoError(t, err)
	return f
}

// Everybody's budget is used up by a message of two days ago that was never sent. While
// a channel cancels it, as it is too old, two flows want to write and their mails go
// out: whoever gets in before the budget is given back is refused, and nobody gets two.
func TestWhatACancelledMessageGivesBackIsUsedOnce(t *testing.T) {
	s, err := store.Open(context.Background(), "memory:")
	require.NoError(t, err)
	defer s.Close()
	views := people(t, s, customers)
	old := week(t, s, "old", noon.Add(-48*time.Hour))
	crowd(t, []*function.Function{old}, views)
	stale := requests(t, s)
	require.Len(t, stale, customers)

	box := &postbox{sent: map[string]int{}}
	post := box.function(t, s)
	flows := []*function.Function{week(t, s, "aa", noon), week(t, s, "bb", noon)}
	var all sync.WaitGroup
	all.Go(func() { crowd(t, []*function.Function{post}, stale) })
	all.Go(func() { crowd(t, flows, views) })
	all.Wait()
	early := len(requests(t, s)) - customers
	for i := range views { // somebody is interested still
		views[i] = views[i].Clone()
		views[i].SetID(fmt.Sprint("again-", i))
	}
	crowd(t, flows, views)
	crowd(t, []*function.Function{post}, requests(t, s))
	require.Len(t, box.sent, customers, "everybody has room for one again")
	for who, n := range box.sent {
		require.Equal(t, 1, n, who)
	}
	t.Logf("%d of %d got in as soon as there was room", early, customers)
}

// requests are the events that ask for all messages there are.
func requests(t *testing.T, s store.Store) (all []events.Event) {
	for d, err := range s.Query(context.Background(), store.Query{Collection: action.Collection}) {
		require.NoError(t, err)
		a, err := action.Read(d)
		require.NoError(t, err)
		e, err := events.New("/redthread/"+a.Flow, a.ID, noon, events.ActionRequested{ActionID: a.ID, Kind: a.Kind})
		require.NoError(t, err)
		all = append(all, events.Resolved(e, a.Profile))
	}
	return all
}
