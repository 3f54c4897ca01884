package imports_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"redthread.dev/events"
	"redthread.dev/infra/local/imports"
)

func FuzzREES46(f *testing.F) { fuzz(f, imports.REES46, "rees46.csv") }
func FuzzOnlineRetail(f *testing.F) {
	f.Add(retailHead + "600001,20003,TEA TIN,1,2011-03-26 10:01:00,4.95,,U" + strings.Repeat("\xfa", 5000) + "\n")
	fuzz(f, imports.OnlineRetail, "onlineretail.csv")
}
func FuzzCloudEvents(f *testing.F) {
	fuzz(f, imports.CloudEvents, "cloudevents.ndjson", "cloudevents.json")
}

func FuzzSnowplow(f *testing.F) {
	f.Add("event_id,derived_tstamp,platform,domain_sessionid,domain_userid,page_url," +
		"unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1_0_0," +
		"contexts_com_snowplowanalytics_snowplow_ecommerce_cart_1_0_0," +
		"contexts_com_snowplowanalytics_snowplow_ecommerce_product_1_0_0\n" +
		`1,2022-05-01 10:00:00,web,s,u,https://shop.example/,"{""type"":""add_to_cart""}","[{""currency"":""EUR"",""total_value"":""25.0""}]","[{""id"":""B"",""price"":25.0,""currency"":""EUR"",""quantity"":1}]"` + "\n" +
		`2,2022-05-01 10:00:01,mob,s,u,,"{""type"":""transaction""}",[],"[{""id"":""B"",""price"":25.0,""currency"":""EUR""}]"` + "\n" +
		`3,2022-05-01 10:00:02,mob,s,u,,"{""type"":""refund""}",[],"[{""id"":""B"",""price"":25.0,""currency"":""EUR""}]"` + "\n")
	fuzz(f, imports.Snowplow, "snowplow/events.csv")
}

// fuzz imports anything: it never panics and ends, every row is carried or refused,
// every error names a line that is there, and what comes out would be let in.
func fuzz(f *testing.F, format string, seeds ...string) {
	for _, seed := range seeds {
		text, err := os.ReadFile(filepath.Join("testdata", seed))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	late := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) // no time in a file is too late
	f.Fuzz(func(t *testing.T, text string) {
		r, err := imports.Open(format, strings.NewReader(text), imports.Options{Invent: true, Catalogue: true})
		if err != nil {
			return
		}
		var all imported
		for e, err := range r.Events() {
			var row *imports.RowError
			switch {
			case errors.As(err, &row):
				if row.Line < 1 || row.Line > strings.Count(text, "\n")+1 || row.Want == "" || row.Reason == "" {
					t.Fatalf("%#v", row)
				}
				all.errs = append(all.errs, row)
			case err != nil:
				t.Fatal(err) // a text never breaks off
			case format != imports.CloudEvents: // those are checked where they come in
				if err := events.Check(e, late); err != nil {
					t.Fatalf("%v in %s", err, e)
				}
				fallthrough
			default:
				all.events = append(all.events, e)
			}
		}
		all.counts = r.Counts()
		reconcile(t, all)
	})
}
