package consent

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

func TestWhatWasTakenCanBeGivenBackAndTakenAgain(t *testing.T) {
	s := open(t)
	s.tell(s.said(events.ConsentChanged{Common: who("email", "anna@shop.example"), Channel: "email", Purpose: "marketing", Granted: true}))
	s.tell(s.said(events.ConsentChanged{Common: who("email", "anna@shop.example"), Channel: "ads", Purpose: "marketing", Granted: true}))
	id := s.owner("email", "anna@shop.example")
	page := s.web()(s.letterLink(id, "email"))
	for range 2 {
		s.pass(time.Minute)
		_, text := s.post(page, url.Values{"scope": {"all"}})
		require.Empty(t, s.consented(id))
		undo := s.next(page, text)

		s.pass(time.Minute)
		_, text = s.fetch(undo)
		require.Empty(t, s.consented(id), "the way back is not gone by looking at it")
		require.Equal(t, undo, s.next(undo, text))
		for range 2 {
			res, text := s.post(undo, nil)
			require.Equal(t, 200, res.StatusCode)
			require.Contains(t, text, "Velkommen tilbage")
		}
		require.Equal(t, []string{"email", "ads"}, s.consented(id), "as it was, and no more than that")
		require.Equal(t, "undo", s.profile(id).Consents[0].Evidence.Form)
	}
}

func TestTheWayBackIsOpenForADay(t *testing.T) {
	s := open(t)
	id := s.anna()
	page := s.web()(s.letterLink(id, "email"))
	s.pass(time.Minute)
	_, text := s.post(page, oneClick)
	s.pass(25 * time.Hour)
	res, _ := s.post(s.next(page, text), nil)
	require.Equal(t, http.StatusGone, res.StatusCode)
	require.NotContains(t, s.consented(id), "email")
}

func TestWhoHadGivenNothingIsOfferedNoWayBack(t *testing.T) {
	s := open(t)
	s.tell(s.said(events.ProductViewed{Common: who("email", "anna@shop.example"), SKU: "chair"}))
	id := s.owner("email", "anna@shop.example")
	_, text := s.post(s.web()(s.letterLink(id, "email")), oneClick)
	require.Contains(t, text, "Du er afmeldt")
	require.NotContains(t, text, "<form")
}
