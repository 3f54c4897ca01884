package events_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

func TestNobodyOutsideSetsWhatOnlyRedthreadSets(t *testing.T) {
	for name, c := range map[string]struct {
		set  []string
		left map[string]any
	}{
		"the way past collect":        {[]string{"profileid", "flow", "channel", "plan"}, nil},
		"the way to the dead letters": {[]string{"knativeerrordest", "knativeerrorcode", "knativeerrordata"}, nil},
		"all else is passed on": {[]string{"profileid", "partitionkey", "traceparent", "shopsown"},
			map[string]any{"partitionkey": "x", "traceparent": "x", "shopsown": "x"}},
		"nothing": {nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := events.New("/shop", "1", time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC), events.AppOpened{})
			require.NoError(t, err)
			for _, ext := range c.set {
				events.SetExtension(&e, ext, "x")
			}
			before := len(e.Extensions())
			require.Equal(t, c.left, nilIfEmpty(events.Outside(e).Extensions()))
			require.Len(t, e.Extensions(), before, "the event that came is left as it was")
			require.Equal(t, e.Data(), events.Outside(e).Data())
		})
	}
}

func nilIfEmpty(m map[string]any) map[string]any {
	if len(m) == 0 {
		return nil
	}
	return m
}
