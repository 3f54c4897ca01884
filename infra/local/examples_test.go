package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
	_ "redthread.dev/shared/store/sqlite"
)

// quicker are the flags, added to an example of a command, that make it one for a test:
// what it shows stays as it is.
var quicker = map[string][]string{
	"demo":   {"-addr", "127.0.0.1:0", "-speed", "0", "-customers", "30", "-days", "2"},
	"import": {"-after", "1h"},
}

// files are what the examples name.
var files = map[string]string{
	"event.json": `{"specversion":"1.0","id":"e-1","source":"/shop","type":"dev.redthread.product.viewed.v1","data":{"customer":{"cookie":"c-1"},"sku":"A"}}`,
	"2019-Oct.csv": `event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session
2019-10-01 00:00:00 UTC,view,44600062,2103807459595387724,,shiseido,35.79,541312140,72d76fde-8bb3-4e00-8c23-a032dfed738c
`,
	"invoices.csv": `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE HANGING HEART T-LIGHT HOLDER,6,12/1/2010 8:26,2.55,17850,United Kingdom
`,
}

func TestEveryExampleOfTheHelpWorks(t *testing.T) {
	if testing.Short() {
		t.Skip("it plays three demos")
	}
	t.Chdir(t.TempDir())
	for name, text := range files {
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write([]byte(files["2019-Oct.csv"]))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	require.NoError(t, os.WriteFile("2019-Oct.csv.gz", packed.Bytes(), 0o600))

	p := up(t, "./data")
	for _, c := range commands[1:] {
		c := c()
		for _, example := range c.examples {
			args := strings.ReplaceAll(example, "http://127.0.0.1:8080", p.url)
			status, out, errs := call(t, append(split(args), quicker[c.name]...)...)
			require.Zero(t, status, "%s\n%s", example, errs)
			require.NotEmpty(t, out, example)
			if c.name == "send" {
				requireJournalled(t, p)
			}
		}
	}
}

// split splits a line as a shell does: what is in quotation marks is one.
func split(line string) []string {
	all := regexp.MustCompile(`"[^"]*"|\S+`).FindAllString(line, -1)
	for i, word := range all {
		all[i] = strings.Trim(word, `"`)
	}
	return all
}

// requireJournalled waits until the server has nothing left to deliver.
func requireJournalled(t *testing.T, p *process) {
	t.Helper()
	require.Eventually(t, func() bool {
		_, text := get(t, p.url+"/metrics")
		return strings.Contains(text, "redthread_queue_events 0")
	}, 10*time.Second, 20*time.Millisecond)
}

// served runs serve with the arguments until it is up, and returns what it reported.
func served(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	in, out := io.Pipe()
	ended := make(chan int, 1)
	var errs bytes.Buffer
	go func() {
		ended <- run(ctx, args, strings.NewReader(""), out, &errs)
		out.Close()
	}()
	text := make([]byte, 4096)
	n, err := in.Read(text)
	require.NoError(t, err, &errs)
	cancel()
	require.Zero(t, <-ended, &errs)
	return string(text[:n])
}

func TestEveryExampleOfServeComesUp(t *testing.T) {
	for _, example := range serve().examples {
		out := served(t, append(strings.Fields(example), "-addr", "127.0.0.1:0", "-data", t.TempDir())...)
		require.Contains(t, out, "redthread is up: http://127.0.0.1:", example)
	}
}

func TestServeShowsNoPasswordOfTheStore(t *testing.T) {
	out := served(t, "serve", "-json", "-addr", "127.0.0.1:0", "-data", t.TempDir(), "-store", "hidden://shop:hush@db/shop?sslpassword=hush")
	require.Equal(t, "hidden://shop:xxxxx@db/shop?sslpassword=xxxxx", object[struct{ Store string }](t, out).Store)
	require.NotContains(t, out, "hush")

	status, out, errs := callWith(t, files["event.json"], "import", "-to", "http://shop:hush@127.0.0.1:1/", "-format", "cloudevents", "-")
	require.Equal(t, 1, status)
	require.Contains(t, errs, "send to http://shop:xxxxx@127.0.0.1:1/: ")
	require.NotContains(t, out+errs, "hush")
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://shop:hush@ collector")
	status, out, errs = call(t, "serve", "-addr", "127.0.0.1:0", "-data", t.TempDir())
	require.Equal(t, 1, status)
	require.Contains(t, errs, `OTEL_EXPORTER_OTLP_ENDPOINT is "http:…", expected the full address of a collector`)
	require.NotContains(t, out+errs, "hush")
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")
	for _, command := range []string{"serve", "explain -customer profile=a", "replay basketrecovery", "deadletters", "demo"} {
		status, out, errs := call(t, append(strings.Fields(command), "-addr", "127.0.0.1:0", "-data", t.TempDir(), "-store", "nosuch://shop:hush@db/shop")...)
		require.Equal(t, 1, status, command)
		require.Contains(t, errs, "nosuch://shop:xxxxx@db/shop", command)
		require.NotContains(t, out+errs, "hush", command)
	}
}

func init() {
	// A store with a password, as servers have it.
	store.Register("hidden", "hidden://HOST", func(ctx context.Context, _ string, o store.Options) (store.Store, error) {
		return store.Open(ctx, "memory:", store.WithClock(o.Clock))
	})
}

func TestADemoIsNotPlayedIntoAStoreThatHoldsSomething(t *testing.T) {
	kept := "sqlite:" + t.TempDir() + "/mine.db"
	first := played(t, t.TempDir(), "-store", kept)
	require.Equal(t, played(t, t.TempDir()), first, "an empty store is as good as none")
	status, _, errs := call(t, "demo", "-addr", "127.0.0.1:0", "-data", t.TempDir(), "-store", kept)
	require.Equal(t, 1, status)
	require.Contains(t, errs, "demo: the store "+kept+" is not empty, it holds journal of earlier: name an empty one with -store")
}
