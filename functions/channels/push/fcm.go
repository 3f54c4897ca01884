package push

import (
	"bytes"
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
	"redthread.dev/shared/function"
)

// fcm sends to apps by the HTTP v1 API of Firebase Cloud Messaging
// (https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages).
type fcm struct {
	address string
	bearer  *bearer
	client  *http.Client
}

func newFCM(key string, client *http.Client) (*fcm, error) {
	b, project, err := newBearer(key, client)
	if err != nil {
		return nil, err
	}
	return &fcm{"https://fcm.googleapis.com/v1/projects/" + url.PathEscape(project) + "/messages:send", b, client}, nil
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
	token, err := f.bearer.token(ctx)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(message)
	if err != nil {
		return "", function.Never(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, f.address, bytes.NewReader(text))
	if err != nil {
		return "", function.Never(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", "redthread")
	a, err := ask(f.client, byFCM, req)
	switch {
	case err != nil:
		return "", err
	case a.status == http.StatusUnauthorized:
		f.bearer.forget(token)
	}
	var sent struct {
		Name string `json:"name"`
	}
	if a.status == http.StatusOK && json.Unmarshal(a.body, &sent) != nil {
		return "", nil // it was taken all the same
	}
	return sent.Name, a.judgeFCM()
}

// refusal is an error as Google's APIs tell it (google.rpc.Status), with the details that
// FCM and google.rpc.BadRequest add.
type refusal struct {
	Error struct {
		Message string `json:"message"`
		Status  string `json:"status"`
		Details []struct {
			Code       string `json:"errorCode"`
			Violations []struct {
				Field string `json:"field"`
			} `json:"fieldViolations"`
		} `json:"details"`
	} `json:"error"`
}

// silence is how long FCM is let alone that has had too much and does not say for how long,
// as its guide asks (https://firebase.google.com/docs/cloud-messaging/scale-fcm).
const silence = time.Minute

// judgeFCM goes by https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode.
func (a answer) judgeFCM() error {
	var r refusal
	if a.status/100 != 2 && json.Unmarshal(a.body, &r) != nil {
		r = refusal{} // a proxy's page
	}
	code := r.Error.Status
	for _, d := range r.Error.Details {
		code = cmp.Or(d.Code, code)
	}
	said := fmt.Errorf("%s answered %d %s", byFCM, a.status, cmp.Or(code, http.StatusText(a.status)))
	err := a.judge(said)
	switch {
	case code == "UNREGISTERED", code == "INVALID_ARGUMENT" && r.aboutToken():
		return gone{said}
	case code == "SENDER_ID_MISMATCH": // the token is another project's
		return &channel.Fault{Never: true, Err: said}
	case a.status == http.StatusNotFound: // no such project: somebody can see to it
		return &channel.Fault{Err: said}
	case a.status == http.StatusTooManyRequests && a.header.Get("Retry-After") == "":
		return &channel.Fault{After: silence, Err: said}
	}
	return err
}

// aboutToken tells an argument that is wrong because the token is none from any other.
func (r refusal) aboutToken() bool {
	for _, d := range r.Error.Details {
		for _, v := range d.Violations {
			return v.Field == "message.token"
		}
	}
	return slices.Contains(strings.Fields(strings.ToLower(r.Error.Message)), "registration")
}
