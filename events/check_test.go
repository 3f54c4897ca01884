package events_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

// withData is a basket.updated whose data is the given JSON.
func withData(data string) events.Event {
	e := event.New()
	e.SetType(events.BasketUpdated{}.Type())
	e.SetID("1")
	e.SetSource("/shop")
	e.SetTime(now)
	e.DataEncoded = []byte(data)
	return e
}

// basket is a good basket's data with old replaced by new.
func basket(old, new string) string {
	const good = `{"basket_id":"b1","customer":{"email":"a@b.dk"},"lines":[{"sku":"S","quantity":1,"price":{"amount":100,"currency":"DKK"}}],"total":{"amount":100,"currency":"DKK"}}`
	if !strings.Contains(good, old) {
		panic("basket without " + old)
	}
	return strings.Replace(good, old, new, 1)
}

func identifiers(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`"id%d":"v"`, i))
	}
	return strings.Join(all, ",")
}

func TestDataThatBreaksARuleIsRefusedWithPathAndRule(t *testing.T) {
	line := `{"sku":"S","quantity":1,"price":{"amount":100,"currency":"DKK"}}`
	for name, test := range map[string]struct{ data, want string }{
		"an unknown currency":              {basket(line, strings.Repeat(line+`,`, 3)+strings.Replace(line, `DKK`, `KRR`, 1)), `data: /lines/3/price/currency: "KRR" is no ISO 4217 currency (enum)`},
		"a negative price":                 {basket(`"amount":100`, `"amount":-1`), `data: /lines/0/price/amount: -1 is less than 0 (minimum)`},
		"an amount out of range":           {basket(`"amount":100`, `"amount":1000000000001`), `data: /lines/0/price/amount: 1000000000001 is more than 1000000000000 (maximum)`},
		"an amount in whole units":         {basket(`"amount":100`, `"amount":1.00`), `data: /lines/0/price/amount: 1.00, expected integer (type)`},
		"a quantity of nothing":            {basket(`"quantity":1`, `"quantity":0`), `data: /lines/0/quantity: 0 is less than 1 (minimum)`},
		"a quantity in words":              {basket(`"quantity":1`, `"quantity":"one"`), `data: /lines/0/quantity: string, expected integer (type)`},
		"no sku":                           {basket(`"sku":"S",`, ``), `data: /lines/0/sku: missing (required)`},
		"an empty sku":                     {basket(`"S"`, `""`), `data: /lines/0/sku: empty (minLength)`},
		"no total":                         {basket(`,"total":{"amount":100,"currency":"DKK"}}`, `}`), `data: /total: missing (required)`},
		"null for lines":                   {`{"basket_id":"b1","lines":null}`, `data: /lines: null, expected array (type)`},
		"501 lines":                        {basket(line, strings.Repeat(line+",", 500)+line), `data: /lines: more than 500 (maxItems)`},
		"a place nobody is in":             {basket(`{"basket_id"`, `{"place":"bus","basket_id"`), `data: /place: "bus" is none of web, app, store, phone, chat, email, social (enum)`},
		"a link that is a script":          {basket(`"sku":"S"`, `"sku":"S","url":"javascript:alert(1)"`), `data: /lines/0/url: "javascript:alert(1)" does not match ^https?:// (pattern)`},
		"10,000 identifiers":               {basket(`"email":"a@b.dk"`, identifiers(10000)), `data: /customer: more than 20 (maxProperties)`},
		"an identifier type in capitals":   {basket(`"email"`, `"Email"`), `data: /customer: "Email" does not match ^[a-z][a-z0-9_]{0,39}$ (propertyNames)`},
		"an identifier that is null":       {basket(`"a@b.dk"`, `null`), `data: /customer/email: null, expected string (type)`},
		"a long string":                    {basket(`"b1"`, `"`+strings.Repeat("ø", 4097)+`"`), `data: /basket_id: 8194 bytes, at most 8192 (maxLength)`},
		"a long string in a field unknown": {basket(`{"basket_id"`, `{"shop_note":"`+strings.Repeat("x", 8193)+`","basket_id"`), `data: /shop_note: 8193 bytes, at most 8192 (maxLength)`},
		"a field twice":                    {basket(`{"basket_id"`, `{"basket_id":"b2","basket_id"`), `data: "basket_id" twice (duplicate)`},
		"an identifier twice":              {basket(`{"email"`, `{"email":"x@y.dk","email"`), `data: /customer: "email" twice (duplicate)`},
		"a field in capitals":              {basket(`"lines"`, `"LINES"`), `data: "LINES" is to be written "lines" (spelling)`},
		"deep JSON":                        {basket(`{"basket_id"`, `{"x":`+strings.Repeat(`[`, 10000)+strings.Repeat(`]`, 10000)+`,"basket_id"`), `data: /x` + strings.Repeat("/0", 31) + `: more than 32 levels (depth)`},
		"invalid UTF-8":                    {basket(`"b1"`, "\"b\xff\""), `data: byte 15 is not UTF-8 (encoding)`},
		"a NUL character":                  {basket(`"b1"`, `"b\u0000"`), `data: /basket_id: the string before byte 22 holds \u0000 (encoding)`},
		"half a body":                      {basket(`,"total":{"amount":100,"currency":"DKK"}}`, ``), `data: JSON ends at byte 122, expected ',' or '}' (syntax)`},
		"something after the body":         {basket(`{"basket_id"`, `{"basket_id"`) + "}", `data: byte 163 of the JSON is '}', expected nothing more (syntax)`},
		"no JSON":                          {"hello", `data: byte 0 of the JSON is 'h', expected a value (syntax)`},
		"a list":                           {`[]`, `data: array, expected object (type)`},
		"nothing":                          {``, `data: missing (required)`},
	} {
		t.Run(name, func(t *testing.T) {
			requireViolation(t, withData(test.data), "basket.updated.v1 "+test.want)
		})
	}
	require.NoError(t, events.Check(withData(basket("b1", "b1")), now))
	require.NoError(t, events.Check(withData(basket(line, strings.Repeat(line+",", 499)+line)), now), "500 lines")
}

func requireViolation(t *testing.T, e events.Event, want string) {
	t.Helper()
	err := events.Check(e, now)
	require.EqualError(t, err, want)
	var v *events.Violation
	require.True(t, errors.As(err, &v))
	require.NotEmpty(t, v.Rule)
	require.NotEmpty(t, v.Part)
}

func TestTimesInDataAreHeldWithinWhatCanBe(t *testing.T) {
	visit := func(at string) events.Event {
		e := withData(`{"store_id":"s","via":"qr","entered_at":"` + at + `"}`)
		e.SetType(events.StoreVisited{}.Type())
		return e
	}
	require.NoError(t, events.Check(visit("2026-11-22T11:59:59+00:00"), now))
	requireViolation(t, visit("0000-01-01T00:00:00Z"), `store.visited.v1 data: /entered_at: 0000-01-01T00:00:00Z is before 2000 (when)`)
	requireViolation(t, visit("3000-01-01T00:00:00Z"), `store.visited.v1 data: /entered_at: 3000-01-01T00:00:00Z is more than a day ahead (when)`)
	requireViolation(t, visit("yesterday"), `store.visited.v1 data: /entered_at: "yesterday" is no RFC 3339 date-time (format)`)

	ready := func(until string) events.Event {
		e := withData(`{"order_id":"1","store_id":"s","code":"c","hold_until":"` + until + `"}`)
		e.SetType(events.OrderReady{}.Type())
		return e
	}
	require.NoError(t, events.Check(ready("2027-01-01T00:00:00Z"), now), "what is planned may be ahead")
	requireViolation(t, ready("3000-01-01T00:00:00Z"), `order.ready.v1 data: /hold_until: 3000-01-01T00:00:00Z is more than 10 years ahead (when)`)

	spend := withData(`{"channel":"tv","amount":{"amount":-5,"currency":"DKK"},"from":"2026-02-30","to":"2026-03-01"}`)
	spend.SetType(events.SpendRecorded{}.Type())
	requireViolation(t, spend, `spend.recorded.v1 data: /from: "2026-02-30" is no date YYYY-MM-DD (format)`)
}

func TestAMissingChoiceIsNamed(t *testing.T) {
	e := withData(`{"resolution":"refunded"}`)
	e.SetType(events.ServiceResolved{}.Type())
	requireViolation(t, e, `service.resolved.v1 data: expected contact_id or ticket_id (anyOf)`)
	e.DataEncoded = []byte(`{"ticket_id":"T1"}`)
	require.NoError(t, events.Check(e, now))
}

func TestAMessageNeverShowsWhoTheCustomerIs(t *testing.T) {
	for _, data := range []string{
		basket(`"a@b.dk"`, `["mette@example.com"]`),
		basket(`"a@b.dk"`, `"mette@example.com\u0000"`),
		basket(`"a@b.dk"`, `"`+strings.Repeat("mette@example.com", 1000)+`"`),
		basket(`"a@b.dk"`, `{"mette@example.com":1}`),
	} {
		err := events.Check(withData(data), now)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "mette")
	}
}

func TestATypeOutsideTheVocabularyPassesWhenItNamesACustomer(t *testing.T) {
	e := withData(`{"customer":{"loyalty_card":"17"},"page":3,"points":[1,2.5,null,true]}`)
	e.SetType("com.shop.loyalty.earned")
	require.NoError(t, events.Check(e, now))

	e.DataEncoded = []byte(`{"points":120}`)
	err := events.Check(e, now)
	require.ErrorIs(t, err, events.ErrUnknownType)
	require.EqualError(t, err, `unknown event type "com.shop.loyalty.earned", and its data names no customer: com.shop.loyalty.earned data: /customer: missing (required)`)

	e.DataEncoded = []byte(`{"customer":{}}`)
	requireViolation(t, e, `com.shop.loyalty.earned data: /customer: 0, expected at least 1 (minProperties)`)
	e.DataEncoded = []byte(`{"customer":{` + identifiers(21) + `}}`)
	requireViolation(t, e, `com.shop.loyalty.earned data: /customer: more than 20 (maxProperties)`)
}

func TestAnEnvelopeThatBreaksARuleIsRefused(t *testing.T) {
	good := func() events.Event { return withData(basket("b1", "b1")) }
	for want, spoil := range map[string]func(*events.Event){
		`basket.updated.v1 id: missing (required)`:                                          func(e *events.Event) { e.Context.(*event.EventContextV1).ID = "" },
		`basket.updated.v1 source: missing (required)`:                                      func(e *events.Event) { e.Context.(*event.EventContextV1).Source.Path = "" },
		`event type: missing (required)`:                                                    func(e *events.Event) { e.Context.(*event.EventContextV1).Type = "" },
		`event specversion: missing, expected "1.0" (const)`:                                func(e *events.Event) { *e = events.Event{} },
		`basket.updated.v1 specversion: "0.3", expected "1.0" (const)`:                      func(e *events.Event) { e.Context = e.Context.AsV03() },
		`basket.updated.v1 id: id is required to be a non-empty string (format)`:            func(e *events.Event) { e.SetID("") },
		`basket.updated.v1 id: 8193 bytes, at most 8192 (maxLength)`:                        func(e *events.Event) { e.SetID(strings.Repeat("1", 8193)) },
		`basket.updated.v1 id: not UTF-8 (encoding)`:                                        func(e *events.Event) { e.SetID("\xff") },
		`basket.updated.v1 subject: holds a control character (encoding)`:                   func(e *events.Event) { e.SetSubject("a\nb") },
		`basket.updated.v1 traceparent: 8193 bytes, at most 8192 (maxLength)`:               func(e *events.Event) { e.SetExtension("traceparent", strings.Repeat("0", 8193)) },
		`basket.updated.v1 time: 1999-12-31T23:59:59Z is before 2000 (when)`:                func(e *events.Event) { e.SetTime(time.Date(1999, 12, 31, 23, 59, 59, 0, time.UTC)) },
		`basket.updated.v1 time: 0000-01-01T00:00:00Z is before 2000 (when)`:                func(e *events.Event) { e.SetTime(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)) },
		`basket.updated.v1 time: 3000-01-01T00:00:00Z is more than a day ahead (when)`:      func(e *events.Event) { e.SetTime(time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)) },
		`basket.updated.v1 time: 2026-11-22T12:00:01Z is more than a day ahead (when)`:      func(e *events.Event) { e.SetTime(now.Add(24*time.Hour + time.Second)) },
		`basket.updated.v1 datacontenttype: "text/plain", expected application/json (type)`: func(e *events.Event) { e.SetDataContentType("text/plain") },
		`basket.updated.v1 size: 262181 bytes, at most 262144 (size)`:                       func(e *events.Event) { e.DataEncoded = make([]byte, 262144) },
	} {
		e := good()
		spoil(&e)
		requireViolation(t, e, want)
	}
	firstYear := sample(t, "app.opened.v1")
	require.NoError(t, json.Unmarshal([]byte(`{"specversion":"1.0","id":"1","source":"/s","type":"dev.redthread.app.opened.v1","time":"0001-01-01T00:00:00Z","data":{}}`), &firstYear))
	requireViolation(t, firstYear, `app.opened.v1 time: 0001-01-01T00:00:00Z is before 2000 (when)`)
	for _, contentType := range []string{"application/json; charset=utf-8", "application/vnd.shop+json", "text/json"} {
		e := good()
		e.SetDataContentType(contentType)
		require.NoError(t, events.Check(e, now))
	}
}
