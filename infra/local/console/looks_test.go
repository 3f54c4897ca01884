package console

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/tests/browser"
)

// wide is what sticks out of the screen, by its HTML; tabs may be scrolled.
const wide = `[...document.querySelectorAll('body *')].filter((e) => {
    const r = e.getBoundingClientRect();
    return r.width > 1 && r.height > 1 && e.checkVisibility() && !e.closest('#tabs, iframe, .unseen') && r.right > innerWidth + 1;
  }).map((e) => e.outerHTML.slice(0, 90))`

// full is a town in which each kind of thing has happened.
func full(t *testing.T) *town {
	w := newTown(t)
	who := w.mette(true)
	w.visit(who)
	w.say("b-1", basket(who, "b-1", "Alpakagarn"))
	w.say("b-1", basket(who, "b-1", "Alpakagarn"))
	w.complain(who, "ig-1", "", "Pakken kom aldrig. Elendig service, jeg er så skuffet! 😡 https://social.example/"+fmt.Sprint(time.Duration(1<<62)))
	w.set(w.clock().Add(time.Hour))
	w.complain(who, "ig-2", "ig-1", "Hallo? Er der nogen?")
	w.say("b-2", basket(who, "b-2", "Uld"))
	w.say("r-1", events.OrderReady{Common: who, OrderID: "10042", StoreID: "cph-01", Code: "4711", HoldUntil: w.clock().Add(72 * time.Hour).UTC()})
	w.say("bad", events.BasketUpdated{Common: who})
	w.live(12, 1)
	return w
}

func TestThePageIsPleasantOnEveryScreenByDayAndByNight(t *testing.T) {
	w := full(t)
	w.console.Speed = Unbounded // the longest that its badge says
	s := w.serve()
	p := browser.Look(t, s.URL+"/", 1280, "light")
	p.Await("document.querySelector('#strands .deed')")
	for _, width := range []int64{1280, 1600, 1000, 390} {
		for _, mode := range []string{"light", "dark"} {
			p.View(width, mode)
			for _, tab := range []string{"live", "mails", "tickets", "audiences", "letters", "customer"} {
				if tab == "live" && width > 899 {
					continue
				}
				t.Run(fmt.Sprint(width, " ", mode, " ", tab), func(t *testing.T) {
					p := p.In(t)
					browser.Ask[bool](p, fmt.Sprintf("(document.getElementById('tab-%s').click(), true)", tab))
					p.Await(filled[tab])
					got := p.Measure()
					p.Picture(fmt.Sprint(width, "-", mode, "-", tab))
					require.Equal(t, float64(width), got.Window)
					require.LessOrEqual(t, got.Width, got.Window, "scrolls sideways")
					require.Empty(t, browser.Ask[[]string](p, wide), "sticks out")
					require.Empty(t, got.Unnamed, "has no name")
					for _, x := range got.Tagged("button", "input", "select") {
						require.GreaterOrEqual(t, x.Height, 24.0, "%s %q is hard to hit", x.Tag, x.Text)
					}
					require.Greater(t, len(got.Texts), 15)
					for _, x := range got.Texts {
						require.GreaterOrEqual(t, x.Contrast, 4.5, x.Text)
						require.GreaterOrEqual(t, x.Size, 13.0, x.Text)
					}
				})
			}
		}
	}
	p.Quiet(s.URL)
}

// filled says when a tab shows what there is.
var filled = map[string]string{
	"live":      "document.querySelector('#strands .deed')",
	"mails":     "document.querySelector('#preview iframe') || [...document.querySelectorAll('#mail-list .mail')].find((m) => !m.textContent.includes(' · sms'))?.click()",
	"tickets":   "document.querySelector('#ticket-list details[open] .update')",
	"audiences": "document.querySelector('#audience-list h3')",
	"letters":   "document.querySelector('#letter-list .reason')",
	"customer":  "document.querySelector('#dossier h3') || document.querySelector('#strands .who').click()",
}
