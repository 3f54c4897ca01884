package audience

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/shared/profile"
)

func kroner(øre int64) events.Money { return events.Money{Amount: øre, Currency: "DKK"} }

// reader is Ann, who agreed to be sent something by post and to nothing else.
func reader(identifiers ...string) profile.Profile {
	c := channeltest.Customer(channeltest.Ann, identifiers...)
	c.Consents = []profile.Consent{{Channel: events.ConsentPost, Purpose: events.PurposeMarketing, Granted: true, Identifiers: identifiers}}
	c.Traits = map[string]profile.Trait{
		events.TraitPostalCode: {Said: profile.Said{Value: "8000"}, Declared: true}, events.TraitCity: {Said: profile.Said{Value: "=Aarhus"}, Declared: true},
		events.TraitCountry: {Said: profile.Said{Value: "DK"}, Declared: true}}
	return c
}

func onList(step string) action.Action {
	return channeltest.Action("audience", step, events.PurposeMarketing, action.Content{Audience: &action.Audience{Name: "catalogues", Print: &action.Print{Of: "efterår-2026",
		Without: kroner(10000), With: kroner(11500), Cost: kroner(1450), Worth: kroner(50)}}})
}

func offList(step string, forget ...string) action.Action {
	return channeltest.Action("audience", step, events.PurposeService, action.Content{Audience: &action.Audience{Name: "catalogues", Remove: true,
		Note: "customer asked", Forget: forget, Print: &action.Print{}}})
}

func TestAPrintListIsAFileWithTheNumbers(t *testing.T) {
	dir := t.TempDir()
	s := channeltest.Open(t, Spec, map[string]string{"OUTBOX": dir})
	path := filepath.Join(dir, "print-catalogues.csv")
	s.Keep(reader("email:ann@shop.example", "login:ann", "loyalty_card:7007"))
	in, out := onList("in"), offList("out")
	for _, x := range []action.Action{in, out, in} {
		a, err := s.Do(x)
		require.NoError(t, err)
		require.Equal(t, action.Sent, a.Status, a.Reason)
	}
	require.Equal(t, [][]string{
		printHeader,
		{in.ID, "2026-03-11T11:59:00Z", "add", "efterår-2026", "", "7007", "", "", "8000", "'=Aarhus", "DK", "DKK", "10000", "11500", "1450", "50", ""},
		{out.ID, "2026-03-11T11:59:00Z", "remove", "", "", "7007", "ann", "ann@shop.example", "", "", "", "", "", "", "", "", "customer asked"},
	}, rows(t, path))

	bo := onList("bo")
	s.Keep(reader("email:bo@shop.example"))
	_, err := s.Do(bo)
	require.NoError(t, err)
	s.Keep(reader("email:ann@shop.example"))
	_, err = s.Do(offList("gone", in.ID, out.ID))
	require.NoError(t, err)
	left := rows(t, path)
	require.Len(t, left, 2, "the list forgets who is erased")
	require.Equal(t, []string{bo.ID, "bo@shop.example"}, []string{left[1][0], left[1][7]})
}

func TestAWebhookIsToldWhomToPrintForAndWhy(t *testing.T) {
	h, s := hooked(t)
	s.Keep(reader("login:ann", "email:ann@shop.example", "crm_id:C-1"))
	a, err := s.Do(onList("in"))
	require.NoError(t, err)
	require.JSONEq(t, `{"action_id":"`+a.ID+`","at":"2026-03-11T11:59:00Z","audience":"catalogues","operation":"add","print":{"of":"efterår-2026",
		"crm_id":["C-1"],"postal_code":"8000","city":"=Aarhus","country":"DK","without":{"amount":10000,"currency":"DKK"},"with":{"amount":11500,"currency":"DKK"},
		"cost":{"amount":1450,"currency":"DKK"},"worth":{"amount":50,"currency":"DKK"}}}`, h.bodies[a.ID][0])

	a, err = s.Do(offList("gone", a.ID))
	require.NoError(t, err)
	require.JSONEq(t, `{"action_id":"`+a.ID+`","at":"2026-03-11T11:59:00Z","audience":"catalogues","operation":"remove","reason":"customer asked",
		"print":{"crm_id":["C-1"],"login":["ann"],"email":["ann@shop.example"]},"forget":["`+onList("in").ID+`"]}`, h.bodies[a.ID][0])
}

func TestWhoIsOnAPrintListHasAgreedToPost(t *testing.T) {
	h, s := hooked(t)
	advertised := reader("login:ann")
	advertised.Consents[0].Channel = events.ConsentAds
	for why, c := range map[string]profile.Profile{
		"no-consent":  advertised,
		"unreachable": reader("cookie:c-1", "phone:+4512345678"),
	} {
		s.Keep(c)
		a, err := s.Do(onList(why))
		require.NoError(t, err)
		require.Equal(t, action.Cancelled, a.Status)
		require.Equal(t, why, a.Reason)
		require.Empty(t, h.bodies[a.ID])
	}
}
