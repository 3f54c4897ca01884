package timers_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/function"
)

func TestAPingOfKnativesIsATick(t *testing.T) {
	c := wind(t, map[string]string{"BATCH": "1"})
	c.set("p-1", timer("remind", noon))
	c.set("p-2", timer("remind", noon))
	ping := events.Event{}
	require.NoError(t, json.Unmarshal([]byte(`{"specversion":"1.0","type":"dev.knative.sources.ping","source":"/apis/v1/namespaces/redthread/pingsources/timers",
		"id":"5a8b7c26-5a5c-4c53-9d5e-0c3c7e0b4a55","tick":"timers","datacontenttype":"application/json","data":{}}`), &ping))
	more, err := c.f.Handle(context.Background(), ping)
	require.NoError(t, err)
	require.Len(t, c.sent, 1)
	require.Equal(t, "dev.redthread.timer.tick.v1", more.Type(), "it is followed by ticks of our own")
	_, err = c.f.Handle(context.Background(), *more)
	require.NoError(t, err)
	require.Len(t, c.sent, 2)
}

func TestANonsensicalTickIsRefusedForGood(t *testing.T) {
	c := wind(t, nil)
	_, err := c.tick(16)
	require.True(t, function.IsNever(err))
	require.ErrorContains(t, err, "expected 0 to 15")
}
