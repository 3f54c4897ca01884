package profile

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

type stamped interface{ stamp() Stamp }

// newest puts x in its place in a newest-first list and keeps the first n. An x
// that is there already changes nothing. The list itself is left as it was, for
// somebody else may hold it.
func newest[T stamped](list []T, x T, n int) []T {
	i, found := slices.BinarySearchFunc(list, x, later)
	if found || i >= n {
		return list
	}
	out := make([]T, 0, min(len(list)+1, n))
	out = append(append(out, list[:i]...), x)
	return append(out, list[i:min(len(list), n-1)]...)
}

// push is newest for a list that nobody else holds: it is changed in place.
func push[T stamped](list []T, x T, n int) []T {
	i, found := slices.BinarySearchFunc(list, x, later)
	if found || i >= n {
		return list
	}
	if len(list) == n {
		list = list[:n-1]
	}
	return slices.Insert(list, i, x)
}

// newestOf is newest for each of two lists' elements.
func newestOf[T stamped](a, b []T, n int) []T {
	for _, x := range b {
		a = newest(a, x, n)
	}
	return a
}

// latest is newest for a list that keeps one element of each key: the last word.
// That, too, does not depend on order: what drops out has n later ones before it,
// and comes back only with a stamp that it would have in any order.
func latest[T stamped](list []T, x T, n int, key func(T) string) []T {
	old := slices.IndexFunc(list, func(y T) bool { return key(y) == key(x) })
	if old < 0 {
		return newest(list, x, n)
	}
	if later(x, list[old]) >= 0 {
		return list
	}
	return newest(slices.Concat(list[:old], list[old+1:]), x, n)
}

func latestOf[T stamped](a, b []T, n int, key func(T) string) []T {
	for _, x := range b {
		a = latest(a, x, n, key)
	}
	return a
}

// later orders newest first.
func later[T stamped](a, b T) int { return b.stamp().Compare(a.stamp()) }

// put keeps the weightier of what a map has under a name and x, and the n weightiest
// names in all. The map itself is left as it was.
func put[T any](m map[string]T, name string, x T, n int, weigh func(a, b T) int) map[string]T {
	if old, ok := m[name]; ok && weigh(x, old) <= 0 {
		return m
	}
	out := make(map[string]T, len(m)+1)
	maps.Copy(out, m)
	out[name] = x
	if len(out) > n {
		delete(out, lightest(out, weigh))
	}
	return out
}

func putAll[T any](a, b map[string]T, n int, weigh func(a, b T) int) map[string]T {
	for name, x := range b {
		a = put(a, name, x, n, weigh)
	}
	return a
}

func lightest[T any](m map[string]T, weigh func(a, b T) int) string {
	return slices.MinFunc(slices.Collect(maps.Keys(m)), func(a, b string) int {
		return cmp.Or(weigh(m[a], m[b]), strings.Compare(b, a))
	})
}

// since returns those of a newest-first list that are not before t.
func since[T stamped](list []T, t time.Time) []T {
	i := slices.IndexFunc(list, func(x T) bool { return x.stamp().At.Before(t) })
	if i < 0 {
		return list
	}
	return list[:i]
}

func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func latestTime(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
