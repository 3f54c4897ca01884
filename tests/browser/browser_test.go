package browser_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/tests/browser"
)

func TestMain(m *testing.M) { browser.Main(m) }

// serve serves a page with a body and a style at /, and another one at /next.
func serve(t *testing.T, style, body string) string {
	mux := http.NewServeMux()
	page := func(style, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(w, `<!doctype html><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<style>* { margin: 0 } %s</style><body>%s</body>`, style, body)
		}
	}
	mux.HandleFunc("GET /{$}", page(style, body))
	mux.HandleFunc("GET /next", page("", "<h1>Next</h1>"))
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

func TestWhatIsReadIsMeasuredAndWhatIsHiddenIsNot(t *testing.T) {
	url := serve(t, `p { font: 16px sans-serif } .clipped { position: absolute; width: 1px; height: 1px; overflow: hidden }`, `
<p>black on white</p>
<p style="color: #777">grey on white</p>
<div style="background: #102030"><p style="font-size: 11px; color: rgb(255, 255, 255)">white <b>on blue</b></p></div>
<div style="display: contents"><span>in no box of its own</span></div>
<p style="display: none">gone</p><p style="visibility: hidden">veiled</p><div style="opacity: 0"><p>glass</p></div>
<div class="clipped"><p>for screen readers</p></div><script>/* none */</script>`)
	got := browser.Look(t, url, 800, "light").Measure()
	require.Equal(t, 800.0, got.Window)
	require.Equal(t, 800.0, got.Width)
	sizes, contrasts := map[string]float64{}, map[string]float64{}
	for _, x := range got.Texts {
		sizes[x.Text], contrasts[x.Text] = x.Size, x.Contrast
	}
	require.Equal(t, map[string]float64{"black on white": 16, "grey on white": 16, "white": 11, "on blue": 11, "in no box of its own": 16}, sizes)
	require.InDelta(t, 21, contrasts["black on white"], 0.001)
	require.InDelta(t, 4.48, contrasts["grey on white"], 0.005, "as every calculator has it")
	require.InDelta(t, 16.52, contrasts["on blue"], 0.005)
}

func TestWhatIsHitAndShownIsMeasured(t *testing.T) {
	url := serve(t, `button, a.button { display: block; width: 120px; height: 44px; padding: 0; border: 0 } body { background: rgb(1, 2, 3) }`, `
<button>Buy</button><button style="height: 20px" aria-label="less">-</button><button style="display: none">never</button>
<a class="button" href="/next" style="width: 900px">Go</a><a href="/next"></a><a href="/next"><img alt="a chair" src="/none.png"></a>
<label>Name <input></label><input><select title="size"><option>M</select>
<img alt="a dot" width="30" src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==">`)
	got := browser.Look(t, url, 390, "light").Measure()
	require.Equal(t, 900.0, got.Width, "scrolls sideways")
	require.Equal(t, "rgb(1, 2, 3)", got.Ground)
	require.Equal(t, []browser.Target{{"button", "Buy", 120, 44}, {"button", "-", 120, 20}, {"a", "Go", 900, 44}}, got.Tagged("button", "a"))
	require.Equal(t, browser.Target{"a", "Go", 900, 44}, got.Links[0])
	require.Len(t, got.Tagged("label"), 1)
	require.Len(t, got.Tagged("input", "select"), 3)
	require.Equal(t, []string{`<a href="/next"></a>`, `<input>`}, got.Unnamed)
	require.Equal(t, []string{`<a class="button" href="/next" style="width: 900px">Go</a>`}, got.Outside)
	require.Len(t, got.Images, 2)
	require.Equal(t, "a chair", got.Images[0].Alt)
	require.False(t, got.Images[0].Loaded)
	require.Equal(t, 30.0, got.Images[1].Width)
	require.Equal(t, 30.0, got.Images[1].Height)
	require.True(t, got.Images[1].Loaded)
}

func TestAPageIsSeenByDayAndNightUsedAndPictured(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("SCREENSHOTS", folder)
	url := serve(t, `body { background: #fff } @media (prefers-color-scheme: dark) { body { background: #000 } }
@media (prefers-reduced-motion: reduce) { h1 { display: none } }`,
		`<h1>Here</h1><a href="/next">on</a><button onclick="setTimeout(() => document.title = 'clicked', 50)">click</button>`)
	p := browser.Look(t, url, 390, "dark")
	require.Equal(t, "rgb(0, 0, 0)", p.Measure().Ground)
	p.View(1024, "light")
	got := p.Measure()
	require.Equal(t, "rgb(255, 255, 255)", got.Ground)
	require.Equal(t, 1024.0, got.Window)
	p.Click("button")
	p.Await("document.title === 'clicked'")
	p.Prefer("prefers-reduced-motion", "reduce")
	require.Len(t, p.Measure().Texts, 2)
	p.Follow("a")
	require.Equal(t, "Next", browser.Ask[string](p, "document.querySelector('h1').textContent"))
	p.Quiet(url)
	p.Picture("screen")
	p.WholePicture("page")
	for _, name := range []string{"screen.png", "page.png"} {
		png, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		require.Equal(t, "\x89PNG", string(png[:4]))
	}
}

func TestEachLookIsATabOfItsOwn(t *testing.T) {
	url := serve(t, "", "<h1>Here</h1>")
	one, two := browser.Look(t, url, 390, "light"), browser.Look(t, url, 1024, "light")
	browser.Ask[string](one, "document.title = 'one'")
	require.Empty(t, browser.Ask[string](two, "document.title"))
	require.Equal(t, 390.0, one.Measure().Window)
}

// refused is a test that wants to know that it failed.
type refused struct {
	testing.TB
	why string
}

func (r *refused) Errorf(format string, args ...any) { r.why = fmt.Sprintf(format, args...) }

func (r *refused) FailNow() { panic(r) }

func TestAPageIsNotQuietThatComplainsOrAsksElsewhere(t *testing.T) {
	for body, why := range map[string]string{
		"<script>console.error('oh')</script>":      "console.error",
		"<script>throw new Error('oh')</script>":    "Uncaught",
		"<img alt='' src='/none.png'>":              "404",
		"<img alt='' src='http://elsewhere.test/'>": "elsewhere.test",
	} {
		url := serve(t, "", "<h1>Here</h1>"+body)
		r := &refused{TB: t}
		p := browser.Look(r, url, 390, "light")
		p.Await("document.readyState === 'complete'")
		require.PanicsWithValue(t, r, func() { p.Quiet(url) }, body)
		require.Contains(t, r.why, why, body)
	}
}
