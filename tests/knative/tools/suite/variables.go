package suite

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"

	"redthread.dev/tests/knative/tools/node"
	"redthread.dev/tests/knative/tools/office"
)

type (
	settings map[string]string
	function struct {
		Settings settings `json:"settings"`
	}
)

// variables are those of the example: everybody is written to at any hour, as soon as a
// minute's timer comes, so that a test sees it happen, and what is off by default is on.
func (s Suite) variables(image string) map[string]any {
	at := func(kind string) string { return "https://" + node.Address + ":" + office.TLS + "/hooks/" + kind }
	hook := func(kind string) function { return function{settings{"WEBHOOK_URL": at(kind)}} }
	key := func(name string) map[string]string { return map[string]string{"name": "redthread-keys", "key": name} }
	return map[string]any{
		"kubeconfig": s.Node.Kubeconfig(),
		"namespace":  Namespace,
		"image":      image,
		"outbox":     map[string]string{"claim": "outbox"},
		"settings":   settings{"PUBLIC_URL": "https://shop.redthread.test"},
		"secrets":    map[string]any{"WEBHOOK_SECRET": key("WEBHOOK_SECRET"), "BOOKING_SECRET": key("WEBHOOK_SECRET"), "TILL_SECRET": key("WEBHOOK_SECRET"), "VAPID_KEY": key("VAPID_KEY")},
		"env": settings{"CHANNELS": "email,sms,push,audience,ticket,crm", "QUIET": "off", "CONTROL": "0", "HOLDOUT": "0", "ATTENTION_DAY": "1000", "ATTENTION_WEEK": "1000",
			"SSL_CERT_FILE": "/outbox/ca.crt", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://" + node.Address + ":" + node.OTLP,
			"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.05"},
		"functions": map[string]function{
			"basketrecovery": {settings{"WAIT": "1s"}},
			"storeretarget":  {settings{"WAIT": "1s"}},
			"ordersync":      {settings{"SYSTEMS": "shop,loyalty,erp", "BOOK_AFTER": "1s"}},
			"affinity":       {settings{"EVERY": "1m"}},
			"email":          {settings{"SMTP_URL": "smtp://" + node.Address + ":" + office.SMTP + "?starttls=none"}},
			"push":           {settings{"VAPID_SUBJECT": "mailto:ops@shop.redthread.test", "PUSH_SERVICES": node.Name}},
			"crm":            {settings{"WEBHOOK_URL": at("lead"), "BOOKING_URL": at("booking"), "TILL_URL": at("prompt")}},
			"sms":            hook("sms"),
			"ticket":         hook("ticket"),
			"audience":       hook("audience"),
		},
	}
}

// image makes the functions' image as make image does, and has the node take it under a
// name that says what is in it, so that other content is another revision.
func (s Suite) image(ctx context.Context) (string, error) {
	said, err := s.run(ctx, nil, "go", "run", "./infra/image", "-for", "postgres", "-platforms", "linux/"+runtime.GOARCH,
		"-out", s.in("image"), "-json")
	if err != nil {
		return "", err
	}
	var made struct {
		Images []struct{ Digest, Archive string }
	}
	if err := json.Unmarshal([]byte(said), &made); err != nil || len(made.Images) != 1 {
		return "", fmt.Errorf("expected one image: %w: %s", err, said)
	}
	if err := s.Node.Import(ctx, made.Images[0].Archive); err != nil {
		return "", err
	}
	const name = "registry.local/redthread"
	tag := name + ":" + strings.TrimPrefix(made.Images[0].Digest, "sha256:")[:12]
	return tag, s.Node.Tag(ctx, name+":postgres", tag)
}
