package profile

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

func TestWhatBarsAChannel(t *testing.T) {
	at := func(day int) Stamp { return Stamp{At: time.Date(2026, 3, day, 9, 0, 0, 0, time.UTC), By: "h"} }
	said := func(day int, channel events.ConsentChannel, purpose events.Purpose, granted bool) Consent {
		return Consent{Channel: channel, Purpose: purpose, Granted: granted, Identifiers: []string{"email:a@shop.example"}, Stamp: at(day)}
	}
	mailed := Identifier{Type: events.IDEmail, Value: "a@shop.example"}
	reachable := func(cs ...Consent) Profile {
		return Profile{Identifiers: []Identifier{mailed}, Consents: cs}
	}
	yes := said(1, events.ConsentEmail, events.PurposeMarketing, true)
	bounced := Suppression{Channel: "email", Reason: Bounced, Stamp: at(2)}
	for name, c := range map[string]struct {
		profile Profile
		kind    events.ActionKind
		channel string
		purpose events.Purpose
		want    Bar
	}{
		"no address":                                {Profile{}, events.ActionMessage, "email", events.PurposeService, Unreachable},
		"marketing without a word of consent":       {reachable(), events.ActionMessage, "email", events.PurposeMarketing, NoConsent},
		"marketing with an opt-in":                  {reachable(yes), events.ActionMessage, "email", events.PurposeMarketing, ""},
		"marketing after the opt-in was taken back": {reachable(yes, said(2, events.ConsentEmail, events.PurposeMarketing, false)), events.ActionMessage, "email", events.PurposeMarketing, Suppressed},
		"marketing after no to every channel":       {reachable(yes, said(2, events.ConsentAll, events.PurposeAll, false)), events.ActionMessage, "email", events.PurposeMarketing, Suppressed},
		"service needs no opt-in":                   {reachable(), events.ActionMessage, "email", events.PurposeService, ""},
		"service after a no to marketing":           {reachable(said(2, events.ConsentEmail, events.PurposeMarketing, false)), events.ActionMessage, "email", events.PurposeService, ""},
		"service after a no to service":             {reachable(said(2, events.ConsentEmail, events.PurposeService, false)), events.ActionMessage, "email", events.PurposeService, Suppressed},
		"service to an address that bounced":        {Profile{Identifiers: []Identifier{mailed}, Suppressions: []Suppression{bounced}}, events.ActionMessage, "email", events.PurposeService, Suppressed},
		"an audience asks for ads, not for e-mail":  {reachable(yes), events.ActionAudience, "audience", events.PurposeMarketing, NoConsent},
		"an audience with consent for ads":          {reachable(said(1, events.ConsentAds, events.PurposeMarketing, true)), events.ActionAudience, "audience", events.PurposeMarketing, ""},
		"a ticket needs neither":                    {Profile{}, events.ActionTicket, "ticket", events.PurposeService, ""},
		"a ticket about somebody who was erased":    {Profile{Erased: time.Now()}, events.ActionTicket, "ticket", events.PurposeService, Suppressed},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, c.profile.Barred(c.kind, c.channel, c.purpose))
		})
	}
}
