package imports

import (
	"slices"
	"strconv"

	"redthread.dev/events"
)

// order says what was bought. Freight goes into the order's own field, unless there is
// nothing else on the invoice: an order has at least one line.
func (f *onlineRetail) order(to *out, i *invoice, kept []item) {
	goods, fees := split(kept, func(x item) bool { return !x.isFreight() })
	if len(goods) == 0 {
		goods, fees = fees, nil
	}
	lines, total, rows := asLines(goods)
	_, shipping, feeRows := asLines(fees)
	if !f.affordable(to, total+shipping, kept) {
		return
	}
	data := &events.OrderPlaced{Common: i.common(), OrderID: i.id(), Lines: lines,
		Total: pounds(total + shipping), Delivery: events.DeliveryShip}
	if shipping > 0 {
		data.Shipping = pounds(shipping)
	}
	to.say("order-"+i.id()+"-"+i.hash, i.at, data, append(rows, feeRows...)...)
	for _, x := range goods {
		if i.customer != nil && x.isGoods() {
			f.sold.set(i.customer[events.IDCRM]+" "+x.sku, i.id())
		}
	}
}

// giveBack says what came back: one return for each order it came from, which is the
// customer's last one with that product. What no known order had, and money without
// goods, goes with the first of them; with none, the return names itself as its order.
func (f *onlineRetail) giveBack(to *out, i *invoice, kept []item) {
	returns := map[string][]item{}
	var orders []string
	add := func(order string, x item) {
		if len(returns[order]) == 0 {
			orders = append(orders, order)
		}
		returns[order] = append(returns[order], x)
	}
	var rest []item
	for _, x := range kept {
		if order, known := f.soldIn(i, x); known {
			add(order, x)
		} else {
			rest = append(rest, x)
		}
	}
	for _, x := range rest {
		if len(orders) > 0 && !x.isGoods() {
			add(orders[0], x)
		} else {
			add(i.id(), x)
		}
	}
	for n, order := range orders {
		f.sayReturn(to, i, n, order, returns[order])
	}
}

func (f *onlineRetail) soldIn(i *invoice, x item) (order string, known bool) {
	if i.customer == nil || !x.isGoods() {
		return "", false
	}
	return f.sold.get(i.customer[events.IDCRM] + " " + x.sku)
}

func (f *onlineRetail) sayReturn(to *out, i *invoice, n int, order string, items []item) {
	goods, fees := split(items, item.isGoods)
	reason := ""
	if len(goods) == 0 {
		goods, fees = items, nil
		reason = or(byHand[items[0].code()], "freight")
	}
	lines, sum, rows := asLines(goods)
	_, more, feeRows := asLines(fees)
	if !f.affordable(to, sum+more, items) {
		return
	}
	id := i.id()
	if n > 0 {
		id += "." + strconv.Itoa(n+1)
	}
	to.say("return-"+id+"-"+i.hash, i.at, &events.OrderReturned{Common: i.common(), ReturnID: id, OrderID: order,
		Lines: lines, Refund: pounds(sum + more), Reason: reason}, append(rows, feeRows...)...)
}

// affordable refuses all rows of an invoice that is worth more than an amount can be.
func (f *onlineRetail) affordable(to *out, sum int64, items []item) bool {
	if sum <= maxAmount {
		return true
	}
	for _, x := range items {
		to.refuse(&RowError{Line: x.line, Column: f.price.name, Value: pounds(sum).String(),
			Want: "at most 10^12 minor units on an invoice", Reason: TooLarge})
	}
	return false
}

func split(items []item, first func(item) bool) (yes, no []item) {
	no = slices.DeleteFunc(slices.Clone(items), first)
	yes = slices.DeleteFunc(slices.Clone(items), func(x item) bool { return !first(x) })
	return yes, no
}

func (i *invoice) common() events.Common {
	return events.Common{Customer: i.customer, Place: events.PlaceWeb}
}
