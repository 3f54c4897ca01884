// Package push sends messages as notifications: to browsers by Web Push, to apps by
// Firebase Cloud Messaging, or into files. A message goes to the one device that its
// customer used last; when that is gone, which the suite is told, to the one before.
package push

import (
	_ "embed"
	"net/http"
	"time"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/outbox"
	"redthread.dev/shared/function"
	"redthread.dev/shared/words"
)

//go:embed function.yaml
var manifest []byte

//go:embed words.yaml
var texts []byte

const name = "push"

// source is who says it in the events of this function.
const source = "/redthread/" + name

// Spec is the channel, to serve and test.
var Spec = channel.Define(name, manifest, open(nil))

type settings struct {
	channel.Pace
	Key     string `envconfig:"VAPID_KEY"`     // secret, 32 bytes in hex or base64url; browsers' subscriptions are bound to it
	Subject string `envconfig:"VAPID_SUBJECT"` // mailto: or https:, where push services turn to
	// Services are the hosts that browsers may be reached at.
	Services  []string      `envconfig:"PUSH_SERVICES" default:"fcm.googleapis.com,*.push.services.mozilla.com,*.push.apple.com,*.notify.windows.com"`
	FCM       string        `envconfig:"FCM_KEY"`                                               // secret, a service account's key in JSON, whole
	Outbox    string        `envconfig:"OUTBOX" default:"outbox" want:"folder"`                 // folder of push/ID.json, when there is neither key
	TTL       time.Duration `envconfig:"TTL" default:"24h" least:"0s" most:"672h"`              // how long a device that is off is waited for
	PublicURL string        `envconfig:"PUBLIC_URL" default:"http://127.0.0.1:8080" want:"url"` // where customers reach the page to unsubscribe on
	LinkKey   string        `envconfig:"LINK_KEY"`                                              // secret; signs links, the first of several
}

// open makes the channel. Web is how providers are reached; nil is the usual way.
func open(web http.RoundTripper) func(settings, function.Env) (channel.Sender, error) {
	return func(s settings, env function.Env) (channel.Sender, error) {
		w, err := newWriter(s)
		if err != nil {
			return nil, err
		}
		known, err := readServices(s.Services)
		if err != nil {
			return nil, err
		}
		p := &post{writer: w, env: env, client: channel.Client(web), services: known, ttl: s.TTL}
		if s.Key != "" {
			if p.vapid, err = newVAPID(s.Key, s.Subject); err != nil {
				return nil, err
			}
			env.Log.Info("browsers subscribe to pushes with this key, which is also at /push/key", "applicationServerKey", p.vapid.public)
		}
		if s.FCM != "" {
			if p.fcm, err = newFCM(s.FCM, p.client); err != nil {
				return nil, err
			}
		}
		if p.vapid == nil && p.fcm == nil {
			folder, err := outbox.Open(s.Outbox + "/push")
			return &box{w, folder}, err
		}
		return p, nil
	}
}

func newWriter(s settings) (w writer, err error) {
	if w.links, err = words.ReadLinks(s.PublicURL, s.LinkKey); err != nil {
		return w, err
	}
	w.texts, err = words.Load(texts)
	return w, err
}
