package email

import (
	"context"
	"errors"
	"image/gif"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/shared/words"
)

func get(s *channeltest.Shop, method, link string) *http.Response {
	w := httptest.NewRecorder()
	s.Function.Pages.ServeHTTP(w, httptest.NewRequest(method, strings.TrimPrefix(link, "https://shop.example"), nil))
	return w.Result()
}

func TestAClickIsNotedOnceAndLeadsOn(t *testing.T) {
	s, dir := boxed(t)
	a := letter("one", events.PurposeMarketing)
	link := href.FindString(mailed(t, s, dir, a).text)
	for range 2 {
		res := get(s, http.MethodGet, link)
		require.Equal(t, http.StatusFound, res.StatusCode)
		require.Equal(t, "https://shop.example/kurv?a=1&b=2", res.Header.Get("Location"))
		require.Equal(t, "no-store", res.Header.Get("Cache-Control"))
		require.Equal(t, "no-referrer", res.Header.Get("Referrer-Policy"))
	}
	require.Len(t, s.Emitted(), 2)
	first, second := s.Emitted()[0], s.Emitted()[1]
	require.Equal(t, first.ID(), second.ID(), "the journal tells the second for the first")
	require.Equal(t, "/redthread/email", first.Source())
	clicked, err := events.Decode[events.MessageClicked](first)
	require.NoError(t, err)
	require.Equal(t, events.MessageClicked{Common: events.Common{Customer: events.Identifiers{"profile": channeltest.Ann}, Place: events.PlaceEmail},
		ActionID: a.ID, Link: "https://shop.example/kurv?a=1&b=2", Provider: "email"}, clicked)
	require.Empty(t, events.ProfileID(first), "it goes through collect")

	get(s, http.MethodHead, link)
	require.Len(t, s.Emitted(), 2, "a scanner's HEAD is no click")
}

func TestAnOldLinkStillLeadsOn(t *testing.T) {
	s, _ := boxed(t)
	link := links(t).Sign("/c", "click", words.Claims{Profile: channeltest.Ann, Action: "a", URL: "https://shop.example/chair"}, channeltest.Now.Add(-time.Second))
	res := get(s, http.MethodGet, link)
	require.Equal(t, "https://shop.example/chair", res.Header.Get("Location"))
	require.Empty(t, s.Emitted())
}

func TestALinkThatIsNotOursLeadsNowhere(t *testing.T) {
	s, _ := boxed(t)
	claims := words.Claims{Profile: channeltest.Ann, Action: "a", URL: "https://else.example"}
	theirs, err := words.NewLinks("https://shop.example", [][]byte{[]byte(strings.Repeat("x", 32))})
	require.NoError(t, err)
	for name, link := range map[string]string{
		"signed by somebody else": theirs.Sign("/c", "click", claims, channeltest.Now.Add(time.Hour)),
		"for another purpose":     links(t).Sign("/c", "open", claims, channeltest.Now.Add(time.Hour)),
		"no token":                "/c",
		"a bare address":          "/c?t=https://else.example",
	} {
		res := get(s, http.MethodGet, link)
		require.Equal(t, http.StatusBadRequest, res.StatusCode, name)
		require.Empty(t, res.Header.Get("Location"))
	}
	require.Empty(t, s.Emitted())
	require.Equal(t, http.StatusNotFound, get(s, http.MethodGet, "/elsewhere").StatusCode)
	require.Equal(t, http.StatusMethodNotAllowed, get(s, http.MethodPost, "/c?t=x").StatusCode)
}

func TestAnOpeningIsNotedAndAlwaysAPicture(t *testing.T) {
	s, _ := boxed(t)
	claims := words.Claims{Profile: channeltest.Ann, Action: "a-1", Flow: "story", Channel: "email"}
	for _, link := range []string{links(t).Sign("/o.gif", "open", claims, channeltest.Now.Add(time.Hour)), "/o.gif?t=forged"} {
		res := get(s, http.MethodGet, link)
		require.Equal(t, "image/gif", res.Header.Get("Content-Type"))
		picture, err := gif.Decode(res.Body)
		require.NoError(t, err)
		require.Equal(t, 1, picture.Bounds().Dx()*picture.Bounds().Dy())
		_, _, _, alpha := picture.At(0, 0).RGBA()
		require.Zero(t, alpha)
	}
	require.Len(t, s.Emitted(), 1)
	seen, err := events.Decode[events.MessageOpened](s.Emitted()[0])
	require.NoError(t, err)
	require.Equal(t, "a-1", seen.ActionID)
	require.Equal(t, channeltest.Ann, seen.Customer["profile"])
}

func TestABrokerThatIsAwayDoesNotHoldUpTheCustomer(t *testing.T) {
	s, _ := boxed(t)
	env := s.Env
	env.Emit = func(context.Context, events.Event) error { return errors.New("broker is away") }
	f, err := Spec.New(env)
	require.NoError(t, err)
	w := httptest.NewRecorder()
	link := links(t).Sign("/c", "click", words.Claims{Profile: channeltest.Ann, Action: "a", URL: "https://shop.example/chair"}, channeltest.Now.Add(time.Hour))
	f.Pages.ServeHTTP(w, httptest.NewRequest(http.MethodGet, strings.TrimPrefix(link, "https://shop.example"), nil))
	require.Equal(t, http.StatusFound, w.Code)
	require.Contains(t, s.Logged(), "broker is away")
	require.NotContains(t, s.Logged(), channeltest.Ann)
}
