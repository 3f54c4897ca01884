package broker

import (
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

func TestEventsAboutTheSameShareAKey(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"the cookie before and after login":    {`{"customer":{"login":"l","cookie":"c"}}`, `"cookie""c"`},
		"in any order of fields":               {` { "total" : {"amount": 1} , "customer" : { "cookie" : "c" } } `, `"cookie""c"`},
		"a customer inside a line is no one":   {`{"lines":[{"customer":{"cookie":"x"}}],"customer":{"email":"e"}}`, `"email""e"`},
		"braces and quotes in text":            {`{"text":"}{\"customer\":{\"cookie\":\"x\"}","customer":{"email":"e"}}`, `"email""e"`},
		"no customer: the event itself":        {`{"sku":"1"}`, "id-1"},
		"an empty customer":                    {`{"customer":{}}`, "id-1"},
		"a customer that is no object":         {`{"customer":["a"]}`, "id-1"},
		"half a body":                          {`{"customer":{"cookie":"c`, `"cookie""c`},
		"no JSON":                              {`hello`, "id-1"},
		"nothing":                              {``, "id-1"},
		"an identifier that is not text stays": {`{"customer":{"cookie":12}}`, `"cookie"12`},
	} {
		t.Run(name, func(t *testing.T) {
			e := events.Event{}
			e.SetSpecVersion("1.0")
			e.SetID("id-1")
			e.DataEncoded = []byte(c.data)
			require.Equal(t, c.want, keyOf(e))
			e.SetExtension("partitionkey", "p")
			require.Equal(t, "p", keyOf(e))
		})
	}
}

func FuzzKeyOfAnyData(f *testing.F) {
	f.Add([]byte(`{"customer":{"cookie":"c"},"a":[1,{"b":"\\"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		e := events.Event{}
		e.SetSpecVersion("1.0")
		e.SetID("id-1")
		e.DataEncoded = data
		require.NotEmpty(t, keyOf(e))
	})
}
