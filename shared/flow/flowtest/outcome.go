package flowtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

// outcome is the story's end as a reader sees it: each decision, what is still
// waited for, and what was said.
func (s *stage) outcome() (string, error) {
	var b strings.Builder
	for _, d := range s.decided {
		b.WriteString(line(d))
	}
	th, err := s.thread()
	if err != nil {
		return "", err
	}
	for _, t := range th.Timers {
		fmt.Fprintf(&b, "waiting until %s: %s\n", t.Due.In(copenhagen).Format("Mon 2 Jan 15:04"), strings.Fields(t.Name)[0])
	}
	all, err := s.actions()
	if err != nil {
		return "", err
	}
	for _, a := range all {
		b.WriteString("\n")
		b.WriteString(said(a))
	}
	return b.String(), nil
}

func line(d function.Decided) string {
	what := events.Short(d.Type)
	if d.Type == what { // a timer
		what = "timer " + strings.Fields(what)[0]
	}
	text := fmt.Sprintf("%-16s  %-22s  %s", d.At.In(copenhagen).Format("Mon 2 Jan 15:04"), strings.TrimSuffix(what, ".v1"), d.Verdict)
	if d.Reason != "" {
		text += ": " + d.Reason
	}
	if d.Channel != "" {
		text += " by " + d.Channel
	}
	if len(d.Saw) > 0 {
		text += " (" + strings.Join(d.Saw, "; ") + ")"
	}
	return text + "\n"
}

func said(a action.Action) string {
	head := fmt.Sprintf("%s %s, %s", a.Created.In(copenhagen).Format("Mon 2 Jan 15:04"), a.Channel, a.Step)
	if a.Status != action.Requested {
		head += " (" + string(a.Status) + ")"
	}
	switch {
	case a.Content.Message != nil:
		return head + ":\n" + message(a.Channel, *a.Content.Message)
	case a.Content.Ticket != nil:
		t := a.Content.Ticket
		return fmt.Sprintf("%s, %s priority:\n    %s\n%s", head, t.Priority, t.Subject, indent(t.Body))
	case a.Content.Lead != nil:
		l := a.Content.Lead
		return fmt.Sprintf("%s, %d of 100, due %s:\n    %s\n%s", head, l.Score, l.Due.In(copenhagen).Format("Mon 2 Jan 15:04"), l.Subject, indent(l.Brief))
	case a.Content.Prompt != nil:
		p := a.Content.Prompt
		return fmt.Sprintf("%s, in %s until %s:\n    %s\n%s", head, p.StoreID, a.Until.In(copenhagen).Format("15:04"), p.Subject, indent(p.Text))
	case a.Content.Booking != nil:
		return head + ":\n" + booking(*a.Content.Booking)
	case a.Content.Audience != nil:
		way := "into"
		if a.Content.Audience.Remove {
			way = "out of"
		}
		if p := a.Content.Audience.Print; p != nil && p.Worth.Currency != "" {
			return fmt.Sprintf("%s: %s %s, of %s\n    margin %s without, %s with, %s to print and post: worth %s\n", head, way, a.Content.Audience.Name, p.Of,
				words.Money(p.Without, "en"), words.Money(p.With, "en"), words.Money(p.Cost, "en"), words.Money(p.Worth, "en"))
		}
		text := fmt.Sprintf("%s: %s %s %s", head, way, a.Content.Audience.Name, strings.Join(a.Content.Audience.Products, ", "))
		return strings.TrimSpace(text+" "+a.Content.Audience.Note) + "\n"
	}
	return head + "\n"
}

// booking is how an order stands, as a bookkeeper would note it.
func booking(b action.Booking) string {
	rows := []string{fmt.Sprintf("order %s, revision %d, to %s", b.OrderID, b.Revision, strings.Join(b.Systems, ", ")),
		fmt.Sprintf("paid %s, refunded %s, %d points", b.Total, b.Refunded, b.Points)}
	for _, l := range b.Lines {
		rows = append(rows, fmt.Sprintf("- %s: %d bought for %s, %d handed out, %d returned",
			l.SKU, l.Bought, events.Money{Amount: l.Paid, Currency: b.Total.Currency}, l.HandedOut, l.Returned))
	}
	for _, m := range b.Stock {
		rows = append(rows, fmt.Sprintf("stock of %s in %s: %+d", m.SKU, m.StoreID, m.By))
	}
	return indent(strings.Join(rows, "\n"))
}

// message is what the customer reads: in a text message or a push the message in short.
func message(channel string, m words.Message) string {
	var b strings.Builder
	if m.Short != "" && (channel == "sms" || channel == "push") {
		b.WriteString(indent(m.Short))
		m.Blocks = slices.DeleteFunc(slices.Clone(m.Blocks), func(x words.Block) bool { return x.Button == nil })
	} else {
		b.WriteString("    " + m.Subject + "\n")
	}
	for _, x := range m.Blocks {
		b.WriteString(indent(block(x)))
	}
	return strings.ReplaceAll(b.String(), "\u00a0", " ")
}

func block(x words.Block) string {
	var rows []string
	switch {
	case x.Button != nil:
		rows = append(rows, "["+x.Button.Label+"] "+x.Button.URL)
	case x.Code != nil:
		rows = append(rows, "«"+x.Code.Value+"»")
	}
	for _, i := range x.Items {
		rows = append(rows, strings.Join(slices.DeleteFunc([]string{"- " + i.Title, i.Detail, i.Price}, empty), " · "))
	}
	for _, f := range x.Facts {
		rows = append(rows, f.Label+": "+f.Value)
	}
	return strings.Join(append(rows, slices.DeleteFunc([]string{x.Text, x.Small}, empty)...), "\n")
}

func empty(s string) bool { return s == "" }

func indent(text string) string {
	var b strings.Builder
	for _, row := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		b.WriteString(strings.TrimRight("    "+row, " ") + "\n")
	}
	return b.String()
}

// result is what must be the same however the events came: what was done, what is
// remembered, and what is waited for.
type result struct {
	Actions []string
	States  map[string]json.RawMessage
	Timers  []string
}

func (s *stage) result() (result, error) {
	r := result{States: map[string]json.RawMessage{}}
	all, err := s.actions()
	if err != nil {
		return r, err
	}
	for _, a := range all {
		content, err := json.Marshal(a.Content)
		if err != nil {
			return r, err
		}
		r.Actions = append(r.Actions, fmt.Sprintf("%s %s %s %s %s %s", a.ID, a.Key, a.Step, a.Channel, a.Status, content))
	}
	slices.Sort(r.Actions)
	th, err := s.thread()
	if err != nil {
		return r, err
	}
	for key, state := range th.Flows[s.flow].Keys {
		r.States[key] = state.Data
		if len(state.Known) > 0 {
			known, err := json.Marshal([]any{state.Data, state.Known})
			if err != nil {
				return r, err
			}
			r.States[key] = known
		}
	}
	r.Timers = timers(th)
	return r, nil
}

func timers(th thread.Thread) []string {
	var all []string
	for _, t := range th.Timers {
		all = append(all, fmt.Sprintf("%s %s %s %s", t.Flow, t.Name, t.Key, t.Due.UTC()))
	}
	slices.Sort(all)
	return all
}
