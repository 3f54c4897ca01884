package clock

import (
	"context"
	"time"
)

// Ticks calls tick at each full virtual minute until ctx ends. A tick that takes
// longer than a minute swallows those it runs over: the next one catches up.
func (c *Clock) Ticks(ctx context.Context, tick func(at time.Time)) {
	for {
		next := c.Now().Truncate(time.Minute).Add(time.Minute)
		if c.Wait(ctx, next) != nil {
			return
		}
		tick(c.Now().Truncate(time.Minute))
	}
}
