package campaigns

import (
	"maps"
	"math"
	"slices"
	"time"

	"redthread.dev/shared/forecast"
	"redthread.dev/shared/profile"
)

// ranking is how a plan with a budget comes to be addressed to those customers who are
// expected to spend most, without more than a page of them in memory: a first walk counts
// how many are on each level of spending, a second one addresses those from the level down
// to which the budget pays.
//
// A level is a hundredth wide: who is on the last one is addressed while there is room, the
// newest first. No more are addressed than the budget pays for, whatever has changed between
// the walks; fewer, if some of them spend less by then or withdraw. A page that was sent and
// not noted is chosen anew: that may add who has come to spend more since, and no one else.
type ranking struct {
	Counts  map[int]int64 `json:"counts,omitempty"` // customers by level, in the first walk
	Settled bool          `json:"settled"`          // the second walk has begun
	From    int           `json:"from"`             // the lowest level that is addressed
	Room    int64         `json:"room"`             // for so many more on that level
	Left    int64         `json:"left"`             // for so many more in all
}

// width is that of a level: each begins at so many times the spending of the one below.
const width = 1.01

// year is what spending is foreseen for. How long it is makes no difference to who spends
// more than whom.
const year = 365 * 24 * time.Hour

// admits tells whether a customer whom the plan concerns is addressed. In the first walk
// they are counted instead. Without a ranking everybody is addressed.
func (r *ranking) admits(c *profile.Profile, about brief) bool {
	if r == nil {
		return true
	}
	spent := forecast.Of(c, about.Budget.Each.Currency, about.begins, year).Spent()
	if spent <= 0 {
		return false
	}
	level := int(math.Floor(math.Log(spent) / math.Log(width)))
	if r.Settled {
		return r.take(level)
	}
	if r.Counts == nil {
		r.Counts = map[int]int64{}
	}
	r.Counts[level]++
	return false
}

func (r *ranking) take(level int) bool {
	if r.Left <= 0 || level < r.From || level == r.From && r.Room <= 0 {
		return false
	}
	if level == r.From {
		r.Room--
	}
	r.Left--
	return true
}

// settle ends the first walk. It returns false when there was none, or it has ended before.
func (r *ranking) settle() bool {
	if r == nil || r.Settled {
		return false
	}
	r.Settled, r.From, r.Room = true, math.MinInt, r.Left
	levels := slices.Sorted(maps.Keys(r.Counts))
	for _, level := range slices.Backward(levels) {
		if r.Counts[level] > r.Room {
			r.From = level
			break
		}
		r.Room -= r.Counts[level]
	}
	r.Counts = nil
	return true
}
