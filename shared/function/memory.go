package function

import "runtime/debug"

// SweepAt is by how many percent of what is alive the memory may grow before it is
// swept (GOGC). Of a function only a few megabytes are alive, and each event leaves
// some tens of kilobytes behind: at Go's own 100 % a busy function sweeps so often that
// it handles a third to a half fewer events.
const SweepAt = 400

// Sparing has this program sweep its memory less often than Go does by default: it
// takes up to five times what is alive, which is tens of megabytes, and GOMEMLIMIT
// bounds it all the same. A GOGC that was set other than 100 stays.
func Sparing() {
	if was := debug.SetGCPercent(SweepAt); was != 100 {
		debug.SetGCPercent(was)
	}
}

// Unswept has this program sweep its memory only when it has grown to a limit, in bytes:
// for a command that reads much, keeps most of it and then ends. It returns what has it
// swept as before.
func Unswept(limit int64) (again func()) {
	percent, was := debug.SetGCPercent(-1), debug.SetMemoryLimit(limit)
	return func() {
		debug.SetMemoryLimit(was)
		debug.SetGCPercent(percent)
	}
}
