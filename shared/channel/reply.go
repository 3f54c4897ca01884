package channel

import (
	"cmp"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"redthread.dev/events"
	"redthread.dev/shared/action"
)

var (
	actions = promauto.NewCounterVec(prometheus.CounterOpts{
		Name: "redthread_actions_total",
		Help: "Actions by channel, flow and what came of them: sent, failed, cancelled, unknown; requested is one more try to come.",
	}, []string{"channel", "flow", "status"})
	ambiguous = promauto.NewCounterVec(prometheus.CounterOpts{
		Name: "redthread_ambiguous_sends_total",
		Help: "Actions that may have been sent without our knowing, by channel.",
	}, []string{"channel"})
)

func (r *runner) count(a action.Action, unsure bool) {
	actions.WithLabelValues(r.name, a.Flow, string(a.Status)).Inc()
	if unsure {
		r.doubt(a)
	}
	if a.Status == action.Failed {
		r.env.Log.Warn("action failed", "channel", r.name, "flow", a.Flow, "action", a.ID, "reason", a.Reason)
	}
}

func (r *runner) doubt(a action.Action) {
	ambiguous.WithLabelValues(r.name).Inc()
	r.env.Log.Warn("action may have been sent without our knowing", "channel", r.name, "flow", a.Flow, "action", a.ID, "status", a.Status)
}

// reply returns the event that says what came of an action: the same one, with the
// same id, however often the action is asked for.
func (r *runner) reply(j *job) *events.Event {
	a := j.action
	at := cmp.Or(a.Done, a.Created)
	if a.Status == action.Sent {
		return r.event(j, "completed", at, events.ActionCompleted{ActionID: a.ID, At: at, Provider: a.Provider, Reference: a.Reference})
	}
	return r.event(j, "failed", at, events.ActionFailed{
		ActionID: a.ID, At: at, Provider: a.Provider, Reference: a.Reference, Reason: cmp.Or(a.Reason, string(a.Status)),
	})
}

func (r *runner) event(j *job, what string, at time.Time, data events.Data) *events.Event {
	e, err := events.New("/redthread/"+r.name, j.action.ID+"-"+what, at, data)
	if err != nil {
		// The data is a struct of strings and a time made here: it always encodes.
		panic(err)
	}
	e.SetExtension(events.ExtProfileID, j.profile.ID)
	e.SetExtension(events.ExtPartitionKey, j.profile.ID)
	e.SetExtension(events.ExtFlow, j.action.Flow)
	e.SetExtension(events.ExtChannel, r.name)
	return &e
}
