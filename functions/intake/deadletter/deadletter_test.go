package deadletter_test

import (
	"context"
	"encoding/base64"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/functions/intake/deadletter"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

type office struct {
	*memory.Store
	now time.Time
	f   *function.Function
}

func open(t *testing.T) *office {
	o := &office{now: noon}
	o.Store = memory.New(store.WithClock(func() time.Time { return o.now }))
	f, err := deadletter.Spec.New(function.Env{Store: o.Store, Now: func() time.Time { return o.now },
		Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	require.NoError(t, err)
	o.f = f
	return o
}

func dead(dest string, code any, reason string, data []byte) events.Event {
	e := events.Event{}
	e.SetSpecVersion("1.0")
	e.SetID("42")
	e.SetSource("/shop")
	e.SetType("dev.redthread.basket.updated.v1")
	e.SetTime(noon.Add(-time.Hour))
	e.SetExtension("profileid", "p-1")
	e.SetExtension("knativeerrordest", dest)
	e.SetExtension("knativeerrorcode", code)
	e.SetExtension("knativeerrordata", reason)
	e.SetDataContentType("application/json")
	e.DataEncoded = data
	return e
}

func (o *office) letters(t *testing.T) []deadletter.Letter {
	var all []deadletter.Letter
	for doc, err := range o.Query(context.Background(), store.Query{Collection: deadletter.Collection, Partition: deadletter.Partition}) {
		require.NoError(t, err)
		l, err := deadletter.Read(doc)
		require.NoError(t, err)
		all = append(all, l)
	}
	return all
}

func (o *office) take(t *testing.T, e events.Event) {
	reply, err := o.f.Handle(context.Background(), e)
	require.NoError(t, err)
	require.Nil(t, reply)
}

func TestADeadLetterIsKeptWithItsReason(t *testing.T) {
	encoded := base64.StdEncoding.EncodeToString([]byte("basket b-1: no lines"))
	for name, e := range map[string]events.Event{
		"from one machine": dead("http://basketrecovery", int32(422), encoded, []byte(`{"basket_id":"b-1"}`)),
		"from a cluster":   dead("http://basketrecovery.shop.svc.cluster.local", "422", encoded, []byte(`{"basket_id":"b-1"}`)),
		"in plain text":    dead("http://basketrecovery/", "422", "basket b-1: no lines", []byte(`{"basket_id":"b-1"}`)),
	} {
		t.Run(name, func(t *testing.T) {
			o := open(t)
			o.take(t, e)
			all := o.letters(t)
			require.Len(t, all, 1)
			l := all[0]
			require.Equal(t, []any{"basketrecovery", 422, "basket b-1: no lines", e.Type(), "p-1", 1, noon},
				[]any{l.Function, l.Code, l.Reason, l.Type, l.Profile, l.Times, l.First})
			require.Equal(t, events.Hash(e)+"-basketrecovery", l.ID)

			back, err := l.Decoded()
			require.NoError(t, err)
			require.Equal(t, map[string]any{"profileid": "p-1"}, back.Extensions())
			require.JSONEq(t, `{"basket_id":"b-1"}`, string(back.Data()))
			require.Equal(t, events.Hash(e), events.Hash(back))
			require.NotNil(t, e.Extensions()["knativeerrordest"], "the event that came is left as it was")
		})
	}
}

func TestOfWhoWasErasedMeanwhileNoLetterIsKept(t *testing.T) {
	o := open(t)
	erased, err := profile.Write(profile.Profile{ID: "p-1", Erased: noon}, 0)
	require.NoError(t, err)
	require.NoError(t, o.Commit(t.Context(), erased))
	o.take(t, dead("http://basketrecovery", 500, "", []byte(`{"customer":{"email":"anna@shop.example"}}`)))
	require.Empty(t, o.letters(t))
}

func TestTheSameLetterTwiceIsOneAndCounted(t *testing.T) {
	o := open(t)
	o.take(t, dead("http://email", 500, "first", nil))
	o.now = noon.Add(time.Hour)
	o.take(t, dead("http://email", 500, "second", nil))
	o.take(t, dead("http://sms", 500, "other function", nil))
	all := o.letters(t)
	require.Len(t, all, 2)
	l := all[0]
	if l.Function != "email" {
		l = all[1]
	}
	require.Equal(t, []any{2, "second", noon, noon.Add(time.Hour)}, []any{l.Times, l.Reason, l.First, l.Last})
}

func TestLettersAreFoundInTheOrderOfTimeAndForgottenAfterKeep(t *testing.T) {
	o := open(t)
	for i, dest := range []string{"http://c", "http://a", "http://b"} {
		o.now = noon.Add(time.Duration(i) * time.Hour)
		o.take(t, dead(dest, 500, "", nil))
	}
	var names []string
	for _, l := range o.letters(t) {
		names = append(names, l.Function)
	}
	require.Equal(t, []string{"c", "a", "b"}, names)
	o.now = noon.Add(90*24*time.Hour + time.Hour)
	require.Len(t, o.letters(t), 1)
}

func TestWhatIsNotJSONOrTooLargeIsKeptAsWellAsCanBe(t *testing.T) {
	o := open(t)
	o.take(t, dead("http://a", 400, strings.Repeat("x", 1023), []byte("{broken \xff")))
	l := o.letters(t)[0]
	back, err := l.Decoded()
	require.NoError(t, err)
	require.Equal(t, "{broken \xff", string(back.Data()))

	o = open(t)
	o.take(t, dead("http://a", 400, "", []byte(`"`+strings.Repeat("x", store.MaxDocument)+`"`)))
	l = o.letters(t)[0]
	require.True(t, l.Cut)
	_, err = l.Decoded()
	require.ErrorContains(t, err, "too large to keep")
}

func TestAStoreThatIsAwayIsTriedAgain(t *testing.T) {
	o := open(t)
	o.Close()
	_, err := o.f.Handle(context.Background(), dead("http://a", 400, "", nil))
	require.ErrorIs(t, err, store.ErrClosed)
	require.False(t, function.IsNever(err))
}

func FuzzAnyReasonIsKept(f *testing.F) {
	f.Add("http://a", "bm8=", []byte(`{}`))
	f.Fuzz(func(t *testing.T, dest, reason string, data []byte) {
		o := open(&testing.T{})
		if _, err := o.f.Handle(context.Background(), dead(dest, 500, reason, data)); err != nil && !function.IsNever(err) {
			t.Fatal(err)
		}
	})
}

func TestAReasonThatWasCutInTheMiddleOfALetterIsReadUpToIt(t *testing.T) {
	o := open(t)
	for before, want := range map[string]int{"": 384, "x": 383} {
		encoded := base64.StdEncoding.EncodeToString([]byte(before + strings.Repeat("ø", 600)))[:1024]
		o.take(t, dead("http://a", 400, encoded, nil))
		require.True(t, o.letters(t)[0].Reason == before+strings.Repeat("ø", want))
	}
}
