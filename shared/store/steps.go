package store

// Steps splits a commit for a store that charges less for one document than for one
// among several: each write that may go ahead is a step, in their order, and all the
// others together are the last. What is left of a commit that ends early are its first
// steps, never the last.
func Steps(writes []Write) [][]Write {
	var steps [][]Write
	var last []Write
	for i, w := range writes {
		if w.Ahead {
			steps = append(steps, writes[i:i+1])
		} else {
			last = append(last, w)
		}
	}
	if len(last) > 0 {
		steps = append(steps, last)
	}
	return steps
}
