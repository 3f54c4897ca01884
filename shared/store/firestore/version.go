package firestore

import (
	"math/bits"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"
)

// A version holds the time of the update, in microseconds since 1970, above lifeBits
// bits that say how long the document lives from then on, or a little less: so a
// commit knows without reading whether what it replaces may have expired. There is room
// until the year 2255.
const lifeBits = 10

func versionOf(updated *timestamppb.Timestamp, expires time.Time) int64 {
	micro := updated.AsTime().UnixMicro()
	return micro<<lifeBits | lifeOf(micro, expires)
}

// updatedAt is the update time of a version.
func updatedAt(version int64) *timestamppb.Timestamp {
	return timestamppb.New(time.UnixMicro(version >> lifeBits))
}

// lifeOf is the time from the update to the expiry in milliseconds, as a number of
// 6 bits that says how many bits it has and the 4 bits that follow its first: at most
// a sixteenth too short. 0 says that it never expires, 1 that it is short or over.
func lifeOf(micro int64, expires time.Time) int64 {
	if expires.IsZero() {
		return 0
	}
	milli := expires.UnixMilli() - micro/1000
	if milli < 32 {
		return 1
	}
	n := bits.Len64(uint64(milli))
	return int64(n)<<4 | milli>>(n-5)&15
}

// mayHaveExpired says whether the document of that version may have, at that time.
func mayHaveExpired(version int64, now time.Time) bool {
	life := version & (1<<lifeBits - 1)
	switch n := life >> 4; {
	case life == 0:
		return false
	case n <= 5: // also of an expiry before the update, as the reader's clock may be another
		return true
	default:
		return now.UnixMilli() >= (version>>lifeBits)/1000+(16|life&15)<<(n-5)
	}
}

func expired(expires, now time.Time) bool { return !expires.IsZero() && !now.Before(expires) }
