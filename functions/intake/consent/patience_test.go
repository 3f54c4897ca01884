package consent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/profile"
)

func TestNothingIsSentToWhoWaitsToBeErased(t *testing.T) {
	s := open(t)
	s.livesHere()
	s.without("audience")
	s.asksToBeErased()
	require.Empty(t, heard[events.ErasureCompleted](s))
	require.Equal(t, action.Cancelled, s.action("letter-2").Status)
	s.pass(2 * time.Hour)
	s.tick()
	for _, due := range heard[events.TimerDue](s) {
		require.NotEqual(t, "left", due.Timer, "no flow wakes up for her")
	}
}

// What comes in meanwhile wakes the flows as ever, and they ask what they may do.
func TestWhoWaitsToBeErasedIsLeftInPeace(t *testing.T) {
	s := open(t)
	id := s.livesHere()
	s.without("audience")
	bars := func() (all []profile.Bar) {
		docs, err := s.raw.Get(t.Context(), profile.Key(id))
		require.NoError(t, err)
		p, err := profile.Read(docs[0])
		require.NoError(t, err)
		for _, purpose := range []events.Purpose{events.PurposeMarketing, events.PurposeService} {
			all = append(all, p.Barred(events.ActionMessage, "email", purpose), p.Barred(events.ActionAudience, "audience", purpose))
		}
		return all
	}
	require.Equal(t, []profile.Bar{"", "", "", ""}, bars())
	s.asksToBeErased()
	require.Empty(t, heard[events.ErasureCompleted](s))
	require.Equal(t, []profile.Bar{"suppressed", "suppressed", "suppressed", "suppressed"}, bars())
}

func TestAnAudienceThatNeverAnswersDoesNotKeepTheRestForEver(t *testing.T) {
	s := open(t)
	s.livesHere()
	s.without("audience")
	s.asksToBeErased()
	s.pass(23 * time.Hour)
	s.tick()
	require.Empty(t, heard[events.ErasureCompleted](s))
	s.pass(time.Hour)
	s.tick()
	require.Len(t, heard[events.ErasureCompleted](s), 1)
	s.requireNoTrace(traces...)

	after := s.everything()
	for _, e := range s.told {
		if e.Type() == (events.TimerDue{}).Type() && events.Extension(e, events.ExtFlow) == name {
			again := s.deliver(s.consent, e)
			require.NotNil(t, again)
			require.Equal(t, heard[events.ErasureCompleted](s)[0].ReceiptID, again.ID(), "whoever asks again is told again")
		}
	}
	require.Equal(t, after, s.everything())
}

func TestAnAnswerThatComesLateIsTakenBeforePatienceEnds(t *testing.T) {
	s := open(t)
	s.livesHere()
	s.without("audience")
	s.asksToBeErased()
	asked := heard[events.ActionRequested](s)
	require.Len(t, asked, 1)
	s.pass(time.Hour)
	s.finish(asked[0].ActionID, action.Sent)
	require.Len(t, heard[events.ErasureCompleted](s), 1)
	s.requireNoTrace(traces...)
	s.pass(48 * time.Hour)
	s.tick()
	require.Len(t, heard[events.ErasureCompleted](s), 1)
}

func TestSeveralAudiencesAreLeftOneAfterTheOther(t *testing.T) {
	s := open(t)
	id := s.livesHere()
	s.deed(id, "advert-2", "audience", into("researchers"), sent)
	s.deed(id, "advert-3", "audience", into("newcomers"), sent)
	s.asksToBeErased()
	require.Len(t, heard[events.ActionRequested](s), 3)
	require.Len(t, heard[events.ErasureCompleted](s), 1)
	s.requireNoTrace(traces...)
}

func TestSomebodyWhoHasNoAddressIsErasedAllTheSame(t *testing.T) {
	s := open(t)
	s.tell(s.said(events.ProductViewed{Common: who("cookie", "cookie-of-anna"), SKU: "graduation"}))
	s.deed(s.owner("cookie", "cookie-of-anna"), "advert", "audience", into("visitors"), sent)
	s.pass(time.Minute)
	s.tell(s.said(events.ErasureRequested{Common: who("cookie", "cookie-of-anna"), RequestedBy: events.RequestedByCustomer}))
	require.Len(t, heard[events.ActionCompleted](s), 1, "a list forgets her by what was written; a provider could not find her")
	require.Len(t, heard[events.ErasureCompleted](s), 1)
	s.requireNoTrace(traces...)
}
