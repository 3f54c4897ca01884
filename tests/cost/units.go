package main

import "math"

// What DynamoDB charges for, in request units:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
const (
	readBlock  = 4 << 10
	writeBlock = 1 << 10
	overhead   = 100 // bytes stored beside each item, of an index too
)

// readUnits is a read of so many bytes: half as much when it may be a moment old. What is
// not there costs a block as well.
func readUnits(bytes int, consistent bool) float64 {
	units := math.Max(1, math.Ceil(float64(bytes)/readBlock))
	if !consistent {
		units /= 2
	}
	return units
}

// writeUnits is a write over an item of so many bytes, 0 for none, that leaves so many, 0
// when it deletes: by the larger of them, and twice in a transaction.
func writeUnits(before, after int, transaction bool) float64 {
	units := math.Max(1, math.Ceil(float64(max(before, after))/writeBlock))
	if transaction {
		units *= 2
	}
	return units
}

// indexUnits is what follows in the index: nothing as long as its entry stays, a write
// when one comes or goes, two when it moves. Indexes are brought up to date after the
// transaction, not in it:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
func indexUnits(before, after entry) float64 {
	if before == after {
		return 0
	}
	units := 0.0
	for _, e := range []entry{before, after} {
		if e.part != "" {
			units += writeUnits(0, e.size(), false)
		}
	}
	return units
}

// entry is a document's in the index, which has the keys only.
type entry struct{ id, part, sort string }

func (e entry) size() int {
	return len("id") + len(e.id) + len("part") + len(e.part) + len("place") + len(e.sort) + 1 + len(e.id)
}
