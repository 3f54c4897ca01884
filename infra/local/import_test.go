package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/infra/local/tally"
)

// shopping is a morning in a shop: three customers, one of whom leaves a basket.
const shopping = `event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session
2019-10-01 08:00:00 UTC,view,1,10,electronics.phone,acme,100.00,7,s-7
2019-10-01 08:01:00 UTC,cart,1,10,electronics.phone,acme,100.00,7,s-7
2019-10-01 08:02:00 UTC,purchase,1,10,electronics.phone,acme,100.00,7,s-7
2019-10-01 08:03:00 UTC,view,2,10,electronics.phone,acme,50.00,8,s-8
2019-10-01 08:04:00 UTC,cart,2,10,electronics.phone,acme,50.00,8,s-8
2019-10-01 08:05:00 UTC,view,1,10,electronics.phone,acme,100.00,9,s-9
2019-10-01 08:06:00 UTC,view,1,10,electronics.phone,acme,not a price,9,s-9
`

type imported struct {
	Rows    int64          `json:"rows"`
	Carried int64          `json:"rows_carried"`
	Refused map[string]int `json:"rows_refused"`
	Events  int64
	Report  *tally.Report
}

func TestAnImportIsLivedThroughAndItsTableComesOut(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "morning.csv")
	require.NoError(t, os.WriteFile(file, []byte(shopping), 0o600))
	data := filepath.Join(dir, "data")
	status, out, errs := call(t, "import", "-json", "-data", data, "-invent", "-set", "HOLDOUT=0", "-set", "CONTROL=0", file)
	require.Zero(t, status, errs)
	first := object[imported](t, out)
	require.EqualValues(t, 7, first.Rows)
	require.EqualValues(t, 6, first.Carried)
	require.Equal(t, 1, first.Refused["bad-cell"])
	require.NoError(t, first.Report.Check())
	require.Equal(t, first.Events, first.Report.Journalled)
	var acted int64
	for _, d := range first.Report.Decisions {
		if d.Flow == "basketrecovery" && d.Verdict == "act" {
			acted += d.Count
		}
	}
	require.Positive(t, acted, "the basket that was left: %+v", first.Report.Decisions)

	status, out, errs = call(t, "import", "-data", data, "-invent", file)
	require.Zero(t, status, errs)
	require.Contains(t, out, "= journalled")
	require.Regexp(t, `= journalled +0\n`, out)
	require.Regexp(t, `\+ duplicates +\d+\n`, out)
}

func TestAnImportWritesEventsThatCanBeImportedAndPosted(t *testing.T) {
	dir := t.TempDir()
	events := filepath.Join(dir, "events.ndjson")
	status, out, errs := callWith(t, shopping, "import", "-o", events, "-")
	require.Zero(t, status, errs)
	require.Contains(t, out, "7 rows became ")
	text, err := os.ReadFile(events)
	require.NoError(t, err)
	n := strings.Count(string(text), "\n")
	require.Greater(t, n, 6)

	status, out, errs = callWith(t, shopping, "import", "-o", "-", "-json", "-")
	require.Zero(t, status, errs)
	require.Equal(t, string(text), out, "nothing but events on standard output")
	require.EqualValues(t, n, object[imported](t, errs).Events)

	data := filepath.Join(dir, "data")
	p := up(t, data)
	status, out, errs = call(t, "import", "-to", p.url, "-json", events)
	require.Zero(t, status, errs)
	require.EqualValues(t, n, object[imported](t, out).Events)
	require.Eventually(t, func() bool { return len(journal(t, data)) == n }, 20*time.Second, 50*time.Millisecond)
}

func TestAFileThatIsNoneIsNamed(t *testing.T) {
	status, _, errs := call(t, "import", filepath.Join(t.TempDir(), "none.csv"))
	require.Equal(t, 1, status)
	require.Contains(t, errs, "none.csv")
	status, _, errs = callWith(t, "hello\n", "import", "-")
	require.Equal(t, 1, status)
	require.Contains(t, errs, "none of the known formats")
}
