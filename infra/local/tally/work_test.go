package tally

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/function"
)

func TestEveryBasketLeftIsAccountedForOnce(t *testing.T) {
	tally := New()
	tally.Follow(func(profile string) string {
		if profile == "p-merged" {
			return "p-other"
		}
		return profile
	})
	say := func(profile, key, verdict, reason string) {
		tally.Decided(function.Decided{Flow: "f", Profile: profile, Key: key, Type: "remind", Verdict: verdict, Reason: reason})
	}
	for _, key := range []string{"reminded", "bought", "late", "refused", "emptied", "open", "merged"} {
		say("p-"+key, key, "wait", "remind")
	}
	say("p-reminded", "reminded", "act", "reminder-1")
	say("p-reminded", "reminded", "refused", "capped")
	tally.Decided(function.Decided{Flow: "f", Profile: "p-bought", Verdict: "nothing", Reason: "an order", Goal: true})
	say("p-late", "late", "act", "reminder-1")
	tally.Decided(function.Decided{Flow: "f", Profile: "p-late", Verdict: "nothing", Reason: "an order", Goal: true, Touched: true})
	say("p-refused", "refused", "refused", "no-consent")
	say("p-emptied", "emptied", "nothing", "emptied")
	say("p-other", "merged", "refused", "held-out")
	tally.Decided(function.Decided{Flow: "f", Profile: "p-other", Verdict: "nothing", Reason: "an order", Goal: true})
	say("p-never", "never", "nothing", "the basket is empty")
	require.Equal(t, []Work{
		{"f", "the goal came first", 2}, {"f", "acted", 1}, {"f", "acted, then the goal came", 1},
		{"f", "kept still: emptied", 1}, {"f", "refused: no-consent", 1}, {"f", "still waiting", 1},
	}, tally.Report().Work)
	var text strings.Builder
	require.NoError(t, tally.Report().Write(&text))
	require.Contains(t, text.String(), "7")
}
