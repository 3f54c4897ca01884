package console

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

// measure looks at the page as a person does: does it scroll sideways, can all of it
// be read, can it be hit. What is not on the screen is left out.
const measure = `(() => {
  const parts = (s) => (s.match(/[\d.]+/g) || []).map(Number);
  const light = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (e) => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  const seen = (e) => { const r = e.getBoundingClientRect(); return r.width > 1 && r.height > 1 && e.checkVisibility(); };
  const texts = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement, text = walk.currentNode.textContent.trim();
    if (!text || !seen(e) || e.closest('.unseen, option, script')) continue;
    const s = getComputedStyle(e), a = light(parts(s.color)), b = light(ground(e));
    texts.push({ text: text.slice(0, 60), size: parseFloat(s.fontSize), contrast: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) });
  }
  const unnamed = [...document.querySelectorAll('button, input, select, a, iframe')].filter(seen)
    .filter((e) => !(e.textContent.trim() || e.getAttribute('aria-label') || e.title || (e.labels && e.labels.length))).map((e) => e.outerHTML);
  const small = [...document.querySelectorAll('button, input, select')].filter(seen).filter((e) => e.getBoundingClientRect().height < 24).map((e) => e.outerHTML.slice(0, 90));
  const wide = [...document.querySelectorAll('body *')].filter((e) => seen(e) && !e.closest('#tabs, iframe, .unseen') && e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 90));
  return { width: document.documentElement.scrollWidth, window: innerWidth, texts, unnamed, small, wide };
})()`

type measured struct {
	Width, Window float64
	Texts         []struct {
		Text           string
		Size, Contrast float64
	}
	Unnamed, Small, Wide []string
}

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
	s := w.serve()
	p := look(t, s.URL+"/", 1280, "light")
	p.await("document.querySelector('#strands .deed')")
	for _, width := range []int64{1280, 1600, 1000, 390} {
		for _, mode := range []string{"light", "dark"} {
			p.size(width, mode)
			for _, tab := range []string{"live", "mails", "tickets", "audiences", "letters", "customer"} {
				if tab == "live" && width > 899 {
					continue
				}
				t.Run(fmt.Sprint(width, " ", mode, " ", tab), func(t *testing.T) {
					ask[bool](p, fmt.Sprintf("(document.getElementById('tab-%s').click(), true)", tab))
					p.await(filled[tab])
					got := ask[measured](p, measure)
					p.picture(fmt.Sprint(width, "-", mode, "-", tab))
					require.Equal(t, float64(width), got.Window)
					require.LessOrEqual(t, got.Width, got.Window, "scrolls sideways")
					require.Empty(t, got.Wide, "sticks out")
					require.Empty(t, got.Unnamed, "has no name")
					require.Empty(t, got.Small, "hard to hit")
					require.Greater(t, len(got.Texts), 15)
					for _, x := range got.Texts {
						require.GreaterOrEqual(t, x.Contrast, 4.5, x.Text)
						require.GreaterOrEqual(t, x.Size, 13.0, x.Text)
					}
				})
			}
		}
	}
	p.quiet(s.URL)
}

// filled says when a tab shows what there is.
var filled = map[string]string{
	"live":      "document.querySelector('#strands .deed')",
	"mails":     "document.querySelector('#mail-list .mail') && (document.querySelector('#preview iframe') || document.querySelector('#mail-list .mail').click())",
	"tickets":   "document.querySelector('#ticket-list details[open] .update')",
	"audiences": "document.querySelector('#audience-list h3')",
	"letters":   "document.querySelector('#letter-list .reason')",
	"customer":  "document.querySelector('#dossier h3') || document.querySelector('#strands .who').click()",
}
