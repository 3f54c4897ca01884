package instoreassist

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/flow/flowtest"
)

func TestStories(t *testing.T) { flowtest.Run(t, Flow) }

// A channel may come to a message later than it was decided on: what it must not be sent
// after is the closing of the store or, if that is sooner, FRESH.
func TestAMessageIsOfNoUseOnceTheStoreCloses(t *testing.T) {
	for story, until := range map[string]string{
		"comes_in":             "2026-03-03T09:46:00Z",
		"the_minute_it_closes": "2026-03-03T17:00:00Z",
		"closed_on_a_holiday":  "2026-04-04T14:00:00Z",
		"open_past_midnight":   "2026-03-06T23:46:00Z",
	} {
		told := flowtest.Tell(t, Flow, "testdata/"+story+".txtar")
		require.NotEmpty(t, told.Actions, story)
		require.Equal(t, until, told.Actions[0].Until.Format(time.RFC3339), story)
	}
}
