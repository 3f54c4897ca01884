package campaigns_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/storetest"
)

// budgeted is a catalogue at 14.50 each that is paid for so many customers, and a bit.
func budgeted(most int64) events.CataloguePlanned {
	c := catalogue()
	c.Budget = events.Money{Amount: most*1450 + 1449, Currency: "DKK"}
	return c
}

func ids(numbers ...int) (all []string) {
	for _, n := range numbers {
		all = append(all, customer(n).ID)
	}
	slices.Sort(all)
	return all
}

// print has the catalogue planned at noon, and lets the time pass.
func (o *office) print(plan events.CataloguePlanned) {
	o.now = noon
	o.tell(o.planned("c-1", noon, plan))
	o.through()
}

func TestABudgetIsForThoseWhoAreExpectedToSpendMost(t *testing.T) {
	thrifty, big, quiet := int64(20000), int64(90000), reader(9, 500000)
	quiet.Totals.First, quiet.Totals.Last = noon.AddDate(-9, 0, 0), noon.AddDate(-9, 0, 0)
	mailed := reader(8, 900000)
	mailed.Consents = []profile.Consent{takesMails}
	abroad := reader(7, 0)
	abroad.Totals.Spent = map[string]int64{"SEK": 900000}
	crowd := []profile.Profile{reader(1, thrifty), reader(2, big), reader(3, thrifty+1), reader(4, 2*big), reader(5, thrifty), customer(6, takesMails), abroad, mailed, quiet}
	for name, c := range map[string]struct {
		most int64
		want []string
	}{
		"for nobody":                           {0, nil},
		"for one":                              {1, ids(4)},
		"for two":                              {2, ids(2, 4)},
		"for five, the newest of those alike":  {5, ids(2, 4, 5, 3, 9)},
		"for as many as are expected to spend": {6, ids(1, 2, 3, 4, 5, 9)},
		"for more than there are":              {100, ids(1, 2, 3, 4, 5, 9)},
	} {
		t.Run(name, func(t *testing.T) {
			o := open(t, nil)
			o.keep(crowd...)
			o.print(budgeted(c.most))
			require.Equal(t, c.want, o.addressed())
		})
	}
}

func TestABudgetIsOfASegment(t *testing.T) {
	o := open(t, nil)
	garden := reader(1, 100)
	garden.Segments = map[string]profile.Segment{"have": {Entered: true}}
	o.keep(garden, reader(2, 900000))
	plan := budgeted(1)
	plan.Segment = "have"
	o.print(plan)
	require.Equal(t, ids(1), o.addressed())
}

// TestABudgetIsKeptWhateverHappensBetweenTheWalks lets everybody spend a fortune when they
// have been ranked.
func TestABudgetIsKeptWhateverHappensBetweenTheWalks(t *testing.T) {
	o := open(t, map[string]string{"PACE": "30"}) // 300 are ranked in a minute
	for n := range 400 {
		o.keep(reader(n, int64(1000+100*n)))
	}
	o.now = noon
	o.tell(o.planned("c-1", noon, budgeted(50)))
	o.minute(noon)
	require.Empty(t, o.sent)
	for n := range 400 {
		o.keep(reader(n, 90000000))
	}
	o.through()
	require.Len(t, o.addressed(), 50)
}

// TestABudgetIsKeptWhenTheStoreFails lets each call fail once, before or after it is done.
func TestABudgetIsKeptWhenTheStoreFails(t *testing.T) {
	var want []int
	for n := range 130 {
		if n%2 == 1 {
			want = append(want, n)
		}
	}
	for name, failing := range map[string]func(store.Store, int) *storetest.Failure{"failing": storetest.Failing, "losing": storetest.Losing} {
		t.Run(name, func(t *testing.T) {
			for n := 1; ; n++ {
				o := open(t, map[string]string{"PACE": "20"})
				for i := range 130 {
					o.keep(reader(i, []int64{5000, 100000}[i%2]+int64(i)))
				}
				broken := failing(o.raw, n)
				o.on(broken)
				o.print(budgeted(65))
				require.Equal(t, ids(want...), o.addressed())
				if broken.Calls() < n {
					require.Greater(t, n, 10)
					return
				}
			}
		})
	}
}

func TestABudgetInAnotherCurrencyIsRefused(t *testing.T) {
	o := open(t, nil)
	plan := budgeted(1)
	plan.Budget.Currency = "EUR"
	_, err := o.f.Guard()(context.Background(), o.planned("c-1", noon.Add(-25*time.Hour), plan))
	require.ErrorContains(t, err, "the budget is in EUR, expected DKK as of what it is to pay for")
	require.True(t, function.IsNever(err))
	require.Empty(t, o.due())
}

func TestWhatCostsNothingNeedsNoBudget(t *testing.T) {
	o := open(t, nil)
	o.keep(reader(1, 0), reader(2, 100))
	plan := budgeted(1)
	plan.PrintAndPost.Amount = 0
	o.print(plan)
	require.Equal(t, ids(1, 2), o.addressed())
}
