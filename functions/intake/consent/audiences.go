package consent

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
)

// step names, on the action that takes a customer out of an audience, what it is for
// and which event asked for it.
type step struct{ what, cause string }

// What audiences are left for; and what is mailed.
const (
	withdrawn = "withdrawn"
	erased    = "erased"
	exported  = "exported"
)

func (s step) String() string { return s.what + "-" + s.cause }

func parseStep(text string) (step, error) {
	what, cause, ok := strings.Cut(text, "-")
	if !ok || what != withdrawn && what != erased && what != exported {
		return step{}, fmt.Errorf("action step %q, expected %s-…, %s-… or %s-…", text, withdrawn, erased, exported)
	}
	return step{what, cause}, nil
}

// audience is where a customer is advertised to, or a list of who is sent something by post.
type audience struct {
	kind          events.ActionKind
	channel, name string
}

func audienceOf(a action.Action) audience {
	return audience{a.Kind, a.Channel, a.Content.Audience.Name}
}

// key names it in the consent function's own actions. An audience and a print list may
// have the same name.
func (a audience) key() string {
	if a.kind == events.ActionPrint {
		return a.channel + "/print/" + a.name
	}
	return a.channel + "/" + a.name
}

// allowed tells whether the customer agrees to being there.
func (k *customer) allowed(in audience) bool {
	granted, _ := k.profile.Consented(profile.Asked(in.kind, in.channel), events.PurposeMarketing)
	return granted
}

func removes(a action.Action) bool { return a.Content.Audience != nil && a.Content.Audience.Remove }

// memberships lists the audiences that the customer is in, or may be, by the deeds
// that put them in and took them out.
func memberships(deeds []deed) []audience {
	var in []audience
	for _, d := range deeds {
		if d.Content.Audience == nil {
			continue
		}
		a := audienceOf(d.Action)
		switch {
		case d.Content.Audience.Remove && d.Status == action.Sent:
			in = slices.DeleteFunc(in, func(x audience) bool { return x == a })
		case !d.Content.Audience.Remove && reached(d.Action) && !slices.Contains(in, a):
			in = append(in, a)
		}
	}
	return in
}

// known lists the audiences that ever got the customer's address: whoever was told of
// them is to be told that they are erased (GDPR, article 19), and a list that is kept
// must forget those, too, who have left it.
func known(deeds []deed) []audience {
	var all []audience
	for _, d := range deeds {
		if d.Content.Audience == nil || d.Flow == name || !reached(d.Action) {
			continue
		}
		if a := audienceOf(d.Action); !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	return all
}

// wrote lists the actions that may have put something about the customer into an
// audience's list.
func wrote(deeds []deed, in audience) []string {
	var ids []string
	for _, d := range deeds {
		if d.Content.Audience != nil && audienceOf(d.Action) == in {
			ids = append(ids, d.ID)
		}
	}
	return ids
}

// reached tells whether the provider may have got it: also what failed in the end, as of
// several providers one may have taken it, or an answer been lost.
func reached(a action.Action) bool {
	return a.Attempts > 0 || a.Status == action.Sent || a.Status == action.Unknown
}

// depart asks for an action that takes the customer out of an audience, and creates it
// if it is new, in one commit with other writes.
func (c *clerk) depart(ctx context.Context, k *customer, next *action.Action, isNew bool, s step, writes []store.Write) (*events.Event, error) {
	if isNew {
		a, err := action.Write(*next, 0)
		if err != nil {
			return nil, function.Never(err)
		}
		t, err := c.touched(k, *next, s)
		if err != nil {
			return nil, function.Never(err)
		}
		writes = append([]store.Write{a, t}, writes...)
	}
	if err := c.commit(ctx, writes); err != nil {
		return nil, fmt.Errorf("commit removal from audience %q: %w", next.Key, err)
	}
	return request(k.profile.ID, *next)
}

// next is the action that takes the customer out of the next audience that they are to
// leave: for an erasure all, else those they no longer agree to. It is one that is under way, or a new one. There is none when they have left all, or as many as could
// be: one that failed is not tried again for the same cause.
func (c *clerk) next(k *customer, deeds []deed, s step) (a *action.Action, isNew bool) {
	leaves := slices.DeleteFunc(memberships(deeds), k.allowed)
	if s.what == erased {
		leaves = known(deeds)
	}
	for _, in := range leaves {
		id := action.ID(name, k.profile.ID, in.key(), s.String())
		i := slices.IndexFunc(deeds, func(d deed) bool { return d.ID == id })
		switch {
		case i < 0:
			a := c.removal(k, in, s, id)
			if s.what == erased {
				a.Content.Audience.Forget = wrote(deeds, in)
			}
			return a, true
		case !deeds[i].Over():
			return &deeds[i].Action, false
		}
	}
	return nil, false
}

// removal is asked for as service: it is what the customer wants of us, and urgent.
func (c *clerk) removal(k *customer, from audience, s step, id string) *action.Action {
	out := &action.Audience{Name: from.name, Remove: true, Note: "customer asked"}
	if from.kind == events.ActionPrint {
		out.Print = &action.Print{}
	}
	return &action.Action{ID: id, Kind: from.kind, Channel: from.channel, Flow: name,
		Key: from.key(), Step: s.String(), Profile: k.profile.ID, Cause: s.cause,
		Purpose: events.PurposeService, Urgent: true, Created: c.env.Now().UTC(), Status: action.Requested,
		Content: action.Content{Audience: out}}
}

// touched writes the thread with the removal. For an erasure all timers are dropped,
// so that no flow wakes up for somebody who wants to be forgotten, but for one of our
// own: an audience that never answers must not keep the rest from being erased.
func (c *clerk) touched(k *customer, a action.Action, s step) (store.Write, error) {
	t := k.thread
	t.Touch(thread.Contact{At: a.Created, Flow: name, Key: a.Key, Step: a.Step, Action: a.ID, Channel: a.Channel,
		Kind: string(a.Kind), Purpose: a.Purpose})
	if s.what == erased {
		t.Timers = nil
		t.SetTimer(thread.Timer{Flow: name, Name: patience, Key: s.cause, Due: a.Created.Add(c.patience), Set: a.Created})
	}
	return thread.Write(t, k.version.thread)
}

// patience is the name of the timer that ends the wait for audiences.
const patience = "patience"

// proceed goes on when an action of ours is over.
func (c *clerk) proceed(actionID string) task {
	return func(ctx context.Context, id string) (*events.Event, error) {
		docs, err := c.env.Store.Get(ctx, action.Key(actionID))
		if err != nil {
			return nil, fmt.Errorf("read action %q: %w", actionID, err)
		}
		if !docs[0].Exists() {
			return c.erasedBefore(ctx, id)
		}
		a, err := action.Read(docs[0])
		if err != nil {
			return nil, function.Never(err)
		}
		s, err := parseStep(a.Step)
		if err != nil || a.Flow != name {
			return nil, function.Neverf("action %q of flow %q is none of ours: the trigger is wrong", a.ID, a.Flow)
		}
		switch s.what {
		case erased:
			return c.erase(s.cause, true)(ctx, id)
		case exported:
			return nil, nil // the customer has their link, or the shop has
		}
		return c.stop("consent withdrawn", s.cause)(ctx, id)
	}
}

// lose ends the wait for audiences that do not answer.
func (c *clerk) lose(due *events.TimerDue) task {
	return func(ctx context.Context, id string) (*events.Event, error) {
		k, docs, err := c.customer(ctx, id, receiptKey(ofErasure, due.Key))
		if err != nil {
			return nil, err
		}
		if r, err := readReceipt(ofErasure, docs[0]); err != nil || r.done() {
			return r.erased(k.profile.ID, err)
		}
		if t, set := k.thread.Timer(name, due.Key, due.Timer); !set || !t.Due.Equal(due.Due) {
			return nil, nil
		}
		c.env.Log.Warn("erasing without the answer of an audience", "profile", k.profile.ID, "request", due.Key)
		return c.erase(due.Key, false)(ctx, id)
	}
}
