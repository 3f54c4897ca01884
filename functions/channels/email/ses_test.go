package email

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	_ "redthread.dev/shared/channel/amazon"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/tests/emulators/stores"
)

// amazing is a channel whose mails Amazon sends.
func amazing(t *testing.T, more ...string) *channeltest.Shop {
	t.Helper()
	settings := map[string]string{"SES_URL": "ses://eu-west-1/redthread", "LINK_KEY": key, "PUBLIC_URL": "https://shop.example"}
	for i := 0; i < len(more); i += 2 {
		settings[more[i]] = more[i+1]
	}
	s := channeltest.Open(t, Spec, settings)
	s.Keep(channeltest.Customer(channeltest.Ann, "email:ann@else.example"))
	return s
}

// branded is a brand.yaml of a shop whose mails come from a domain that no other test's do.
func branded(t *testing.T, domain string) string {
	t.Helper()
	brand, err := os.ReadFile("../../../shared/words/brand.yaml")
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "brand.yaml")
	require.NoError(t, os.WriteFile(file, []byte(strings.ReplaceAll(string(brand), "hej@traadogtrae.example", "hej@"+domain)), 0o600))
	return file
}

// The emulator keeps mails with their text. It knows neither tags nor configuration sets,
// does not give mails a Message-ID of its own, and reports no bounces: what is said
// to Amazon besides, and what Amazon says back, is below.
func TestAmazonGetsTheMailAsItWouldGoOverSMTP(t *testing.T) {
	emulator := stores.Amazon(t)
	domain := fmt.Sprintf("ses-%d.example", time.Now().UnixNano()) // that no other run has verified
	s := amazing(t, "BRAND", branded(t, domain))
	a := letter("one", events.PurposeService)
	refused := s.Done(a)
	require.Equal(t, action.Failed, refused.Status, "the sender's address is not verified")
	require.Contains(t, refused.Reason, "MessageRejected: Did not have authority to send from email")

	account, err := config.LoadDefaultConfig(t.Context())
	require.NoError(t, err)
	sender := "hej@" + domain
	_, err = sesv2.NewFromConfig(account).CreateEmailIdentity(t.Context(), &sesv2.CreateEmailIdentityInput{EmailIdentity: &sender})
	require.NoError(t, err)
	sent := s.Done(a)
	require.Equal(t, action.Sent, sent.Status, sent.Reason)
	require.Equal(t, "ses", sent.Provider)

	type kept struct {
		ID           string   `json:"id"`
		Destinations []string `json:"destinations"`
		Raw          string   `json:"raw_data"`
	}
	var mails []kept
	emulator.Kept("ses", "RawMessage", &mails)
	i := slices.IndexFunc(mails, func(m kept) bool { return m.ID == sent.Reference })
	require.GreaterOrEqual(t, i, 0, "Amazon's id is the reference")
	require.Equal(t, []string{"ann@else.example"}, mails[i].Destinations)
	m := parse(t, []byte(mails[i].Raw))
	require.Equal(t, "<"+a.ID+"@"+domain+">", m.Get("Message-ID"))
	require.Equal(t, "story:service:email:"+domain, m.Get("Feedback-ID"))
	require.Contains(t, m.text, "Du lod tre ting ligge.")
	require.Contains(t, m.html, "https://shop.example/c?t=")
}

// cloud answers as Amazon SES does, and keeps what it was asked.
type cloud struct {
	status     int
	code, said string
	hangUp     bool

	mu   sync.Mutex
	kept []asked
}

type asked struct {
	path, signed string
	body         struct {
		ConfigurationSetName string
		Content              struct{ Raw struct{ Data []byte } }
		EmailTags            []struct{ Name, Value string }
	}
}

func (a *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	question := asked{path: r.URL.Path, signed: r.Header.Get("Authorization")}
	text, _ := io.ReadAll(r.Body)
	if err := json.Unmarshal(text, &question.body); err != nil {
		panic(err)
	}
	a.mu.Lock()
	a.kept = append(a.kept, question)
	a.mu.Unlock()
	switch {
	case a.hangUp:
		panic(http.ErrAbortHandler)
	case a.status != 0:
		w.Header().Set("X-Amzn-ErrorType", a.code)
		w.WriteHeader(a.status)
		json.NewEncoder(w).Encode(map[string]string{"message": a.said}) //nolint:errcheck // to a test
	default:
		io.WriteString(w, `{"MessageId":"0102019c-1"}`) //nolint:errcheck // to a test
	}
}

// asked is what it was asked, in order.
func (a *cloud) asked() []asked {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.kept
}

// open serves it, and has Amazon's client find it there.
func (a *cloud) open(t *testing.T) *httptest.Server {
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	for name, value := range stores.AWS(server.URL) {
		t.Setenv(name, value)
	}
	return server
}

func TestAmazonIsToldWhichActionAMailIs(t *testing.T) {
	sky := &cloud{}
	sky.open(t)
	for _, url := range []string{"ses://eu-north-1/redthread", "ses://eu-north-1", "ses:///redthread", "ses://"} {
		a := letter("last call 2026-03-11T12:00:00Z "+strings.Repeat("æ", 300), events.PurposeService)
		_, err := amazing(t, "SES_URL", url).Do(a)
		require.NoError(t, err)
		got := sky.asked()[len(sky.asked())-1]
		require.Equal(t, "/v2/email/outbound-emails", got.path)
		tags := map[string]string{}
		for _, tag := range got.body.EmailTags {
			tags[tag.Name] = tag.Value
		}
		require.Equal(t, map[string]string{"action": a.ID, "flow": "story", "step": "last-call-2026-03-11T12-00-00Z", "purpose": "service"}, tags)
		region, set := stores.Region, ""
		if strings.Contains(url, "eu-north-1") {
			region = "eu-north-1"
		}
		if strings.HasSuffix(url, "/redthread") {
			set = "redthread"
		}
		require.Contains(t, got.signed, "/"+region+"/ses/aws4_request")
		require.Equal(t, set, got.body.ConfigurationSetName)
		require.Equal(t, "<"+a.ID+"@traadogtrae.example>", parse(t, got.body.Content.Raw.Data).Get("Message-ID"))
	}
}

func TestWhatAmazonSaysDecides(t *testing.T) {
	for name, c := range map[string]struct {
		*cloud
		status action.Status
		reason string
	}{
		"taken":               {&cloud{}, action.Sent, ""},
		"too fast":            {&cloud{status: 429, code: "TooManyRequestsException", said: "Maximum sending rate exceeded."}, action.Requested, "TooManyRequestsException: Maximum sending rate exceeded."},
		"enough for today":    {&cloud{status: 400, code: "LimitExceededException", said: "Daily message quota exceeded."}, action.Requested, "LimitExceededException"},
		"an account shut":     {&cloud{status: 400, code: "AccountSuspendedException", said: "Sending suspended for this account."}, action.Requested, "AccountSuspendedException"},
		"an account paused":   {&cloud{status: 400, code: "SendingPausedException", said: "Email sending is disabled for this account."}, action.Requested, "SendingPausedException"},
		"no such set":         {&cloud{status: 404, code: "NotFoundException", said: "Configuration set <redthread> does not exist."}, action.Requested, "NotFoundException"},
		"nobody we verified":  {&cloud{status: 400, code: "MessageRejected", said: "Email address is not verified. The following identities failed the check in region EU-WEST-1: hej@traadogtrae.example"}, action.Requested, "not verified"},
		"may not":             {&cloud{status: 403, code: "AccessDeniedException", said: "User is not authorized to perform: ses:SendEmail"}, action.Requested, "AccessDeniedException"},
		"signed wrongly":      {&cloud{status: 403, code: "InvalidSignatureException", said: "Signature expired."}, action.Requested, "InvalidSignatureException"},
		"trouble of its own":  {&cloud{status: 500, code: "InternalServiceErrorException", said: "oops"}, action.Requested, "InternalServiceErrorException"},
		"nothing but a code":  {&cloud{status: 503}, action.Requested, ""},
		"a virus":             {&cloud{status: 400, code: "MessageRejected", said: "Email content contained a virus."}, action.Failed, "MessageRejected: Email content contained a virus."},
		"an address that is ": {&cloud{status: 400, code: "BadRequestException", said: "Local address contains control or whitespace: ann@else.example"}, action.Failed, "BadRequestException"},
		"the line goes dead":  {&cloud{hangUp: true}, action.Unknown, "it may have been sent"},
	} {
		t.Run(name, func(t *testing.T) {
			c.open(t)
			s := amazing(t)
			a, err := s.Do(letter("one", events.PurposeMarketing))
			require.Equal(t, c.status, a.Status, a.Reason)
			require.Contains(t, a.Reason, c.reason)
			require.NotContains(t, a.Reason+s.Logged()+fmt.Sprint(err), "ann@else.example")
			require.Equal(t, c.status == action.Requested, err != nil)
			require.Len(t, c.asked(), 1, "the channel tries again, not Amazon's client")
			require.Equal(t, "ses", a.Provider)
		})
	}
}

func TestAWordOfServiceIsSentAgainWhereAdvertisingIsNot(t *testing.T) {
	sky := &cloud{hangUp: true}
	server := sky.open(t)
	s := amazing(t)
	a, err := s.Do(letter("one", events.PurposeService))
	require.Error(t, err)
	require.Equal(t, action.Requested, a.Status)
	server.Close()
	a, err = s.Do(letter("two", events.PurposeMarketing))
	require.ErrorContains(t, err, "connection refused")
	require.Equal(t, action.Requested, a.Status, "it cannot have been sent")
}

func TestWhereAmazonIsMustBeSaid(t *testing.T) {
	for name := range stores.AWS("") {
		t.Setenv(name, "")
	}
	for settings, wrong := range map[[2]string]string{
		{"SES_URL", "ses://"}:                              `SES_URL is "ses://", expected ses://REGION/CONFIGURATION-SET: there is no region in it, and no AWS_REGION`,
		{"SES_URL", "ses://eu-north-1/a/b"}:                `SES_URL is "ses://eu-north-1/a/b", expected ses://REGION/CONFIGURATION-SET: "a/b" is no name`,
		{"SES_URL", "ses://key:hush@eu-north-1/redthread"}: `SES_URL is "ses://key:xxxxx@eu-north-1/redthread", expected ses://REGION/CONFIGURATION-SET: there is more in it than that`,
	} {
		all := map[string]string{"LINK_KEY": key}
		maps.Copy(all, map[string]string{settings[0]: settings[1]})
		env := channeltest.Open(t, Spec, map[string]string{"LINK_KEY": key, "OUTBOX": t.TempDir()}).Env
		env.Override = map[string]map[string]string{"email": all}
		_, err := Spec.New(env)
		require.EqualError(t, err, "settings of email: "+wrong)
	}
}
