package audience

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/batch"
	"redthread.dev/shared/function"
)

// rolls are the ids that a network has given the lists of audiences, by audience.
type rolls map[string]string

// Decode implements envconfig.Decoder.
func (r *rolls) Decode(setting string) error {
	*r = rolls{}
	if strings.TrimSpace(setting) == "" {
		return nil
	}
	for pair := range strings.SplitSeq(setting, ",") {
		name, id, _ := strings.Cut(strings.TrimSpace(pair), ":")
		if name == "" || !number(id) || (*r)[name] != "" {
			return errors.New("expected each audience once with the number that its list has there, e.g. store-visitors:8001234567")
		}
		(*r)[name] = id
	}
	return nil
}

// number tells a text that is the number of something: an account or a list.
func number(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

// network is where lists of people are advertised to. A change is of all customers or, with
// a *channel.Fault, of none; it may come again without harm: who is on a list already stays
// there, and who is not cannot be taken off.
type network interface {
	name() string
	rolls() rolls
	// change puts customers on the list of an id or takes them off, and returns the
	// network's own id of the request.
	change(ctx context.Context, list string, remove bool, customers []names) (string, error)
	io.Closer
}

// together is how many customers are brought to a network in one request: it takes 10,000
// entries at a time, and a customer is up to ten of them.
const together = 500

// linger is the part of TIMEOUT for which a customer waits for others: networks take few
// requests, and take hours to make use of them.
const linger = 30

// roll is a network's list of one audience.
type roll struct {
	network  string
	on, off  *batch.Batch[names, string]
	audience string
}

func newRoll(n network, audience, list string, timeout time.Duration) roll {
	change := func(remove bool) *batch.Batch[names, string] {
		return &batch.Batch[names, string]{Most: together, Linger: timeout / linger, Timeout: timeout,
			Send: func(ctx context.Context, customers []names) ([]batch.Outcome[string], error) {
				reference, err := n.change(ctx, list, remove, customers)
				return slices.Repeat([]batch.Outcome[string]{{Value: reference}}, len(customers)), err
			}}
	}
	return roll{network: n.name(), on: change(false), off: change(true), audience: audience}
}

// networks keeps the lists of all networks that a shop advertises on.
type networks struct {
	all   []network
	rolls []roll
	print *post // where print lists go; nil: nowhere
}

func newNetworks(all []network, timeout time.Duration) *networks {
	ns := &networks{all: all}
	for _, n := range all {
		for _, audience := range slices.Sorted(maps.Keys(n.rolls())) {
			ns.rolls = append(ns.rolls, newRoll(n, audience, n.rolls()[audience], timeout))
		}
	}
	return ns
}

// of are the lists of an audience, one at each network that has it.
func (ns *networks) of(audience string) []roll {
	return slices.DeleteFunc(slices.Clone(ns.rolls), func(r roll) bool { return r.audience != audience })
}

// Send changes the lists of the action's audience at all networks.
func (ns *networks) Send(ctx context.Context, d channel.Delivery) (channel.Receipt, error) {
	receipt := channel.Receipt{Provider: ns.Provider(d)}
	a := d.Action.Content.Audience
	if a == nil {
		return receipt, errNoAudience
	}
	if a.Print != nil {
		if ns.print == nil { // somebody can see to it
			return receipt, fmt.Errorf("%q is a print list, which is none of a network's: set WEBHOOK_URL for it", a.Name)
		}
		return ns.print.Send(ctx, d)
	}
	who, lists := of(d.Profile, a.Remove), ns.of(a.Name)
	switch {
	case len(lists) == 0: // somebody can see to it
		return receipt, fmt.Errorf("no network has a list of the audience %q: GOOGLE_ADS_AUDIENCES and META_AUDIENCES name others", a.Name)
	case who.none():
		return receipt, errNameless
	}
	references, errs := make([]string, len(lists)), make([]error, len(lists))
	var all sync.WaitGroup
	for i, r := range lists {
		all.Go(func() { references[i], errs[i] = r.change(ctx, a.Remove, who) })
	}
	all.Wait()
	receipt.Reference = strings.Join(slices.DeleteFunc(references, func(r string) bool { return r == "" }), " ")
	return receipt, sum(errs)
}

func (r roll) change(ctx context.Context, remove bool, who names) (string, error) {
	if remove {
		return r.off.Put(ctx, who)
	}
	return r.on.Put(ctx, who)
}

// sum is what is to be done about what several networks say: all of it again, unless
// trying again is of no use to any. Who has done it will do it again, without harm.
func sum(errs []error) error {
	err := errors.Join(errs...)
	if err == nil {
		return nil
	}
	f := &channel.Fault{Err: err, Never: true}
	for _, err := range errs {
		var one *channel.Fault
		switch {
		case errors.As(err, &one):
			f.Never, f.Unsure, f.After = f.Never && one.Never, f.Unsure || one.Unsure, max(f.After, one.After)
		case err != nil:
			f.Never = f.Never && function.IsNever(err)
		}
	}
	return f
}

// Provider implements channel.Divided. Of an audience that is at several networks it
// names all.
func (ns *networks) Provider(d channel.Delivery) string {
	var all []string
	switch a := d.Action.Content.Audience; {
	case a == nil:
	case a.Print != nil:
		return "webhook"
	default:
		for _, r := range ns.of(a.Name) {
			all = append(all, r.network)
		}
	}
	return strings.Join(all, " ")
}

// Repeats is true: a list holds nobody twice.
func (*networks) Repeats() bool { return true }

// Close drops idle connections.
func (ns *networks) Close() error {
	var errs []error
	for _, n := range ns.all {
		errs = append(errs, n.Close())
	}
	if ns.print != nil {
		errs = append(errs, ns.print.Close())
	}
	return errors.Join(errs...)
}
