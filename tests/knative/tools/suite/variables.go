package suite

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"

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
// minute's timer comes, so that a test sees it happen.
func (s Suite) variables(image string) map[string]any {
	hook := func(kind string) settings {
		return settings{"WEBHOOK_URL": "https://" + node.Address + ":" + office.TLS + "/hooks/" + kind}
	}
	return map[string]any{
		"kubeconfig": s.Node.Kubeconfig(),
		"namespace":  Namespace,
		"image":      image,
		"outbox":     map[string]string{"claim": "outbox"},
		"settings":   settings{"PUBLIC_URL": "https://shop.redthread.test"},
		"secrets":    map[string]any{"WEBHOOK_SECRET": map[string]string{"name": "redthread-keys", "key": "WEBHOOK_SECRET"}},
		"env": settings{"QUIET": "off", "CONTROL": "0", "HOLDOUT": "0", "ATTENTION_DAY": "1000", "ATTENTION_WEEK": "1000",
			"SSL_CERT_FILE": "/outbox/ca.crt"},
		"functions": map[string]function{
			"basketrecovery": {settings{"WAIT": "1s"}},
			"storeretarget":  {settings{"WAIT": "1s"}},
			"email":          {settings{"SMTP_URL": "smtp://" + node.Address + ":" + office.SMTP + "?starttls=none"}},
			"sms":            {hook("sms")},
			"ticket":         {hook("ticket")},
			"audience":       {hook("audience")},
		},
	}
}

// image builds the functions' program as it is deployed, makes its image, and has the node
// take it. Its tag is that of its content, so that other content is another revision.
func (s Suite) image(ctx context.Context) (string, error) {
	program, archive := s.in("redthread"), s.in("redthread.tar")
	if _, err := s.run(ctx, []string{"CGO_ENABLED=0"}, "go", "build", "-trimpath", "-buildvcs=false", "-tags", "postgres",
		"-ldflags", "-s -w", "-o", program, "./infra/knative"); err != nil {
		return "", err
	}
	built, err := os.ReadFile(program)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(built)
	name := "registry.local/redthread:" + hex.EncodeToString(sum[:6])
	if _, err := s.run(ctx, nil, "go", "run", "./tests/knative/pack", program, name, archive); err != nil {
		return "", err
	}
	return name, s.Node.Import(ctx, archive)
}
