package function

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/binding"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

var binary = http.Header{"Ce-Specversion": {"1.0"}, "Ce-Id": {"1"}, "Ce-Source": {"/shop/web"}, "Ce-Type": {"dev.redthread.basket.updated.v1"},
	"Ce-Time": {"2026-03-02T12:00:00.123Z"}, "Content-Type": {"application/json"}, "Ce-Profileid": {"01957e4a"}, "Ce-Subject": {"s"},
	"Ce-Dataschema": {"https://redthread.dev/events/schemas/basket.updated.v1.json"}, "Accept": {"*/*"}}

// with returns the usual headers but for some.
func with(changed http.Header) http.Header {
	h := binary.Clone()
	maps.Copy(h, changed)
	return h
}

func bySDK(t testing.TB, h http.Header, body []byte) (*events.Event, error) {
	return binding.ToEvent(context.Background(), cehttp.NewMessage(h, io.NopCloser(bytes.NewReader(body))))
}

func TestBinaryModeIsReadAsTheSDKReadsIt(t *testing.T) {
	for name, c := range map[string]struct {
		header http.Header
		body   string
		plain  bool
	}{
		"as most are":             {binary, basket, true},
		"no data":                 {binary, "", true},
		"a URL as source":         {with(http.Header{"Ce-Source": {"https://shop.example/web?x=1#y"}}), basket, true},
		"a host as source":        {with(http.Header{"Ce-Source": {"//shop.example/web"}}), basket, true},
		"escapes in the source":   {with(http.Header{"Ce-Source": {"/a%20b"}}), basket, false},
		"quotes in the subject":   {with(http.Header{"Ce-Subject": {`"a \\"b"`}}), basket, false},
		"Danish in the source":    {with(http.Header{"Ce-Source": {"/butik/åby"}}), basket, true},
		"another schema":          {with(http.Header{"Ce-Dataschema": {"https://shop.example/s.json"}}), basket, true},
		"a zone in the time":      {with(http.Header{"Ce-Time": {"2026-03-02T12:00:00+01:00"}}), basket, true},
		"several values":          {with(http.Header{"Ce-Id": {"1", "2"}}), basket, true},
		"no id":                   {with(http.Header{"Ce-Id": nil}), basket, false},
		"extensions":              {with(http.Header{"Ce-Traceparent": {"00-1-2-03"}, "Ce-7": {"seven"}}), basket, true},
		"an empty extension":      {with(http.Header{"Ce-Flow": {""}}), basket, false},
		"spaces":                  {with(http.Header{"Ce-Id": {" 1 "}}), basket, false},
		"a strange name":          {with(http.Header{"Ce-Foo-Bar": {"x"}}), basket, false},
		"no name":                 {with(http.Header{"Ce-": {"x"}}), basket, false},
		"a reserved name":         {with(http.Header{"Ce-Datacontenttype": {"x"}}), basket, false},
		"no time":                 {with(http.Header{"Ce-Time": {"yesterday"}}), basket, false},
		"no URL":                  {with(http.Header{"Ce-Source": {"http://[::1"}}), basket, false},
		"another kind of data":    {with(http.Header{"Content-Type": {"text/plain"}}), "x", false},
		"another version":         {with(http.Header{"Ce-Specversion": {"0.3"}}), basket, false},
		"JSON with its character": {with(http.Header{"Content-Type": {"application/json; charset=utf-8"}}), basket, false},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "no id" {
				delete(c.header, "Ce-Id")
				c.plain = true // what is missing is told later
			}
			if name == "no name" {
				require.False(t, func() bool { _, ok := plain(c.header, nil); return ok }())
				return // the SDK panics
			}
			got, ok := plain(c.header, []byte(c.body))
			require.Equal(t, c.plain, ok)
			want, err := bySDK(t, c.header, []byte(c.body))
			if ok {
				require.NoError(t, err)
				require.Equal(t, *want, got)
			}
		})
	}
}

// FuzzBinary: what is read as plain is what the SDK reads.
func FuzzBinary(f *testing.F) {
	f.Add("1", "/shop", "2026-03-02T12:00:00Z", "subject", "Flow", "recovery")
	f.Add(" 1", "https://a.example/b?c", "2026-03-02T12:00:00.5+02:00", "å", "Trace-Parent", "")
	f.Add("", "//x", "2026-02-30T12:00:00Z", "\x00", "7", "\xff")
	f.Fuzz(func(t *testing.T, id, source, at, subject, name, value string) {
		name = http.CanonicalHeaderKey("Ce-" + name)
		if strings.TrimPrefix(name, "Ce-") == "" {
			return // the SDK panics
		}
		h := with(http.Header{"Ce-Id": {id}, "Ce-Source": {source}, "Ce-Time": {at}, "Ce-Subject": {subject}, name: {value}})
		if got, ok := plain(h, []byte(basket)); ok {
			want, err := bySDK(t, h, []byte(basket))
			require.NoError(t, err)
			require.Equal(t, *want, got)
		}
	})
}

func TestRepliesAreWrittenAsTheSDKWritesThem(t *testing.T) {
	e, err := events.New("/redthread/recovery", "a-1", time.Date(2026, 3, 2, 12, 0, 0, 5e8, time.UTC), events.ActionRequested{ActionID: "a", Kind: events.ActionMessage})
	require.NoError(t, err)
	bare := e
	bare.Context = e.Context.Clone()
	bare.SetTime(time.Time{})
	bare.SetDataSchema("")
	bare.SetSource("https://shop.example/?a=b c")
	bare.SetSubject("åh")
	extended := e
	extended.Context = e.Context.Clone()
	extended.SetExtension(events.ExtProfileID, "p")
	extended.SetExtension("7up", "x")
	numbered := extended
	numbered.Context = extended.Context.Clone()
	numbered.SetExtension("n", 7)
	for name, c := range map[string]struct {
		event events.Event
		plain bool
	}{"usual": {e, true}, "bare": {bare, true}, "with extensions": {extended, true}, "with a number": {numbered, false},
		"without data": {events.Event{Context: e.Context}, false}} {
		t.Run(name, func(t *testing.T) {
			got, want := httptest.NewRecorder(), httptest.NewRecorder()
			require.NoError(t, cehttp.WriteResponseWriter(t.Context(), binding.ToMessage(&c.event), http.StatusOK, encoder{want}))
			require.Equal(t, c.plain, answerPlain(got, &c.event))
			if c.plain {
				require.Equal(t, want.Result().Header, got.Result().Header)
				require.Equal(t, want.Body.String(), got.Body.String())
				require.Equal(t, want.Code, got.Code)
			}
		})
	}
}
