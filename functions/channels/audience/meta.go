package audience

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"redthread.dev/shared/channel"
)

// Meta are the settings of Meta's Custom Audiences, which keep lists when there is a token:
// of a system user who may manage the ad account (ads_management).
type Meta struct {
	Token   string `envconfig:"META_TOKEN"`                   // secret
	AtMeta  rolls  `envconfig:"META_AUDIENCES"`               // ids of the custom audiences, by audience
	Version string `envconfig:"META_VERSION" default:"v25.0"` // of the Marketing API; one is taken for some two years
}

// customAudiences keeps lists by the Marketing API
// (https://developers.facebook.com/documentation/ads-commerce/marketing-api/audiences/guides/custom-audiences).
type customAudiences struct {
	Meta
	client *http.Client
}

var version = regexp.MustCompile(`^v[1-9][0-9]?\.[0-9]$`)

const tokens = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_|"

func newCustomAudiences(s Meta, client *http.Client) (*customAudiences, error) {
	switch {
	case s.Token == "" || strings.Trim(s.Token, tokens) != "":
		return nil, errors.New("META_TOKEN is not as expected, letters and digits, as Meta shows it once")
	case len(s.AtMeta) == 0:
		return nil, errors.New("META_AUDIENCES is empty, expected audiences and the ids of their custom audiences, e.g. store-visitors:120208749119170125")
	case !version.MatchString(s.Version):
		return nil, fmt.Errorf("META_VERSION is %q, expected a version of the Marketing API, e.g. v25.0", s.Version)
	}
	return &customAudiences{s, client}, nil
}

func (*customAudiences) name() string   { return "meta" }
func (c *customAudiences) rolls() rolls { return c.AtMeta }

// Close implements io.Closer.
func (c *customAudiences) Close() error {
	c.client.CloseIdleConnections()
	return nil
}

// change implements network. The token goes as a parameter, as Meta's own requests have it,
// and so not into the address.
func (c *customAudiences) change(ctx context.Context, list string, remove bool, customers []names) (string, error) {
	method, rows := http.MethodPost, joint(customers)
	if remove {
		method, rows = http.MethodDelete, single(customers)
	}
	payload, err := json.Marshal(object{"schema": []string{"EMAIL", "PHONE"}, "data": rows})
	if err != nil {
		return "", &channel.Fault{Never: true, Err: fmt.Errorf("meta: encode: %w", err)}
	}
	session, err := json.Marshal(object{"session_id": 1 + rand.Int64N(math.MaxInt64), "batch_seq": 1, "last_batch_flag": true, "estimated_num_total": len(rows)})
	if err != nil {
		return "", &channel.Fault{Never: true, Err: fmt.Errorf("meta: encode: %w", err)}
	}
	form := url.Values{"payload": {string(payload)}, "session": {string(session)}, "access_token": {c.Token}}
	address := "https://graph.facebook.com/" + c.Version + "/" + list + "/users"
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return "", &channel.Fault{Never: true, Err: fmt.Errorf("meta: %w", err)}
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", "redthread")
	a, err := channel.Ask(c.client, c.name(), req, channel.Brief)
	if err != nil {
		return "", err
	}
	return taken(a, len(rows))
}

// row is one person's e-mail address and phone number, hashed; what is unknown is blank.
type row [2]string

// joint are customers who are matched by all of their names at once.
func joint(customers []names) (all []row) {
	for _, n := range customers {
		for _, u := range n.users() {
			all = append(all, row{u.Email, u.Digits})
		}
	}
	return all
}

// single are customers who are matched by each of their names alone, since it is not known
// which of them had been together.
func single(customers []names) (all []row) {
	for _, n := range customers {
		for _, u := range n.users() {
			for _, r := range []row{{u.Email, ""}, {"", u.Digits}} {
				if r != (row{}) {
					all = append(all, r)
				}
			}
		}
	}
	return all
}

// taken reads what Meta did with so many rows. Its id of that is the session's.
func taken(a channel.Answer, rows int) (string, error) {
	if a.Status/100 != 2 {
		return "", refusedByMeta(a)
	}
	var said struct {
		Audience json.Number `json:"audience_id"`
		Session  json.Number `json:"session_id"`
		Received int         `json:"num_received"`
		Invalid  int         `json:"num_invalid_entries"`
	}
	switch err := json.Unmarshal(a.Body, &said); {
	case err != nil, said.Audience == "", said.Received == 0:
		return "", &channel.Fault{Unsure: true, Err: fmt.Errorf("meta answered %d and does not say that it has received anybody", a.Status)}
	case said.Invalid > 0:
		return "", &channel.Fault{Never: true, Err: fmt.Errorf("meta could not read %d of %d entries", said.Invalid, rows)}
	}
	return said.Session.String(), nil
}
