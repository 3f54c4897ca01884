package console

import (
	"cmp"
	"slices"
)

// How many strands are kept. Those that led to nothing are many and soon replaced;
// they must not wash away those that tell something.
const (
	keepQuiet   = 200
	keepTelling = 300
)

// reel keeps the latest strands and finds them again. Its owner locks it.
type reel struct {
	last     int64  // number of the last strand
	rev      uint64 // goes up with every change
	quiet    []*kept
	telling  []*kept
	byCause  map[string][]*kept // by the event's id, which several sources may use
	byAction map[string]*kept
}

// kept is a strand with what only the reel needs. The strand is replaced rather than
// changed in its lists, so that a copy stays as it is.
type kept struct {
	Strand
	cause   string
	source  string // as the event says it
	event   string // full type; empty for a timer
	rev     uint64
	settled bool // it has moved to the telling ones
}

func newReel() *reel {
	return &reel{byCause: map[string][]*kept{}, byAction: map[string]*kept{}}
}

// find returns the newest strand of an event; nil: there is none. What is empty is not
// known. A customer may have been merged since, so that another profile is second best.
func (r *reel) find(cause, source, event, profile string) *kept {
	agree := func(a, b string) bool { return a == "" || b == "" || a == b }
	var second *kept
	for _, k := range slices.Backward(r.byCause[cause]) {
		if k.Timer || !agree(k.source, source) || !agree(k.event, event) {
			continue
		}
		if agree(k.Profile, profile) {
			return k
		}
		if second == nil {
			second = k
		}
	}
	return second
}

// add begins a strand.
func (r *reel) add(k *kept) *kept {
	r.last++
	k.N = r.last
	r.byCause[k.cause] = append(r.byCause[k.cause], k)
	r.quiet = r.push(r.quiet, k, keepQuiet, false)
	r.touch(k)
	return k
}

// touch notes that a strand has changed.
func (r *reel) touch(k *kept) {
	r.rev++
	k.rev = r.rev
	if !k.settled && k.telling() {
		k.settled = true
		r.telling = r.push(r.telling, k, keepTelling, true)
	}
}

// push adds to a list; what falls out at its end is forgotten, unless it has moved to
// the other list.
func (r *reel) push(list []*kept, k *kept, limit int, settled bool) []*kept {
	list = append(list, k)
	for len(list) > limit {
		if list[0].settled == settled {
			r.forget(list[0])
		}
		list[0] = nil
		list = list[1:]
	}
	return list
}

func (r *reel) forget(k *kept) {
	rest := slices.DeleteFunc(r.byCause[k.cause], func(x *kept) bool { return x == k })
	if len(rest) == 0 {
		delete(r.byCause, k.cause)
	} else {
		r.byCause[k.cause] = rest
	}
	for _, d := range k.Decisions {
		if r.byAction[d.Action] == k {
			delete(r.byAction, d.Action)
		}
	}
}

// since returns copies of the strands that changed after a revision, in the order in
// which they began; at most limit, the newest.
func (r *reel) since(rev uint64, limit int) []Strand {
	found := []Strand{}
	for _, k := range r.quiet {
		if k.rev > rev && !k.settled {
			found = append(found, k.Strand)
		}
	}
	for _, k := range r.telling {
		if k.rev > rev {
			found = append(found, k.Strand)
		}
	}
	slices.SortFunc(found, func(a, b Strand) int { return cmp.Compare(a.N, b.N) })
	return found[max(0, len(found)-limit):]
}
