package audience

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/google"
)

// Google are the settings of Google Customer Match, which keeps lists when there is a key.
type Google struct {
	Key      string `envconfig:"GOOGLE_ADS_KEY"`                                      // secret, a service account's key in JSON, whole
	Account  string `envconfig:"GOOGLE_ADS_ACCOUNT"`                                  // number of the account whose lists they are, without hyphens
	Manager  string `envconfig:"GOOGLE_ADS_MANAGER"`                                  // number of the account that the service account is a user of, if another
	AtGoogle rolls  `envconfig:"GOOGLE_ADS_AUDIENCES"`                                // numbers of the lists, by audience
	Limit    int    `envconfig:"GOOGLE_ADS_LIMIT" default:"60" least:"10" most:"300"` // requests a minute of one instance; Google takes 300 of all
}

// customerMatch keeps lists by the Data Manager API, which Google has put in the place of
// the Google Ads API for Customer Match: that one takes no new users for it since April 2026
// (https://developers.google.com/data-manager/api/reference/rest/v1/audienceMembers).
type customerMatch struct {
	Google
	account *google.Account
	client  *http.Client
	limit   *rate.Limiter
}

// What calls to Google lead to, and what the account's tokens may be used for.
const (
	dataManager = "https://datamanager.googleapis.com/v1/audienceMembers:"
	scope       = "https://www.googleapis.com/auth/datamanager"
)

func newCustomerMatch(s Google, client *http.Client) (*customerMatch, error) {
	switch {
	case !number(s.Account):
		return nil, fmt.Errorf("GOOGLE_ADS_ACCOUNT is %q, expected the number of the account whose lists they are, without hyphens", s.Account)
	case s.Manager != "" && !number(s.Manager):
		return nil, fmt.Errorf("GOOGLE_ADS_MANAGER is %q, expected the number of the account that the service account is a user of, without hyphens", s.Manager)
	case len(s.AtGoogle) == 0:
		return nil, errors.New("GOOGLE_ADS_AUDIENCES is empty, expected audiences and the numbers of their lists, e.g. store-visitors:8001234567")
	}
	account, err := google.Open("GOOGLE_ADS_KEY", s.Key, scope, client)
	return &customerMatch{Google: s, account: account, client: client, limit: channel.Quota(s.Limit, time.Minute)}, err
}

func (*customerMatch) name() string   { return "google" }
func (c *customerMatch) rolls() rolls { return c.AtGoogle }

// Close implements io.Closer.
func (c *customerMatch) Close() error {
	c.client.CloseIdleConnections()
	return nil
}

type object = map[string]any

// change implements network. Google checks a request's form, and works on it later: what
// became of it stands under the request's id, in numbers, not customer by customer.
func (c *customerMatch) change(ctx context.Context, list string, remove bool, customers []names) (string, error) {
	if err := c.limit.Wait(ctx); err != nil {
		return "", &channel.Fault{Err: fmt.Errorf("google: the %d requests a minute are used up", c.Limit)}
	}
	method, body := "remove", object{"destinations": []object{c.destination(list)}, "audienceMembers": members(customers), "encoding": "HEX"}
	if !remove {
		method = "ingest"
		// Nobody comes here who has not agreed to advertising (Profile.Barred). That the
		// shop has agreed to Google's terms is a condition of the settings.
		body["consent"] = object{"adUserData": "CONSENT_GRANTED", "adPersonalization": "CONSENT_GRANTED"}
		body["termsOfService"] = object{"customerMatchTermsOfServiceStatus": "ACCEPTED"}
	}
	a, err := c.account.Post(ctx, c.name(), dataManager+method, body)
	if err != nil {
		return "", err
	}
	if a.Status/100 != 2 {
		return "", refusedByGoogle(a)
	}
	var said struct {
		Request string `json:"requestId"`
	}
	if json.Unmarshal(a.Body, &said) != nil || said.Request == "" {
		return "", &channel.Fault{Unsure: true, Err: fmt.Errorf("google answered %d without the id of the request", a.Status)}
	}
	return said.Request, nil
}

func (c *customerMatch) destination(list string) object {
	d := object{"operatingAccount": adsAccount(c.Account), "productDestinationId": list}
	if c.Manager != "" {
		d["loginAccount"] = adsAccount(c.Manager)
	}
	return d
}

func adsAccount(number string) object {
	return object{"accountType": "GOOGLE_ADS", "accountId": number}
}

// mostIdentifiers is how many names of one member Google takes.
const mostIdentifiers = 10

// members are customers as Google has them: one member each, or several of one who has
// more names than a member can.
func members(customers []names) (all []object) {
	for _, n := range customers {
		var identifiers []object
		for _, address := range n.emails {
			identifiers = append(identifiers, object{"emailAddress": hash(boxed(address))})
		}
		for _, phone := range n.phones {
			identifiers = append(identifiers, object{"phoneNumber": hash(e164(phone))})
		}
		for part := range slices.Chunk(identifiers, mostIdentifiers) {
			all = append(all, object{"userData": object{"userIdentifiers": part}})
		}
	}
	return all
}

// How long Google is let alone when it does not say: what is counted by the minute, and by
// the day (https://developers.google.com/data-manager/api/devguides/limits).
const (
	minutely = time.Minute
	daily    = time.Hour
)

// refusedByGoogle says what is to be done about an answer that is not one
// (https://developers.google.com/data-manager/api/reference/rest/v1/ErrorReason). Only what
// is wrong with a customer's own entry is for good; the rest is about the account, the list
// or the terms, and somebody can see to it.
func refusedByGoogle(a channel.Answer) error {
	r := google.Refused(a)
	code, theirs := cmp.Or(r.Reason, r.Status, http.StatusText(a.Status)), false
	for _, v := range r.Violations {
		code, theirs = cmp.Or(v.Reason, code), theirs || strings.Contains(v.Field, "audience_members[")
	}
	f := &channel.Fault{Err: fmt.Errorf("google answered %d %s", a.Status, code), Never: theirs,
		After: cmp.Or(r.After, channel.RetryAfter(a.Header.Get("Retry-After"), time.Now()))}
	switch {
	case a.Status >= 500:
		f.Never, f.Unsure = false, true
	case a.Status == http.StatusTooManyRequests && f.After == 0 && strings.Contains(r.Limit, "PerDay"):
		f.After = daily
	case a.Status == http.StatusTooManyRequests && f.After == 0:
		f.After = minutely
	case a.Status/100 == 3, a.Status == http.StatusRequestEntityTooLarge:
		f.Never = true
	}
	return f
}
