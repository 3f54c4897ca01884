package imports_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/infra/local/imports"
)

const clicksHead = "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session\n"

// Counted apart from the importer: awk -F, 'NR>1{n[$2]++; if($2=="purchase")
// s+=sprintf("%.0f",$7*100)} END{for(k in n) print k,n[k]; print s}' gives view 9785,
// cart 97, purchase 118, 3575722; no two purchases are of one session and second.
func TestTheRealClicksKeepEveryRowAndEveryCent(t *testing.T) {
	all := importPath(t, real(t, realREES46, 10000), "", imports.Options{})
	require.Empty(t, all.counts.Refused)
	require.EqualValues(t, 10000, all.counts.Rows)
	require.Equal(t, map[string]int64{"product.viewed.v1": 9785, "basket.updated.v1": 97, "order.placed.v1": 118}, byType(all))
	sum := int64(0)
	for _, o := range of[events.OrderPlaced](t, all) {
		sum += o.Total.Amount
	}
	require.EqualValues(t, 3575722, sum)
	for i, e := range all.events[1:] {
		require.False(t, e.Time().Before(all.events[i].Time()), "the events are in the order of their times")
	}
}

func TestInventedCustomersAreMadeUpOnceEach(t *testing.T) {
	all := importPath(t, real(t, realREES46, 2867), "", imports.Options{Invent: true, Catalogue: true})
	require.Equal(t, map[string]int64{"product.viewed.v1": 9785, "basket.updated.v1": 97, "order.placed.v1": 118,
		"customer.signedup.v1": 2867, "consent.changed.v1": 2867, "product.changed.v1": 4148}, byType(all))
	for _, c := range of[events.ConsentChanged](t, all) {
		require.Equal(t, c.Customer[events.IDCRM]+"@example.com", c.Customer[events.IDEmail])
		require.True(t, c.Granted && c.Channel == events.ConsentEmail && c.Purpose == events.PurposeMarketing)
	}
}

func TestABasketHoldsNoMoreLinesThanAnEvent(t *testing.T) {
	var text strings.Builder
	text.WriteString(clicksHead)
	for i := range 502 {
		fmt.Fprintf(&text, "2020-01-01 10:%02d:%02d UTC,cart,P%d,,,,1.00,u,s\n", i/60, i%60, i)
	}
	for i := range 502 {
		fmt.Fprintf(&text, "2020-01-01 11:00:00 UTC,purchase,P%d,,,,1.00,u,s\n", i)
	}
	all := importText(t, "", text.String(), imports.Options{})
	require.Equal(t, map[imports.Reason]int64{imports.TooLarge: 2}, all.counts.Refused)
	var lines []int
	for _, o := range of[events.OrderPlaced](t, all) {
		lines = append(lines, len(o.Lines))
	}
	require.Equal(t, []int{500, 2}, lines, "an order of one second that is too long for an event is two")
}

func BenchmarkREES46(b *testing.B) {
	path := real(b, realREES46, 1)
	text, err := os.ReadFile(path)
	require.NoError(b, err)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	rows := int64(0)
	for b.Loop() {
		r, err := imports.Open(imports.REES46, strings.NewReader(string(text)), imports.Options{})
		require.NoError(b, err)
		for _, err := range r.Events() {
			if err != nil {
				b.Fatal(err)
			}
		}
		rows += r.Counts().Rows
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
