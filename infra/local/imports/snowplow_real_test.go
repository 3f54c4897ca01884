package imports_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/infra/local/imports"
	"redthread.dev/infra/local/imports/carts"
)

// The answer is somebody else's: the tables that Snowplow's own tests of
// dbt-snowplow-ecommerce 0.6.1 expect of these events.
func TestSnowplowsCartsAreFoldedFromOurEventsAsSnowplowExpectsThem(t *testing.T) {
	dir := real(t, realSnowplow, 67+63)
	all := importPath(t, filepath.Join(dir, "source"), "", imports.Options{})
	var folded carts.Carts
	steps, totals := map[string]carts.Step{}, map[string]string{}
	for _, e := range all.events {
		step, err := folded.Add(e)
		require.NoError(t, err)
		if step != carts.None {
			steps[e.ID()] = step
		}
		if e.Type() == (events.BasketUpdated{}).Type() {
			d, err := events.Decode[events.BasketUpdated](e)
			require.NoError(t, err)
			totals[e.ID()] = d.Total.String()
		}
	}

	t.Run("each of the 67 cart interactions", func(t *testing.T) {
		expected := table(t, filepath.Join(dir, "expected", "snowplow_ecommerce_cart_interactions_expected.csv"))
		require.Len(t, steps, len(expected))
		count := map[carts.Step]int{}
		for _, row := range expected {
			id := row["event_id"]
			require.Equal(t, yes(row["cart_created"]), steps[id] == carts.Created, "created %s", id)
			require.Equal(t, yes(row["cart_emptied"]), steps[id] == carts.Emptied, "emptied %s", id)
			require.Equal(t, yes(row["cart_transacted"]), steps[id] == carts.Transacted, "transacted %s", id)
			if value := row["cart_total_value"]; value != "" {
				amount, err := strconv.ParseFloat(value, 64)
				require.NoError(t, err)
				require.Equal(t, strconv.FormatFloat(amount, 'f', 2, 64)+" "+row["cart_currency"], totals[id])
			}
			count[steps[id]]++
		}
		require.Equal(t, map[carts.Step]int{carts.Created: 36, carts.Emptied: 8, carts.Transacted: 14, carts.Changed: 9}, count)
	})

	t.Run("each of the 63 sessions", func(t *testing.T) {
		expected := table(t, filepath.Join(dir, "expected", "snowplow_ecommerce_sessions_expected.csv"))
		require.Len(t, expected, 63)
		visits, abandoned := folded.Visits(), map[bool]int{}
		for _, row := range expected {
			v, known := visits[row["domain_sessionid"]]
			require.Equal(t, row["session_cart_abandoned"] != "", known, "a visit with a cart: %s", row["domain_sessionid"])
			if !known {
				continue
			}
			require.Equal(t, []string{row["number_carts_created"], row["number_carts_emptied"], row["number_carts_transacted"]},
				[]string{strconv.Itoa(v.Created), strconv.Itoa(v.Emptied), strconv.Itoa(v.Transacted)}, row["domain_sessionid"])
			require.Equal(t, yes(row["session_cart_abandoned"]), v.Abandoned())
			abandoned[v.Abandoned()]++
		}
		require.Equal(t, map[bool]int{true: 11, false: 5}, abandoned)
		require.Len(t, visits, 16)
	})
}

// Every row is an event; what is expected of which was counted in the table of actions
// with cut -d, -f3 | sort | uniq -c, and one more row is in no table. Rows without an action, or with one that has no event of
// its own (checkout_step 38 and the one, promo_view, promo_click), tell of a page.
func TestSnowplowsRowsAllBecomeEventsWhetherContextsAreColumnsOrTables(t *testing.T) {
	dir := filepath.Join(real(t, realSnowplow, 833), "source")
	columns := importPath(t, dir, "", imports.Options{})
	require.Empty(t, columns.counts.Refused)
	require.Equal(t, map[string]int64{
		"product.viewed.v1": 179, "basket.updated.v1": 38 + 15, "order.placed.v1": 14, "order.returned.v1": 1,
		"page.viewed.v1": 100 + 35 + 410 + 39 + 2,
	}, byType(columns))

	bare := withoutContexts(t, filepath.Join(dir, "snowplow_ecommerce_events.csv.gz"))
	r, err := imports.Open("", bytes.NewReader(bare), imports.Options{Contexts: os.DirFS(dir)})
	require.NoError(t, err)
	tables := readAll(t, r)
	require.Len(t, tables.events, 833)
	for i, e := range tables.events {
		if e.ID() == "611b0eeb-d77d-485d-b7c7-9324c930e955" {
			continue // of app skip-me: it has columns, but is in no table
		}
		require.Equal(t, columns.events[i].ID(), e.ID())
		require.JSONEq(t, string(columns.events[i].DataEncoded), string(e.DataEncoded))
	}
}

// withoutContexts is an events file as Redshift has it: the contexts are elsewhere.
func withoutContexts(t testing.TB, path string) []byte {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	text, err := gzip.NewReader(file)
	require.NoError(t, err)
	records, err := csv.NewReader(text).ReadAll()
	require.NoError(t, err)
	first := slices.IndexFunc(records[0], func(name string) bool { return strings.HasPrefix(name, "contexts_") })
	for i := range records {
		records[i] = records[i][:first]
	}
	var b bytes.Buffer
	require.NoError(t, csv.NewWriter(&b).WriteAll(records))
	return b.Bytes()
}

func yes(cell string) bool { return strings.EqualFold(cell, "true") }

// table reads a csv file by the names of its columns.
func table(t testing.TB, path string) (rows []map[string]string) {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}
