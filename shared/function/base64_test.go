package function

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDataInJSONIsReadHoweverItIsSpelled(t *testing.T) {
	const least = `"specversion":"1.0","id":"1","source":"/s","type":"a"`
	for name, c := range map[string]struct{ body, want string }{
		"base64 after white space": {`{` + least + `, "data_base64" : "aGVq" }`, "hej"},
		"base64 first":             {`{"data_base64": "aGVq",` + least + `,"datacontenttype":"text/plain"}`, "hej"},
		"slashes escaped":          {`{` + least + `,"data_base64":"\/\/79"}`, "\xff\xfe\xfd"},
		"no base64 at all":         {`{` + least + `,"data_base64": null}`, ""},
		"JSON by its suffix":       {`{` + least + `,"datacontenttype":"application/geo+json; charset=utf-8","data":{"a":[1,2]}}`, `{"a":[1,2]}`},
		"a text in such JSON":      {`{` + least + `,"datacontenttype":"application/geo+json","data":"x"}`, `"x"`},
		"+json in some text":       {`{` + least + `,"datacontenttype":"text/plain","data":"+json"}`, "+json"},
	} {
		for contentType, body := range map[string]string{"application/cloudevents+json": c.body, "application/cloudevents-batch+json": "[" + c.body + "]"} {
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
			r.Header.Set("Content-Type", contentType)
			es, err := Decode(httptest.NewRecorder(), r)
			require.NoError(t, err, name)
			require.Equal(t, c.want, string(es[0].Data()), name)
		}
	}
}

// FuzzInJSON: whatever is posted is an event or is refused in one line of our own.
func FuzzInJSON(f *testing.F) {
	f.Add(`{"specversion":"1.0","id":"1","source":"/s","type":"a","data_base64": "aGVq"}`)
	f.Add(`{"specversion":"1.0","id":"1","source":"/s","type":"a","datacontenttype":"a/b+json","data":{}}`)
	f.Add(`[{"data_base64":1}]`)
	f.Fuzz(func(t *testing.T, body string) {
		for _, contentType := range []string{"application/cloudevents+json", "application/cloudevents-batch+json"} {
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
			r.Header.Set("Content-Type", contentType)
			if es, err := Decode(httptest.NewRecorder(), r); err != nil {
				require.Equal(t, http.StatusBadRequest, Status(err))
				require.NotContains(t, err.Error(), "\n")
			} else {
				for _, e := range es {
					require.NotEmpty(t, e.ID())
				}
			}
		}
	})
}
