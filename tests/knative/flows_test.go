package knative

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/functions"
	"redthread.dev/functions/insight/affinity"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/together"
)

// told is a tale that was told to the broker.
type told struct {
	tale
	last time.Time // when its last event was posted
	came time.Time // when what had to come of it had come
}

// TestEveryFlowActsThroughTheBroker tells the broker of somebody for each flow that there is,
// as sources would. The flow must act, once, and for its channel what it has done is looked
// at where it ends. All is told before anything is waited for: the PingSource comes once a
// minute, and what has timers is told as of hours or months ago.
func TestEveryFlowActsThroughTheBroker(t *testing.T) {
	c, s := open(t), scene{t, someone(t)}
	began := time.Now()
	c.happened(t, s.goods()...)
	basket := s.shop.says(&events.OrderPlaced{Common: events.Common{Place: events.PlaceStore}, OrderID: s.of("receipt"), Delivery: events.DeliveryCarriedOut,
		Lines: []events.Line{one(s.of("YARN"), kroner(59)), one(s.of("NEEDLES"), kroner(89))}, Total: kroner(148)})
	c.send(t, basket)
	var all []*told
	for _, tell := range slices.Concat(instores, online) {
		one := &told{tale: tell(s)}
		c.happened(t, one.events...)
		one.last = time.Now()
		all = append(all, one)
	}
	t.Logf("%d tales were told in %s", len(all), time.Since(began).Round(time.Second))
	everyone(t, all)

	end := time.Now().Add(3 * time.Minute)
	for _, one := range all {
		t.Run(one.flow+" "+strings.TrimSpace(one.comes.step), func(t *testing.T) { c.carriedOut(t, one, time.Until(end)) })
	}
	t.Run(affinity.Spec.Name, func(t *testing.T) {
		await(t, max(time.Until(end), time.Second), "a purchase of nobody's is kept as a basket", func() bool {
			docs, err := c.store.Get(t.Context(), together.BasketKey(basket.Source(), s.of("receipt")))
			return err == nil && docs[0].Exists()
		})
	})
	table(t, all)
}

// everyone sees that there is a tale of each flow, and that the tales lead to each channel.
func everyone(t *testing.T, all []*told) {
	t.Helper()
	var flows, led, channels, used []string
	for _, f := range functions.Flows {
		flows = append(flows, f.Name)
	}
	for _, spec := range functions.All {
		m, err := function.ParseManifest(spec.Name, spec.Manifest)
		require.NoError(t, err)
		if m.Group == "channels" {
			channels = append(channels, spec.Name)
		}
	}
	for _, one := range all {
		led, used = append(led, one.flow), append(used, one.comes.channel)
	}
	require.Subset(t, led, flows, "flows that no tale is told of: write one in tales*_test.go")
	require.Subset(t, used, channels, "channels that no tale leads to")
}

// carriedOut waits until a tale's flow has acted and its channel has done what it was asked,
// and sees that it was that and no more.
func (c *cluster) carriedOut(t *testing.T, one *told, within time.Duration) {
	first, err := c.store.Get(t.Context(), profile.JournalKey(events.Hash(one.events[0])))
	require.NoError(t, err)
	entry, err := profile.ReadEntry(first[0])
	require.NoError(t, err)
	who := entry.Profile
	defer func() {
		if t.Failed() {
			docs, _ := c.store.Get(t.Context(), thread.Key(who)) //nolint:errcheck // it is for the eye
			th, _ := thread.Read(docs[0])                        //nolint:errcheck // likewise
			t.Logf("what the flow decided: %+v, its timers: %+v", th.Flows[one.flow].Trail, th.Timers)
		}
	}()
	var done []action.Action
	await(t, max(within, time.Second), one.flow+" has acted, and "+one.comes.channel+" has done it", func() bool {
		time.Sleep(100 * time.Millisecond)
		done = c.actions(t, one.flow, who)
		return len(done) > 0 && !slices.ContainsFunc(done, func(a action.Action) bool { return a.Status != action.Sent })
	})
	require.Len(t, done, 1, "one act of the flow for one customer")
	act := done[0]
	require.Equal(t, one.comes.channel, act.Channel)
	require.Truef(t, strings.HasPrefix(act.Step, one.comes.step), "it did %q", act.Step)
	require.Truef(t, one.comes.key == "" || act.Key == one.comes.key, "it was about %q", act.Key)
	require.NotEqual(t, "file", act.Provider, "it has left the shop")

	items := ended(t, one, act)
	require.Len(t, items, max(1, one.comes.times), "what has come to the office")
	for _, i := range items {
		for _, text := range one.comes.says {
			require.Contains(t, c.text(t, one.who, i), text)
		}
		one.came = i.At
	}
	c.decidedSo(t, one, who, act.ID)
}

// actions are those of a flow for a customer.
func (c *cluster) actions(t *testing.T, flow, who string) (found []action.Action) {
	t.Helper()
	for doc, err := range c.store.Query(t.Context(), store.Query{Collection: action.Collection, Partition: who}) {
		require.NoError(t, err)
		a, err := action.Read(doc)
		require.NoError(t, err)
		if a.Flow == flow {
			found = append(found, a)
		}
	}
	return found
}

// decidedSo looks for the verdict in the flow's trail, and for what it says when all is done.
func (c *cluster) decidedSo(t *testing.T, one *told, who, id string) {
	t.Helper()
	trail := func() []thread.Entry {
		docs, err := c.store.Get(t.Context(), thread.Key(who))
		require.NoError(t, err)
		th, err := thread.Read(docs[0])
		require.NoError(t, err)
		return th.Flows[one.flow].Trail
	}
	require.True(t, slices.ContainsFunc(trail(), func(e thread.Entry) bool { return e.Verdict == "act" && e.Action == id }), "%+v", trail())
	if one.comes.tells != "" {
		await(t, 30*time.Second, one.flow+" tells that "+one.comes.tells, func() bool {
			return slices.ContainsFunc(trail(), func(e thread.Entry) bool { return e.Verdict == "tell" && e.Reason == one.comes.tells })
		})
	}
}

// ended is what has come to the office of an action, each once: what comes again is known by
// its id. A booking's also says which system it is for, and a push has that of what it is
// about, as a later one takes its place.
func ended(t *testing.T, one *told, act action.Action) []item {
	t.Helper()
	seen := map[string]bool{}
	return slices.DeleteFunc(got(t, one.comes.kind), func(i item) bool {
		ours := i.ID == act.ID || strings.HasPrefix(i.ID, act.ID+".")
		if one.comes.kind == "push" {
			ours = i.To == one.who.browser.name && i.ID == events.HashOf(act.Flow, act.Key)
		}
		if !ours || seen[i.ID] {
			return true
		}
		seen[i.ID] = true
		return false
	})
}

// text is what can be read at the end: of a mail all its parts, of a push what the browser
// shows, if it is from whom the browser has agreed to hear.
func (c *cluster) text(t *testing.T, who *customer, i item) string {
	t.Helper()
	switch i.Kind {
	case "mail":
		require.Contains(t, i.To, who.mail())
		m, err := mail.ReadMessage(strings.NewReader(i.Body))
		require.NoError(t, err)
		subject, err := new(mime.WordDecoder).DecodeHeader(i.Subject)
		require.NoError(t, err)
		return subject + " " + strings.Join(strings.Fields(parts(t, m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body)), " ")
	case "push":
		require.Equal(t, c.applicationServerKey(t), i.Sender)
		return who.browser.read(t, i)
	}
	return i.Body
}

func parts(t *testing.T, kind, encoding string, body io.Reader) string {
	t.Helper()
	media, params, err := mime.ParseMediaType(kind)
	require.NoError(t, err)
	if strings.EqualFold(encoding, "quoted-printable") {
		body = quotedprintable.NewReader(body)
	}
	if !strings.HasPrefix(media, "multipart/") {
		text, err := io.ReadAll(body)
		require.NoError(t, err)
		return string(text)
	}
	var all bytes.Buffer
	for r := multipart.NewReader(body, params["boundary"]); ; {
		part, err := r.NextPart()
		if err == io.EOF {
			return all.String()
		}
		require.NoError(t, err)
		all.WriteString(parts(t, part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part))
	}
}

// table says what came of each tale.
func table(t *testing.T, all []*told) {
	var out bytes.Buffer
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "flow\tevents\tends in\tseconds from the last event\t")
	for _, one := range all {
		var kinds []string
		for _, e := range one.events {
			kinds = append(kinds, events.Kind(e.Type()))
		}
		came := "never"
		if !one.came.IsZero() {
			came = fmt.Sprintf("%.1f", one.came.Sub(one.last).Seconds())
		}
		fmt.Fprintf(w, "%s\t%s\t%s, %s: %d × %s\t%s\t\n", one.flow, strings.Join(slices.Compact(kinds), ", "),
			one.comes.channel, strings.TrimSpace(one.comes.step), max(1, one.comes.times), one.comes.kind, came)
	}
	require.NoError(t, w.Flush())
	t.Logf("\n%s", out.String())
}
