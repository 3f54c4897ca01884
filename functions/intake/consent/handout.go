package consent

import (
	"context"
	"fmt"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

// byMail is the channel by which customers get the link to their export.
const byMail = "email"

// replyTo is the address to which the link is to go, if it is not the customer's usual
// one. All that is held about somebody must not go to whoever claims to be them: an
// address is taken if it is theirs, or from an agent, who has looked.
func (c *clerk) replyTo(k *customer, asked *events.ExportRequested) string {
	address, err := events.Normalise(events.IDEmail, asked.ReplyTo, c.rules.Country)
	own := slices.ContainsFunc(k.profile.Identifiers, func(i profile.Identifier) bool {
		return i.Type == events.IDEmail && i.Value == address
	})
	if err != nil || !own && asked.RequestedBy != events.RequestedByAgent {
		return ""
	}
	return address
}

// mail makes the writes that mail the link: the action, and the word of it in the
// thread. There are none when nobody can be written to; the shop hands the link out then.
func (x *export) mail(ctx context.Context) ([]store.Write, error) {
	barred := x.profile.Barred(events.ActionMessage, byMail, events.PurposeService)
	if x.replyTo == "" && barred != "" {
		return nil, nil
	}
	message, err := x.letter()
	if err != nil {
		return nil, function.Never(err)
	}
	s := step{exported, x.cause}
	a := action.Action{ID: action.ID(name, x.profile.ID, x.receipt.ID, s.String()), Kind: events.ActionMessage, Channel: byMail,
		Flow: name, Key: x.receipt.ID, Step: s.String(), Profile: x.profile.ID, Cause: x.cause, Purpose: events.PurposeService,
		Urgent: true, Created: x.now, Status: action.Requested, To: x.replyTo, Content: action.Content{Message: &message}}
	x.receipt.Mail = a.ID
	asked, err := action.Write(a, 0)
	if err != nil {
		return nil, function.Never(err)
	}
	said, err := x.said(ctx, a)
	return []store.Write{asked, said}, err
}

// said notes the mail in the thread as it is now: much may have come in since the
// export was begun.
func (x *export) said(ctx context.Context, a action.Action) (store.Write, error) {
	docs, err := x.clerk.env.Store.Get(ctx, thread.Key(x.profile.ID))
	if err != nil {
		return store.Write{}, fmt.Errorf("read thread %q: %w", x.profile.ID, err)
	}
	t, err := thread.Read(docs[0])
	if err != nil {
		return store.Write{}, function.Never(err)
	}
	t.Touch(thread.Contact{At: a.Created, Flow: name, Key: a.Key, Step: a.Step, Action: a.ID, Channel: a.Channel,
		Kind: string(a.Kind), Purpose: a.Purpose})
	w, err := thread.Write(t, docs[0].Version)
	return w, function.Never(err)
}

// letter is what the customer reads, in their language. Its link is for them
// alone, so that following it is not recorded.
func (x *export) letter() (words.Message, error) {
	say := x.clerk.texts.In(x.profile.Locale.Text()).With(map[string]any{"Brand": x.clerk.brand.Name, "Days": int(keepExport / (24 * time.Hour))})
	button := words.Block{Button: &words.Button{Label: say.Say("copy.button"), URL: x.receipt.Location, Private: true}}
	m := say.Message("copy", button, words.SmallPrint(say.Say("copy.note")))
	return m, say.Err()
}

// handOut asks for the mail of an export that is there: the same one, however often.
func (c *clerk) handOut(receiptID string) task {
	return func(ctx context.Context, _ string) (*events.Event, error) {
		docs, err := c.env.Store.Get(ctx, store.Key{Collection: receipts, ID: receiptID})
		if err != nil {
			return nil, fmt.Errorf("read receipt %q: %w", receiptID, err)
		}
		r, err := readReceipt(ofExport, docs[0])
		switch {
		case err != nil:
			return nil, function.Never(err)
		case r.Kind != ofExport || r.Mail == "":
			return nil, nil // erased since, or there was nobody to write to
		}
		if docs, err = c.env.Store.Get(ctx, action.Key(r.Mail)); err != nil {
			return nil, fmt.Errorf("read action %q: %w", r.Mail, err)
		}
		if !docs[0].Exists() {
			return nil, nil
		}
		a, err := action.Read(docs[0])
		if err != nil {
			return nil, function.Never(err)
		}
		return request(a.Profile, a)
	}
}

// Handed is an export that was made for a customer, as the shop can hand it out.
type Handed struct {
	Receipt  string    `json:"receipt"`
	At       time.Time `json:"at"`
	Until    time.Time `json:"until"`            // it is there, and the link works
	Location string    `json:"location"`         // the link: whoever has it can read it all
	Action   string    `json:"action,omitempty"` // that mails the link to the customer; empty: nobody could be written to
}

// Exports lists the exports of a customer's profiles, oldest first.
func Exports(ctx context.Context, s store.Store, profiles []string) ([]Handed, error) {
	c := &clerk{env: function.Env{Store: s}}
	var all []Handed
	for _, id := range profiles {
		given, _, err := c.receipts(ctx, ofExport, id)
		if err != nil {
			return nil, err
		}
		for _, r := range given {
			all = append(all, Handed{r.ID, r.At, r.At.Add(keepExport), r.Location, r.Mail})
		}
	}
	slices.SortStableFunc(all, func(a, b Handed) int { return a.At.Compare(b.At) })
	return all, nil
}
