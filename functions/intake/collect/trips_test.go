package collect

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/store/memory"
	"redthread.dev/shared/store/storetest"
)

func TestRoundTrips(t *testing.T) {
	counted := storetest.Counting(memory.New())
	s := shopOn(t, counted)
	boot := made(t, "10", hours(7), events.ProductChanged{SKU: "boot", Name: "Boot", Price: events.Money{Amount: 100, Currency: "DKK"}})
	for _, one := range []struct {
		what  string
		e     events.Event
		trips storetest.Trips
	}{
		{"a new visitor", viewed(t, "1", hours(1), "cookie", "c", "device", "d"), storetest.Trips{Get: 1, Commit: 1}},
		{"one who comes back", viewed(t, "2", hours(2), "cookie", "c"), storetest.Trips{Get: 2, Commit: 1}},
		{"a duplicate", viewed(t, "2", hours(2), "cookie", "c"), storetest.Trips{Get: 2}},
		{"a new customer", viewed(t, "3", hours(3), "email", "mette@example.dk"), storetest.Trips{Get: 1, Commit: 1}},
		{"a login that merges the visitor", viewed(t, "4", hours(4), "cookie", "c", "email", "mette@example.dk"), storetest.Trips{Get: 2, Commit: 1}},
		{"the visitor's other device", viewed(t, "5", hours(5), "device", "d"), storetest.Trips{Get: 2, Commit: 1}},
		{"a late event", viewed(t, "6", hours(0), "device", "d"), storetest.Trips{Get: 2, Commit: 1}},
		{"another customer on that device", viewed(t, "7", hours(6), "device", "d", "email", "lars@example.dk"), storetest.Trips{Get: 2, Commit: 1}},
		{"a late event on a device that changed hands", viewed(t, "8", hours(2), "device", "d"), storetest.Trips{Get: 6, Commit: 1, Query: 6}},
		{"nobody", viewed(t, "9", hours(7)), storetest.Trips{Get: 1, Commit: 1}},
		{"a product", boot, storetest.Trips{Get: 1, Commit: 1}},
		{"the same once more", boot, storetest.Trips{Get: 1}},
	} {
		counted.Reset()
		s.send(one.e)
		require.Equal(t, one.trips, counted.Trips(), one.what)
	}
}

func TestACustomerOfTenThousandEventsCostsWhatOneOfTenDoes(t *testing.T) {
	counted := storetest.Counting(memory.New())
	s := shopOn(t, counted)
	one := func(i int) int64 {
		counted.Reset()
		s.send(viewed(t, fmt.Sprint("e", i), noon.Add(time.Duration(i)*time.Second), "email", "mette@example.dk", "cookie", "c"))
		return counted.Trips().All()
	}
	var few, many int64
	for i := range 3000 {
		if n := one(i); i < 10 {
			few = n
		} else {
			many = max(many, n)
		}
	}
	require.Equal(t, few, many)
}
