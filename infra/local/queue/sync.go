//go:build !race

package queue

import "time"

// syncEvery is how often the queue is flushed to the disk, unless it is told otherwise.
const syncEvery = 100 * time.Millisecond
