package replay

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

const nagManifest = `
summary: Writes an hour after a product was viewed.
group: flows
triggers:
  - type: dev.redthread.product.viewed.v1
  - type: dev.redthread.order.placed.v1
  - type: dev.redthread.timer.due.v1
emits: [dev.redthread.action.requested.v1]
goal: dev.redthread.order.placed.v1
purpose: marketing
priority: high
scale: {min: 0, max: 1, concurrency: 1}
`

// nag writes an hour after each view. Some products make it fail, or ring for ever.
var nag = flow.Define("nag", []byte(nagManifest), nil, func(struct{}, words.Texts) flow.Rules {
	write := func(m flow.Moment[thread.Timer]) flow.Decision {
		if m.Key == "LOOP" {
			return flow.Wait("write", m.Now)
		}
		return flow.ActMessage("hello", hello, "email").Because("%d views", len(m.Profile.Views))
	}
	return flow.Rules{Handlers: []flow.Handler{
		flow.On(func(v events.ProductViewed) string { return v.SKU }, func(m flow.Moment[events.ProductViewed]) flow.Decision {
			if m.Key == "PANIC" {
				panic("out of order")
			}
			return flow.Wait("write", m.At.Add(time.Hour))
		}),
		flow.On(func(events.OrderPlaced) string { return "" }, func(flow.Moment[events.OrderPlaced]) flow.Decision { return flow.Nothing("ordered") }),
		flow.OnTimer("write", write),
	}}
})

func hello() (words.Message, error) { return words.Message{Subject: "hello"}, nil }

func made(t *testing.T, settings map[string]string) []*flow.Flow {
	t.Helper()
	all := map[string]string{"CONTROL": "0", "QUIET": "off"}
	for name, value := range settings {
		all[name] = value
	}
	f, err := nag.Make(function.Env{Override: map[string]map[string]string{"nag": all}})
	require.NoError(t, err)
	return []*flow.Flow{f}
}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// told is one customer's past: they allow mails, and then what happens at times after noon.
func told(t *testing.T, happens map[time.Duration]events.Data) Past {
	t.Helper()
	who := events.Common{Customer: events.Identifiers{"email": "mette@example.dk"}}
	past := Past{Profile: "p"}
	add := func(at time.Time, data events.Data) {
		switch d := data.(type) {
		case events.ProductViewed:
			d.Common = who
			data = d
		case events.OrderPlaced:
			d.Common = who
			data = d
		case events.ConsentChanged:
			d.Common = who
			data = d
		}
		e, err := events.New("/shop", fmt.Sprint(len(past.Events)), at, data)
		require.NoError(t, err)
		one, err := FromEntry(profile.Entry{Event: e}, rules)
		require.NoError(t, err)
		past.Events = append(past.Events, one)
	}
	add(noon.Add(-time.Hour), events.ConsentChanged{Channel: "email", Purpose: "marketing", Granted: true})
	for after, data := range happens {
		add(noon.Add(after), data)
	}
	Sort(past.Events)
	return past
}

func viewed(sku string) events.Data { return events.ProductViewed{SKU: sku} }

// shown is what a play shows, a line a decision.
func shown(p Play, past Past) (lines []string) {
	p.Customer(past, func(d *Decision) {
		lines = append(lines, fmt.Sprintf("%d %s %s %s: %s", d.Suite, d.At.Format("15:04"), events.Short(d.Type), d.Verdict, d.Reason))
	})
	return lines
}

func TestTimersComeBetweenTheEventsAndUntilTheEnd(t *testing.T) {
	past := told(t, map[time.Duration]events.Data{0: viewed("A"), 30 * time.Minute: viewed("B"), 70 * time.Minute: viewed("C")})
	p := Play{Suites: [][]*flow.Flow{made(t, map[string]string{"ATTENTION_DAY": "9"})}, Until: noon.Add(100 * time.Minute)}
	require.Equal(t, []string{"0 12:00 product.viewed.v1 wait: write", "0 12:30 product.viewed.v1 wait: write", "0 13:00 write act: hello",
		"0 13:10 product.viewed.v1 wait: write", "0 13:30 write act: hello"}, shown(p, past))
	threads := p.Customer(past, func(*Decision) {})
	require.Len(t, threads[0].Timers, 1, "C is still waited for")
	p.Until = time.Time{}
	require.Len(t, shown(p, past), 4, "without an end it ends with the last event")
	p.Since, p.Until = noon.Add(time.Hour), noon.Add(65*time.Minute)
	require.Equal(t, []string{"0 13:00 write act: hello"}, shown(p, past), "what came before led there, and is not shown")
}

func TestSuitesDecideSideBySide(t *testing.T) {
	past := told(t, map[time.Duration]events.Data{0: viewed("A"), time.Minute: viewed("B"), 5 * time.Hour: events.OrderPlaced{OrderID: "o"}})
	p := Play{Suites: [][]*flow.Flow{made(t, nil), made(t, map[string]string{"ATTENTION_DAY": "2"})}}
	lines := shown(p, past)
	require.Contains(t, lines, "0 13:01 write refused: capped")
	require.Contains(t, lines, "1 13:01 write act: hello")
	var touched []bool
	p.Customer(past, func(d *Decision) {
		if d.Goal {
			touched = append(touched, d.Touched)
		}
	})
	require.Equal(t, []bool{true, true}, touched)
}

func TestAFailedDecisionIsShownAndTheNextIsMade(t *testing.T) {
	past := told(t, map[time.Duration]events.Data{0: viewed("PANIC"), time.Minute: viewed("A")})
	p := Play{Suites: [][]*flow.Flow{made(t, nil)}, Until: noon.Add(2 * time.Hour)}
	require.Equal(t, []string{"0 12:00 product.viewed.v1 failed: nag: panic: out of order",
		"0 12:01 product.viewed.v1 wait: write", "0 13:01 write act: hello"}, shown(p, past))
}

func TestATimerThatRingsForEverEnds(t *testing.T) {
	past := told(t, map[time.Duration]events.Data{0: viewed("LOOP")})
	p := Play{Suites: [][]*flow.Flow{made(t, nil)}, Until: noon.Add(2 * time.Hour)}
	require.Len(t, shown(p, past), 1+mostAtOnce)
}

func TestWhatOtherFlowsSaidCountsFromWhenTheySaidIt(t *testing.T) {
	past := told(t, map[time.Duration]events.Data{0: viewed("A"), 2 * time.Hour: viewed("B")})
	past.Thread = &thread.Thread{Contacts: []thread.Contact{
		{At: noon.Add(90 * time.Minute), Flow: "other", Key: "k", Action: "a", Kind: "message", Purpose: events.PurposeMarketing, Priority: "high"},
		{At: noon.Add(-time.Hour), Flow: "nag", Key: "k", Action: "b", Kind: "message", Purpose: events.PurposeMarketing, Priority: "high"},
	}}
	p := Play{Suites: [][]*flow.Flow{made(t, map[string]string{"ATTENTION_DAY": "2"})}, Until: noon.Add(4 * time.Hour)}
	require.Equal(t, []string{"0 12:00 product.viewed.v1 wait: write", "0 13:00 write act: hello",
		"0 14:00 product.viewed.v1 wait: write", "0 15:00 write refused: capped"}, shown(p, past))
	past.Thread = nil
	require.Contains(t, shown(p, past), "0 15:00 write act: hello")
}

func TestAComplaintAtAnotherFlowKeepsMarketingAwayUntilItIsResolved(t *testing.T) {
	past := told(t, map[time.Duration]events.Data{0: viewed("A"), 2 * time.Hour: viewed("B")})
	ticket := thread.Contact{At: noon.Add(-time.Minute), Flow: "other", Key: "post", Action: "a", Kind: "ticket", Purpose: events.PurposeService, Complaint: true}
	past.Thread = &thread.Thread{Contacts: []thread.Contact{ticket},
		Flows: map[string]thread.Flow{"other": {Keys: map[string]thread.State{"post": {Goal: noon.Add(90 * time.Minute)}}}}}
	p := Play{Suites: [][]*flow.Flow{made(t, nil)}, Until: noon.Add(4 * time.Hour)}
	lines := shown(p, past)
	require.Contains(t, lines, "0 13:00 write refused: open-complaint")
	require.Contains(t, lines, "0 15:00 write act: hello")
}
