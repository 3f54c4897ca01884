package audience

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/shared/profile"
)

// erase takes somebody out of the audience for good.
func erase(step string, written ...action.Action) action.Action {
	a := leave(step)
	a.Purpose, a.Content.Audience.Note = events.PurposeService, "customer asked"
	for _, w := range written {
		a.Content.Audience.Forget = append(a.Content.Audience.Forget, w.ID)
	}
	return a
}

func TestAFileForgetsWhoIsErasedAndKeepsTheOthers(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "audience-store-visitors.csv")
	s := channeltest.Open(t, Spec, map[string]string{"OUTBOX": dir})
	in, out, again := enter("in"), leave("out"), enter("again")
	s.Keep(ann())
	for _, a := range []action.Action{in, out} {
		_, err := s.Do(a)
		require.NoError(t, err)
	}
	bo := enter("bo")
	s.Keep(channeltest.Customer(channeltest.Ann, "email:bo@shop.example", "phone:+4587654321"))
	_, err := s.Do(bo)
	require.NoError(t, err)
	others := rows(t, path)[3:]
	require.Len(t, others, 1)

	// Ann has another address by now: the old ones are found by what was written.
	for _, c := range []struct {
		name   string
		who    profile.Profile
		forget action.Action
	}{
		{"by what was written", channeltest.Customer(channeltest.Ann, "cookie:c-1"), erase("by-id", in, out)},
		{"by her address", ann(), erase("by-hash", out)},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.Keep(c.who)
			a, err := s.Do(c.forget)
			require.NoError(t, err)
			require.Equal(t, action.Sent, a.Status, a.Reason)
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			for _, hash := range []string{annsMail, annsGmail, annsPhone, annsDigits, in.ID, out.ID, c.forget.ID} {
				require.NotContains(t, string(text), hash)
			}
			require.Equal(t, append([][]string{header}, others...), rows(t, path))
		})
		s.Keep(ann())
		_, err := s.Do(again) // a line by which the next way finds her
		require.NoError(t, err)
	}
	_, err = s.Do(in) // it was on its way, and comes too late
	require.NoError(t, err)
	require.NotContains(t, strings.Join(strings.Fields(read(t, path)), "\n"), in.ID)

	late := enter("late")
	s.Keep(channeltest.Customer(channeltest.Ann, "email:cy@shop.example"))
	_, err = s.Do(late)
	require.NoError(t, err)
	require.Contains(t, read(t, path), late.ID, "the file goes on where it is")
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

func TestAWebhookIsToldWhatToForget(t *testing.T) {
	h, s := hooked(t)
	s.Keep(ann())
	in := enter("in")
	gone := erase("gone", in)
	_, err := s.Do(gone)
	require.NoError(t, err)
	require.Contains(t, h.bodies[gone.ID][0], `"forget":["`+in.ID+`"]`)

	s.Keep(channeltest.Customer(channeltest.Ann, "cookie:c-1"))
	a, err := s.Do(erase("nameless", in))
	require.NoError(t, err)
	require.Equal(t, action.Sent, a.Status, "the entries are known by their ids: %s", a.Reason)
	require.Contains(t, h.bodies[a.ID][0], `"forget":["`+in.ID+`"]`)
	require.NotContains(t, h.bodies[a.ID][0], `"users"`)
}
