package sms

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	_ "redthread.dev/shared/channel/amazon"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/tests/emulators/stores"
)

// The emulator keeps texts by their number, knows numbers that have opted out (those
// that end in 99) and takes any number and any attribute. What is said besides to
// Amazon, and what it refuses, is below.
func TestAmazonSendsATextToANumber(t *testing.T) {
	emulator := stores.Amazon(t)
	s := shop(t, "SNS_URL", "sns://eu-west-1")
	a := s.Done(message(events.PurposeService))
	require.Equal(t, action.Sent, a.Status, a.Reason)
	require.Equal(t, "sns", a.Provider)
	type kept struct {
		ID    string `json:"message_id"`
		Phone string `json:"phone_number"`
		Text  string `json:"message"`
	}
	var texts []kept
	emulator.Kept("sns", "SMS", &texts)
	require.Contains(t, texts, kept{a.Reference, phone, "Din ordre er klar i Tråd & Træ. Kode 4711. Hent den senest mandag 9. marts. https://shop.example/b"})

	shut := fmt.Sprintf("+4520%04d99", time.Now().UnixNano()%1e4) // which no other run has written to
	s.Keep(channeltest.Customer(channeltest.Ann, "phone:"+shut))
	a = s.Done(message(events.PurposeService))
	require.Equal(t, action.Failed, a.Status)
	require.Equal(t, "the number has opted out of text messages", a.Reason)
	require.Len(t, s.Emitted(), 1)
	require.Equal(t, a.ID+"-optedout", s.Emitted()[0].ID())
	require.Equal(t, events.ConsentChanged{Common: events.Common{Customer: events.Identifiers{"profile": channeltest.Ann, "phone": shut}},
		Channel: events.ConsentSMS, Purpose: events.PurposeAll, Evidence: events.Evidence{Form: "sns-opt-out"}}, decoded[events.ConsentChanged](t, s.Emitted()[0]))
	emulator.Kept("sns", "SMS", &texts)
	require.False(t, slices.ContainsFunc(texts, func(k kept) bool { return k.Phone == shut }))
}

// cloud answers as Amazon SNS does, and keeps what it was asked to publish.
type cloud struct {
	status     int
	code, said string
	mayNotAsk  bool
	cannotAsk  bool
	hangUp     bool

	mu   sync.Mutex
	kept []url.Values
}

const answers = `<%sResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><%[1]sResult>%s</%[1]sResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></%[1]sResponse>`

func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		panic(err)
	}
	refuse := func(status int, code, said string) {
		w.WriteHeader(status)
		fmt.Fprintf(w, `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`, code, said)
	}
	if what := r.PostForm.Get("Action"); what != "Publish" {
		if c.cannotAsk {
			panic(http.ErrAbortHandler)
		}
		if c.mayNotAsk {
			refuse(403, "AuthorizationError", "User is not authorized to perform: SNS:CheckIfPhoneNumberIsOptedOut")
			return
		}
		fmt.Fprintf(w, answers, what, "<isOptedOut>false</isOptedOut>")
		return
	}
	c.mu.Lock()
	c.kept = append(c.kept, r.PostForm)
	c.mu.Unlock()
	switch {
	case c.hangUp:
		panic(http.ErrAbortHandler)
	case c.status != 0:
		refuse(c.status, c.code, c.said)
	default:
		fmt.Fprintf(w, answers, "Publish", "<MessageId>m-1</MessageId>")
	}
}

// asked is what it was asked, in order.
func (c *cloud) asked() []url.Values {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.kept
}

// open serves it, and has Amazon's client find it there.
func (c *cloud) open(t *testing.T) {
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	for name, value := range stores.AWS(server.URL) {
		t.Setenv(name, value)
	}
}

func TestAmazonIsToldWhoItIsFromAndWhatFor(t *testing.T) {
	for sender, c := range map[string]struct {
		purpose events.Purpose
		want    map[string]string
	}{
		"":            {events.PurposeService, map[string]string{"AWS.SNS.SMS.SMSType": "Transactional"}},
		"TraadTrae":   {events.PurposeMarketing, map[string]string{"AWS.SNS.SMS.SMSType": "Promotional", "AWS.SNS.SMS.SenderID": "TraadTrae"}},
		"+4591234567": {events.PurposeMarketing, map[string]string{"AWS.SNS.SMS.SMSType": "Promotional", "AWS.MM.SMS.OriginationNumber": "+4591234567"}},
	} {
		sky := &cloud{mayNotAsk: sender == ""}
		sky.open(t)
		a, err := shop(t, "SNS_URL", "sns://", "SENDER", sender).Do(message(c.purpose))
		require.NoError(t, err)
		require.Equal(t, action.Sent, a.Status, a.Reason)
		require.Equal(t, "m-1", a.Reference)
		require.Len(t, sky.asked(), 1)
		require.Equal(t, phone, sky.asked()[0].Get("PhoneNumber"))
		got := map[string]string{}
		for i := 1; sky.asked()[0].Has(fmt.Sprintf("MessageAttributes.entry.%d.Name", i)); i++ {
			entry := fmt.Sprintf("MessageAttributes.entry.%d.", i)
			require.Equal(t, "String", sky.asked()[0].Get(entry+"Value.DataType"))
			got[sky.asked()[0].Get(entry+"Name")] = sky.asked()[0].Get(entry + "Value.StringValue")
		}
		require.Equal(t, c.want, got)
	}
}

func TestATextIsNotSentWhileAmazonCannotBeAskedWhetherItIsWanted(t *testing.T) {
	sky := &cloud{cannotAsk: true}
	sky.open(t)
	a, err := shop(t, "SNS_URL", "sns://eu-north-1").Do(message(events.PurposeMarketing))
	require.Error(t, err)
	require.Equal(t, action.Requested, a.Status, "nothing was sent, for sure")
	require.Empty(t, sky.asked())
}

func TestWhatAmazonSaysDecides(t *testing.T) {
	const none, bounced, optedOut = "", "-bounced", "-optedout"
	for name, c := range map[string]struct {
		*cloud
		status action.Status
		reason string
		emits  string
	}{
		"too fast":                {&cloud{status: 429, code: "Throttled", said: "Rate exceeded"}, action.Requested, "Throttled: Rate exceeded", none},
		"too fast, the other way": {&cloud{status: 400, code: "Throttling", said: "Rate exceeded"}, action.Requested, "Throttling: Rate exceeded", none},
		"may not":                 {&cloud{status: 403, code: "AuthorizationError", said: "User is not authorized to perform: SNS:Publish"}, action.Requested, "AuthorizationError", none},
		"trouble of its own":      {&cloud{status: 500, code: "InternalError", said: "oops"}, action.Requested, "InternalError", none},
		"nobody's number":         {&cloud{status: 400, code: "InvalidParameter", said: "Invalid parameter: PhoneNumber Reason: +4520123456 is not valid to publish to"}, action.Failed, "InvalidParameter: Invalid parameter: PhoneNumber Reason: … is not valid", bounced},
		"a sender of no country":  {&cloud{status: 400, code: "InvalidParameter", said: "Invalid parameter: SenderId"}, action.Failed, "InvalidParameter", none},
		"opted out":               {&cloud{status: 400, code: "OptedOut", said: "The number is opted out"}, action.Failed, "opted out of text messages", optedOut},
		"the line goes dead":      {&cloud{hangUp: true}, action.Unknown, "it may have been sent", none},
	} {
		t.Run(name, func(t *testing.T) {
			c.open(t)
			s := shop(t, "SNS_URL", "sns://eu-north-1")
			a, err := s.Do(message(events.PurposeMarketing))
			require.Equal(t, c.status, a.Status, a.Reason)
			require.Equal(t, c.status == action.Requested, err != nil)
			require.Contains(t, a.Reason, c.reason)
			require.NotContains(t, a.Reason+s.Logged()+fmt.Sprint(err), phone[1:])
			require.Len(t, c.asked(), 1, "the channel tries again, not Amazon's client")
			if c.emits == none {
				require.Empty(t, s.Emitted())
				return
			}
			require.Len(t, s.Emitted(), 1)
			require.Equal(t, a.ID+c.emits, s.Emitted()[0].ID())
			if c.emits == bounced {
				require.Equal(t, events.MessageBounced{Common: events.Common{Customer: events.Identifiers{"profile": channeltest.Ann}}, ActionID: a.ID,
					Kind: events.BounceHard, Reason: "InvalidParameter", Provider: "sns"}, decoded[events.MessageBounced](t, s.Emitted()[0]))
			}
		})
	}
}
