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
		"no address":                                        {Profile{}, events.ActionMessage, "email", events.PurposeService, Unreachable},
		"marketing without a word of consent":               {reachable(), events.ActionMessage, "email", events.PurposeMarketing, NoConsent},
		"marketing with an opt-in":                          {reachable(yes), events.ActionMessage, "email", events.PurposeMarketing, ""},
		"marketing after the opt-in was taken back":         {reachable(yes, said(2, events.ConsentEmail, events.PurposeMarketing, false)), events.ActionMessage, "email", events.PurposeMarketing, Suppressed},
		"marketing after no to every channel":               {reachable(yes, said(2, events.ConsentAll, events.PurposeAll, false)), events.ActionMessage, "email", events.PurposeMarketing, Suppressed},
		"service needs no opt-in":                           {reachable(), events.ActionMessage, "email", events.PurposeService, ""},
		"service after a no to marketing":                   {reachable(said(2, events.ConsentEmail, events.PurposeMarketing, false)), events.ActionMessage, "email", events.PurposeService, ""},
		"service after a no to service":                     {reachable(said(2, events.ConsentEmail, events.PurposeService, false)), events.ActionMessage, "email", events.PurposeService, Suppressed},
		"service to an address that bounced":                {Profile{Identifiers: []Identifier{mailed}, Suppressions: []Suppression{bounced}}, events.ActionMessage, "email", events.PurposeService, Suppressed},
		"an audience asks for ads, not for e-mail":          {reachable(yes), events.ActionAudience, "audience", events.PurposeMarketing, NoConsent},
		"an audience with consent for ads":                  {reachable(said(1, events.ConsentAds, events.PurposeMarketing, true)), events.ActionAudience, "audience", events.PurposeMarketing, ""},
		"a print list asks for post, not for ads":           {reachable(said(1, events.ConsentAds, events.PurposeMarketing, true)), events.ActionPrint, "audience", events.PurposeMarketing, NoConsent},
		"a print list with consent for post":                {reachable(said(1, events.ConsentPost, events.PurposeMarketing, true)), events.ActionPrint, "audience", events.PurposeMarketing, ""},
		"a print list of whom the shop cannot name":         {Profile{Identifiers: []Identifier{{Type: events.IDCookie, Value: "c"}}}, events.ActionPrint, "audience", events.PurposeMarketing, Unreachable},
		"a till says nothing of who has agreed to nothing":  {reachable(), events.ActionPrompt, "crm", events.PurposeMarketing, NoConsent},
		"a till needs consent to be written to, no address": {reachable(said(1, events.ConsentPost, events.PurposeMarketing, true)), events.ActionPrompt, "crm", events.PurposeMarketing, ""},
		"ads are not written to anybody":                    {reachable(said(1, events.ConsentAds, events.PurposeMarketing, true)), events.ActionPrompt, "crm", events.PurposeMarketing, NoConsent},
		"a till is told of service without":                 {reachable(), events.ActionPrompt, "crm", events.PurposeService, ""},
		"a till after the one opt-in was taken back":        {reachable(yes, said(2, events.ConsentEmail, events.PurposeMarketing, false)), events.ActionPrompt, "crm", events.PurposeMarketing, NoConsent},
		"a till after no to every channel":                  {reachable(yes, said(2, events.ConsentAll, events.PurposeMarketing, false)), events.ActionPrompt, "crm", events.PurposeMarketing, Suppressed},
		"a till of who is not to be profiled":               {reachable(yes, said(2, events.ConsentAll, events.PurposeProfiling, false)), events.ActionPrompt, "crm", events.PurposeMarketing, Suppressed},
		"a till of somebody who was erased":                 {Profile{Erased: time.Now()}, events.ActionPrompt, "crm", events.PurposeService, Suppressed},
		"a ticket needs neither":                            {Profile{}, events.ActionTicket, "ticket", events.PurposeService, ""},
		"a ticket about somebody who was erased":            {Profile{Erased: time.Now()}, events.ActionTicket, "ticket", events.PurposeService, Suppressed},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, c.profile.Barred(c.kind, c.channel, c.purpose))
		})
	}
}

func TestWaysForASalesperson(t *testing.T) {
	at := func(day int) Stamp { return Stamp{At: time.Date(2026, 3, day, 9, 0, 0, 0, time.UTC), By: "h"} }
	said := func(day int, channel events.ConsentChannel, purpose events.Purpose, granted bool) Consent {
		return Consent{Channel: channel, Purpose: purpose, Granted: granted, Identifiers: []string{"email:a@shop.example"}, Stamp: at(day)}
	}
	mail, phone := Identifier{Type: events.IDEmail, Value: "a@shop.example"}, Identifier{Type: events.IDPhone, Value: "+4520112233"}
	known := func(cs ...Consent) Profile { return Profile{Identifiers: []Identifier{mail, phone}, Consents: cs} }
	firm := func(p Profile, declared bool) Profile {
		p.Traits = map[string]Trait{events.TraitCompany: {Said: Said{Value: "Holm & Søn"}, Declared: declared}}
		return p
	}
	unlisted := firm(known(), true)
	unlisted.Suppressions = []Suppression{{Channel: "email", Reason: Complained, Stamp: at(2)}}
	for name, c := range map[string]struct {
		profile Profile
		want    []string
		bar     Bar
	}{
		"nobody knows where":                        {Profile{}, nil, Unreachable},
		"a private person has said nothing":         {known(), nil, NoConsent},
		"a private person may be called":            {known(said(1, events.ConsentPhone, events.PurposeMarketing, true)), []string{"phone"}, ""},
		"a private person agrees to everything":     {known(said(1, events.ConsentAll, events.PurposeAll, true)), []string{"phone", "email"}, ""},
		"a yes that was taken back":                 {known(said(1, events.ConsentPhone, events.PurposeMarketing, true), said(2, events.ConsentPhone, events.PurposeMarketing, false)), nil, Suppressed},
		"a yes to texts is none to calls":           {known(said(1, events.ConsentSMS, events.PurposeMarketing, true)), nil, NoConsent},
		"a company has said nothing":                {firm(known(), true), []string{"phone", "email"}, ""},
		"a company that we only think is one":       {firm(known(), false), nil, NoConsent},
		"a company wants no letters":                {firm(known(said(1, events.ConsentEmail, events.PurposeMarketing, false)), true), []string{"phone"}, ""},
		"a company called a letter of ours spam":    {unlisted, []string{"phone"}, ""},
		"a company wants nothing":                   {firm(known(said(1, events.ConsentAll, events.PurposeMarketing, false)), true), nil, Suppressed},
		"a company is not to be profiled":           {firm(known(said(1, events.ConsentAll, events.PurposeProfiling, false)), true), nil, Suppressed},
		"a company that takes no service by e-mail": {firm(known(said(1, events.ConsentEmail, events.PurposeService, false)), true), []string{"phone", "email"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			ways, bar := c.profile.Ways()
			require.Equal(t, c.want, ways)
			require.Equal(t, c.bar, bar)
			require.Equal(t, c.bar, c.profile.Barred(events.ActionLead, "crm", events.PurposeMarketing))
			require.Empty(t, c.profile.Barred(events.ActionLead, "crm", events.PurposeService))
		})
	}
}
