package audience

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"redthread.dev/shared/channel"
)

// graphError is an error as Meta tells it
// (https://developers.facebook.com/docs/graph-api/guides/error-handling). Its sentences may
// name somebody, and are not read.
type graphError struct {
	Code      int  `json:"code"`
	Subcode   int  `json:"error_subcode"`
	Transient bool `json:"is_transient"`
}

// silence is how long Meta is let alone that has had too much and does not say for how long.
const silence = 5 * time.Minute

// crowded are the codes of too many calls: by the app, the user, the page, the ad account,
// and about custom audiences (https://developers.facebook.com/docs/graph-api/overview/rate-limiting).
var crowded = []int{4, 17, 32, 341, 613, 80000, 80003, 80004, 80014}

// refusedByMeta says what is to be done about an answer that is not one
// (https://developers.facebook.com/documentation/ads-commerce/marketing-api/error-reference).
// Only what is wrong with the entries is for good; what is about the token, the account, the
// terms or the list is tried again, as somebody can see to it.
func refusedByMeta(a channel.Answer) error {
	var said struct {
		Error graphError `json:"error"`
	}
	json.Unmarshal(a.Body, &said) //nolint:errcheck // a proxy's page
	e := said.Error
	text := fmt.Errorf("meta answered %d %s", a.Status, http.StatusText(a.Status))
	if e.Code != 0 {
		text = fmt.Errorf("%w, code %d, subcode %d", text, e.Code, e.Subcode)
	}
	switch {
	case slices.Contains(crowded, e.Code), a.Status == http.StatusTooManyRequests:
		return &channel.Fault{After: max(regained(a.Header), channel.RetryAfter(a.Header.Get("Retry-After"), time.Now())), Err: text}
	case a.Status >= 500, e.Transient, e.Code == 1, e.Code == 2:
		return &channel.Fault{Unsure: true, Err: text}
	case e.seenTo():
		return &channel.Fault{Err: text}
	}
	return a.Judge(text)
}

// seenTo tells what is not about the entries: 10 and 200 to 299, it may not, 102 and 190,
// the token is none, 368, it is shut out for a while, 2635, the version is too old, 2650, the
// list is being changed; of 100, 33, the list is not there or not ours, and 1713230, it is
// blocked.
func (e graphError) seenTo() bool {
	return e.Code >= 200 && e.Code < 300 || slices.Contains([]int{10, 102, 190, 368, 2635, 2650}, e.Code) ||
		e.Code == 100 && slices.Contains([]int{33, 1713230}, e.Subcode)
}

// regained is when calls are taken again, as Meta estimates it in minutes.
func regained(h http.Header) time.Duration {
	var use map[string][]struct {
		Minutes int `json:"estimated_time_to_regain_access"`
	}
	after := time.Duration(0)
	if json.Unmarshal([]byte(h.Get("X-Business-Use-Case-Usage")), &use) == nil {
		for _, kinds := range use {
			for _, k := range kinds {
				after = max(after, time.Duration(k.Minutes)*time.Minute)
			}
		}
	}
	if after == 0 {
		return silence
	}
	return after
}
