package crm

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/shared/profile"
)

func asked(step string) action.Action {
	a := channeltest.Action("crm", step, events.PurposeMarketing, action.Content{Prompt: &action.Prompt{StoreID: "cph-01", Language: "da",
		Subject: "Spørg Ann, om der er nok »Sæbe« tilbage", Text: "»Sæbe«: købt sidst tirsdag den 10. februar.", Products: []string{"SOAP"}}})
	a.Until = channeltest.Now.Add(4 * time.Minute)
	return a
}

// shopper has a card, and takes letters with marketing.
func shopper() profile.Profile {
	p := channeltest.Customer(channeltest.Ann, "login:ann", "loyalty_card:77", "email:ann@shop.example")
	p.Traits = map[string]profile.Trait{events.TraitFirstName: {Said: profile.Said{Value: "Ann"}, Declared: true}}
	p.Consents = []profile.Consent{{Channel: events.ConsentEmail, Purpose: events.PurposeMarketing, Granted: true,
		Identifiers: []string{"login:ann"}, Stamp: profile.Stamp{At: channeltest.Now.Add(-time.Hour), By: "first"}}}
	return p
}

func TestWithoutAnAddressAPromptIsAFile(t *testing.T) {
	dir := t.TempDir()
	s := channeltest.Open(t, Spec, map[string]string{"OUTBOX": dir})
	s.Keep(shopper())
	for range 2 {
		a, err := s.Do(asked("till"))
		require.NoError(t, err)
		require.Equal(t, action.Sent, a.Status, a.Reason)
		require.Equal(t, "file", a.Provider)
	}
	text, err := os.ReadFile(filepath.Join(dir, "prompts", asked("till").ID+".json"))
	require.NoError(t, err)
	var p prompt
	require.NoError(t, json.Unmarshal(text, &p))
	require.Equal(t, channeltest.Ann, p.Profile, "so that it goes when they are erased")
	require.Equal(t, *asked("").Content.Prompt, p.Prompt)
}

func TestATillGetsASignedPromptThatNamesTheCustomerByTheirCard(t *testing.T) {
	o := openOffice(t)
	s := channeltest.Open(t, Spec, map[string]string{"TILL_URL": o.url, "TILL_SECRET": o.secret, "HUBSPOT_TOKEN": token})
	s.Keep(shopper())
	a, err := s.Do(asked("till"))
	require.NoError(t, err)
	require.Equal(t, action.Sent, a.Status, a.Reason)
	require.Equal(t, "webhook", a.Provider)
	require.Equal(t, map[string][]string{"": {a.ID}}, o.got)
	require.JSONEq(t, `{"prompt_id":"`+a.ID+`","kind":"prompt","flow":"story","profile":"`+channeltest.Ann+`","at":"2026-03-11T11:59:00Z","until":"2026-03-11T12:04:00Z",
		"store_id":"cph-01","language":"da","subject":"Spørg Ann, om der er nok »Sæbe« tilbage","text":"»Sæbe«: købt sidst tirsdag den 10. februar.","products":["SOAP"],
		"customer":{"first_name":"Ann","identifiers":{"login":"ann","loyalty_card":"77"}}}`, o.body[""])
}

func TestAPromptIsNotShownToTillsWhen(t *testing.T) {
	o := openOffice(t)
	for name, c := range map[string]struct {
		who    profile.Profile
		until  time.Time
		answer int
		status action.Status
		reason string
	}{
		"the customer has left":           {shopper(), channeltest.Now, 0, action.Cancelled, "stale"},
		"they took their consent back":    {no(shopper(), events.ConsentEmail), asked("").Until, 0, action.Cancelled, "no-consent"},
		"they want no marketing any more": {no(shopper(), events.ConsentAll), asked("").Until, 0, action.Cancelled, "suppressed"},
		"the tills cannot read it":        {shopper(), asked("").Until, http.StatusBadRequest, action.Failed, "answered 400 Bad Request"},
	} {
		t.Run(name, func(t *testing.T) {
			s := channeltest.Open(t, Spec, map[string]string{"TILL_URL": o.url, "TILL_SECRET": o.secret})
			s.Keep(c.who)
			o.answers = map[string]int{"": c.answer}
			a := asked("till")
			a.Until = c.until
			a, err := s.Do(a)
			require.NoError(t, err)
			require.Equal(t, c.status, a.Status, a.Reason)
			require.Contains(t, a.Reason, c.reason)
		})
	}
}

func TestWhereNoTillIsThePromptFails(t *testing.T) {
	s := channeltest.Open(t, Spec, map[string]string{"HUBSPOT_TOKEN": token})
	s.Keep(shopper())
	a, err := s.Do(asked("till"))
	require.NoError(t, err)
	require.Equal(t, action.Failed, a.Status)
	require.Equal(t, "TILL_URL is not set, and who takes the leads is at no till; a flow's AT_TILL of 0s asks for none", a.Reason)
	s, _ = files(t)
	s.Env.Override = map[string]map[string]string{"crm": {"TILL_URL": "tills.example"}}
	_, err = Spec.New(s.Env)
	require.EqualError(t, err, "settings of crm: TILL_URL is not an address of the web, expected https://host/path")
}
