package console

import (
	"cmp"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/tests/browser"
)

func TestMain(m *testing.M) { browser.Main(m) }

// text is the text of the first element of a selector.
func text(w *browser.Page, selector string) string {
	return browser.Ask[string](w, fmt.Sprintf("(document.querySelector(%q) || {textContent: ''}).textContent", selector))
}

// rows is how many strands are drawn.
func rows(w *browser.Page) int {
	return browser.Ask[int](w, "document.querySelectorAll('#strands > li').length")
}

func TestTheEmptyPageSaysHowToBegin(t *testing.T) {
	w := newTown(t)
	s := w.serve()
	p := browser.Look(t, s.URL+"/", 1280, "light")
	p.Await("!document.getElementById('empty').hidden")
	require.Equal(t, "curl -X POST "+s.URL+"/ -H 'content-type: application/cloudevents+json' -d @events/samples/basket.updated.v1.json", text(p, "#command"))
	require.Contains(t, text(p, "#mails"), "data/outbox")
	require.Equal(t, "Tråd & Træ · redthread", browser.Ask[string](p, "document.title"))
	require.Equal(t, "Mon 2 Mar 2026, 10:00:00", text(p, "#clock"))
	p.Picture("empty")
	w.mette(true)
	p.Await("document.getElementById('empty').hidden && document.querySelectorAll('#strands > li').length === 3")
	p.Quiet(s.URL)
}

func TestThePageSaysHowFastTimeGoes(t *testing.T) {
	for says, speed := range map[string]float64{"": 0, "60 × as fast": 60, "3,600 × as fast": 3600, "0.5 × as fast": 0.5, "as fast as it can": Unbounded} {
		w := newTown(t)
		w.console.Speed = cmp.Or(speed, w.console.Speed)
		p := browser.Look(t, w.serve().URL+"/", 1280, "light")
		p.Await("document.getElementById('clock').dateTime")
		require.Equal(t, says == "", browser.Ask[bool](p, "document.getElementById('speed').hidden"))
		if says != "" {
			require.Equal(t, says, text(p, "#speed"))
		}
	}
}

func TestEventDecisionReasonAndMailAppearWhileOneLooks(t *testing.T) {
	w := newTown(t)
	s := w.serve()
	p := browser.Look(t, s.URL+"/", 1280, "light")
	who := w.mette(true)
	began := time.Now()
	w.say("b-1", basket(who, "b-1", "Alpakagarn"))
	p.Await("document.querySelector('#strands .deed[data-state=done]')")
	require.Less(t, time.Since(began), 2*time.Second)
	first := text(p, "#strands > li")
	for _, part := range []string{"basket abandoned", "traadogtrae.example/web", "basketrecovery acts: reminder-1", "untouched since 2 Mar 10:00", "email · sent"} {
		require.Contains(t, first, part)
	}
	require.Equal(t, []string{"4", "1", "0", "0", "0"}, browser.Ask[[]string](p, "[...document.querySelectorAll('#counts dd')].map(e => e.textContent)"))

	p.Await("document.querySelector('#preview iframe')")
	require.Contains(t, text(p, "#mail-list"), "Mette, din kurv venter på dig")
	require.Equal(t, "Mette, din kurv venter på dig", text(p, "#preview h3"))
	require.Equal(t, "", browser.Ask[string](p, "document.querySelector('#preview iframe').getAttribute('sandbox')"), "it may do nothing")
	p.Await("document.querySelector('#preview iframe').getBoundingClientRect().width > 500")

	w.complain(who, "ig-1", "", "Elendig service, jeg er så skuffet! 😡")
	w.set(w.clock().Add(time.Minute))
	w.say("b-2", basket(who, "b-2", "Uld"))
	p.Await("document.querySelector('#strands > li .way[data-verdict=refused]')")
	require.Contains(t, text(p, "#strands > li"), "basketrecovery refused: open-complaint")
	require.Contains(t, text(p, "#strands > li"), "first something has to be put right")
	p.Await("document.getElementById('said').textContent.includes('refused')") // for who cannot see it
	p.Quiet(s.URL)
}

func TestTheMailIsLookedAtAsOnADesktopAPhoneAndAsText(t *testing.T) {
	w := newTown(t)
	s := w.serve()
	w.say("b-1", basket(w.mette(true), "b-1", "Alpakagarn"))
	p := browser.Look(t, s.URL+"/", 1280, "light")
	p.Await("document.querySelector('#preview iframe')")
	require.Equal(t, "true", browser.Ask[string](p, "document.querySelector('[data-width=desktop]').getAttribute('aria-pressed')"))
	require.Equal(t, 660.0, browser.Ask[float64](p, "document.querySelector('#preview iframe').offsetWidth"))
	p.Picture("desktop")
	p.Click("[data-width=phone]")
	p.Await("document.querySelector('#preview iframe').offsetWidth === 360")
	p.Picture("phone")
	p.Click("[data-width=text]")
	p.Await("document.querySelector('#preview pre')")
	require.Contains(t, text(p, "#preview pre"), "* Alpakagarn")
	p.Quiet(s.URL)
}

func TestTheLatestMailIsShownUntilSomebodyPicksOne(t *testing.T) {
	w := newTown(t)
	s := w.serve()
	who := w.mette(true)
	ready := func(order string) {
		w.set(w.clock().Add(time.Minute))
		w.say(order, events.OrderReady{Common: who, OrderID: order, StoreID: "cph-01", Code: order, HoldUntil: w.clock().Add(72 * time.Hour).UTC()})
	}
	ready("4711")
	p := browser.Look(t, s.URL+"/", 1280, "light")
	p.Await("document.querySelector('#preview header')?.textContent.includes('4711')")
	ready("4712")
	p.Await("document.querySelector('#preview header').textContent.includes('4712')")
	p.Click("#mail-list li:last-child .mail")
	p.Await("document.querySelector('#preview header').textContent.includes('4711')")
	ready("4713")
	p.Await("document.querySelectorAll('#mail-list .mail').length === 3")
	require.Contains(t, text(p, "#preview header"), "4711")
	require.Equal(t, 1, browser.Ask[int](p, "document.querySelectorAll('.mail[aria-current=true]').length"))
}

func TestWhatIsNoMailIsShownAsWhatItSaysInShort(t *testing.T) {
	w := newTown(t)
	who := events.Common{Locale: "en-GB", Customer: events.Identifiers{"phone": "+4520123456"}}
	w.say("o-1", events.OrderReady{Common: who, OrderID: "o-1", StoreID: "cph-01", Code: "4711", HoldUntil: w.clock().Add(72 * time.Hour).UTC()})
	p := browser.Look(t, w.serve().URL+"/", 1280, "light")
	p.Await("document.querySelector('#preview pre')")
	require.Equal(t, "Your order is ready at cph-01. Code 4711. Collect it by Thursday 5 March.", text(p, "#preview pre"))
	require.NotContains(t, text(p, "#preview"), "undefined")
	require.Contains(t, text(p, "#mail-list"), "pickupready · ready · sms · sent")
}

func TestNamesAndSubjectsStayText(t *testing.T) {
	const evil = `<img src=x onerror="document.title='had'"><script>document.title='had'</script>`
	w := newTown(t)
	s := w.serve()
	p := browser.Look(t, s.URL+"/", 1280, "light")
	who := w.mette(true)
	w.say("name", events.CustomerUpdated{Common: who, Traits: events.Traits{events.TraitFirstName: evil}})
	w.say("b-1", basket(who, evil, evil))
	w.complain(who, "ig-1", "", evil+" Elendig service, jeg er så skuffet! 😡")
	w.console.Decided(function.Decided{Flow: evil, Type: evil, Cause: evil, Verdict: evil, Reason: evil, Saw: []string{evil}, Key: evil, Profile: evil, Action: evil, Channel: evil})
	p.Await(fmt.Sprintf("document.getElementById('strands').textContent.includes(%q)", evil))
	p.Await("document.querySelector('#preview iframe')")
	p.Click("[data-width=text]")
	p.Await("document.querySelector('#preview pre')?.textContent.includes('<script>')")
	p.Click("#tab-tickets")
	p.Await("document.querySelector('#ticket-list .body')?.textContent.includes('<script>')")
	p.Click("#strands .who")
	p.Await("!document.getElementById('customer').hidden && document.getElementById('dossier').textContent !== ''")
	require.Zero(t, browser.Ask[int](p, "document.querySelectorAll('#panels img, #panels script, #strands img, #strands script').length"))
	require.Equal(t, "Tråd & Træ · redthread", browser.Ask[string](p, "document.title"))
}

func TestALeadIsShownAsTheSalespersonReadsIt(t *testing.T) {
	w := newTown(t)
	s := w.serve()
	p := browser.Look(t, s.URL+"/", 1280, "light")
	w.say("look", events.ProductViewed{Common: w.mette(true), SKU: "TABLE-9"})
	lead := action.Action{ID: "a-lead", Kind: events.ActionLead, Channel: "crm", Flow: "salesbrief", Profile: "p", Created: w.clock(), Status: action.Sent,
		Content: action.Content{Lead: &action.Lead{Subject: "Lead, 71 of 100", Brief: "SCORE: 71 of 100\n- looks 35 of 35\n"}}}
	write, err := action.Write(lead, 0)
	require.NoError(t, err)
	require.NoError(t, w.store.Commit(t.Context(), write))
	w.console.Decided(function.Decided{Flow: "salesbrief", Type: "dev.redthread.product.viewed.v1", Cause: "look", Verdict: "act", Reason: "lead", Profile: "p", Action: "a-lead", Channel: "crm"})
	p.Await("document.querySelector('#strands [data-action=a-lead]')")
	p.Click("#strands [data-action=a-lead]")
	p.Await("document.querySelector('#preview pre')?.textContent.includes('looks 35 of 35')")
	require.Equal(t, "Lead, 71 of 100", browser.Ask[string](p, "document.querySelector('#preview h3').textContent"))
}

func TestTheStreamIsFilteredAndPaused(t *testing.T) {
	w := newTown(t)
	s := w.serve()
	p := browser.Look(t, s.URL+"/", 1280, "light")
	who := w.mette(true)
	w.say("b-1", basket(who, "b-1", "Alpakagarn"))
	w.complain(who, "ig-1", "", "Elendig service, jeg er så skuffet! 😡")
	w.say("b-2", basket(who, "b-2", "Uld"))
	p.Await("document.querySelectorAll('#strands > li').length === 6")
	set := func(id, value, event string) {
		browser.Ask[bool](p, fmt.Sprintf("(e => { e.value = %q; return e.dispatchEvent(new Event(%q)) })(document.getElementById(%q))", value, event, id))
	}
	shows := func(n int) { p.Await(fmt.Sprintf("document.querySelectorAll('#strands > li').length === %d", n)) }
	set("flow", "basketrecovery", "change")
	shows(2)
	set("verdict", "refused", "change")
	shows(1)
	require.Contains(t, text(p, "#strands"), "refused: open-complaint")
	set("flow", "", "change")
	set("verdict", "", "change")
	p.Do(chromedp.SendKeys(chromedp.CSS("#text"), "Social Men"))
	shows(1)
	p.Do(chromedp.SendKeys(chromedp.CSS("#text"), "x"))
	shows(0)
	p.Await("!document.getElementById('none').hidden")
	set("text", "", "input")
	shows(6)

	p.Click("#pause")
	w.say("b-3", basket(who, "b-3", "Uld"))
	p.Await("document.getElementById('pause').textContent === 'Go on · 1 new'")
	require.Equal(t, 6, rows(p))
	p.Await("document.querySelector('[data-count=events]').textContent === '7'")
	p.Click("#pause")
	shows(7)
	p.Quiet(s.URL)
}

func TestAFloodOfEventsIsDrawnCalmly(t *testing.T) {
	w := newTown(t)
	s := w.serve()
	w.say("b-1", basket(w.mette(true), "b-1", "Alpakagarn"))
	p := browser.Look(t, s.URL+"/", 1280, "light")
	p.Await("document.querySelectorAll('#strands > li').length === 4")
	browser.Ask[bool](p, "(window.long = [], new PerformanceObserver(l => window.long.push(...l.getEntries().map(e => e.duration))).observe({type: 'longtask'}), true)")
	for i := range 4000 {
		id := fmt.Sprint("v-", i)
		e, err := events.New("/web", id, monday, events.ProductViewed{SKU: "A"})
		require.NoError(t, err)
		w.console.Event(e)
		w.console.Decided(function.Decided{Flow: "storeretarget", Profile: "p", Type: e.Type(), Cause: id, Verdict: "nothing", Reason: "not in the audience"})
		if i%4 == 0 {
			time.Sleep(2 * time.Millisecond) // 2,000 events a second
		}
	}
	p.Await("document.querySelector('[data-count=events]').textContent === '4,004'")
	require.LessOrEqual(t, rows(p), 120)
	p.Await("[...document.querySelectorAll('#rate')].some(e => parseFloat(e.textContent.replace(',', '')) > 100)")
	require.Contains(t, text(p, "#strands > li"), "storeretarget keeps still")
	p.Do(chromedp.SendKeys(chromedp.CSS("#text"), "reminder-1"))
	p.Await("document.querySelectorAll('#strands > li').length === 1") // what told something is still there
	long := browser.Ask[[]float64](p, "window.long")
	worst := 0.0
	for _, ms := range long {
		worst = max(worst, ms)
	}
	t.Logf("%d tasks of the page took longer than 50 ms; the longest %.0f ms", len(long), worst)
	require.Less(t, worst, 1500.0, "the page answers while events pour in")
	p.Quiet(s.URL)
}

func TestThePageIsUsedByKeyboard(t *testing.T) {
	w := newTown(t)
	s := w.serve()
	w.say("b-1", basket(w.mette(true), "b-1", "Alpakagarn"))
	p := browser.Look(t, s.URL+"/", 1280, "light")
	p.Await("document.querySelector('#strands .deed')")
	p.Do(chromedp.KeyEvent(kb.Tab))
	require.Equal(t, "To the events", browser.Ask[string](p, "document.activeElement.textContent"))
	p.Do(chromedp.Focus(chromedp.CSS("#tab-mails")), chromedp.KeyEvent(kb.ArrowRight))
	p.Await("!document.getElementById('tickets').hidden && document.activeElement.id === 'tab-tickets'")
	p.Do(chromedp.KeyEvent(kb.End))
	p.Await("!document.getElementById('customer').hidden && document.activeElement.id === 'tab-customer'")
	p.Do(chromedp.Focus(chromedp.CSS("#strands .deed")), chromedp.KeyEvent(kb.Enter))
	p.Await("!document.getElementById('mails').hidden && document.activeElement.id === 'preview'")
	p.Do(chromedp.Focus(chromedp.CSS("#strands .who")), chromedp.KeyEvent(kb.Enter))
	p.Await("document.getElementById('dossier').textContent.includes('acts: reminder-1')")
	require.Equal(t, 1, browser.Ask[int](p, "document.querySelectorAll('[role=tab][tabindex=\"0\"]').length"), "one stop for all tabs")
}

func TestThePageStandsStillForWhoAsksForIt(t *testing.T) {
	w := newTown(t)
	s := w.serve()
	p := browser.Look(t, s.URL+"/", 1280, "light")
	p.Prefer("prefers-reduced-motion", "reduce")
	w.mette(true)
	p.Await("document.querySelectorAll('#strands > li').length === 3")
	w.say("x", events.AppOpened{Common: events.Common{Customer: events.Identifiers{"login": "mette"}}})
	p.Await("document.querySelector('#strands > li.lit')")
	require.Equal(t, "none", browser.Ask[string](p, "getComputedStyle(document.querySelector('#strands > li.lit')).animationName"))
}

func TestThePageComesBackWithTheProgram(t *testing.T) {
	w := newTown(t)
	s := w.serve()
	p := browser.Look(t, s.URL+"/", 1280, "light")
	w.mette(true)
	p.Await("document.querySelectorAll('#strands > li').length === 3")
	s.CloseClientConnections()
	w.say("x", events.AppOpened{Common: events.Common{Customer: events.Identifiers{"login": "mette"}}})
	p.Await("document.querySelectorAll('#strands > li').length === 4 && document.getElementById('link').hidden")
}
