package flow

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
)

func policy(t require.TestingT) Policy {
	var p Policy
	require.NoError(t, function.Settings(function.Env{}, "policytest", &p))
	p.Control = 0
	return p
}

var monday = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// customer folds a customer who has an address, and consents as given.
func customer(t require.TestingT, consents ...events.ConsentChanged) *profile.Profile {
	p := profile.Profile{ID: "p-1"}
	ids := events.Identifiers{"login": "m", "email": "m@example.dk", "phone": "+4520123456"}
	tell := func(id string, at time.Time, d events.Data) {
		e, err := events.New("/test", id, at, d)
		require.NoError(t, err)
		data, err := events.Parse(e)
		require.NoError(t, err)
		profile.Fold(&p, e, data)
	}
	tell("signup", monday.Add(-time.Hour), events.CustomerSignedUp{Common: events.Common{Customer: ids}})
	for i, c := range consents {
		c.Customer = ids
		tell("consent"+string(rune('a'+i)), monday.Add(time.Duration(i-30)*time.Minute), c)
	}
	return &p
}

func consent(channel events.ConsentChannel, granted bool) events.ConsentChanged {
	return events.ConsentChanged{Channel: channel, Purpose: events.PurposeMarketing, Granted: granted}
}

func ask(channels ...string) proposal {
	return proposal{flow: "f", key: "k", step: "s", purpose: events.PurposeMarketing, priority: "normal",
		kind: events.ActionMessage, channels: channels}
}

func TestAChannelReachesTheCustomerWhenItIsThereAndAllowed(t *testing.T) {
	p, c := policy(t), customer(t, consent(events.ConsentEmail, true), consent(events.ConsentPush, true))
	require.True(t, p.opens("email", events.PurposeMarketing, c))
	require.False(t, p.opens("sms", events.PurposeMarketing, c), "not agreed to")
	require.True(t, p.opens("sms", events.PurposeService, c))
	p.Channels = []string{"sms"}
	require.False(t, p.opens("email", events.PurposeMarketing, c), "not there")
	p.Channels = []string{"push"}
	require.False(t, p.opens("push", events.PurposeMarketing, c), "no address")
}

func TestEachReasonOfThePolicy(t *testing.T) {
	yes := consent(events.ConsentEmail, true)
	service := ask("email")
	service.purpose = events.PurposeService
	urgent := service
	urgent.urgent = true
	inferred := ask("email")
	inferred.inferred = []string{"pregnancy"}
	held := ask("email")
	held.holdout = 1
	ticket := ask("ticket")
	ticket.kind = events.ActionTicket
	lead := ask("crm")
	lead.kind = events.ActionLead
	private := lead
	private.inferred = []string{"pregnancy"}
	prompt := ask("crm")
	prompt.kind = events.ActionPrompt
	heldPrompt := prompt
	heldPrompt.holdout = 1
	heldLead := lead
	heldLead.holdout = 1
	night := monday.Add(11 * time.Hour)
	complaint := thread.Thread{Contacts: []thread.Contact{{At: monday, Flow: "care", Key: "c", Complaint: true}}}
	full := thread.Thread{Contacts: []thread.Contact{{At: monday.Add(-time.Hour), Flow: "x", Kind: "message", Purpose: events.PurposeMarketing, Priority: "normal"}}}
	released := thread.Thread{Contacts: []thread.Contact{full.Contacts[0]}}
	released.Contacts[0].Released = true
	erased := customer(t, yes)
	erased.Erased = monday
	for name, c := range map[string]struct {
		ask     proposal
		profile *profile.Profile
		thread  thread.Thread
		at      time.Time
		want    Reason
	}{
		"agreed": {ask("email"), customer(t, yes), thread.Thread{}, monday, ""},
		"a channel that is not there is no way to the customer":   {ask("push"), customer(t, yes), thread.Thread{}, monday, Unreachable},
		"no word about consent":                                   {ask("email"), customer(t), thread.Thread{}, monday, NoConsent},
		"consent withdrawn":                                       {ask("email"), customer(t, yes, consent(events.ConsentEmail, false)), thread.Thread{}, monday, Suppressed},
		"erased":                                                  {ask("email"), erased, thread.Thread{}, monday, Suppressed},
		"inferred from a sensitive category":                      {inferred, customer(t, yes), thread.Thread{}, monday, Sensitive},
		"something to mend first":                                 {ask("email"), customer(t, yes), complaint, monday, OpenComplaint},
		"held out":                                                {held, customer(t, yes), thread.Thread{}, monday, HeldOut},
		"the day's message was sent":                              {ask("email"), customer(t, yes), full, monday, Capped},
		"the day's message was cancelled before it was sent":      {ask("email"), customer(t, yes), released, monday, ""},
		"at night":                                                {ask("email"), customer(t, yes), thread.Thread{}, night, InQuiet},
		"service needs no opt-in":                                 {service, customer(t), thread.Thread{}, monday, ""},
		"service does not count the day's message":                {service, customer(t), full, monday, ""},
		"service keeps the night":                                 {service, customer(t), thread.Thread{}, night, InQuiet},
		"unless it is urgent":                                     {urgent, customer(t), thread.Thread{}, night, ""},
		"a ticket is work for us":                                 {ticket, customer(t), complaint, night, ""},
		"a lead needs a yes":                                      {lead, customer(t), thread.Thread{}, monday, NoConsent},
		"a lead is not for who said no":                           {lead, customer(t, yes, consent(events.ConsentAll, false)), thread.Thread{}, monday, Suppressed},
		"a lead takes no attention, at any hour":                  {lead, customer(t, yes), full, night, ""},
		"a lead tells nothing sensitive":                          {private, customer(t, yes), thread.Thread{}, monday, Sensitive},
		"no lead while there is something to mend":                {lead, customer(t, yes), complaint, monday, OpenComplaint},
		"a prompt needs a yes":                                    {prompt, customer(t), thread.Thread{}, monday, NoConsent},
		"a prompt is not about who said no":                       {prompt, customer(t, yes, consent(events.ConsentAll, false)), thread.Thread{}, monday, Suppressed},
		"a prompt takes no attention, as late as a store is open": {prompt, customer(t, yes), full, night, ""},
		"no prompt while there is something to mend":              {prompt, customer(t, yes), complaint, monday, OpenComplaint},
		"a prompt that is held out":                               {heldPrompt, customer(t, yes), thread.Thread{}, monday, HeldOut},
		"a lead that is held out":                                 {heldLead, customer(t, yes), thread.Thread{}, monday, HeldOut},
	} {
		t.Run(name, func(t *testing.T) {
			r := policy(t).rule(c.ask, c.profile, &c.thread, catalog.Facts{}, c.at, time.UTC)
			require.Equal(t, c.want, r.reason)
		})
	}
}

// Whatever a customer said in whatever order: no marketing message goes out unless
// the last word on its channel was yes.
func TestThePolicyNeverActsWithoutConsent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		channel := rapid.SampledFrom([]events.ConsentChannel{events.ConsentEmail, events.ConsentSMS, events.ConsentAds, events.ConsentAll})
		purpose := rapid.SampledFrom([]events.Purpose{events.PurposeMarketing, events.PurposeService, events.PurposeAll})
		said := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) events.ConsentChanged {
			return events.ConsentChanged{Channel: channel.Draw(t, "channel"), Purpose: purpose.Draw(t, "purpose"), Granted: rapid.Bool().Draw(t, "granted")}
		}), 0, 8).Draw(t, "said")
		p := policy(t)
		p.Channels = []string{"sms", "email"}
		r := p.rule(ask("sms", "email"), customer(t, said...), &thread.Thread{}, catalog.Facts{}, monday, time.UTC)
		last := map[events.ConsentChannel]bool{}
		for _, c := range said {
			if c.Purpose == events.PurposeService {
				continue
			}
			for _, ch := range []events.ConsentChannel{events.ConsentEmail, events.ConsentSMS} {
				if c.Channel == ch || c.Channel == events.ConsentAll {
					last[ch] = c.Granted
				}
			}
		}
		if r.reason == "" {
			require.True(t, last[events.ConsentChannel(r.channel)], "acted by %s after %v", r.channel, said)
		} else {
			require.False(t, last[events.ConsentEmail] || last[events.ConsentSMS], "kept still (%s) after %v", r.reason, said)
		}
	})
}

func TestTheBudgetByPriority(t *testing.T) {
	p := policy(t)
	p.Day = 9
	for priority, want := range map[string]int{"low": 1, "normal": 2, "high": 3} {
		var th thread.Thread
		n := 0
		for i := range 6 {
			if p.budget(priority, &th, monday.Add(time.Duration(i)*time.Minute), time.UTC).reason == "" {
				th.Touch(thread.Contact{At: monday, Action: string(rune('a' + i)), Kind: "message", Purpose: events.PurposeMarketing, Priority: priority})
				n++
			}
		}
		require.Equal(t, want, n, priority)
	}
}

func TestHoldoutsAreStableAndOfTheRightSize(t *testing.T) {
	in := 0
	for i := range 20000 {
		id := time.Unix(int64(i), 0).String()
		require.Equal(t, share(id, "f"), share(id, "f"))
		if share(id, "f") < 0.1 {
			in++
		}
	}
	require.InDelta(t, 2000, in, 200)
}
