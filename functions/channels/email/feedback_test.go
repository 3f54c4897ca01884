package email

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/shared/channel/topic/topictest"
)

// The shapes are those of Amazon's documentation: with eventType as a configuration set
// publishes them, with notificationType as a sender's address does.
const (
	byTag     = `"tags":{"ses:configuration-set":["redthread"],"ses:from-domain":["traadogtrae.example"],"action":["ID"],"flow":["story"],"step":["one"]}`
	byHeader  = `"headersTruncated":false,"headers":[{"name":"From","value":"hej@traadogtrae.example"},{"name":"X-Redthread-Action","value":"ID"}]`
	byMessage = `"headers":[{"name":"Message-ID","value":"<ID@traadogtrae.example>"}],"commonHeaders":{"subject":"Din kurv"}`
	mailOf    = `"mail":{"timestamp":"2026-03-11T11:59:10.000Z","source":"hej@traadogtrae.example","sourceArn":"arn:aws:ses:eu-north-1:123456789012:identity/traadogtrae.example",
		"sendingAccountId":"123456789012","messageId":"0110019c-1","destination":["ann@else.example"],WHICH}`
	bounce = `"bounce":{"bounceType":"TYPE","bounceSubType":"SUB","bouncedRecipients":[{"emailAddress":"ann@else.example","action":"failed","status":"5.1.1",
		"diagnosticCode":"smtp; 550 5.1.1 <ann@else.example>: user unknown"}],"timestamp":"2026-03-11T11:59:20.123Z","feedbackId":"0110019c-f1-000000","remoteMtaIp":"192.0.2.1","reportingMTA":"dns; amazonses.example"}`
	complaint = `"complaint":{"userAgent":"Some Mailer","complainedRecipients":[{"emailAddress":"ann@else.example"}],"complaintFeedbackType":"TYPE",
		"arrivalDate":"2026-03-11T11:59:00.000Z","timestamp":"2026-03-11T11:59:30.000Z","feedbackId":"0110019c-f2-000000"}`
)

func told(kind, what, which string, replace ...string) string {
	return strings.NewReplacer(replace...).Replace(strings.ReplaceAll(`{`+kind+`,`+mailOf+`,`+what+`}`, "WHICH", which))
}

// hearing is a channel that hears a topic, with Amazon at the other end and an action that
// was sent.
func hearing(t *testing.T) (*channeltest.Shop, *topictest.Amazon, action.Action) {
	t.Helper()
	sky := topictest.Open(t)
	spec := channel.Define(name, manifest, open(sky))
	s := channeltest.Open(t, spec, map[string]string{"OUTBOX": t.TempDir(), "LINK_KEY": key, "PUBLIC_URL": "https://shop.example", "SNS_TOPICS": topictest.ARN})
	s.Keep(channeltest.Customer(channeltest.Ann, "email:ann@else.example"))
	a, err := s.Do(letter("one", events.PurposeMarketing))
	require.NoError(t, err)
	return s, sky, a
}

func TestABounceIsHeardOfAndNamesTheCustomerWithoutAnAddress(t *testing.T) {
	const published, notified = `"eventType":"Bounce"`, `"notificationType":"Bounce"`
	for name, c := range map[string]struct {
		kind, which, bounceType, subType string
		want                             events.BounceKind
	}{
		"for good, by its tag":            {published, byTag, "Permanent", "NoEmail", events.BounceHard},
		"for good, by its header":         {notified, byHeader, "Permanent", "General", events.BounceHard},
		"for good, by its Message-ID":     {notified, byMessage, "Permanent", "OnAccountSuppressionList", events.BounceHard},
		"for now":                         {published, byTag, "Transient", "MailboxFull", events.BounceSoft},
		"and Amazon cannot tell how long": {published, byTag, "Undetermined", "Undetermined", events.BounceSoft},
	} {
		t.Run(name, func(t *testing.T) {
			s, sky, a := hearing(t)
			message := told(c.kind, bounce, c.which, "TYPE", c.bounceType, "SUB", c.subType, `"ID"`, `"`+a.ID+`"`, "<ID@", "<"+a.ID+"@")
			for range 2 { // Amazon posts at least once
				require.Equal(t, 200, sky.Post(s.Function.Pages, "/ses", sky.Sign(topictest.Notice("m-1", message), "2")))
			}
			require.Len(t, s.Emitted(), 2)
			e := s.Emitted()[0]
			require.Equal(t, e.ID(), s.Emitted()[1].ID(), "the journal tells the second for the first")
			if c.want == events.BounceHard {
				require.Equal(t, a.ID+"-bounced", e.ID(), "as one that the mail server told us at once")
			}
			require.Equal(t, time.Date(2026, 3, 11, 11, 59, 20, 123e6, time.UTC), e.Time())
			got, err := events.Decode[events.MessageBounced](e)
			require.NoError(t, err)
			require.Equal(t, events.MessageBounced{Common: events.Common{Customer: events.Identifiers{"profile": channeltest.Ann}},
				ActionID: a.ID, Kind: c.want, Reason: c.bounceType + " " + c.subType + " 5.1.1", Provider: "ses"}, got)
			require.NotContains(t, string(e.Data())+s.Logged(), "ann@else.example")
		})
	}
}

func TestASecondSoftBounceIsAnother(t *testing.T) {
	s, sky, a := hearing(t)
	for _, id := range []string{"f1", "f2"} {
		message := told(`"eventType":"Bounce"`, bounce, byTag, "TYPE", "Transient", "SUB", "General", "0110019c-f1-000000", id, `["ID"]`, `["`+a.ID+`"]`)
		require.Equal(t, 200, sky.Post(s.Function.Pages, "/ses", sky.Sign(topictest.Notice("m-"+id, message), "1")))
	}
	require.Len(t, s.Emitted(), 2)
	require.NotEqual(t, s.Emitted()[0].ID(), s.Emitted()[1].ID())
}

func TestAComplaintIsHeardOf(t *testing.T) {
	s, sky, a := hearing(t)
	for _, kind := range []string{`"eventType":"Complaint"`, `"notificationType":"Complaint"`} {
		message := told(kind, complaint, byTag, "TYPE", "abuse", `["ID"]`, `["`+a.ID+`"]`)
		require.Equal(t, 200, sky.Post(s.Function.Pages, "/ses", sky.Sign(topictest.Notice("m-1", message), "2")))
	}
	require.Len(t, s.Emitted(), 2)
	e := s.Emitted()[0]
	require.Equal(t, a.ID+"-complained", e.ID())
	got, err := events.Decode[events.MessageComplained](e)
	require.NoError(t, err)
	require.Equal(t, events.MessageComplained{Common: events.Common{Customer: events.Identifiers{"profile": channeltest.Ann}}, ActionID: a.ID, Provider: "ses"}, got)
}

func TestWhatElseAmazonSaysIsLetBe(t *testing.T) {
	s, sky, a := hearing(t)
	asked := letter("asked for", events.PurposeService)
	asked.To = "ann@work.example"
	text := channeltest.Action("sms", "text", events.PurposeService, asked.Content)
	s.Keep(asked, text)
	mine := func(id string) string { return `["` + id + `"]` }
	for name, message := range map[string]string{
		"a greeting":                  "Successfully validated SNS topic for Amazon SES event publishing.",
		"a delivery":                  told(`"eventType":"Delivery"`, `"delivery":{"processingTimeMillis":546}`, byTag, `["ID"]`, mine(a.ID)),
		"a complaint that is none":    told(`"eventType":"Complaint"`, complaint, byTag, "TYPE", "not-spam", `["ID"]`, mine(a.ID)),
		"a bounce of another's mail":  told(`"eventType":"Bounce"`, bounce, byTag, "TYPE", "Permanent", "SUB", "General", `["ID"]`, mine("nobodys")),
		"one of an unmarked mail":     told(`"notificationType":"Bounce"`, bounce, `"headersTruncated":false`, "TYPE", "Permanent"),
		"one of another's Message-ID": told(`"notificationType":"Bounce"`, bounce, byMessage, "TYPE", "Permanent", "traadogtrae.example>", "else.example>"),
		"one of another channel's":    told(`"eventType":"Bounce"`, bounce, byTag, "TYPE", "Permanent", `["ID"]`, mine(text.ID)),
		"one of an address asked for": told(`"eventType":"Bounce"`, bounce, byTag, "TYPE", "Permanent", `["ID"]`, mine(asked.ID)),
	} {
		require.Equal(t, 200, sky.Post(s.Function.Pages, "/ses", sky.Sign(topictest.Notice("m-1", message), "2")), name)
		require.Empty(t, s.Emitted(), name)
	}
	require.Equal(t, 400, sky.Post(s.Function.Pages, "/ses", sky.Sign(topictest.Notice("m-1", `{"eventType":7}`), "2")))
	forged := sky.Sign(topictest.Notice("m-1", told(`"eventType":"Complaint"`, complaint, byTag, `["ID"]`, mine(a.ID))), "2")
	forged["MessageId"] = "m-2"
	require.Equal(t, 403, sky.Post(s.Function.Pages, "/ses", forged))
	require.Empty(t, s.Emitted())
}

func TestAmazonTriesAgainWhileTheBrokerIsAway(t *testing.T) {
	s, sky, a := hearing(t)
	env := s.Env
	env.Emit = func(context.Context, events.Event) error { return errors.New("broker is away") }
	f, err := channel.Define(name, manifest, open(sky)).New(env)
	require.NoError(t, err)
	message := told(`"eventType":"Complaint"`, complaint, byTag, `["ID"]`, `["`+a.ID+`"]`)
	require.Equal(t, 503, sky.Post(f.Pages, "/ses", sky.Sign(topictest.Notice("m-1", message), "2")))
}

func TestWithoutTopicsNobodyIsHeard(t *testing.T) {
	s, _ := boxed(t)
	sky := topictest.Open(t)
	require.Equal(t, 404, sky.Post(s.Function.Pages, "/ses", sky.Sign(topictest.Notice("m-1", "{}"), "2")))
}
