package store

import "time"

// SortTime writes a time so that the order of the strings is the order of the
// times, to the microsecond, in UTC, for years 0 to 9999.
func SortTime(t time.Time) string { return t.UTC().Format("20060102T150405.000000Z") }

// ParseSortTime reads what SortTime wrote; anything after it is ignored.
func ParseSortTime(s string) (time.Time, error) {
	const layout = "20060102T150405.000000Z"
	return time.Parse(layout, s[:min(len(s), len(layout))])
}
