package console

import (
	"strconv"
	"testing"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store/memory"
)

// BenchmarkTold is what an event costs the suite that is shown: it came in, it was
// resolved, and a flow kept still.
func BenchmarkTold(b *testing.B) {
	c := New(Config{Store: memory.New()})
	e, err := events.New("https://traadogtrae.example/web", "x", monday, events.ProductViewed{SKU: "A"})
	if err != nil {
		b.Fatal(err)
	}
	resolved := events.Resolved(e, "019cab98-21c0-746a-8b67-2381b936e2da")
	d := function.Decided{Flow: "storeretarget", Profile: events.ProfileID(resolved), Type: e.Type(), Verdict: "nothing", Reason: "not in the audience"}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		d.Cause = strconv.Itoa(i)
		e.SetID(d.Cause)
		resolved.SetID(d.Cause)
		c.Event(e)
		c.Event(resolved)
		c.Decided(d)
	}
}
