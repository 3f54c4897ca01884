package crm

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
)

func handed(step string) action.Action {
	return channeltest.Action("crm", step, events.PurposeMarketing, action.Content{Lead: &action.Lead{
		Subject: "Lead, 71 of 100: Holm & Søn", Brief: "SCORE: 71 of 100\nINTERESTS\n- Table <b>Mols</b>\n", Score: 71,
		Parts:     []action.Part{{Name: "looks", Points: 35, Most: 35, Saw: "5"}, {Name: "pages", Points: 36, Most: 36, Saw: "6"}},
		Interests: []string{"Table Mols"}, Due: channeltest.Now.Add(24 * time.Hour),
	}})
}

func ann() profile.Profile {
	p := channeltest.Customer(channeltest.Ann, "email:ann@shop.example", "phone:+4520112233")
	p.Locale.Value = "da-DK"
	p.Traits = map[string]profile.Trait{}
	for name, value := range map[string]string{events.TraitFirstName: "Ann", events.TraitLastName: "Holm", events.TraitCompany: "Holm & Søn"} {
		p.Traits[name] = profile.Trait{Said: profile.Said{Value: value}, Declared: true}
	}
	return p
}

// no is the customer's word, of today, that a channel is not to be used.
func no(p profile.Profile, channel events.ConsentChannel) profile.Profile {
	c := profile.Consent{Channel: channel, Purpose: events.PurposeMarketing, Stamp: profile.Stamp{At: channeltest.Now, By: "later"}}
	for _, i := range p.Identifiers {
		c.Identifiers = append(c.Identifiers, i.Type+":"+i.Value)
	}
	p.Consents = append(p.Consents, c)
	return p
}

func files(t *testing.T) (*channeltest.Shop, string) {
	dir := t.TempDir()
	return channeltest.Open(t, Spec, map[string]string{"OUTBOX": dir}), filepath.Join(dir, "leads")
}

func leads(t *testing.T, dir string) (all []lead) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.json"))
	require.NoError(t, err)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		var l lead
		require.NoError(t, json.Unmarshal(text, &l))
		require.Equal(t, l.ID+".json", filepath.Base(path))
		all = append(all, l)
	}
	return all
}

func TestALeadIsAFileHoweverOftenItComes(t *testing.T) {
	s, dir := files(t)
	s.Keep(ann())
	for range 3 {
		a, err := s.Do(handed("lead"))
		require.NoError(t, err)
		require.Equal(t, action.Sent, a.Status, a.Reason)
	}
	got := leads(t, dir)
	require.Len(t, got, 1)
	require.Equal(t, channeltest.Ann, got[0].Profile)
	require.Equal(t, *handed("lead").Content.Lead, got[0].Lead)
	require.Equal(t, customer{FirstName: "Ann", LastName: "Holm", Company: "Holm & Søn", Language: "da-DK",
		Email: "ann@shop.example", Phone: "+4520112233", Reach: []string{"phone", "email"}}, got[0].Customer)
}

func TestWhatIsToldOfTheCustomerIsWhatTheyAllowWhenTheLeadIsHandedOn(t *testing.T) {
	private := ann()
	delete(private.Traits, events.TraitCompany)
	silent := private
	silent.Consents = nil
	profiled := ann()
	profiled.Consents = append(profiled.Consents, profile.Consent{Channel: events.ConsentAll, Purpose: events.PurposeProfiling,
		Identifiers: []string{"email:ann@shop.example"}, Stamp: profile.Stamp{At: channeltest.Now, By: "later"}})
	firm := ann()
	firm.Consents = nil
	bounced := ann()
	bounced.Suppressions = []profile.Suppression{{Channel: "email", Reason: profile.Bounced, Stamp: profile.Stamp{At: channeltest.Now}}}
	for name, c := range map[string]struct {
		profile profile.Profile
		reach   []string
		phone   string
		why     string // it is cancelled
	}{
		"all is well":                        {ann(), []string{"phone", "email"}, "+4520112233", ""},
		"no calls any more":                  {no(ann(), events.ConsentPhone), []string{"email"}, "", ""},
		"no letters any more":                {no(ann(), events.ConsentEmail), []string{"phone"}, "+4520112233", ""},
		"a letter came back":                 {bounced, []string{"phone"}, "+4520112233", ""},
		"no marketing at all any more":       {no(ann(), events.ConsentAll), nil, "", "suppressed"},
		"not to be profiled":                 {profiled, nil, "", "suppressed"},
		"a company that was not asked":       {firm, []string{"phone", "email"}, "+4520112233", ""},
		"a private person who has agreed":    {private, []string{"phone", "email"}, "+4520112233", ""},
		"a private person who was not asked": {silent, nil, "", "no-consent"},
		"nobody knows where to turn to":      {channeltest.Customer(channeltest.Ann, "cookie:c-1"), nil, "", "unreachable"},
		"erased":                             {profile.Profile{ID: channeltest.Ann, Erased: channeltest.Now}, nil, "", "suppressed"},
	} {
		t.Run(name, func(t *testing.T) {
			s, dir := files(t)
			s.Keep(c.profile)
			a, err := s.Do(handed("lead"))
			require.NoError(t, err)
			require.Equal(t, c.why, a.Reason)
			got := leads(t, dir)
			if c.why != "" {
				require.Equal(t, action.Cancelled, a.Status)
				require.Empty(t, got)
				return
			}
			require.Equal(t, c.reach, got[0].Customer.Reach)
			require.Equal(t, c.phone, got[0].Customer.Phone)
		})
	}
}

func TestWhoHasOrderedIsNoLeadAnyMore(t *testing.T) {
	s, dir := files(t)
	th := thread.Thread{Profile: channeltest.Ann}
	th.SetState("story", "key", thread.State{Updated: channeltest.Now, Goal: channeltest.Now})
	s.Keep(ann(), th)
	a, err := s.Do(handed("lead"))
	require.NoError(t, err)
	require.Equal(t, "goal", a.Reason)
	require.Empty(t, leads(t, dir))
}

func TestTheWebhookGetsTheLead(t *testing.T) {
	secret := "whsec_" + base64.StdEncoding.EncodeToString([]byte("thirty-two bytes of a made-up key"))
	check, err := standardwebhooks.NewWebhook(secret)
	require.NoError(t, err)
	var bodies []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		require.NoError(t, check.Verify(body, r.Header))
		bodies = append(bodies, r.Header.Get("webhook-id")+" "+string(body))
	}))
	defer server.Close()
	s := channeltest.Open(t, Spec, map[string]string{"WEBHOOK_URL": server.URL, "WEBHOOK_SECRET": secret})
	s.Keep(ann())
	a, err := s.Do(handed("lead"))
	require.NoError(t, err)
	require.Equal(t, "webhook", a.Provider)
	require.Len(t, bodies, 1)
	require.Equal(t, a.ID, bodies[0][:len(a.ID)])
	require.JSONEq(t, `{"lead_id":"`+a.ID+`","kind":"lead","flow":"story","profile":"`+channeltest.Ann+`","at":"2026-03-11T11:59:00Z",
		"subject":"Lead, 71 of 100: Holm & Søn","brief":"SCORE: 71 of 100\nINTERESTS\n- Table <b>Mols</b>\n","score":71,
		"parts":[{"name":"looks","points":35,"most":35,"saw":"5"},{"name":"pages","points":36,"most":36,"saw":"6"}],
		"interests":["Table Mols"],"due":"2026-03-12T12:00:00Z",
		"customer":{"first_name":"Ann","last_name":"Holm","company":"Holm & Søn","language":"da-DK",
			"email":"ann@shop.example","phone":"+4520112233","reach":["phone","email"]}}`,
		bodies[0][len(a.ID)+1:])
}

func TestAnActionWithoutALeadFails(t *testing.T) {
	s, _ := files(t)
	s.Keep(ann())
	empty := handed("lead")
	empty.Content = action.Content{}
	a, err := s.Do(empty)
	require.NoError(t, err)
	require.Equal(t, action.Failed, a.Status)
	require.Equal(t, "the action holds no lead", a.Reason)
}

func TestSettingsThatDoNotGoTogether(t *testing.T) {
	for _, c := range []struct {
		settings map[string]string
		wrong    string
	}{
		{map[string]string{"HUBSPOT_TOKEN": token, "WEBHOOK_URL": "https://a.example"}, "HUBSPOT_TOKEN and WEBHOOK_URL are both set, expected one of them"},
		{map[string]string{"HUBSPOT_TOKEN": token, "HUBSPOT_URL": "http://a.example/crm"},
			`HUBSPOT_URL is "http://a.example/crm", expected https://host/path; http is for this machine itself only`},
		{map[string]string{"HUBSPOT_TOKEN": "Bearer hush"}, "HUBSPOT_TOKEN is not as expected, letters, digits, - and _, as it was shown once"},
		{map[string]string{"HUBSPOT_TOKEN": token, "HUBSPOT_OWNER": "kim"}, `HUBSPOT_OWNER is "kim", expected an owner's id, a number`},
	} {
		s, _ := files(t)
		s.Env.Override = map[string]map[string]string{"crm": c.settings}
		_, err := Spec.New(s.Env)
		require.EqualError(t, err, "settings of crm: "+c.wrong)
	}
}
