package consent

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/words"
)

// What links are signed for.
const (
	toUnsubscribe = "unsubscribe"
	toResubscribe = "resubscribe"
)

// regret is how long an unsubscription can be undone on the page.
const regret = 24 * time.Hour

// The forms that a statement is made by, kept as its evidence.
const (
	byOneClick = "one-click" // the mail program's own button, RFC 8058
	byPage     = "page"
	byUndo     = "undo"
)

// every lists the channels that consent is given for.
var every = []events.ConsentChannel{events.ConsentEmail, events.ConsentSMS, events.ConsentPush, events.ConsentPhone, events.ConsentPost, events.ConsentAds}

// ask shows what can be stopped. Mail scanners follow links, so this changes nothing.
func (d *desk) ask(w http.ResponseWriter, v *visit) {
	k, _, err := d.customer(v.Context(), v.claims.Profile)
	if err != nil {
		d.away(w, v, "", err)
		return
	}
	voice := d.voice(v.Request, k.profile.Locale.Text())
	if k.gone() {
		d.show(w, http.StatusOK, voice, pageDone, nil)
		return
	}
	say := voice.With(map[string]any{"Brand": d.look.brand.Name})
	f := &form{Action: path(toUnsubscribe, v.token), Button: say.Say("ask.button")}
	if ch := channelOf(v.claims); ch != events.ConsentAll {
		f.Choices = []choice{
			{Value: "kind", Label: say.Say("kind." + string(ch)), Checked: true},
			{Value: "all", Label: say.Say("kind.all")},
		}
	}
	d.show(w, http.StatusOK, voice, pageAsk, f)
}

func path(page, token string) string { return page + "?t=" + url.QueryEscape(token) }

// channelOf is the channel a link unsubscribes from; all when it names none.
func channelOf(c words.Claims) events.ConsentChannel {
	if ch := events.ConsentChannel(c.Channel); slices.Contains(every, ch) {
		return ch
	}
	return events.ConsentAll
}

// unsubscribe withdraws the customer's consent, and offers the way back.
func (d *desk) unsubscribe(w http.ResponseWriter, v *visit) {
	if err := parseForm(v.Request); err != nil {
		d.show(w, http.StatusRequestEntityTooLarge, d.voice(v.Request, ""), pageForged, nil)
		return
	}
	k, _, err := d.customer(v.Context(), v.claims.Profile)
	if err != nil {
		d.away(w, v, "", err)
		return
	}
	locale := k.profile.Locale.Text()
	voice := d.voice(v.Request, locale)
	if k.gone() {
		d.show(w, http.StatusOK, voice, pageDone, nil)
		return
	}
	no := events.ConsentChanged{Channel: channelOf(v.claims), Purpose: events.PurposeMarketing, Evidence: events.Evidence{Form: byPage}}
	if v.PostFormValue("List-Unsubscribe") == "One-Click" {
		no.Evidence.Form = byOneClick
	} else if v.PostFormValue("scope") == "all" {
		no.Channel = events.ConsentAll
	}
	if err := d.state(v, k, k.latest().By, no); err != nil {
		d.away(w, v, locale, err)
		return
	}
	d.show(w, http.StatusOK, voice, pageDone, d.wayBack(v, k, no.Channel, voice))
}

// latest is the stamp of the customer's latest statement: what a withdrawal answers to.
func (k *customer) latest() profile.Stamp {
	if len(k.profile.Consents) == 0 {
		return profile.Stamp{}
	}
	return k.profile.Consents[0].Stamp // they are newest first
}

// state tells the broker what the customer said. Its id is made of the link and of
// what had been said before: a double click is one statement, and one that comes
// after an undoing is another. It is later than all that had been said, even by a clock
// that is ahead of ours: else that would outweigh it.
func (d *desk) state(v *visit, k *customer, after string, said events.ConsentChanged) error {
	said.Customer = events.Identifiers{events.IDProfile: v.claims.Profile}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%t\x00%s", v.token, said.Channel, said.Granted, after))
	at := d.env.Now().UTC()
	if before := k.latest().At; !at.After(before) {
		at = before.Add(time.Millisecond)
	}
	e, err := events.New(source, base64.RawURLEncoding.EncodeToString(sum[:16]), at, said)
	if err != nil {
		return err
	}
	return d.env.Emit(v.Context(), e)
}

// wayBack is a form that gives back what was taken, and no more than that; nil when
// nothing was.
func (d *desk) wayBack(v *visit, k *customer, taken events.ConsentChannel, voice words.Voice) *form {
	var had []string
	for _, ch := range every {
		granted, _ := k.profile.Consented(ch, events.PurposeMarketing)
		if granted && (taken == ch || taken == events.ConsentAll) {
			had = append(had, string(ch))
		}
	}
	if len(had) == 0 {
		return nil
	}
	claims := v.claims
	claims.Channel = strings.Join(had, ",")
	say := voice.With(nil)
	return &form{Action: path(toResubscribe, d.links.Token(toResubscribe, claims, d.env.Now().Add(regret))),
		Lead: say.Say("done.mistake"), Button: say.Say("done.button"), Quiet: true}
}

// askBack is for those who open the way back again.
func (d *desk) askBack(w http.ResponseWriter, v *visit) {
	voice := d.voice(v.Request, "")
	say := voice.With(nil)
	d.show(w, http.StatusOK, voice, pageDone, &form{Action: path(toResubscribe, v.token), Lead: say.Say("back.ask"), Button: say.Say("back.button"), Quiet: true})
}

// resubscribe gives back what an unsubscription took.
func (d *desk) resubscribe(w http.ResponseWriter, v *visit) {
	k, _, err := d.customer(v.Context(), v.claims.Profile)
	if err != nil {
		d.away(w, v, "", err)
		return
	}
	locale := k.profile.Locale.Text()
	if k.gone() {
		d.show(w, http.StatusGone, d.voice(v.Request, locale), pageGone, nil)
		return
	}
	for _, ch := range strings.Split(v.claims.Channel, ",") {
		yes := events.ConsentChanged{Channel: events.ConsentChannel(ch), Purpose: events.PurposeMarketing, Granted: true, Evidence: events.Evidence{Form: byUndo}}
		if err := d.state(v, k, "", yes); err != nil {
			d.away(w, v, locale, err)
			return
		}
	}
	d.show(w, http.StatusOK, d.voice(v.Request, locale), pageBack, nil)
}

// parseForm reads a form as browsers and mail programs send it (RFC 8058, section
// 3.1: multipart or urlencoded). The error says that it is too large; anything else
// that cannot be read counts as empty, for nobody is refused over a form.
func parseForm(r *http.Request) error {
	err := r.ParseForm()
	if err == nil {
		err = r.ParseMultipartForm(maxBody)
	}
	if large := new(http.MaxBytesError); errors.As(err, &large) {
		return large
	}
	return nil
}
