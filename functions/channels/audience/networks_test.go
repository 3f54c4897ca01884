package audience

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/action"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/channeltest"
)

// As sha256sum prints it: annold@gmail.com, as Google's Data Manager API has it.
const annsBox = "729f023dfa6769942dee816fdf0f0d08c9fd8a7b3822268adcaf4fdb7ee71e9b"

const (
	googles = "datamanager.googleapis.com"
	metas   = "graph.facebook.com"
)

func TestOneEntersTheListsOfAllNetworks(t *testing.T) {
	x := openExchange(t)
	a, err := x.shop(x.onBoth()).Do(enter("in"))
	require.NoError(t, err)
	require.Equal(t, action.Sent, a.Status, a.Reason)
	require.Equal(t, "google meta", a.Provider)
	require.Regexp(t, `^request-\d \d+$`, a.Reference)
	require.ElementsMatch(t, []string{"POST " + googles + "/v1/audienceMembers:ingest", "POST " + metas + "/v25.0/" + atMeta + "/users"}, x.requests)
	slices.Sort(x.bodies) // "audienceMembers" before "data"
	require.JSONEq(t, `{"audienceMembers":[{"userData":{"userIdentifiers":[{"emailAddress":"`+annsMail+`"},{"phoneNumber":"`+annsPhone+`"}]}}],
		"destinations":[{"operatingAccount":{"accountType":"GOOGLE_ADS","accountId":"1234567890"},"loginAccount":{"accountType":"GOOGLE_ADS","accountId":"9876543210"},
			"productDestinationId":"8001234567"}],"encoding":"HEX",
		"consent":{"adUserData":"CONSENT_GRANTED","adPersonalization":"CONSENT_GRANTED"},"termsOfService":{"customerMatchTermsOfServiceStatus":"ACCEPTED"}}`, x.bodies[0])
	require.JSONEq(t, `{"schema":["EMAIL","PHONE"],"data":[["`+annsMail+`","`+annsDigits+`"]]}`, x.bodies[1])
}

func TestOneLeavesTheListsUnderAllNames(t *testing.T) {
	x := openExchange(t)
	s := x.shop(x.onBoth())
	_, err := s.Do(enter("in"))
	require.NoError(t, err)
	require.Len(t, x.on("google "+atGoogle), 2)
	x.bodies = nil
	a, err := s.Do(leave("out"))
	require.NoError(t, err)
	require.Equal(t, action.Sent, a.Status, a.Reason)
	require.Empty(t, x.on("google "+atGoogle))
	require.Empty(t, x.on("meta "+atMeta))
	slices.Sort(x.bodies)
	require.JSONEq(t, `{"audienceMembers":[{"userData":{"userIdentifiers":[{"emailAddress":"`+annsMail+`"},{"emailAddress":"`+annsBox+`"},{"phoneNumber":"`+annsPhone+`"}]}}],
		"destinations":[{"operatingAccount":{"accountType":"GOOGLE_ADS","accountId":"1234567890"},"loginAccount":{"accountType":"GOOGLE_ADS","accountId":"9876543210"},
			"productDestinationId":"8001234567"}],"encoding":"HEX"}`, x.bodies[0], "nobody agrees to advertising by leaving")
	require.JSONEq(t, `{"schema":["EMAIL","PHONE"],"data":[["`+annsMail+`",""],["","`+annsDigits+`"],["`+annsGmail+`",""]]}`, x.bodies[1])
	require.Contains(t, x.requests, "DELETE "+metas+"/v25.0/"+atMeta+"/users")
}

func TestOnlyTheNetworksThatHaveTheAudienceAreTold(t *testing.T) {
	x := openExchange(t)
	s := x.shop(x.onBoth())
	others := enter("in")
	others.Content.Audience.Name = "others"
	a, err := s.Do(others)
	require.NoError(t, err)
	require.Equal(t, "google", a.Provider)
	require.Empty(t, x.to(metas))

	nowhere := enter("nowhere")
	nowhere.Content.Audience.Name = "nowhere"
	a, err = s.Do(nowhere)
	require.ErrorContains(t, err, `no network has a list of the audience "nowhere": GOOGLE_ADS_AUDIENCES and META_AUDIENCES name others`)
	require.Equal(t, action.Requested, a.Status, "somebody can see to it")
}

func TestWhatWasDoneAndNotHeardOfIsDoneAgainWithoutHarm(t *testing.T) {
	for _, host := range []string{"GOOGLE", "META"} {
		x := openExchange(t)
		s := x.shop(only(x.onBoth(), host))
		for _, step := range []action.Action{enter("in"), leave("out")} {
			x.lose = 1
			a, err := s.Do(step)
			require.ErrorContains(t, err, "EOF")
			require.Equal(t, action.Requested, a.Status)
			before := x.on(strings.ToLower(host) + " " + map[string]string{"GOOGLE": atGoogle, "META": atMeta}[host])
			_, err = s.Ask(a)
			require.NoError(t, err)
			require.ElementsMatch(t, before, x.on(strings.ToLower(host)+" "+map[string]string{"GOOGLE": atGoogle, "META": atMeta}[host]))
		}
		require.Len(t, x.bodies, 4)
	}
}

func TestOneNetworkThatIsDownKeepsTheOtherFromNothing(t *testing.T) {
	x := openExchange(t)
	s := x.shop(x.onBoth())
	x.refuse(metas, 1, http.StatusServiceUnavailable, "<html>")
	a, err := s.Do(enter("in"))
	require.ErrorContains(t, err, "meta answered 503 Service Unavailable")
	require.Equal(t, action.Requested, a.Status)
	require.Len(t, x.on("google "+atGoogle), 2)
	_, err = s.Ask(a)
	require.NoError(t, err)
	require.Len(t, x.on("google "+atGoogle), 2)
	require.Len(t, x.on("meta "+atMeta), 2)
}

func TestOnlyTheNetworkThatAskedForItIsLetAlone(t *testing.T) {
	x := openExchange(t)
	settings := x.onBoth()
	settings["META_AUDIENCES"] = "elsewhere:" + atMeta
	s := x.shop(settings)
	x.refuse(metas, 1, http.StatusBadRequest, `{"error":{"code":80003}}`)
	elsewhere := enter("in")
	elsewhere.Content.Audience.Name = "elsewhere"
	a, err := s.Do(elsewhere)
	require.ErrorContains(t, err, "code 80003")
	_, err = s.Ask(a)
	require.ErrorContains(t, err, "the provider asked to be let alone for another 5m0s")
	require.Len(t, x.to(metas), 1)
	a, err = s.Do(enter("in google's"))
	require.NoError(t, err)
	require.Equal(t, action.Sent, a.Status)
}

func TestWhoIsErasedIsTakenOffAllLists(t *testing.T) {
	x := openExchange(t)
	s := x.shop(x.onBoth())
	in := enter("in")
	_, err := s.Do(in)
	require.NoError(t, err)
	a, err := s.Do(erase("gone", in))
	require.NoError(t, err)
	require.Equal(t, action.Sent, a.Status, a.Reason)
	require.Empty(t, x.on("google "+atGoogle))
	require.Empty(t, x.on("meta "+atMeta))

	s.Keep(channeltest.Customer(channeltest.Ann, "cookie:c-1"))
	a, err = s.Do(erase("nameless", in))
	require.NoError(t, err)
	require.Equal(t, action.Failed, a.Status)
	require.Equal(t, "the customer has neither e-mail address nor phone number", a.Reason)
}

// severed is a line that leads nowhere.
type severed struct{}

func (severed) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("cut off") }

func TestNeitherTokensNorCustomersAreToldToAnybodyElse(t *testing.T) {
	said := ""
	x := openExchange(t)
	settings := x.onBoth()
	settings["META_TOKEN"] = "EAABhushhush"
	s := x.shop(settings)
	a, err := s.Do(enter("in"))
	require.ErrorContains(t, err, "meta answered 400 Bad Request, code 190", "somebody can see to the token")
	said += err.Error() + a.Reason + s.Logged()

	x = openExchange(t)
	s = x.shop(x.onBoth())
	x.refuse(googles, 1, http.StatusBadRequest, `{"error":{"status":"INVALID_ARGUMENT","message":"ann@shop.example `+annsMail+`","details":[{"reason":"INVALID_ARGUMENT"},
		{"fieldViolations":[{"field":"audience_members.audience_members[0]","description":"ann@shop.example","reason":"INVALID_SHA256_FORMAT"}]}]}}`)
	a, err = s.Do(enter("in"))
	require.NoError(t, err)
	require.Equal(t, action.Failed, a.Status)
	require.Equal(t, "google answered 400 INVALID_SHA256_FORMAT", a.Reason)
	said += a.Reason + s.Logged()

	down := channeltest.Open(t, channel.Define("audience", manifest, open(severed{})), x.onBoth())
	down.Keep(ann())
	a, err = down.Do(enter("in"))
	require.ErrorContains(t, err, "oauth2.googleapis.com: cut off meta: cut off")
	said += err.Error() + a.Reason + down.Logged()
	for _, secret := range []string{metaToken, "hushhush", "ya29", "ann@", annsMail, annsPhone, "4512345678", "PRIVATE KEY"} {
		require.NotContains(t, said, secret)
	}
}

func TestAPrintListIsNoneOfANetworks(t *testing.T) {
	x := openExchange(t)
	s := x.shop(x.onBoth())
	a, err := s.Do(onList("in"))
	require.ErrorContains(t, err, `"catalogues" is a print list, which is none of a network's: set WEBHOOK_URL for it`)
	require.Equal(t, action.Requested, a.Status, "somebody can see to it")

	h, beside := hooked(t)
	settings := x.onBoth()
	maps.Copy(settings, beside.Env.Override["audience"])
	s = x.shop(settings)
	a, err = s.Do(onList("in"))
	require.NoError(t, err)
	require.Equal(t, action.Sent, a.Status, a.Reason)
	require.Equal(t, "webhook", a.Provider)
	require.Len(t, h.bodies[a.ID], 1)
	require.Empty(t, x.requests)

	_, err = s.Do(enter("in"))
	require.NoError(t, err)
	require.NotEmpty(t, x.on("meta "+atMeta), "an audience goes to the networks")
	require.Len(t, h.bodies, 1)
}

// verdict is what is to be done about an answer.
type verdict struct {
	status action.Status
	rest   string // how long the network is let alone
}

var (
	again = verdict{status: action.Requested}
	never = verdict{status: action.Failed}
)

func later(rest string) verdict { return verdict{action.Requested, rest} }

func TestWhatANetworkSaysDecides(t *testing.T) {
	google := func(status, reason, more string) string {
		return fmt.Sprintf(`{"error":{"status":%q,"details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":%q,"domain":"datamanager.googleapis.com"%s]}}`, status, reason, more)
	}
	field := func(name, reason string) string {
		return fmt.Sprintf(`},{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":%q,"reason":%q}]}`, name, reason)
	}
	meta := func(code, subcode int, more string) string {
		return fmt.Sprintf(`{"error":{"message":"Ann","type":"OAuthException","code":%d,"error_subcode":%d%s}}`, code, subcode, more)
	}
	for name, c := range map[string]struct {
		host    string
		status  int
		body    string
		headers []string
		want    verdict
		reason  string
	}{
		"a hash that is none":             {googles, 400, google("INVALID_ARGUMENT", "INVALID_ARGUMENT", field("audience_members.audience_members[0].user_data.user_identifiers", "INVALID_HEX_ENCODING")), nil, never, "google answered 400 INVALID_HEX_ENCODING"},
		"a list that is none":             {googles, 400, google("INVALID_ARGUMENT", "INVALID_ARGUMENT", field("destinations.destinations[0].product_destination_id", "INVALID_USER_LIST_ID")), nil, again, "google answered 400 INVALID_USER_LIST_ID"},
		"terms that nobody agreed to":     {googles, 400, google("FAILED_PRECONDITION", "TERMS_AND_CONDITIONS_NOT_SIGNED", "}"), nil, again, "TERMS_AND_CONDITIONS_NOT_SIGNED"},
		"no token of ours":                {googles, 401, google("UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED", "}"), nil, again, "google answered 401 ACCESS_TOKEN_EXPIRED"},
		"no user of the account":          {googles, 403, google("PERMISSION_DENIED", "PERMISSION_DENIED", "}"), nil, again, "google answered 403 PERMISSION_DENIED"},
		"too much in a minute":            {googles, 429, google("RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", `,"metadata":{"quota_limit":"IngestionMutateRequestsPerMinutePerProject"}}`), nil, later("1m0s"), "google answered 429 RATE_LIMIT_EXCEEDED"},
		"too much in a day":               {googles, 429, google("RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", `,"metadata":{"quota_limit":"IngestionMutateRequestsPerDayPerProject"}}`), nil, later("1h0m0s"), "google answered 429"},
		"too much, and for how long":      {googles, 429, google("RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", `},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"90s"}`), nil, later("1m30s"), "google answered 429"},
		"trouble of Google's":             {googles, 500, google("INTERNAL", "INTERNAL_ERROR", "}"), nil, again, "google answered 500 INTERNAL_ERROR"},
		"a proxy's page":                  {googles, 502, "<html>", nil, again, "google answered 502 Bad Gateway"},
		"a page instead of an answer":     {googles, 200, "<html>", nil, again, "google answered 200 without the id of the request"},
		"Google has moved":                {googles, 307, "", []string{"Location", "https://10.0.0.1/"}, never, "google answered 307"},
		"entries that are none":           {metas, 200, `{"audience_id":"1","session_id":"2","num_received":1,"num_invalid_entries":1}`, nil, never, "meta could not read 1 of 1 entries"},
		"nobody was received":             {metas, 200, `{"audience_id":"1","session_id":"2","num_received":0,"num_invalid_entries":0}`, nil, again, "does not say that it has received anybody"},
		"another page":                    {metas, 200, "<html>", nil, again, "does not say that it has received anybody"},
		"a parameter that is wrong":       {metas, 400, meta(100, 0, ""), nil, never, "meta answered 400 Bad Request, code 100, subcode 0"},
		"a list that is not ours":         {metas, 400, meta(100, 33, ""), nil, again, "code 100, subcode 33"},
		"a list that is blocked":          {metas, 400, meta(100, 1713230, ""), nil, again, "subcode 1713230"},
		"terms that nobody accepted":      {metas, 400, meta(200, 1870090, ""), nil, again, "code 200, subcode 1870090"},
		"a token that has expired":        {metas, 400, meta(190, 463, ""), nil, again, "code 190"},
		"too many calls":                  {metas, 400, meta(80003, 0, ""), nil, later("5m0s"), "code 80003"},
		"too many calls, and how long":    {metas, 400, meta(17, 2446079, ""), []string{"X-Business-Use-Case-Usage", `{"1":[{"type":"custom_audience","call_count":100,"estimated_time_to_regain_access":19}]}`}, later("19m0s"), "code 17"},
		"what will pass":                  {metas, 400, meta(2601, 0, `,"is_transient":true`), nil, again, "code 2601"},
		"a list that is being changed":    {metas, 400, meta(2650, 1870145, ""), nil, again, "code 2650"},
		"a version that is gone":          {metas, 400, meta(2635, 0, ""), nil, again, "code 2635"},
		"trouble of Meta's":               {metas, 500, meta(1, 0, ""), nil, again, "meta answered 500 Internal Server Error, code 1"},
		"too much in one request, for it": {metas, 413, "", nil, never, "meta answered 413"},
	} {
		t.Run(name, func(t *testing.T) {
			x := openExchange(t)
			prefix := map[string]string{googles: "GOOGLE", metas: "META"}[c.host]
			s := x.shop(only(x.onBoth(), prefix))
			x.refuse(c.host, 1, c.status, c.body, c.headers...)
			a, err := s.Do(enter("in"))
			require.Equal(t, c.want.status == action.Requested, err != nil)
			require.Equal(t, c.want.status, a.Status, a.Reason)
			require.Contains(t, a.Reason, c.reason)
			require.Len(t, x.to(c.host), 1)
			if c.want.rest != "" {
				_, err = s.Ask(a)
				require.ErrorContains(t, err, "the provider asked to be let alone for another "+c.want.rest)
			} else if c.want == again {
				_, err = s.Ask(a)
				require.NoError(t, err)
			}
		})
	}
}
