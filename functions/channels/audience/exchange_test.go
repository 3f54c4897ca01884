package audience

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/shared/channel/google/googletest"
)

const (
	metaToken = "EAABsbCS1iHgBAhush"
	atGoogle  = "8001234567"
	atMeta    = "120208749119170125"
)

// exchange is Google and Meta at once. It checks what it is asked with what they have
// published, and keeps the hashes on each list.
type exchange struct {
	*testing.T
	*googletest.Office
	dataManager googletest.API

	mu       sync.Mutex
	lists    map[string]map[string]bool // by network and list, hashes
	requests []string                   // method, host and path, but for tokens
	bodies   []string                   // likewise; of a form the payload
	before   func(w http.ResponseWriter, r *http.Request, body []byte) bool
	lose     int // answers, of so many requests that are done
}

func openExchange(t *testing.T) *exchange {
	return &exchange{T: t, Office: googletest.Open(t, scope), dataManager: googletest.Discover(t, "datamanager", "v1"), lists: map[string]map[string]bool{}}
}

// onBoth are the settings of a shop that advertises to its visitors at both.
func (x *exchange) onBoth() map[string]string {
	return map[string]string{
		"GOOGLE_ADS_KEY": x.Key(), "GOOGLE_ADS_ACCOUNT": "1234567890", "GOOGLE_ADS_MANAGER": "9876543210", "GOOGLE_ADS_AUDIENCES": "store-visitors:" + atGoogle + ",others:1",
		"META_TOKEN": metaToken, "META_AUDIENCES": "store-visitors:" + atMeta, "TIMEOUT": "2s",
	}
}

func (x *exchange) shop(settings map[string]string) *channeltest.Shop {
	s := channeltest.Open(x.T, channel.Define("audience", manifest, open(channeltest.Web(x.T, x))), settings)
	s.Keep(ann())
	return s
}

// ServeHTTP implements http.Handler.
func (x *exchange) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x.mu.Lock()
	defer x.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err == nil && r.Host == googletest.Home {
		err = x.SignIn(w, r, body)
	} else if err == nil {
		err = x.serve(w, r, body)
	}
	if err != nil {
		x.Errorf("%s %s%s: %v: %s", r.Method, r.Host, r.URL, err, body)
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

func (x *exchange) serve(w http.ResponseWriter, r *http.Request, body []byte) error {
	x.requests = append(x.requests, r.Method+" "+r.Host+r.URL.RequestURI())
	if x.before != nil && x.before(w, r, body) {
		return nil
	}
	switch r.Host {
	case "datamanager.googleapis.com":
		return x.google(w, r, body)
	case "graph.facebook.com":
		return x.meta(w, r, body)
	}
	return errors.New("there is no such host")
}

// google are the methods audienceMembers.ingest and .remove.
func (x *exchange) google(w http.ResponseWriter, r *http.Request, body []byte) error {
	schema, known := map[string]string{"/v1/audienceMembers:ingest": "IngestAudienceMembersRequest", "/v1/audienceMembers:remove": "RemoveAudienceMembersRequest"}[r.URL.Path]
	if !known || r.Method != http.MethodPost || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return errors.New("there is no such method")
	}
	if !x.Admits(w, r) {
		return nil
	}
	if err := x.dataManager.Fits(schema, body); err != nil {
		return err
	}
	var asked struct {
		Destinations    []struct{ ProductDestinationID string }
		AudienceMembers []struct {
			UserData struct{ UserIdentifiers []map[string]string }
		}
	}
	if err := json.Unmarshal(body, &asked); err != nil || len(asked.Destinations) != 1 || len(asked.AudienceMembers) > 10_000 {
		return fmt.Errorf("%d destinations, %d members: %w", len(asked.Destinations), len(asked.AudienceMembers), err)
	}
	x.bodies = append(x.bodies, string(body))
	for _, m := range asked.AudienceMembers {
		if len(m.UserData.UserIdentifiers) > 10 {
			return errors.New("too many identifiers")
		}
		for _, i := range m.UserData.UserIdentifiers {
			if err := x.put("google "+asked.Destinations[0].ProductDestinationID, i["emailAddress"]+i["phoneNumber"], schema[0] == 'R'); err != nil {
				return err
			}
		}
	}
	return x.answer(w, fmt.Sprintf(`{"requestId":"request-%d"}`, len(x.requests)))
}

var edge = regexp.MustCompile(`^/v25\.0/(\d+)/users$`)

// meta is the edge users of a custom audience.
func (x *exchange) meta(w http.ResponseWriter, r *http.Request, body []byte) error {
	list := edge.FindStringSubmatch(r.URL.RequestURI())
	form, err := url.ParseQuery(string(body))
	if err != nil || list == nil || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || r.Method != http.MethodPost && r.Method != http.MethodDelete {
		return fmt.Errorf("there is no such edge: %w", err)
	}
	if form.Get("access_token") != metaToken {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error":{"message":"Invalid OAuth access token.","type":"OAuthException","code":190,"fbtrace_id":"A"}}`)
		return nil
	}
	var session struct {
		ID    int64 `json:"session_id"`
		Batch int   `json:"batch_seq"`
		Last  bool  `json:"last_batch_flag"`
		Total int   `json:"estimated_num_total"`
	}
	var payload struct {
		Schema []string   `json:"schema"`
		Data   [][]string `json:"data"`
	}
	if err := errors.Join(strictly(form.Get("session"), &session), strictly(form.Get("payload"), &payload)); err != nil {
		return err
	}
	if session.ID <= 0 || session.Batch != 1 || !session.Last || session.Total != len(payload.Data) || len(payload.Data) > 10_000 {
		return fmt.Errorf("session %+v of %d rows", session, len(payload.Data))
	}
	x.bodies = append(x.bodies, form.Get("payload"))
	for _, row := range payload.Data {
		if len(row) != len(payload.Schema) {
			return fmt.Errorf("a row of %d", len(row))
		}
		for _, hash := range row {
			if err := x.put("meta "+list[1], hash, r.Method == http.MethodDelete); err != nil {
				return err
			}
		}
	}
	return x.answer(w, fmt.Sprintf(`{"audience_id":%q,"session_id":"%d","num_received":%d,"num_invalid_entries":0,"invalid_entry_samples":{}}`, list[1], session.ID, len(payload.Data)))
}

func strictly(text string, into any) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

var sha256Hex = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (x *exchange) put(list, hash string, remove bool) error {
	switch {
	case hash == "":
	case !sha256Hex.MatchString(hash):
		return fmt.Errorf("%q is no SHA-256 in hex", hash)
	case remove:
		delete(x.lists[list], hash)
	default:
		if x.lists[list] == nil {
			x.lists[list] = map[string]bool{}
		}
		x.lists[list][hash] = true
	}
	return nil
}

// answer says what was done, unless the answer is to be lost.
func (x *exchange) answer(w http.ResponseWriter, text string) error {
	if x.lose > 0 {
		x.lose--
		panic(http.ErrAbortHandler)
	}
	_, err := fmt.Fprint(w, text)
	return err
}

// refuse has requests to a host answered so, as often as it says.
func (x *exchange) refuse(host string, times, status int, body string, headers ...string) {
	x.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
		if r.Host != host || times == 0 {
			return false
		}
		times--
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
		return true
	}
}

// on is who is on a list.
func (x *exchange) on(list string) (hashes []string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for hash := range x.lists[list] {
		hashes = append(hashes, hash)
	}
	return hashes
}

func (x *exchange) to(host string) (requests []string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, r := range x.requests {
		if strings.Contains(r, host) {
			requests = append(requests, r)
		}
	}
	return requests
}

func only(settings map[string]string, prefix string) map[string]string {
	one := map[string]string{"TIMEOUT": "2s"}
	for k, v := range settings {
		if strings.HasPrefix(k, prefix) {
			one[k] = v
		}
	}
	return one
}

func TestTheExchangeRefusesWhatIsNotAsPublished(t *testing.T) {
	x := openExchange(t)
	good := `{"destinations":[{"operatingAccount":{"accountType":"GOOGLE_ADS","accountId":"1"},"productDestinationId":"1"}],"encoding":"HEX",
		"audienceMembers":[{"userData":{"userIdentifiers":[{"emailAddress":"a"}]}}]}`
	require.NoError(t, x.dataManager.Fits("RemoveAudienceMembersRequest", []byte(good)))
	for _, change := range [][2]string{{`"HEX"`, `"hex"`}, {"emailAddress", "email"}, {"GOOGLE_ADS", "GOOGLE"}, {`"encoding"`, `"consent":{},"encoding"`}} {
		require.Error(t, x.dataManager.Fits("RemoveAudienceMembersRequest", []byte(strings.Replace(good, change[0], change[1], 1))), change[1])
	}
}
