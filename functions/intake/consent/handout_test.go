package consent

import (
	"mime"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/functions/channels/email"
	"redthread.dev/shared/action"
	"redthread.dev/shared/thread"
)

// mails are those in the outbox that the real channel wrote, as they are read.
func (s *shop) mails() (all []*mail.Message, text string) {
	s.Helper()
	for _, path := range s.outbox() {
		file, err := os.ReadFile(path)
		require.NoError(s, err)
		m, err := mail.ReadMessage(strings.NewReader(string(file)))
		if filepath.Ext(path) != ".eml" || err != nil {
			continue
		}
		all = append(all, m)
		text += strings.NewReplacer("=\r\n", "", "=3D", "=").Replace(string(file)) // quoted-printable
	}
	return all, text
}

func TestWhoAskedForTheirDataIsMailedTheLinkOnce(t *testing.T) {
	s := open(t)
	s.start(email.Spec)
	id := s.livesHere()
	done := s.asksForAll()
	all, text := s.mails()
	require.Len(t, all, 1)
	require.Equal(t, "<anna@shop.example>", all[0].Header.Get("To"))
	require.Empty(t, all[0].Header.Get("List-Unsubscribe"), "it is no marketing")
	require.Contains(t, text, done.Location, "the link itself: following it is not recorded")
	res, _ := s.fetch(s.web()(done.Location))
	require.Equal(t, 200, res.StatusCode)

	asked := s.told[len(s.told)-2] // before the channel's answer
	require.Equal(t, events.ActionRequested{}.Type(), asked.Type())
	require.NotContains(t, string(asked.Data()), "t=", "the link does not go through the broker in it")
	for _, e := range s.told {
		s.deliver(s.consent, e)
	}
	all, _ = s.mails()
	require.Len(t, all, 1)

	handed, err := Exports(t.Context(), s.raw, []string{id})
	require.NoError(t, err)
	require.Len(t, handed, 1)
	require.Equal(t, Handed{done.ReceiptID, s.clock(), s.clock().Add(7 * 24 * time.Hour), done.Location, handed[0].Action}, handed[0])
	sentAs := s.action(handed[0].Action)
	require.Equal(t, action.Sent, sentAs.Status)
	docs, err := s.raw.Get(t.Context(), thread.Key(id))
	require.NoError(t, err)
	said, err := thread.Read(docs[0])
	require.NoError(t, err)
	require.Equal(t, sentAs.ID, said.Contacts[len(said.Contacts)-1].Action)

	s.pass(time.Hour)
	s.asksToBeErased()
	all, _ = s.mails()
	require.Empty(t, all)
	s.requireNoTrace(append(traces, done.Location)...)
}

func TestWhereTheLinkIsMailedTo(t *testing.T) {
	for name, c := range map[string]struct {
		who   events.Common
		asked events.ExportRequested
		to    string // empty: the shop hands it out
	}{
		"to the customer": {who("email", "anna@shop.example"), events.ExportRequested{RequestedBy: events.RequestedByCustomer}, "anna@shop.example"},
		"to another address of theirs": {who("email", "anna@shop.example"),
			events.ExportRequested{RequestedBy: events.RequestedByCustomer, ReplyTo: " ANNA@old.example"}, "anna@old.example"},
		"not to whoever claims to be them": {who("email", "anna@shop.example"),
			events.ExportRequested{RequestedBy: events.RequestedByCustomer, ReplyTo: "thief@elsewhere.example"}, "anna@shop.example"},
		"to whom an agent names": {who("loyalty_card", "member-78"),
			events.ExportRequested{RequestedBy: events.RequestedByAgent, ReplyTo: "cy@home.example"}, "cy@home.example"},
		"to nobody without an address": {who("loyalty_card", "member-78"),
			events.ExportRequested{RequestedBy: events.RequestedByCustomer, ReplyTo: "cy@home.example"}, ""},
		"not to what is no address": {who("loyalty_card", "member-78"),
			events.ExportRequested{RequestedBy: events.RequestedByAgent, ReplyTo: "call me"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			s.start(email.Spec)
			s.tell(s.said(events.CustomerSignedUp{Common: who("login", "anna-77", "email", "anna@old.example")}))
			s.pass(time.Minute)
			s.tell(s.said(events.CustomerIdentified{Common: who("login", "anna-77", "email", "anna@shop.example"), How: "login"}))
			s.tell(s.said(events.CustomerSignedUp{Common: who("loyalty_card", "member-78")}))
			s.pass(time.Minute)
			c.asked.Common = c.who
			s.tell(s.said(c.asked))
			require.Len(t, heard[events.ExportCompleted](s), 1)
			require.NotEmpty(t, heard[events.ExportCompleted](s)[0].Location)
			all, _ := s.mails()
			if c.to == "" {
				require.Empty(t, all)
				require.Empty(t, heard[events.ActionRequested](s))
				return
			}
			require.Len(t, all, 1)
			require.Equal(t, "<"+c.to+">", all[0].Header.Get("To"))
		})
	}
}

func TestWhoWantsNoMailAtAllGetsNone(t *testing.T) {
	s := open(t)
	s.start(email.Spec)
	s.livesHere()
	s.tell(s.said(events.ConsentChanged{Common: who("email", "anna@shop.example"), Channel: events.ConsentEmail, Purpose: events.PurposeAll}))
	s.pass(time.Minute)
	require.NotEmpty(t, s.asksForAll().Location)
	all, _ := s.mails()
	require.Empty(t, all)
}

func TestTheMailSpeaksTheCustomersLanguage(t *testing.T) {
	for locale, subject := range map[string]string{"da": "Dine oplysninger hos ", "sv": "Dina uppgifter hos ", "en": "Your data at "} {
		s := open(t)
		s.start(email.Spec)
		common := who("email", "anna@shop.example")
		common.Locale = locale
		s.tell(s.said(events.CustomerSignedUp{Common: common}))
		s.pass(time.Minute)
		s.asksForAll()
		all, _ := s.mails()
		require.Len(t, all, 1)
		got, err := new(mime.WordDecoder).DecodeHeader(all[0].Header.Get("Subject"))
		require.NoError(t, err)
		require.Equal(t, subject+s.clerk.brand.Name, got)
	}
}
