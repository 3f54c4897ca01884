package ledger

import (
	"cmp"
	"math/big"
	"slices"

	"redthread.dev/events"
	"redthread.dev/shared/action"
)

// shelf is what becomes of the goods of an order.
type shelf struct {
	products []*product // by sku
	moved    []action.Moved
	doubts   []string
}

// product is one product of an order.
type product struct {
	sku    string
	bought int
	worth  big.Int // by its prices, before what was taken off the order as a whole
	paid   int64   // for all of them
	out    int     // handed out, of bought
	back   int     // returned, of bought
	in     int     // of those that came back the ones that had gone out
}

// refund is what was paid for those that came back.
func (p *product) refund() int64 {
	return share(p.paid, big.NewInt(int64(p.back)), big.NewInt(int64(p.bought)))
}

func newShelf(p Placed) *shelf {
	s := &shelf{}
	for _, l := range p.Lines {
		x := s.product(l.SKU)
		if x == nil {
			x = &product{sku: l.SKU}
			s.products = append(s.products, x)
		}
		x.bought += l.N
		x.worth.Add(&x.worth, new(big.Int).Mul(big.NewInt(int64(l.N)), big.NewInt(l.Price)))
	}
	slices.SortFunc(s.products, func(a, b *product) int { return cmp.Compare(a.sku, b.sku) })
	apportion(p.Total-p.Freight, s.products)
	return s
}

func (s *shelf) product(sku string) *product {
	if i := slices.IndexFunc(s.products, func(p *product) bool { return p.sku == sku }); i >= 0 {
		return s.products[i]
	}
	return nil
}

// handOut takes out of stock what has left it. What is to be fetched leaves the store
// where it is fetched, when it is; all else leaves with the order.
func (s *shelf) handOut(p Placed, all []told) {
	if p.Delivery != events.DeliveryCollect {
		from := warehouse
		if p.Delivery == events.DeliveryCarriedOut {
			from = cmp.Or(p.StoreID, warehouse)
		}
		s.rest(from)
		return
	}
	for _, f := range all {
		switch h := f.HandedOut; {
		case h == nil:
		case len(h.Lines) == 0:
			s.rest(h.StoreID)
		default:
			s.part(h)
		}
	}
}

// rest hands out all that is left.
func (s *shelf) rest(from string) {
	for _, p := range s.products {
		s.move(from, p.sku, p.out-p.bought)
		p.out = p.bought
	}
}

func (s *shelf) part(h *HandedOut) {
	for _, l := range h.Lines {
		n := 0
		if p := s.product(l.SKU); p != nil {
			n = min(l.N, p.bought-p.out)
			p.out += n
			s.move(h.StoreID, l.SKU, -n)
		}
		if n < l.N {
			s.doubt("%d × %s handed out beyond what was bought", l.N-n, l.SKU)
		}
	}
}

// takeBack puts into stock what came back of what had gone out, where it came back, and
// returns what the customer was promised for all of it.
func (s *shelf) takeBack(p Placed, all []Returned) (stated int64) {
	for _, r := range all {
		for _, l := range r.Lines {
			s.putBack(cmp.Or(r.StoreID, warehouse), l)
		}
		if r.Refund.Currency != p.Currency {
			s.doubt("a return in %s of an order in %s", r.Refund.Currency, p.Currency)
			continue
		}
		stated += max(0, r.Refund.Amount)
	}
	return stated
}

func (s *shelf) putBack(to string, l Line) {
	n := 0
	if p := s.product(l.SKU); p != nil {
		n = min(l.N, p.bought-p.back)
		p.back += n
		in := min(n, p.out-p.in)
		p.in += in
		s.move(to, l.SKU, in)
	}
	if n < l.N {
		s.doubt("%d × %s came back beyond what was bought", l.N-n, l.SKU)
	}
}

// move adds to what the order changes of the stock in a place.
func (s *shelf) move(where, sku string, by int) {
	if by == 0 {
		return
	}
	i, found := slices.BinarySearchFunc(s.moved, action.Moved{StoreID: where, SKU: sku}, func(a, b action.Moved) int {
		return cmp.Or(cmp.Compare(a.StoreID, b.StoreID), cmp.Compare(a.SKU, b.SKU))
	})
	if !found {
		s.moved = slices.Insert(s.moved, i, action.Moved{StoreID: where, SKU: sku})
	}
	s.moved[i].By += by
}

// changes are what the order changes of the stock; what came back to where it went out
// from changes nothing.
func (s *shelf) changes() []action.Moved {
	return slices.DeleteFunc(s.moved, func(m action.Moved) bool { return m.By == 0 })
}

// cameBack is what was paid for all that came back.
func (s *shelf) cameBack() (sum int64) {
	for _, p := range s.products {
		sum += p.refund()
	}
	return sum
}

// empty tells whether everything came back.
func (s *shelf) empty() bool {
	return !slices.ContainsFunc(s.products, func(p *product) bool { return p.back < p.bought })
}

func (s *shelf) lines() (all []action.BookedLine) {
	for _, p := range s.products {
		all = append(all, action.BookedLine{SKU: p.sku, Bought: p.bought, HandedOut: p.out, Returned: p.back, Paid: p.paid})
	}
	return all
}
