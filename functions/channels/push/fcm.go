package push

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/google"
)

// fcm sends to apps by the HTTP v1 API of Firebase Cloud Messaging
// (https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages).
type fcm struct {
	address string
	account *google.Account
}

// scope is all that the account's tokens may be used for.
const scope = "https://www.googleapis.com/auth/firebase.messaging"

func newFCM(key string, client *http.Client) (*fcm, error) {
	account, err := google.Open("FCM_KEY", key, scope, client)
	if err != nil {
		return nil, err
	}
	return &fcm{"https://fcm.googleapis.com/v1/projects/" + url.PathEscape(account.Project()) + "/messages:send", account}, nil
}

type object = map[string]any

// request is the message to a device, for whichever kind of app it turns out to be.
func (p *post) request(token string, n notification) object {
	ttl, high, apple := strconv.Itoa(int(p.wait(n).Seconds()))+"s", "HIGH", "10"
	if n.marketing {
		high, apple = "NORMAL", "5"
	}
	data := map[string]string{"url": n.Navigate, "tag": n.Tag, "lang": n.Lang}
	web := object{"headers": p.wishes(n), "notification": object{"tag": n.Tag, "lang": n.Lang}}
	if strings.HasPrefix(n.Navigate, "https:") { // it takes no other
		web["fcmOptions"] = object{"link": n.Navigate}
	}
	for _, b := range n.Actions {
		data[b.Action], data[b.Action+"_label"] = b.Navigate, b.Title
	}
	return object{"message": object{
		"token":        token,
		"notification": object{"title": n.Title, "body": n.Body},
		"data":         data,
		"android":      object{"priority": high, "ttl": ttl, "notification": object{"tag": n.Tag}},
		"apns": object{"headers": map[string]string{"apns-priority": apple, "apns-collapse-id": n.Tag,
			"apns-expiration": strconv.FormatInt(time.Now().Add(p.wait(n)).Unix(), 10)}},
		"webpush": web,
	}}
}

// send returns FCM's own id of the message.
func (f *fcm) send(ctx context.Context, message object) (string, error) {
	a, err := f.account.Post(ctx, byFCM, f.address, message)
	if err != nil {
		return "", err
	}
	var sent struct {
		Name string `json:"name"`
	}
	if a.Status == http.StatusOK && json.Unmarshal(a.Body, &sent) != nil {
		return "", nil // it was taken all the same
	}
	return sent.Name, judgeFCM(a)
}

// silence is how long FCM is let alone that has had too much and does not say for how long,
// as its guide asks (https://firebase.google.com/docs/cloud-messaging/scale-fcm), and who
// never says it.
const silence = time.Minute

// judgeFCM goes by https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode.
func judgeFCM(a channel.Answer) error {
	r := google.Refused(a)
	code := cmp.Or(r.Code, r.Status)
	said := fmt.Errorf("%s answered %d %s", byFCM, a.Status, cmp.Or(code, http.StatusText(a.Status)))
	err := a.Judge(said)
	switch {
	case code == "UNREGISTERED", code == "INVALID_ARGUMENT" && aboutToken(r):
		return gone{said}
	case code == "SENDER_ID_MISMATCH": // the token is another project's
		return &channel.Fault{Never: true, Err: said}
	case a.Status == http.StatusNotFound: // no such project: somebody can see to it
		return &channel.Fault{Err: said}
	case a.Status == http.StatusTooManyRequests && a.Header.Get("Retry-After") == "":
		return &channel.Fault{After: silence, Err: said}
	}
	return err
}

// aboutToken tells an argument that is wrong because the token is none from any other.
func aboutToken(r google.Refusal) bool {
	if len(r.Violations) > 0 {
		return r.Violations[0].Field == "message.token"
	}
	return slices.Contains(strings.Fields(strings.ToLower(r.Message)), "registration")
}
