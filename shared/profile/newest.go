package profile

import (
	"slices"
	"time"
)

type stamped interface{ stamp() Stamp }

// since returns those of a newest-first list that are not before t.
func since[T stamped](list []T, t time.Time) []T {
	i := slices.IndexFunc(list, func(x T) bool { return x.stamp().At.Before(t) })
	if i < 0 {
		return list
	}
	return list[:i]
}
