package push

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/shared/words"
)

func TestWhatIsTooLongIsCutAtAWordAndCodesAreNot(t *testing.T) {
	for text, want := range map[string]string{
		"Garn og pinde": "Garn og pinde", "Garn og pinde, garn": "Garn og…", "Garn  og\npinde": "Garn og pinde", "Strikkepindesæt": "Strikkepindes…",
		"Garn og pinde 🧶": "Garn og pinde…", "Garn og pind 🧶": "Garn og pind 🧶", "": "",
	} {
		require.Equal(t, want, cut(text, 14), text)
	}
	m := ready()
	m.Short = strings.Repeat("Garn og pinde, ", 40) + "kode 4711."
	require.True(t, strings.HasSuffix(body(m), "Garn og… 4711"), body(m))
	m.Short = "Kode 4711. Hent den."
	require.Equal(t, "Kode 4711. Hent den.", body(m))
	m.Short = ""
	require.Equal(t, "Vis koden ved disken. 4711", body(m), "the title says the subject")
}

func TestAMessageThatNoPushCanHoldIsRefused(t *testing.T) {
	m := ready()
	d := channel.Delivery{Action: message(events.PurposeService), Profile: new(channeltest.Customer(channeltest.Ann))}
	m.Blocks = []words.Block{words.ButtonTo("Her", "https://shop.example/"+strings.Repeat("a", 4000))}
	d.Action.Content.Message = &m
	_, _, err := (writer{}).write(d)
	require.ErrorContains(t, err, "message: as a notification it has 4234 bytes, at most 3993 can be pushed: its links are too long")
	m.Blocks = []words.Block{words.ButtonTo("Her", "javascript:alert(1)")}
	_, _, err = (writer{}).write(d)
	require.ErrorContains(t, err, "blocks[0].button.url")
	d.Action.Content.Message = nil
	_, _, err = (writer{}).write(d)
	require.EqualError(t, err, "the action holds no message")
	m = ready()
	m.Blocks = nil
	d.Action.Content.Message = &m
	_, text, err := (writer{}).write(d)
	require.NoError(t, err)
	require.NotContains(t, string(text), "web_push", "a declarative message leads somewhere")
}

func TestWhateverIsSaidANotificationCanBePushed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := ready()
		m.Subject = rapid.StringMatching(`[a-zæøå€ж🧶"\\]{1,300}`).Draw(t, "subject")
		m.Short = strings.Join(rapid.SliceOfN(rapid.StringMatching(`[a-zæøå€ж🧶"\\<.]{1,90}`), 0, 120).Draw(t, "short"), " ")
		d := channel.Delivery{Action: message(events.PurposeService), Profile: new(channeltest.Customer(channeltest.Ann))}
		d.Action.Content.Message = &m
		_, text, err := (writer{}).write(d)
		require.NoError(t, err)
		require.LessOrEqual(t, len(text), longest)
		var got struct{ Notification notification }
		require.NoError(t, json.Unmarshal(text, &got))
		require.LessOrEqual(t, utf8.RuneCountInString(got.Notification.Title), longestTitle)
		require.True(t, words.Says(got.Notification.Body, "4711"))
		require.Equal(t, m.Next(), got.Notification.Navigate)
	})
}

func TestPushServicesAreKnownByName(t *testing.T) {
	known, err := readServices([]string{"fcm.googleapis.com", "*.push.apple.com"})
	require.NoError(t, err)
	for host, want := range map[string]string{
		"fcm.googleapis.com": "fcm.googleapis.com", "FCM.googleapis.com": "fcm.googleapis.com", "web.push.apple.com": "push.apple.com", "a.b.push.apple.com": "push.apple.com",
		"push.apple.com": "", "evilpush.apple.com": "", "fcm.googleapis.com.evil.example": "", "x.fcm.googleapis.com": "", "push.apple.com.": "", "": "",
	} {
		service, ok := known.of(host)
		require.Equal(t, want, service, host)
		require.Equal(t, want != "", ok, host)
	}
	for _, wrong := range []string{"", "*", "*.com", "localhost", "127.0.0.1", "10.1", "https://fcm.googleapis.com", "fcm.googleapis.com:443", "a.*.example", "Fcm.example"} {
		_, err := readServices([]string{wrong})
		require.ErrorContains(t, err, "PUSH_SERVICES holds", wrong)
	}
	_, err = readServices(nil)
	require.ErrorContains(t, err, `PUSH_SERVICES is "", expected`)
}
