package flow

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/thread"
)

var decisions = promauto.NewCounterVec(prometheus.CounterOpts{
	Name: "redthread_decisions_total",
	Help: "Decisions, by flow, verdict and reason.",
}, []string{"flow", "verdict", "reason"})

// reply returns the event that a decision answers with: the same one, with the
// same id, at each delivery of what was decided on.
func (t *turn) reply(d thread.Entry) *events.Event {
	switch {
	case d.Action != "":
		return t.event(d.Action, events.ActionRequested{ActionID: d.Action, Kind: events.ActionKind(d.Kind)}, d.Channel)
	case d.Verdict == string(VerdictRefused) && d.Reason == string(HeldOut):
		id := d.Cause + "-" + t.name
		return t.event(id, events.ExposureRecorded{Flow: t.name, Arm: events.ArmHeldOut, Key: d.Key}, "")
	case d.Told != nil:
		return t.event(d.Cause+"-"+t.name, told{*d.Told}, "")
	case d.Segment != "":
		// It goes through collect, which folds it into the profile.
		data := events.SegmentChanged{Segment: d.Segment, Entered: true}
		data.Customer = events.Identifiers{events.IDProfile: t.profile}
		e := t.event(d.Cause+"-"+t.name, data, "")
		e.SetExtension(events.ExtProfileID, nil)
		e.SetExtension(events.ExtPartitionKey, nil)
		return e
	}
	return nil
}

func (t *turn) event(id string, data events.Data, channel string) *events.Event {
	e, err := events.New("/redthread/"+t.name, id, t.env.Now().UTC(), data)
	if err != nil {
		// The data is a struct of strings made here: it always encodes.
		panic(err)
	}
	events.SetExtension(&e, events.ExtProfileID, t.profile)
	events.SetExtension(&e, events.ExtPartitionKey, t.profile)
	events.SetExtension(&e, events.ExtFlow, t.name)
	if channel != "" {
		events.SetExtension(&e, events.ExtChannel, channel)
	}
	return &e
}

func (t *turn) observe(out Output, again bool) {
	d := out.Entry
	if !again {
		decisions.WithLabelValues(t.name, d.Verdict, d.Reason).Inc()
	}
	if t.env.Observe == nil {
		return
	}
	t.env.Observe(function.Decided{
		At: d.At, Flow: t.name, Profile: t.profile, Key: d.Key, Type: d.Type, Cause: t.in.Event.ID(),
		Verdict: d.Verdict, Reason: d.Reason, Saw: d.Saw, Action: d.Action, Channel: d.Channel,
		Goal: out.Goal, Touched: out.Touched, Again: again,
	})
}
