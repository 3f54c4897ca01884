package flow

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/words"
)

const greeterManifest = `
summary: Writes to who looks at a product.
group: flows
triggers: [{type: dev.redthread.product.viewed.v1}, {type: dev.redthread.timer.due.v1}]
goal: dev.redthread.order.placed.v1
purpose: marketing
priority: high
`

func TestAMessageIsWrittenOnceItWillBeSent(t *testing.T) {
	unfit := errors.New("a word is missing")
	for _, c := range []struct {
		name            string
		agreed, silent  bool
		fails           error
		verdict         Verdict
		written, failed bool
	}{
		{name: "it is sent", agreed: true, verdict: VerdictAct, written: true},
		{name: "it is to be sent and cannot be written", agreed: true, fails: unfit, written: true, failed: true},
		{name: "it cannot be written, and nobody agreed to it", fails: unfit, verdict: VerdictRefused},
		{name: "nobody reads it", agreed: true, silent: true, fails: unfit, verdict: VerdictAct},
	} {
		t.Run(c.name, func(t *testing.T) {
			written := false
			f, err := Define("greeter", []byte(greeterManifest), nil, func(struct{}, words.Texts) Rules {
				return Rules{Handlers: []Handler{On(func(v events.ProductViewed) string { return v.SKU }, func(Moment[events.ProductViewed]) Decision {
					return ActMessage("hello", func() (words.Message, error) {
						written = true
						return words.Message{Subject: "Hello"}, c.fails
					}, "email")
				})}}
			}).Make(function.Env{Silent: c.silent, Override: map[string]map[string]string{"greeter": {"CONTROL": "0", "HOLDOUT": "0"}}})
			require.NoError(t, err)
			in := Input{Data: events.ProductViewed{SKU: "X"}, Cause: "c", At: monday, Now: monday, Profile: customer(t, consent(events.ConsentEmail, c.agreed))}
			in.Event, err = events.New("/test", "view", monday, in.Data.(events.ProductViewed))
			require.NoError(t, err)
			out, err := f.Turn(&in)
			require.Equal(t, c.written, written)
			if c.failed {
				require.ErrorIs(t, err, unfit)
				return
			}
			require.NoError(t, err)
			require.Equal(t, string(c.verdict), out.Entry.Verdict)
			require.Equal(t, c.written, out.Action != nil && out.Action.Content.Message != nil)
		})
	}
}
