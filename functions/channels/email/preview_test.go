package email

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/words"
)

func TestAPreviewIsTheMailThatIsSent(t *testing.T) {
	file := filepath.Join(t.TempDir(), "brand.yaml")
	require.NoError(t, os.WriteFile(file, []byte(`
name: Garn & Grej
locale: sv
shop_url: https://garn.example
address: Garngatan 1, 211 00 Malmö
sender: {email: hej@garn.example}
`), 0o600))
	for name, settings := range map[string][]string{
		"as it comes":                     nil,
		"with links as they were written": {"TRACK", "none"},
		"of another brand":                {"BRAND", file},
	} {
		for _, purpose := range []events.Purpose{events.PurposeMarketing, events.PurposeService} {
			t.Run(name+" for "+string(purpose), func(t *testing.T) {
				s, dir := boxed(t, settings...)
				a := letter("one", purpose)
				sent := mailed(t, s, dir, a)
				p := previewed(t, dir, settings...)
				message, opts := p.Letter(a)
				html, text, _, err := words.Email(p.Brand, message, opts)
				require.NoError(t, err)
				require.Equal(t, sent.html, unix(html))
				require.Equal(t, sent.text, unix(text))
				require.Contains(t, sent.Get("From"), p.Brand.Sender.Email)
				require.Equal(t, dir, p.Outbox)
			})
		}
	}
}

func TestWhoLooksAtAPreviewIsNotTakenForTheCustomer(t *testing.T) {
	s, dir := boxed(t, "TRACK", "opens")
	a := letter("one", events.PurposeMarketing)
	require.Contains(t, mailed(t, s, dir, a).html, "/o.gif")
	p := previewed(t, dir, "TRACK", "opens")
	message, opts := p.Letter(a)
	html, _, _, err := words.Email(p.Brand, message, opts)
	require.NoError(t, err)
	require.NotContains(t, html, "/o.gif")
	require.Contains(t, html, "https://shop.example/unsubscribe?t=")
}

func TestAPreviewOfWhatCannotBeSetSaysSo(t *testing.T) {
	_, err := NewPreview(function.Env{Override: map[string]map[string]string{name: {"LINK_KEY": key, "BRAND": "/none"}}})
	require.ErrorContains(t, err, `settings of email: BRAND is "/none"`)
	_, err = NewPreview(function.Env{Override: map[string]map[string]string{name: {"LINK_KEY": key, "TRACK": "steps"}}})
	require.ErrorContains(t, err, "TRACK")
	p, err := NewPreview(function.Env{Override: map[string]map[string]string{name: {"LINK_KEY": key, "SMTP_URL": "smtp://mail.example:587"}}})
	require.NoError(t, err)
	require.Empty(t, p.Outbox, "mails are really sent")
}

// previewed is the preview of the channel that boxed opens.
func previewed(t *testing.T, dir string, more ...string) Preview {
	t.Helper()
	settings := map[string]string{"OUTBOX": dir, "LINK_KEY": key, "PUBLIC_URL": "https://shop.example"}
	for i := 0; i < len(more); i += 2 {
		settings[more[i]] = more[i+1]
	}
	p, err := NewPreview(function.Env{Override: map[string]map[string]string{name: settings}})
	require.NoError(t, err)
	return p
}

// unix has lines end as the mail's do once they are decoded.
func unix(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }
