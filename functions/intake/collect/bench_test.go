package collect

import (
	"fmt"
	"testing"
	"time"

	"redthread.dev/events"
)

// BenchmarkCollect is one more event of a customer with a full profile.
func BenchmarkCollect(b *testing.B) {
	s := newShop(b)
	one := func(i int) events.Event {
		return viewed(b, fmt.Sprint("e", i), noon.Add(time.Duration(i)*time.Second), "email", "mette@example.dk", "cookie", "c")
	}
	for i := range 200 {
		s.send(one(i))
	}
	es := make([]events.Event, b.N)
	for i := range es {
		es[i] = one(200 + i)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for _, e := range es {
		s.send(e)
	}
}
