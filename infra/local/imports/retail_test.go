package imports_test

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/infra/local/imports"
)

const retailHead = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"

func TestAnInvoiceOfMoreLinesThanAnEventHoldsBecomesSeveralOrders(t *testing.T) {
	var text strings.Builder
	text.WriteString(retailHead)
	for i := range 1201 {
		fmt.Fprintf(&text, "700001,S%d,THING,2,2011-01-03 10:00:00,0.50,18001,France\n", i)
	}
	all := importText(t, "", text.String(), imports.Options{})
	var ids []string
	var lines []int
	var sum int64
	for _, o := range of[events.OrderPlaced](t, all) {
		ids, lines = append(ids, o.OrderID), append(lines, len(o.Lines))
		sum += o.Total.Amount
	}
	require.Equal(t, []string{"700001", "700001-2", "700001-3"}, ids)
	require.Equal(t, []int{500, 500, 201}, lines)
	require.EqualValues(t, 1201*100, sum)
}

func TestAnInvoiceIsOneOrderEvenIfOthersStandBetweenItsRows(t *testing.T) {
	all := importText(t, "", retailHead+
		"700001,S1,THING,1,2011-02-01 11:19:00,1.00,18001,France\n"+
		"700002,S2,THING,1,2011-02-01 11:20:00,2.00,18002,France\n"+
		"700001,S3,THING,1,2011-02-01 11:20:00,3.00,18001,France\n"+
		"700003,S4,THING,1,2011-02-01 11:25:00,4.00,18001,France\n"+
		"700001,S5,THING,1,2011-02-01 11:25:00,5.00,18001,France\n", imports.Options{})
	orders := of[events.OrderPlaced](t, all)
	var got []string
	for _, o := range orders {
		got = append(got, fmt.Sprintf("%s %s", o.OrderID, o.Total))
	}
	require.Equal(t, []string{"700001 4.00 GBP", "700002 2.00 GBP", "700003 4.00 GBP", "700001 5.00 GBP"}, got)
}

func TestARowOfWhichAnyCellIsTooLongIsRefusedAndNotCarried(t *testing.T) {
	all := importText(t, "", retailHead+
		"700001,S1,THING,1,2011-02-01 11:19:00,1.00,18001,France\n"+
		"700001,S2,THING,1,2011-02-01 11:19:00,1.00,18001,"+strings.Repeat("\xfa", 5000)+"\n", imports.Options{})
	require.EqualValues(t, 1, all.counts.Carried)
	require.Equal(t, map[imports.Reason]int64{imports.BadCell: 1}, all.counts.Refused)
	require.Equal(t, "Country", all.errs[0].Column)
}

func TestKagglesFileAndTheSecondSetReadTheSame(t *testing.T) {
	want := importText(t, "", retailHead+"700001,S1,\"CARD \xc2\xa31\",1,2010-12-01 08:26:00,1.5,18001.0,France\n", imports.Options{})
	kaggle := importText(t, "", retailHead+"700001,S1,\"CARD \xa31\",1,12/1/2010 8:26,1.5,18001,France\r\n", imports.Options{})
	second := importText(t, "", "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"+
		"700001,S1,\"CARD \xc2\xa31\",1,2010-12-01 08:26:00,1.50,18001,France\n", imports.Options{})
	require.Equal(t, tell(want), tell(kaggle))
	require.Equal(t, tell(want), tell(second))
}

// What the file holds was counted apart from the importer, with another csv reader,
// over all rows of each invoice number.
func TestTheRealInvoicesKeepEveryRowAndEveryPenny(t *testing.T) {
	path := real(t, realRetail, 209029)
	all := importPath(t, path, "", imports.Options{})
	require.Equal(t, map[imports.Reason]int64{imports.StockAdjustment: 984, imports.Bookkeeping: 77, imports.BadCell: 1}, all.counts.Refused)
	require.EqualValues(t, 209029, all.counts.Rows)
	require.Equal(t, map[string]int64{
		"order.placed.v1":     8120 + 15, // invoices that sold something; 15 of them are longer than 500 lines
		"order.returned.v1":   1919,
		"customer.updated.v1": 2763,
	}, byType(all))

	orders, returns := of[events.OrderPlaced](t, all), of[events.OrderReturned](t, all)
	sold, returned, numbers := int64(0), int64(0), map[string]bool{}
	for _, o := range orders {
		sold += o.Total.Amount
		require.False(t, numbers[o.OrderID], "order %s twice", o.OrderID)
		numbers[o.OrderID] = true
	}
	invoices, matched := map[string]bool{}, 0
	for _, r := range returns {
		returned += r.Refund.Amount
		number, _, _ := strings.Cut(r.ReturnID, ".")
		invoices[number] = true
		if numbers[r.OrderID] {
			matched++
		} else {
			require.Equal(t, number, r.OrderID)
		}
	}
	require.EqualValues(t, 405087550, sold)
	require.EqualValues(t, 23095613, returned)
	require.Len(t, invoices, 1640)
	t.Logf("%d of %d returns found the order they are of", matched, len(returns))

	file := amounts(t, path)
	sum, refused := int64(0), int64(0)
	for _, amount := range file {
		sum += amount
	}
	for _, err := range all.errs {
		refused += file[err.Line-2]
	}
	require.EqualValues(t, 3706827641, sum, "£3,706,827.641")
	require.EqualValues(t, -113091729, refused, "the shop's own books, and a cushion pad at £0.001")
	require.Equal(t, sum, (sold-returned)*10+refused, "rows = orders − returns + refused, exactly")
}

// amounts computes quantity × price of every row in tenths of a penny, the finest
// there are.
func amounts(t *testing.T, path string) (all []int64) {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	text, err := gzip.NewReader(file)
	require.NoError(t, err)
	records, err := csv.NewReader(text).ReadAll()
	require.NoError(t, err)
	for _, record := range records[1:] {
		quantity, err := strconv.ParseInt(record[3], 10, 64)
		require.NoError(t, err)
		price, err := strconv.ParseFloat(record[5], 64)
		require.NoError(t, err)
		all = append(all, quantity*int64(math.Round(price*1000)))
	}
	return all
}
