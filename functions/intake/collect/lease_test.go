package collect

import (
	"context"
	"iter"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
)

// drowsy is a store whose callers may fall asleep before any call, for longer than a
// lease lasts, while others get on.
type drowsy struct {
	store.Store
	sleep func()
}

func (d drowsy) Get(ctx context.Context, keys ...store.Key) ([]store.Document, error) {
	d.sleep()
	return d.Store.Get(ctx, keys...)
}

func (d drowsy) Commit(ctx context.Context, writes ...store.Write) error {
	d.sleep()
	return d.Store.Commit(ctx, writes...)
}

func (d drowsy) Query(ctx context.Context, q store.Query) iter.Seq2[store.Document, error] {
	d.sleep()
	return d.Store.Query(ctx, q)
}

// nightfall plays a world in which whoever handles an event may fall asleep at any call
// to the store, for longer than a lease, while the next events are handled. It returns
// how often somebody did.
func nightfall(t require.TestingT, seed uint64, n int) (slept int) {
	r := rand.New(rand.NewPCG(seed, 11))
	es := world(t, seed, n)
	db := &drowsy{Store: memory.New()}
	s := shopOn(t, db, "STRONG_LIMIT", "2")
	s.room = []int{3, 5, 8, 20}[seed%4]
	now, depth, next := s.env.Now(), 0, 0
	s.env.Now = func() time.Time { return now }
	var again []events.Event
	one := func() {
		e := es[next]
		next++
		if _, err := s.handle(context.Background(), e); err != nil {
			again = append(again, e)
		}
	}
	db.sleep = func() {
		if depth < 3 && next < len(es) && r.IntN(12) == 0 {
			depth, slept = depth+1, slept+1
			now = now.Add(2 * lease)
			one()
			now = now.Add(2 * lease)
			depth--
		}
	}
	for next < len(es) {
		one()
	}
	for _, e := range append(again, es...) {
		now = now.Add(2 * lease)
		require.NoError(t, insist(s, e))
	}
	s.env.Now = func() time.Time { return now }
	s.isAsResolved(es)
	return slept
}

// A process may stop for so long in the middle of working identities out that another
// takes its lease for over. Whatever it was about to do then, and whatever the others
// did, the same customers come out.
func TestWhoeverWakesUpAfterTheirLeaseSpoilsNothing(t *testing.T) {
	slept := 0
	for _, seed := range []uint64{0, 1, 2, 3, 4, 5, 6, 7, 32, 40, 53, 73, 82, 180} { // the later ones once went wrong
		slept += nightfall(t, seed, 40)
	}
	require.Greater(t, slept, 100)
}

// A device becomes everybody's while identities are worked out anew in several commits: a
// profile that nothing but the device led to is let go with it.
func TestAProfileThatIsFoundNoMoreIsNotHeldAnyMore(t *testing.T) {
	s := newShop(t, "STRONG_LIMIT", "1", "COMPANY_LIMIT", "5")
	s.room = 3
	var es []events.Event
	for i, h := range []happening{{0, "login login1 crm_id crm_id2 cookie cookie2 device device3"}, {18, "cookie cookie1 device device3"},
		{18, "login login3 crm_id crm_id4 cookie cookie3 device device3"}, {6, "login login4 crm_id crm_id1 cookie cookie3 device device3"}} {
		es = append(es, h.event(t, i))
	}
	for _, n := range []int{1, 2, 3, 0} {
		s.send(es[n])
	}
	s.isAsResolved(es)
}

// A device that was shared becomes everybody's by the event that is being worked out: the
// identity must not be led to that event's profile and away from it for ever.
func TestWorkingIdentitiesOutAnewComesToAnEnd(t *testing.T) {
	s := newShop(t, "STRONG_LIMIT", "1", "COMPANY_LIMIT", "5")
	s.room = 3
	var es []events.Event
	for i, h := range []happening{
		{12, "login login2 cookie cookie1 device device3"}, {8, "login login2 crm_id crm_id3 cookie cookie1 device device2"},
		{0, "login login3 crm_id crm_id2 cookie cookie2 device device2"}, {13, ""}, {11, "login login1 device device3"}, {2, "cookie cookie1"},
		{3, "login login4 crm_id crm_id1 cookie cookie4 device device2"}, {12, "login login2 cookie cookie2 device device1"},
		{1, "login login4 crm_id crm_id2 cookie cookie4 device device2"}, {27, "login login2"}, {0, "login login1 device device3"},
		{1, "cookie cookie4 device device3"}, {19, "login login1"}, {9, "cookie cookie2"}, {1, "cookie cookie2 device device1"},
		{18, "login login2 cookie cookie1"}, {3, "login login1"}, {9, "crm_id crm_id4 device device2"}, {30, "login login3"},
		{3, "cookie cookie1 device device1"}, {1, "login login4 crm_id crm_id3 device device3"}, {1, "cookie cookie3"},
		{25, "login login2 crm_id crm_id1 device device1"}, {12, "login login2 crm_id crm_id1 device device2"},
	} {
		es = append(es, h.event(t, i))
		s.send(es[i])
	}
	s.isAsResolved(es)
}
