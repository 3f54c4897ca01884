package replay

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/functions/flows/occasionreminder"
	"redthread.dev/infra/local/imports"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/flow/replay"
	"redthread.dev/shared/profile"
	"redthread.dev/tests/recordings"
)

const (
	lead   = 9 * 24 * time.Hour  // of a reminder, before a year after the order
	answer = 60 * 24 * time.Hour // in which an order after a reminder counts as bought again
)

// years is what a gift shop's customers did, and what the reminders made of it.
type years struct {
	pasts map[string]*replay.Past
	end   time.Time // of what is recorded

	reminders, reminded int // all, and customers who got one
	early               int // reminders on which there are two months of orders to see
	again               int // … after which the customer bought again within them
	conversions         int // orders that the replay counts as reached
}

func (y *years) add(t *testing.T, customer string, e events.Event) {
	t.Helper()
	read, err := replay.FromEntry(profile.Entry{Event: e}, rules)
	require.NoError(t, err)
	if y.pasts[customer] == nil {
		y.pasts[customer] = &replay.Past{Profile: customer}
	}
	y.pasts[customer].Events = append(y.pasts[customer].Events, read)
	if e.Time().After(y.end) {
		y.end = e.Time()
	}
}

// play lives on for a year after the end, in which nothing more is bought.
func (y *years) play(t *testing.T) {
	f := made(t, occasionreminder.Flow, map[string]string{"GIFT_SHOP": "true", "HOLDOUT": "0", "CONTROL": "0"})
	p := replay.Play{Suites: [][]*flow.Flow{{f}}, Until: y.end.AddDate(1, 0, 0)}
	for _, past := range y.pasts {
		replay.Sort(past.Events)
		var written []time.Time
		p.Customer(*past, func(d *replay.Decision) {
			require.NoError(t, d.Err)
			if d.Action != nil {
				written = append(written, d.At)
			}
			if d.Goal && d.Touched {
				y.conversions++
			}
		})
		y.count(t, orders(past), written)
	}
}

func orders(past *replay.Past) (all []time.Time) {
	for _, e := range past.Events {
		if e.Type() == (events.OrderPlaced{}).Type() {
			all = append(all, e.At)
		}
	}
	return all
}

// count holds each reminder against the customer's orders.
func (y *years) count(t *testing.T, orders, written []time.Time) {
	t.Helper()
	if len(written) > 0 {
		y.reminded++
	}
	for i, at := range written {
		y.reminders++
		due, bought := false, false
		for _, o := range orders {
			day := o.UTC().Truncate(24*time.Hour).AddDate(1, 0, 0)
			wait := at.Sub(day.Add(-lead))
			due = due || wait >= 0 && wait < 24*time.Hour
			require.False(t, o.Before(at) && o.After(at.AddDate(0, -2, 0)), "reminded at %s of what was bought at %s", at, o)
			bought = bought || o.After(at) && o.Sub(at) < answer
		}
		require.True(t, due, "reminded at %s, which is nine days before a year after none of %v", at, orders)
		if i >= 2 {
			require.GreaterOrEqual(t, at.Sub(written[i-2]), 7*24*time.Hour, "a third letter within a week")
		}
		if !at.Add(answer).After(y.end) {
			y.early++
			if bought {
				y.again++
			}
		}
	}
}

func (y *years) String() string {
	return fmt.Sprintf("%d customers, %d of them reminded %d times; of the %d reminders with two months of orders after them in the file "+
		"%d were followed by an order; the replay counts %d conversions", len(y.pasts), y.reminded, y.reminders, y.early, y.again, y.conversions)
}

// TestTheBuyersOfOnlineRetailAreRemindedTheYearAfter takes every order of a shop for gifts
// for a present. The whole file, where it is, goes on until the year after; the half that
// we have ends before anybody could buy again.
func TestTheBuyersOfOnlineRetailAreRemindedTheYearAfter(t *testing.T) {
	path := recordings.Path(t, "retail/online_retail_to_2011-05-31.csv.gz", "8,135 orders")
	whole := filepath.Join(filepath.Dir(path), "online_retail.csv.gz")
	if _, err := os.Stat(whole); err == nil {
		path = whole
	}
	file, err := imports.OpenPath(path, "", imports.Options{Invent: true})
	require.NoError(t, err)
	defer file.Close()
	y := years{pasts: map[string]*replay.Past{}}
	for e, err := range file.Events() {
		var row *imports.RowError
		if errors.As(err, &row) {
			continue
		}
		require.NoError(t, err)
		_, ids, err := rules.Parse(e)
		require.NoError(t, err)
		if who := ids[events.IDCRM]; who != "" {
			y.add(t, who, e)
		}
	}
	y.play(t)
	t.Log(&y)
	kept := 0
	for _, past := range y.pasts {
		if len(orders(past)) > 0 {
			kept++
		}
	}
	require.Greater(t, y.reminded, kept*9/10, "all but those whose goods came back")
}

// TestTheBuyersOfCDNOWAreRemindedTheYearAfter: a tenth of those who first bought from a
// shop for records in early 1997, with their orders until June 1998, as dates.
func TestTheBuyersOfCDNOWAreRemindedTheYearAfter(t *testing.T) {
	y := years{pasts: map[string]*replay.Past{}}
	n := 0
	for s := bufio.NewScanner(recordings.Open(t, "cdnow/CDNOW_sample.txt", "6,919 orders")); s.Scan(); n++ {
		cells := strings.Fields(s.Text())
		require.Len(t, cells, 5)
		day, err := time.Parse("20060102", cells[2])
		require.NoError(t, err)
		y.buys(t, cells[0], fmt.Sprintf("o-%d", n), day.Add(12*time.Hour))
	}
	require.Equal(t, 6919, n)
	y.play(t)
	t.Log(&y)
	require.Equal(t, 2357, len(y.pasts))
	require.Positive(t, y.again)
	require.Positive(t, y.conversions)
}

func (y *years) buys(t *testing.T, customer, order string, at time.Time) {
	t.Helper()
	who := events.Common{Customer: events.Identifiers{events.IDEmail: customer + "@example.com"}, Place: events.PlaceWeb}
	all := []events.Data{events.OrderPlaced{Common: who, OrderID: order, Lines: []events.Line{{SKU: "record", Quantity: 1}},
		Delivery: events.DeliveryShip}}
	if y.pasts[customer] == nil {
		all = slices.Insert(all, 0, events.Data(events.ConsentChanged{Common: who, Channel: events.ConsentEmail,
			Purpose: events.PurposeMarketing, Granted: true}))
	}
	for i, data := range all {
		e, err := events.New("/cdnow", fmt.Sprintf("%s-%d", order, i), at, data)
		require.NoError(t, err)
		y.add(t, customer, e)
	}
}
