package tally

import (
	"math/bits"
	"time"
)

// histogram counts durations so that a percentile is right within one in 16, from a
// microsecond to hours, in 5 KB whatever their number.
type histogram struct {
	counts [40 * steps]int64
	n      int64
	max    time.Duration
}

const steps = 16 // of each power of two

func (h *histogram) add(d time.Duration) {
	h.counts[slot(d)]++
	h.n++
	h.max = max(h.max, d)
}

func slot(d time.Duration) int {
	us := uint64(max(d.Microseconds(), 0))
	if us < steps {
		return int(us)
	}
	power := bits.Len64(us) - 5 // us>>power is within 16 and 31
	return min(power*steps+int(us>>power), len(histogram{}.counts)-1)
}

// upper is the longest duration of a slot.
func upper(slot int) time.Duration {
	if slot < 2*steps {
		return time.Duration(slot) * time.Microsecond
	}
	power := slot/steps - 1
	return time.Duration((uint64(slot%steps+steps)+1)<<power-1) * time.Microsecond
}

// percentile returns the duration that so many of a hundred do not exceed.
func (h *histogram) percentile(p float64) time.Duration {
	left := int64(p / 100 * float64(h.n))
	for slot, n := range h.counts {
		if left -= n; left < 0 {
			return min(upper(slot), h.max)
		}
	}
	return h.max
}

// Latency is how long it took from the arrival of an event to decisions about it.
type Latency struct {
	Count int64   `json:"count"`
	P50   float64 `json:"p50_ms"`
	P99   float64 `json:"p99_ms"`
	Max   float64 `json:"max_ms"`
}

func (h *histogram) summary() Latency {
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return Latency{Count: h.n, P50: ms(h.percentile(50)), P99: ms(h.percentile(99)), Max: ms(h.max)}
}
