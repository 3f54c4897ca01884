package experiencefollowup

import (
	"fmt"
	"net/url"
	"strings"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/brief"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/tone"
	"redthread.dev/shared/words"
)

func (f followup) question(m flow.Moment[thread.Timer]) (words.Message, error) {
	s := f.texts.In(m.Profile.Locale.Text()).With(map[string]any{"Name": m.Profile.FirstName()})
	link, err := url.Parse(f.SurveyURL)
	if err != nil {
		return words.Message{}, err
	}
	about := map[string]string{pickup: "order", service: "contact"}[m.Data.Name]
	link.RawQuery = url.Values{"survey": {"after-" + m.Data.Name}, about: {m.Key}}.Encode()
	return s.Message(m.Data.Name, words.ButtonTo(s.Say("button"), link.String())), s.Err()
}

func (f followup) thanks(m flow.Moment[events.SurveyAnswered]) (words.Message, error) {
	s := f.texts.In(m.Profile.Locale.Text()).With(map[string]any{"Name": m.Profile.FirstName()})
	return s.Message("thanks", words.ButtonTo(s.Say("review"), f.ReviewURL)), s.Err()
}

func (f followup) ticket(m flow.Moment[events.SurveyAnswered]) action.Ticket {
	var b strings.Builder
	comment := strings.TrimSpace(m.Data.Comment)
	if comment != "" {
		fmt.Fprintf(&b, "%s\n\n", comment)
	}
	fmt.Fprintf(&b, "Answered %q at %s with %v (%s).\n", m.Data.SurveyID, m.At.UTC().Format("2006-01-02 15:04 MST"), m.Data.Score, m.Data.Kind)
	about := m.Data.About
	for _, x := range [][2]string{{"order", about.OrderID}, {"contact", about.ContactID}, {"store", about.StoreID}} {
		if x[1] != "" {
			fmt.Fprintf(&b, "About %s %s.\n", x[0], x[1])
		}
	}
	b.WriteString("\n" + brief.Who(m.Profile))
	return action.Ticket{
		Thread: m.Key, Subject: fmt.Sprintf("Let down: %s %v", m.Data.Kind, m.Data.Score), Body: b.String(), Priority: "high",
		Due: m.At.Add(f.Due), Language: tone.Read(comment, m.Profile.Locale.Text()).Language, Complaint: true,
	}
}
