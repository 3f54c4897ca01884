package crash

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/functions"
	"redthread.dev/infra/local/shop"
	"redthread.dev/shared/function"
)

// start is midnight of the town's first day.
var start = time.Date(2026, 3, 2, 0, 0, 0, 0, time.FixedZone("CET", 60*60))

const day = 24 * time.Hour

// days is how many days the whole shop is watched; on lastDay there are orders only.
const (
	days    = 3
	lastDay = 8
)

// step is a night in the suite's time: first the timers that have come due are seen
// to, then come the events of the days before, and all is brought to an end.
//
// So what the flows decide does not hang on which of a timer and an event comes first:
// all of a customer's events that a timer could meet are in before it is due (the WAITs
// below), and what ends a piece of work (a pick-up, an answer to a complaint) comes a
// night after what began it. At two in the morning no timer is about to come due, as
// all are set for whole hours or days after something that happened by day.
type step struct {
	night  int // after how many days
	events []events.Event
}

func (s step) clock() time.Time { return start.Add(time.Duration(s.night)*day + 2*time.Hour) }

// nights are those on which something is due: reminders until the seventh, orders that
// go back and advertisements until the ninth, the end of advertisements at last.
var nights = []int{1, 2, 3, 4, 5, 7, 8, 9, 45}

// settings under which the moment does not matter: nobody is held out, no budget is
// used up, no hour is quiet, and a customer's worth, which grows, is not looked at.
var settings = []string{
	"QUIET=off", "CONTROL=0", "HOLDOUT=0", "ATTENTION_DAY=1000", "ATTENTION_WEEK=1000",
	"TIMEOUT=1s", "LEASE=8s", // a claim of a killed process is not waited for any longer
	"basketrecovery.WAIT=24h", "basketrecovery.SECOND=48h", "basketrecovery.MAX_AGE=720h",
	"storeretarget.WAIT=120h", // so that all has been looked at when advertisements begin
	"browsenudge.LOOKS=30",    // never: who a look was by may be learnt after it, or before, and nothing looks again
	"visitprep.RESEARCHED=30", // likewise
	"experiencefollowup.AFTER_PICKUP=120h", "experiencefollowup.AFTER_SERVICE=120h",
	"experiencefollowup.EVERY=1s", // of two questions that are due on one night, either may come first
	"profileenrich.WAIT=720h",     // so that all that tells what is known of a customer has come
	"scanandgo.MAX=0",             // never: what is in a basket at the moment hangs on what came first
	"ordersync.SYSTEMS=shop,loyalty,erp",
	"ordersync.BOOK_AFTER=12h",  // so that what is told of an order by night is booked by day, at once
	"ordersync.ORDER_WAIT=720h", // and its returns never come long before it
	"socialcare.VIP_SPENT=1000000000000",
}

// town is what is sent, and what of it no function can take.
type town struct {
	steps    []step
	sent     map[string]events.Event // all of it by events.Hash, each once
	poisoned map[string][]string     // of the poisoned, the functions that do not take it
	orders   int
	spent    int64
}

// built makes a town of so many customers; the same each time.
func built(t *testing.T, customers int) *town {
	w := &town{sent: map[string]events.Event{}, poisoned: map[string][]string{}}
	for _, night := range nights {
		w.steps = append(w.steps, step{night: night})
	}
	c := shop.Config{Seed: 4, Customers: customers, Days: days, Start: start}
	late := map[int][]events.Event{}
	for e := range shop.Days(c) {
		n := w.night(e)
		if who := customerOf(e); strings.HasSuffix(e.Source(), "/accounts") && who%4 == 0 {
			late[2] = append(late[2], e) // the shop learns late who that was
			continue
		}
		w.add(n, e)
	}
	c.Days = lastDay + 1
	for e := range shop.Days(c) {
		if e.Type() == (events.OrderPlaced{}).Type() && !e.Time().Before(start.Add(lastDay*day)) {
			w.add(9, e)
		}
	}
	for night, es := range late {
		w.add(night, es...)
	}
	w.strangers(t, customers/10)
	w.fans(t, 5)
	w.poison(t)
	w.count(t)
	return w
}

// night is when an event is sent: after the day on which it happened, and what ends
// something a day later.
func (w *town) night(e events.Event) int {
	n := max(0, int(e.Time().Sub(start)/day)) + 1
	switch e.Type() {
	case events.OrderCollected{}.Type(), events.ServiceResolved{}.Type():
		return n + 1
	}
	return n
}

func (w *town) add(night int, es ...events.Event) {
	i := slices.IndexFunc(w.steps, func(s step) bool { return s.night >= night })
	w.steps[i].events = append(w.steps[i].events, es...)
	for _, e := range es {
		w.sent[events.Hash(e)] = e
	}
}

func (w *town) say(t *testing.T, night int, source, id string, hour float64, data events.Data) events.Event {
	at := start.Add(time.Duration(night-1)*day + time.Duration(hour*float64(time.Hour)))
	e, err := events.New("https://traadogtrae.example/"+source, id, at.UTC(), data)
	require.NoError(t, err)
	w.add(night, e)
	return e
}

// strangers look around on a phone that nobody knows, and log in there the day after:
// two profiles become one.
func (w *town) strangers(t *testing.T, n int) {
	for i := range n {
		phone := events.Identifiers{"cookie": fmt.Sprintf("ck-%05d-phone", i)}
		for j, sku := range []string{"LAMP-OAK", "LAMP-OAK", "LAMP-PINE"} {
			w.say(t, 1, "web", fmt.Sprintf("phone-%d-%d", i, j), 12+float64(j)/10,
				events.ProductViewed{Common: events.Common{Customer: phone, Place: events.PlaceWeb}, SKU: sku, Category: "lamper"})
		}
		known := events.Identifiers{"cookie": phone["cookie"], "login": fmt.Sprintf("kunde-%05d", i)}
		w.say(t, 2, "web", fmt.Sprintf("phone-%d-login", i), 12,
			events.CustomerIdentified{Common: events.Common{Customer: known, Place: events.PlaceWeb}, How: "login"})
	}
}

// fans praise the shop three days on end.
func (w *town) fans(t *testing.T, n int) {
	for i := range n {
		for night := 1; night <= 3; night++ {
			id := fmt.Sprintf("fan-%d-%d", i, night)
			w.say(t, night, "social", id, 12, events.SocialMentioned{
				Common:   events.Common{Customer: events.Identifiers{"instagram": fmt.Sprintf("fan.%d", i)}, Place: events.PlaceSocial},
				Platform: "instagram", PostID: id, Handle: fmt.Sprintf("fan.%d", i), Text: "Love the new yarn, so soft and lovely!"})
		}
	}
}

// poison is events that are well-formed CloudEvents, and no more.
func (w *town) poison(t *testing.T) {
	for night := 1; night <= 3; night++ {
		bad := func(id string, data events.Data, by ...string) events.Event {
			e := w.say(t, night, "poison", fmt.Sprintf("%s-%d", id, night), 12, data)
			w.poisoned[events.Hash(e)] = by
			return e
		}
		bad("no sku", events.ProductViewed{}, "collect")
		nobodys := bad("resolved", events.OrderPlaced{}, deciding(t, events.OrderPlaced{}.Type())...)
		nobodys.SetExtension(events.ExtProfileID, "nobody")
		nobodys.DataEncoded = []byte(`{"order_id": 7}`)
		lost := bad("no action", events.ActionRequested{ActionID: "lost", Kind: events.ActionMessage}, "email")
		lost.SetExtension(events.ExtProfileID, "nobody")
		lost.SetExtension(events.ExtChannel, "email")
		lost.DataEncoded = []byte(`{"action_id": 7}`)
		w.replace(nobodys, lost)
	}
}

// deciding are the flows that decide about events of a type, by name.
func deciding(t *testing.T, eventType string) []string {
	var all []string
	for _, d := range functions.Flows {
		f, err := d.Make(function.Env{})
		require.NoError(t, err)
		if f.Handles(eventType) {
			all = append(all, f.Name())
		}
	}
	slices.Sort(all)
	return all
}

// replace puts events in the places of those with the same ids.
func (w *town) replace(es ...events.Event) {
	for _, e := range es {
		w.sent[events.Hash(e)] = e
		for _, s := range w.steps {
			for i := range s.events {
				if events.Hash(s.events[i]) == events.Hash(e) {
					s.events[i] = e
				}
			}
		}
	}
}

// count sums up what the customers' profiles must come to.
func (w *town) count(t *testing.T) {
	for hash, e := range w.sent {
		if e.Type() != (events.OrderPlaced{}).Type() || w.poisoned[hash] != nil {
			continue
		}
		o, err := events.Decode[events.OrderPlaced](e)
		require.NoError(t, err)
		if len(o.Customer) > 0 {
			w.orders++
			w.spent += o.Total.Amount
		}
	}
}

// twice sends a share of the events once more: at once, later in the same night, or on
// any of the nights that follow.
func (w *town) twice(random *rand.Rand, share float64) (steps []step, n int) {
	type placed struct {
		at float64
		events.Event
	}
	all := make([][]placed, len(w.steps))
	put := func(i int, from float64, e events.Event) {
		to := float64(len(w.steps[i].events))
		all[i] = append(all[i], placed{from + random.Float64()*(to-from), e})
	}
	for i, s := range w.steps {
		for j, e := range s.events {
			all[i] = append(all[i], placed{float64(j), e})
			switch roll := random.Float64() / share; {
			case roll >= 1 || w.poisoned[events.Hash(e)] != nil:
			case roll < 1./3:
				all[i] = append(all[i], placed{float64(j) + 0.1, e})
			case roll < 2./3 || s.night >= 9:
				put(i, float64(j)+0.2, e)
			default:
				put(i+1+random.IntN(len(w.steps)-i-1), 0, e)
			}
		}
	}
	for i, night := range all {
		slices.SortStableFunc(night, func(a, b placed) int { return cmp.Compare(a.at, b.at) })
		out := step{night: w.steps[i].night}
		for _, x := range night {
			out.events = append(out.events, x.Event)
		}
		n += len(night) - len(w.steps[i].events)
		steps = append(steps, out)
	}
	return steps, n
}

// customerOf is the number that the town's customers have in all their names; -1 for
// what is about nobody.
func customerOf(e events.Event) int {
	var data struct{ Customer map[string]string }
	if json.Unmarshal(e.DataEncoded, &data) != nil {
		return -1
	}
	for kind, name := range data.Customer {
		var n int
		switch kind {
		case "cookie":
			_, name, _ = strings.Cut(name, "-")
		case "login":
			_, name, _ = strings.Cut(name, "-")
		case "email", "instagram", "facebook", "x":
			_, name, _ = strings.Cut(name, ".")
		default:
			continue
		}
		if _, err := fmt.Sscanf(name, "%d", &n); err == nil {
			return n
		}
	}
	return -1
}
