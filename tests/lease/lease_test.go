// Package lease proves that no action is lost to a process that is killed in the middle
// of sending it, not even several times over: the claim of the dead is over, or waited
// out, before a broker has tried so often that it gives up.
package lease

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/functions"
	"redthread.dev/infra/local/broker"
	"redthread.dev/shared/action"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
)

// kills is how many processes in a row die of one action.
const kills = 4

func TestAnActionOutlivesAProcessThatIsKilledAgainAndAgainWhileSendingIt(t *testing.T) {
	tried := 0
	for _, spec := range functions.All {
		m, err := function.ParseManifest(spec.Name, spec.Manifest)
		require.NoError(t, err)
		if m.Group != "channels" {
			continue
		}
		tried++
		t.Run(spec.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { outlive(t, m, broker.DefaultRetry) })
		})
	}
	require.Positive(t, tried)
}

// outlive delivers one action as a broker does, to a channel with the settings of the
// manifest. The first processes die when they have begun to send.
func outlive(t *testing.T, m function.Manifest, retry broker.Retry) {
	db := memory.New()
	a := action.Action{ID: "a", Kind: events.ActionTicket, Channel: "probe", Flow: "f", Key: "k", Step: "s", Profile: "p",
		Purpose: events.PurposeService, Created: time.Now(), Status: action.Requested, Content: action.Content{Ticket: &action.Ticket{Thread: "x"}}}
	keep(t, db, a)
	dead := 0
	var log string
	for n := range retry.Retry + 1 {
		if n > 0 {
			time.Sleep(retry.Pause(n))
		}
		err := deliver(t, m, db, a, func() bool { dead++; return dead <= kills })
		log += fmt.Sprintf("delivery %d, %s after the first claim: %v\n", n+1, time.Since(a.Created).Round(time.Second), err)
		if err == nil {
			require.Equal(t, kills+1, dead, log)
			return
		}
	}
	require.Fail(t, "the action is a dead letter", log)
}

func keep(t *testing.T, db store.Store, a action.Action) {
	p, err := profile.Write(profile.Profile{ID: a.Profile}, 0)
	require.NoError(t, err)
	w, err := action.Write(a, 0)
	require.NoError(t, err)
	require.NoError(t, db.Commit(context.Background(), p, w))
}

// deliver hands the action to a process of its own, within the time that a function has
// for an event. A process that dies leaves its claim behind.
func deliver(t *testing.T, m function.Manifest, db store.Store, a action.Action, dies func() bool) error {
	ctx, kill := context.WithTimeout(context.Background(), 25*time.Second)
	defer kill()
	life := &process{Store: db}
	send := sender(func() error {
		if dies() {
			life.dead = true
		}
		return nil
	})
	manifest := "summary: Sends.\ngroup: channels\ntriggers: [{type: dev.redthread.action.requested.v1}]\n"
	type settings struct{ channel.Pace }
	override := map[string]string{}
	for _, name := range []string{"LEASE", "TIMEOUT", "MAX_ATTEMPTS"} {
		override[name] = m.Settings[name]
	}
	f, err := channel.Define("probe", []byte(manifest), func(settings, function.Env) (channel.Sender, error) { return send, nil }).
		New(function.Env{Store: life, Now: time.Now, Override: map[string]map[string]string{"probe": override}})
	require.NoError(t, err)
	e, err := events.New("/redthread/f", a.ID, a.Created, events.ActionRequested{ActionID: a.ID, Kind: a.Kind})
	require.NoError(t, err)
	_, err = f.Guard()(ctx, events.Resolved(e, a.Profile))
	return err
}

type sender func() error

func (s sender) Send(context.Context, channel.Delivery) (channel.Receipt, error) {
	synctest.Wait() // what is read beside the sending is read
	return channel.Receipt{Provider: "probe"}, s()
}

// process is a store that nothing is heard of any more once its process is dead.
type process struct {
	store.Store
	dead bool
}

var errKilled = errors.New("killed")

// Get implements store.Store.
func (p *process) Get(ctx context.Context, keys ...store.Key) ([]store.Document, error) {
	if p.dead {
		return nil, errKilled
	}
	return p.Store.Get(ctx, keys...)
}

// Commit implements store.Store.
func (p *process) Commit(ctx context.Context, writes ...store.Write) error {
	if p.dead {
		return errKilled
	}
	return p.Store.Commit(ctx, writes...)
}
