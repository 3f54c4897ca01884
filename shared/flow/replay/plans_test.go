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
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
	"redthread.dev/shared/words"
)

const readerManifest = `
summary: Hears what is planned.
group: flows
triggers:
  - type: dev.redthread.newsletter.planned.v1
  - type: dev.redthread.timer.due.v1
emits: [dev.redthread.action.requested.v1]
goal: dev.redthread.order.placed.v1
purpose: marketing
priority: low
scale: {min: 0, max: 1, concurrency: 1}
`

// TestAPlanHappensToEveryCustomerWhoTookMarketingThen plays a journal in which a newsletter
// is planned, and planned otherwise; what came last counts, in whatever order it came.
func TestAPlanHappensToEveryCustomerWhoTookMarketingThen(t *testing.T) {
	var heard []string
	d := flow.Define("reader", []byte(readerManifest), nil, func(struct{}, words.Texts) flow.Rules {
		return flow.Rules{Handlers: []flow.Handler{flow.On(func(p events.NewsletterPlanned) string { return p.NewsletterID }, func(m flow.Moment[events.NewsletterPlanned]) flow.Decision {
			heard = append(heard, fmt.Sprint(m.Profile.ID, " ", m.Data.Subject, " ", m.Now.Equal(m.Data.SendAt), " ", m.Profile.Last.Format("15:04")))
			return flow.Nothing("heard")
		})}}
	})
	f, err := d.Make(function.Env{})
	require.NoError(t, err)
	s, n := memory.New(), 0
	keep := func(whose string, at time.Time, data events.Data) {
		n++
		e, err := events.New("/shop", fmt.Sprint(n), at, data)
		require.NoError(t, err)
		doc := entered(t, profile.Entry{Profile: whose, Event: e})
		require.NoError(t, s.Commit(t.Context(), store.Write{Key: doc.Key, Data: doc.Data, Entry: doc.Entry}))
	}
	consent := func(who string, granted bool) events.Data {
		return events.ConsentChanged{Common: events.Common{Customer: events.Identifiers{"login": who}}, Channel: "email", Purpose: "marketing", Granted: granted}
	}
	sendAt := noon.Add(4 * time.Hour)
	plan := events.NewsletterPlanned{NewsletterID: "w10", SendAt: sendAt, Subject: "changed", Slots: 1}
	keep("", noon.Add(2*time.Minute), plan)
	plan.Subject = "first"
	keep("", noon.Add(time.Minute), plan)
	keep("", noon, events.ProductChanged{SKU: "A", Name: "A"})
	for _, who := range []string{"anna", "bo", "clara"} {
		keep(who, noon, events.AppOpened{Common: events.Common{Customer: events.Identifiers{"login": who}}})
	}
	keep("anna", noon, consent("anna", true))
	keep("bo", sendAt.Add(time.Hour), consent("bo", true))
	keep("clara", noon, consent("clara", true))
	keep("clara", noon.Add(time.Hour), consent("clara", false))

	report, err := Journal{Store: s, Rules: rules, Workers: 1, Room: 1 << 20}.Play(t.Context(), Play{Suites: [][]*flow.Flow{{f}}}, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"anna changed true 12:00"}, heard)
	require.Equal(t, 1, report.Tallies[0].Decisions)
	require.Equal(t, 7, report.Events, "those of customers")
}

// TestWhichPlanOfANameHappens reads what was planned under one name, and planned otherwise, in
// either order: the later word counts until it has begun.
func TestWhichPlanOfANameHappens(t *testing.T) {
	r := NewReader(rules)
	at := func(hours int) time.Time { return noon.Add(time.Duration(hours) * time.Hour) }
	catalogue := func(segment string) events.Data {
		return events.CataloguePlanned{CatalogueID: "one", PrintAndPost: events.Money{Amount: 1, Currency: "DKK"}, DropDate: "2027-01-01", Segment: segment}
	}
	newsletter := func(segment string, sendAt int) events.Data {
		return events.NewsletterPlanned{NewsletterID: "one", SendAt: at(sendAt), Subject: "s", Slots: 1, Segment: segment}
	}
	for name, c := range map[string]struct {
		said   []events.Data // each an hour after the one before
		want   string        // segment
		begins time.Time
	}{
		"a catalogue begins at once":             {[]events.Data{catalogue("a"), catalogue("b")}, "a", at(0)},
		"a newsletter is changed before it goes": {[]events.Data{newsletter("a", 4), newsletter("b", 5)}, "b", at(5)},
		"and not when it has gone":               {[]events.Data{newsletter("a", 0), newsletter("b", 5)}, "a", at(0)},
	} {
		t.Run(name, func(t *testing.T) {
			for _, order := range [][]int{{0, 1}, {1, 0}, {0, 1, 0}} {
				all := plans{}
				for _, i := range order {
					e, err := events.New("/shop", fmt.Sprint(i), at(i), c.said[i])
					require.NoError(t, err)
					doc := entered(t, profile.Entry{Event: e})
					d := r.documentOf(&doc)
					require.NoError(t, all.add(&d, r))
				}
				require.Len(t, all, 1)
				for _, d := range all {
					e, err := r.read(d)
					require.NoError(t, err)
					require.Equal(t, c.want, e.Data.(events.Plan).Planned().Segment)
					require.Equal(t, c.begins.UnixNano(), d.at)
				}
			}
		})
	}
}
