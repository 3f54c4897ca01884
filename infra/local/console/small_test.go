package console

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

func TestPaceIsOfTheLastMinute(t *testing.T) {
	var p pace
	start := time.Unix(1_800_000_000, 0)
	sum := func(after time.Duration) (n int) {
		for _, x := range p.lately(start.Add(after)) {
			n += x
		}
		return n
	}
	for i := range 10 {
		for range i {
			p.add(start.Add(time.Duration(i) * time.Second))
		}
	}
	lately := p.lately(start.Add(10 * time.Second))
	require.Len(t, lately, paceSeconds)
	require.Equal(t, []int{0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, lately[paceSeconds-11:])
	require.Equal(t, 45, sum(60*time.Second))
	require.Equal(t, 9, sum(69*time.Second), "the last of them is a minute ago")
	require.Zero(t, sum(70*time.Second))
	require.Zero(t, sum(24*time.Hour))
}

func TestPaceBearsAClockThatIsSetBack(t *testing.T) {
	var p pace
	p.add(time.Unix(2_000_000_000, 0))
	p.add(time.Unix(1_900_000_000, 0))
	require.Equal(t, 2, p.lately(time.Unix(2_000_000_001, 0))[paceSeconds-1])
}

func TestBriefTextNamesNobody(t *testing.T) {
	for text, want := range map[string]string{
		"mailbox <mette@example.dk> is full":     "mailbox <…> is full",
		"call +45 20 12 34 56 again":             "call … again",
		"reach 25000, sentiment +0.91":           "reach 25000, sentiment +0.91",
		"two\n lines":                            "two lines",
		"order 10042 since 2026-03-02T10:00:00Z": "order 10042 since 2026-03-02T10:00:00Z",
		"":                                       "",
	} {
		require.Equal(t, want, brief(text))
	}
}

func FuzzBrief(f *testing.F) {
	f.Add("mette@example.dk\xff\n+4520123456")
	f.Add(strings.Repeat("æ", 3*maxText))
	f.Fuzz(func(t *testing.T, text string) {
		got := brief(text)
		require.True(t, utf8.ValidString(got) || !utf8.ValidString(text))
		require.LessOrEqual(t, len(got), maxText+len("…"))
		require.NotContains(t, got, "\n")
	})
}

func TestEveryTypeOfTheVocabularyHasAShortName(t *testing.T) {
	for _, x := range events.Types() {
		require.Len(t, strings.Split(title(x), "."), 3, "the page makes words of %s", x)
	}
	require.Equal(t, "again", title("again 4fzJ"))
	require.Equal(t, "com.shop.thing", title("com.shop.thing"))
}
