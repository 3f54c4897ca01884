package crash

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
)

// said counts what there is.
func (o *outcome) said() string {
	counts := map[string]int{}
	for _, a := range o.actions {
		step, _, _ := strings.Cut(a.Step, " ")
		counts[a.Flow+" "+step]++
	}
	merged := 0
	for _, p := range o.profiles {
		if p.MergedInto != "" {
			merged++
		}
	}
	return fmt.Sprintf("%d profiles (%d merged away), %d mails, %d texts, %d tickets, %d changes of audiences: %v", len(o.profiles), merged,
		len(o.mails), len(o.texts), len(o.tickets), len(o.rows), counts)
}

// check holds it against what was sent, whatever came of that elsewhere.
func (o *outcome) check(t *testing.T, w *town) {
	t.Helper()
	o.checkJournal(t, w)
	o.checkActions(t)
	require.Empty(t, o.left, "files half written")
	dead := map[string][]string{}
	for _, l := range o.dead {
		hash, _, _ := strings.Cut(l.ID, "-"+l.Function)
		dead[hash] = append(dead[hash], l.Function)
		slices.Sort(dead[hash])
	}
	require.Equal(t, w.poisoned, dead, "dead letters")
	orders, spent := 0, int64(0)
	for _, p := range o.profiles {
		orders += p.Totals.Orders
		spent += p.Totals.Spent["DKK"]
	}
	require.Equal(t, []any{w.orders, w.spent}, []any{orders, spent}, "each order is in one profile, once")
}

func (o *outcome) checkJournal(t *testing.T, w *town) {
	t.Helper()
	found := map[string]bool{}
	for _, e := range o.journal {
		hash := events.Hash(e.Event)
		require.False(t, found[hash], "%s %s is journalled twice", e.Source, e.ID)
		found[hash] = true
		if sent, ok := w.sent[hash]; ok {
			require.Equal(t, sent.Type(), e.Event.Type())
			require.True(t, sent.Time().Equal(e.Event.Time()))
			require.JSONEq(t, string(sent.Data()), string(e.Event.Data()))
			continue
		}
		require.Equal(t, "/redthread/socialcare", e.Source, "nobody sent %s", e.ID)
	}
	for hash, e := range w.sent {
		require.Equal(t, w.poisoned[hash] == nil, found[hash], "%s %s", e.Source(), e.ID())
	}
}

func said(a action.Action, s action.Status, reason string) string {
	return fmt.Sprint(a.Channel, " ", a.Kind, " ", a.Purpose, " ", s, " ", reason)
}

// byChannel counts the actions.
func (o *outcome) byChannel() map[string]int {
	n := map[string]int{}
	for _, a := range o.actions {
		n[a.Channel]++
	}
	return n
}

// checkActions sees that each was done, and done once.
func (o *outcome) checkActions(t *testing.T) {
	t.Helper()
	sent := map[string]int{"email": 0, "sms": 0, "ticket": 0, "audience": 0, "crm": 0}
	for _, a := range o.actions {
		require.Equal(t, action.Sent, a.Status, "%+v", a)
		sent[a.Channel]++
	}
	ids := map[string]bool{}
	for _, m := range o.mails {
		require.False(t, ids[m.id], "mail %s is there twice", m.id)
		ids[m.id] = true
		require.Equal(t, m.file, m.action)
		require.Equal(t, "email", o.actions[m.action].Channel)
	}
	for _, id := range o.texts {
		require.Equal(t, "sms", o.actions[id].Channel, id)
	}
	for id, systems := range o.booked {
		require.Equal(t, "crm", o.actions[id].Channel, id)
		require.Equal(t, len(o.actions[id].Content.Booking.Systems), systems, "%s is told to some systems only", id)
	}
	updates := map[string]bool{}
	for _, x := range o.tickets {
		for _, u := range x.Updates {
			require.False(t, updates[u.ID], "update %s is there twice", u.ID)
			updates[u.ID] = true
		}
	}
	rows, in := map[string]bool{}, map[string]bool{}
	for _, r := range o.rows {
		require.False(t, rows[r[0]], "row %s is there twice", r[0])
		rows[r[0]] = true
		who := o.who(o.actions[r[0]].Profile)
		require.NotEqual(t, r[2] == "add", in[who], "%s is added once, and taken out thereafter", who)
		in[who] = r[2] == "add"
	}
	require.Equal(t, sent, map[string]int{"email": len(o.mails), "sms": len(o.texts), "ticket": len(updates), "audience": len(rows), "crm": len(o.booked)})
}
