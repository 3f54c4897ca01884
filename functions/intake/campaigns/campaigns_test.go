package campaigns_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/functions/intake/campaigns"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/storetest"
)

func TestTheManifestListsTheSettings(t *testing.T) {
	m, err := function.ParseManifest("campaigns", campaigns.Spec.Manifest)
	require.NoError(t, err)
	require.Equal(t, function.Defaults(campaigns.Spec.Settings), m.Settings)
}

func TestAPlanIsAddressedToThoseWhoTakeMarketing(t *testing.T) {
	o := open(t, nil)
	refuses, service, adverts := takesMails, takesMails, takesMails
	refuses.Granted, service.Purpose, adverts.Channel = false, events.PurposeService, events.ConsentAds
	takesAll := profile.Consent{Channel: events.ConsentAll, Purpose: events.PurposeAll, Granted: true}
	o.keep(customer(1), customer(2, takesMails), customer(3, refuses), customer(4, service), customer(5, adverts),
		customer(6, refuses, takesAll), profile.Tombstone(customer(7).ID, customer(2).ID), profile.Profile{ID: customer(8).ID, Erased: noon})
	plan := o.planned("p-1", o.now, newsletter())
	o.tell(plan)
	require.Empty(t, o.sent, "not before it is to be sent")
	o.minute(noon.Add(-time.Second))
	require.Empty(t, o.sent)
	o.through()

	require.Equal(t, []string{customer(2).ID, customer(6).ID}, o.addressed())
	for _, e := range o.sent {
		require.NoError(t, e.Validate())
		require.NoError(t, events.Check(e, noon))
		require.Equal(t, plan.Type(), e.Type())
		require.Equal(t, plan.Data(), e.Data())
		require.Equal(t, noon, e.Time())
		require.NotEqual(t, plan.ID(), e.ID())
		require.Equal(t, map[string]any{"profileid": events.ProfileID(e), "partitionkey": events.ProfileID(e), "plan": events.Hash(plan)}, e.Extensions())
	}
}

// TestACatalogueIsAddressedAtOnce to those who may be sent one: who takes mails alone is not
// among them, nor is who cannot be found by post.
func TestACatalogueIsAddressedAtOnce(t *testing.T) {
	o := open(t, nil)
	nameless := reader(3, 100)
	nameless.Identifiers = nil
	o.keep(reader(1, 0), customer(2, takesMails), nameless)
	planned := o.now.Add(-time.Minute)
	plan := o.planned("c-1", planned, catalogue())
	o.tell(plan)
	o.tell(o.planned("n-1", planned, newsletter())) // which is another plan, and not due
	o.minute(o.now)
	require.Equal(t, []string{customer(1).ID}, o.addressed())
	require.Equal(t, plan.Type(), o.sent[0].Type())
	require.Equal(t, planned, o.sent[0].Time())
	o.tell(o.planned("c-2", o.now, catalogue()))
	o.minute(o.now.Add(time.Minute))
	require.Len(t, o.sent, 1, "it has begun")
}

func TestItGoesAtASteadyPace(t *testing.T) {
	o := open(t, map[string]string{"PACE": "300"})
	all := o.crowd(1000)
	o.tell(o.planned("p-1", o.now, newsletter()))
	require.Equal(t, []int{300, 300, 300, 100}, o.through())
	require.Equal(t, all, o.addressed())
	require.Len(t, o.sent, 1000)
}

func TestASegmentIsAddressedAndNobodyElse(t *testing.T) {
	o := open(t, map[string]string{"PACE": "10"})
	var hikers []string
	for i := range 250 {
		p := customer(i, takesMails)
		if i%50 == 7 {
			p.Segments = map[string]profile.Segment{"vandring": {Entered: true}}
			hikers = append(hikers, p.ID)
		}
		o.keep(p)
	}
	plan := newsletter()
	plan.Segment = "vandring"
	o.tell(o.planned("p-1", o.now, plan))
	require.Len(t, o.through(), 3, "100 are looked at in a minute")
	require.Equal(t, hikers, o.addressed())
}

func TestOneNewsletterIsOnePlan(t *testing.T) {
	first, changed := newsletter(), newsletter()
	changed.Subject, changed.SendAt = "Klar til havet", noon.Add(2*time.Minute)
	subjects := func(o *office) (all []string) {
		for _, e := range o.sent {
			data, err := events.Decode[events.NewsletterPlanned](e)
			require.NoError(o, err)
			all = append(all, data.Subject)
		}
		return all
	}
	early, late := noon.Add(-26*time.Hour), noon.Add(-25*time.Hour)
	for name, c := range map[string]struct {
		tell func(o *office)
		want []int // addressed in each minute
		says string
	}{
		"that comes twice": {func(o *office) {
			o.tell(o.planned("p-1", early, first))
			o.tell(o.planned("p-1", early, first))
		}, []int{2}, first.Subject},
		"that is changed": {func(o *office) {
			o.tell(o.planned("p-1", early, first))
			o.tell(o.planned("p-2", late, changed))
		}, []int{0, 0, 2}, changed.Subject},
		"whose change comes before it": {func(o *office) {
			o.tell(o.planned("p-2", late, changed))
			o.tell(o.planned("p-1", early, first))
		}, []int{0, 0, 2}, changed.Subject},
		"that is changed when it is done": {func(o *office) {
			o.tell(o.planned("p-1", early, first))
			o.minute(noon)
			o.sent = o.sent[:0:0]
			o.tell(o.planned("p-2", late, changed))
			o.tell(o.planned("p-1", early, first))
		}, nil, ""},
		"and another is another": {func(o *office) {
			o.tell(o.planned("p-1", early, first))
			other := first
			other.NewsletterID = "2026-w13"
			o.tell(o.planned("p-2", late, other))
		}, []int{4}, first.Subject},
	} {
		t.Run(name, func(t *testing.T) {
			o := open(t, nil)
			o.crowd(2)
			c.tell(o)
			require.Equal(t, c.want, o.through())
			for _, s := range subjects(o) {
				require.Equal(t, c.says, s)
			}
		})
	}
}

func TestWhatIsNoPlanForAllIsLeftAlone(t *testing.T) {
	personal, broken := newsletter(), newsletter()
	personal.Customer = events.Identifiers{"login": "mette"}
	broken.Slots = 0
	for name, e := range map[string]events.Event{
		"a plan for one customer, whom collect finds": open(t, nil).planned("p-1", noon.Add(-25*time.Hour), personal),
		"one that says nothing, which collect tells":  open(t, nil).planned("p-1", noon.Add(-25*time.Hour), broken),
		"one whose time is long past":                 open(t, nil).planned("p-1", noon.Add(-48*time.Hour), events.NewsletterPlanned{NewsletterID: "old", SendAt: noon.Add(-49 * time.Hour), Subject: "x", Slots: 1}),
	} {
		t.Run(name, func(t *testing.T) {
			o := open(t, nil)
			o.crowd(1)
			o.tell(e)
			require.Empty(t, o.due())
		})
	}
	o := open(t, nil)
	_, err := o.f.Guard()(context.Background(), o.planned("x", noon.Add(-25*time.Hour), events.AppOpened{}))
	require.ErrorContains(t, err, "is no plan: the trigger is wrong")
	require.True(t, function.IsNever(err))
}

// TestNobodyIsLostOrAddressedTwice lets each call of the store fail once, before or after
// it is done, and then each event to be sent.
func TestNobodyIsLostOrAddressedTwice(t *testing.T) {
	play := func(t *testing.T, under func(store.Store) store.Store, fail func(events.Event) error) *office {
		o := open(t, map[string]string{"PACE": "250"})
		all := o.crowd(420)
		o.on(under(o.raw))
		o.fail = fail
		o.tell(o.planned("p-1", o.now, newsletter()))
		o.through()
		require.Equal(t, all, o.addressed())
		return o
	}
	works := func(events.Event) error { return nil }
	for name, failing := range map[string]func(store.Store, int) *storetest.Failure{"failing": storetest.Failing, "losing": storetest.Losing} {
		t.Run(name, func(t *testing.T) {
			for n := 1; ; n++ {
				var broken *storetest.Failure
				play(t, func(s store.Store) store.Store { broken = failing(s, n); return broken }, works)
				if broken.Calls() < n {
					require.Greater(t, n, 10)
					break
				}
			}
		})
	}
	t.Run("the broker is down now and then", func(t *testing.T) {
		n := 0
		o := play(t, func(s store.Store) store.Store { return s }, func(events.Event) error {
			if n++; n%170 == 0 {
				return errDown
			}
			return nil
		})
		require.Greater(t, len(o.sent), 420, "some were addressed once more, by the same ids")
	})
}

func TestATimerThatComesTwiceAtATimeIsOneRound(t *testing.T) {
	o := open(t, map[string]string{"PACE": "300"})
	all := o.crowd(1000)
	o.tell(o.planned("p-1", o.now, newsletter()))
	o.now = noon
	var both sync.WaitGroup
	for range 4 {
		both.Go(func() {
			for _, e := range o.due() {
				_, err := o.f.Guard()(context.Background(), e)
				require.NoError(o, err)
			}
		})
	}
	both.Wait()
	require.LessOrEqual(t, len(o.addressed()), 600, "about a minute's worth")
	o.through()
	require.Equal(t, all, o.addressed())
}

// TestWhoIsMergedMeanwhileIsNotMissed merges customers into older ones, as collect does,
// when the walk has come between the two.
func TestWhoIsMergedMeanwhileIsNotMissed(t *testing.T) {
	o := open(t, map[string]string{"PACE": "5"})
	o.crowd(20)
	quiet := customer(3) // has said nothing, and is the same as number 10, as it turns out
	o.keep(quiet)
	o.tell(o.planned("p-1", o.now, newsletter()))
	o.minute(noon)
	require.Equal(t, customer(15).ID, o.addressed()[0], "the newest come first")
	o.keep(profile.Tombstone(customer(10).ID, quiet.ID), customer(3, takesMails))
	o.keep(profile.Profile{ID: customer(7).ID, Erased: noon}, customer(6))
	o.through()
	var want []string
	for i := range 20 {
		if !slices.Contains([]int{6, 7, 10}, i) {
			want = append(want, customer(i).ID)
		}
	}
	require.Equal(t, want, o.addressed())
}

// Who has agreed on a device without saying who they are turns out to be a customer who
// came later and has said nothing: the known one stays, though it is the newer.
func TestWhoTurnsOutToBeKnownMeanwhileIsNotMissed(t *testing.T) {
	o := open(t, map[string]string{"PACE": "12"})
	login := []profile.Identifier{{Type: events.IDLogin, Value: "a"}}
	for i := range 20 {
		c := customer(i, takesMails)
		c.Identifiers = login
		o.keep(c)
	}
	device, known := customer(3, takesMails), customer(10)
	known.Identifiers = login
	o.keep(device, known)
	o.tell(o.planned("p-1", o.now, newsletter()))
	o.minute(noon)
	known.Consents = device.Consents
	o.keep(profile.Tombstone(device.ID, known.ID), known)
	o.through()
	to := o.addressed()
	require.True(t, slices.Contains(to, device.ID) || slices.Contains(to, known.ID), "%v", to)
	require.Len(t, slices.DeleteFunc(to, func(id string) bool { return id == device.ID || id == known.ID }), 18)
}

func TestWhatAPlanCosts(t *testing.T) {
	o := open(t, map[string]string{"PACE": "1000"})
	o.crowd(500)
	counter := storetest.Counting(o.raw)
	o.on(counter)
	o.tell(o.planned("p-1", o.now, newsletter()))
	require.Equal(t, storetest.Trips{Get: 1, Commit: 1}, counter.Trips())
	counter.Reset()
	o.through()
	trips := counter.Trips()
	t.Logf("%+v for 500 customers", trips)
	require.LessOrEqual(t, trips.All(), int64(18), "three for each page of 100, and for the one that finds no more")
}
