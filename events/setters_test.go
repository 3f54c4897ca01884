package events

import (
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/stretchr/testify/require"
)

func TestOurSettersDoAsTheSDKDoes(t *testing.T) {
	for _, source := range []string{"/shop/web-1_a.b", "/", "//host/x", "https://a.example/b?c=d", "/a b", "/å", "/a%20b", "/a?b", "urn:x", "", "http://[::1"} {
		got, want := Event{Context: &event.EventContextV1{}}, Event{Context: &event.EventContextV1{}}
		SetSource(&got, source)
		want.SetSource(source)
		require.Equal(t, want, got, source)
	}
	for _, c := range []event.EventContext{&event.EventContextV1{}, &event.EventContextV03{}} {
		got, want := Event{Context: c.Clone()}, Event{Context: c.Clone()}
		SetExtension(&got, "flow", "x")
		want.SetExtension("flow", "x")
		require.Equal(t, want, got)
		resolved := Resolved(want, "p")
		want.SetExtension(ExtProfileID, "p")
		want.SetExtension(ExtPartitionKey, "p")
		require.Equal(t, want, resolved)
	}
}
