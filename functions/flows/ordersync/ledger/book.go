package ledger

import (
	"fmt"
	"math/big"

	"redthread.dev/events"
	"redthread.dev/shared/action"
)

// warehouse is the place of stock that is in no store.
const warehouse = "web"

// Book returns how the order stands and what about it a person should look at. It
// returns false when nobody has said yet that the order was placed.
//
// The customer earns so many points for each whole unit of the currency that was paid for
// the goods they keep: those on which everything came back earn none.
func (l Ledger) Book(order string, points int64) (b action.Booking, doubts []string, ok bool) {
	all := l.inOrder()
	f, ok := placed(all)
	if !ok {
		return b, nil, false
	}
	p := *f.Placed
	s := newShelf(p)
	s.handOut(p, all)
	stated := s.takeBack(p, returns(all))

	kept := p.Total - p.Freight - s.cameBack()
	owed := s.cameBack()
	if s.empty() {
		owed += p.Freight // who keeps nothing need not pay for its way either
	}
	if stated > owed {
		s.doubt("%s more was promised back than was paid for what came back", money(stated-owed, p))
	}
	b = action.Booking{
		OrderID: order, Revision: len(l), At: f.At.UTC(), Place: p.Place, StoreID: p.StoreID, Delivery: p.Delivery,
		Total: money(p.Total, p), Freight: money(p.Freight, p), Refunded: money(min(stated, owed), p),
		Points: points * kept / unit(p.Currency), Lines: s.lines(), Stock: s.changes(),
	}
	return b, s.doubts, true
}

func money(amount int64, p Placed) events.Money {
	return events.Money{Amount: amount, Currency: p.Currency}
}

// unit is how many minor units a whole one has.
func unit(currency string) int64 {
	n := int64(1)
	for range events.Digits(currency) {
		n *= 10
	}
	return n
}

// share is the part of a sum that goes with so much of something, rounded down. Of parts
// that end where the next begins, the differences of their shares add up to the sum.
func share(sum int64, part, whole *big.Int) int64 {
	n := new(big.Int).Mul(big.NewInt(sum), part)
	return n.Quo(n, whole).Int64()
}

// apportion splits what was paid for the goods over the products by their prices, to
// the last øre. It takes off each what was taken off the order as a whole.
func apportion(sum int64, products []*product) {
	weigh := func(p *product) *big.Int { return &p.worth }
	if whole := total(products, weigh); whole.Sign() == 0 { // presents all of them
		weigh = func(p *product) *big.Int { return big.NewInt(int64(p.bought)) }
	}
	whole, before, given := total(products, weigh), new(big.Int), int64(0)
	for _, p := range products {
		before.Add(before, weigh(p))
		upTo := share(sum, before, whole)
		p.paid, given = upTo-given, upTo
	}
}

func total(products []*product, weigh func(*product) *big.Int) *big.Int {
	sum := new(big.Int)
	for _, p := range products {
		sum.Add(sum, weigh(p))
	}
	return sum
}

func (s *shelf) doubt(format string, args ...any) {
	s.doubts = append(s.doubts, fmt.Sprintf(format, args...))
}
