//go:build race

package queue

import "time"

// syncEvery is longer under the race detector: nats-server v2.15.2 sets the timer of a
// new file store without a lock (filestore.go, setSyncTimer), which is a race with the
// timer itself when that comes before the store is used.
const syncEvery = 5 * time.Second
