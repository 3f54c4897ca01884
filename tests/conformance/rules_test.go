package conformance

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	inJSONFormat = "application/cloudevents+json"
	inBatches    = "application/cloudevents-batch+json"
)

// rule is what the specification demands of one request; header and attributes are a name
// and a value, in turn.
type rule struct {
	section, says string
	contentType   string // none when it is a dash
	header        []string
	body          string
	attributes    []string // of the event that comes out; none: the request is refused
	data          string   // of it
}

// absent is an attribute that must not come out.
const absent = "(absent)"

// required are the headers of the least event in binary mode.
func required(more ...string) []string {
	return append([]string{"ce-specversion", "1.0", "ce-id", "r-1", "ce-source", "/rules", "ce-type", "rule"}, more...)
}

func least(more string) string {
	return `{"specversion":"1.0","id":"r-1","source":"/rules","type":"rule"` + more + `}`
}

var rules = []rule{
	{"HTTP 3", "the media type is matched in any letters", "Application/CloudEvents+JSON", nil, least(""), []string{"id", "r-1"}, ""},
	{"HTTP 3", "and with parameters", inJSONFormat + "; charset=UTF-8", nil, least(`,"data":1`), []string{"id", "r-1"}, "1"},
	{"HTTP 3.3.1", "that of a batch, too", inBatches + "; charset=utf-8", nil, "[" + least(`,"data":1`) + "]", []string{"id", "r-1"}, "1"},
	{"HTTP 3.3.1", "in any letters", "APPLICATION/CLOUDEVENTS-BATCH+JSON", nil, "[" + least("") + "]", []string{"id", "r-1"}, ""},
	{"HTTP 3", "a format that is not known is no event", "application/cloudevents+avro", nil, "x", nil, ""},
	{"HTTP 3.1.1", "the content type is the data's", "application/xml; charset=utf-8", required(), "<a/>", []string{"datacontenttype", "application/xml; charset=utf-8"}, "<a/>"},
	{"HTTP 3.1.1", "ce-datacontenttype must not be there", "application/json", required("ce-datacontenttype", "text/plain"), "{}", nil, ""},
	{"HTTP 3.1.2", "the body is the data, whatever it is", "application/octet-stream", required(), "\x00\xff\x01", []string{"id", "r-1"}, "\x00\xff\x01"},
	{"HTTP 3.1.3.1", "header names are in any letters", "application/json", []string{"CE-SpecVersion", "1.0", "cE-iD", "r-1", "CE-SOURCE", "/rules", "ce-Type", "rule", "CE-ExT1", "x"},
		"{}", []string{"ext1", "x"}, "{}"},
	{"HTTP 3.1.3.2", "percent-encoding is undone", "application/json", required("ce-subject", "Euro%20%E2%82%AC%20%F0%9F%98%80"), "{}", []string{"subject", "Euro € 😀"}, "{}"},
	{"HTTP 3.1.3.2", "in small letters", "application/json", required("ce-ext", "%e2%82%ac"), "{}", []string{"ext", "€"}, "{}"},
	{"HTTP 3.1.3.2", "where there was no need", "application/json", required("ce-subject", "%41%2d%42"), "{}", []string{"subject", "A-B"}, "{}"},
	{"HTTP 3.1.3.2", "once only", "application/json", required("ce-subject", "%2541"), "{}", []string{"subject", "%41"}, "{}"},
	{"HTTP 3.1.3.2", "what is not UTF-8 is refused", "application/json", required("ce-subject", "%C0%A0"), "{}", nil, ""},
	{"HTTP 3.1.3.2", "quotes are taken off, and their escapes undone", "application/json", required("ce-subject", `"Euro € \"\\"`), "{}", []string{"subject", `Euro € "\`}, "{}"},
	{"HTTP 3.1.3.2", "then what is in them is decoded", "application/json", required("ce-subject", `"a%20b"`), "{}", []string{"subject", "a b"}, "{}"},
	{"HTTP 3.2.3", "attributes in headers of structured mode do not count", inJSONFormat, required("ce-subject", "header"), least(`,"subject":"body"`), []string{"subject", "body"}, ""},
	{"JSON 2.2", "null is as good as not there", inJSONFormat, nil, least(`,"subject":null,"time":null,"ext":null`), []string{"id", "r-1", "subject", absent, "time", absent, "ext", absent}, ""},
	{"JSON 2.2", "numbers and truths are attributes", inJSONFormat, nil, least(`,"n":5,"b":true`), []string{"n", "5", "b", "true"}, ""},
	{"JSON 3.1.2", "data of JSON is not read twice", inJSONFormat, nil, least(`,"datacontenttype":"application/json","data":"{\"a\":1}"`), []string{"datacontenttype", "application/json"}, `"{\"a\":1}"`},
	{"JSON 3.1.2", "of a +json type, too", inJSONFormat, nil, least(`,"datacontenttype":"application/geo+json","data":{"a":1}`), []string{"id", "r-1"}, `{"a":1}`},
	{"JSON 3.1.2", "data of another type is the text", inJSONFormat, nil, least(`,"datacontenttype":"text/plain","data":"a\nb"`), []string{"datacontenttype", "text/plain"}, "a\nb"},
	{"JSON 3.1.2", "without a type it is JSON, and said to be", inJSONFormat, nil, least(`,"data":"just a string"`), []string{"datacontenttype", "application/json"}, `"just a string"`},
	{"JSON 3.1.2", "base64 is undone, wherever it stands", inJSONFormat, nil, `{"data_base64" : "eyAieHl6IjogMTIzIH0=","specversion":"1.0","id":"r-1","source":"/rules","type":"rule"}`, []string{"id", "r-1"}, `{ "xyz": 123 }`},
	{"JSON 3.1.2", "however its slashes are written", inJSONFormat, nil, least(`,"data_base64": "\/\/79"`), []string{"id", "r-1"}, "\xff\xfe\xfd"},
	{"JSON 3.1.2", "what is no base64 is refused", inJSONFormat, nil, least(`,"data_base64":"!!"`), nil, ""},
	{"JSON 4.1", "a batch is an array", inBatches, nil, least(""), nil, ""},
	{"JSON 4.3", "in a batch all are events or none is taken", inBatches, nil, "[" + least("") + `,{"specversion":"1.0"}]`, nil, ""},
	{"CloudEvents 3.1", "id must be there", inJSONFormat, nil, `{"specversion":"1.0","source":"/rules","type":"rule"}`, nil, ""},
	{"CloudEvents 3.1", "and must not be empty", inJSONFormat, nil, `{"specversion":"1.0","id":"","source":"/rules","type":"rule"}`, nil, ""},
	{"CloudEvents 3.1", "source must be a URI reference", inJSONFormat, nil, `{"specversion":"1.0","id":"r-1","source":"http://[::1","type":"rule"}`, nil, ""},
	{"CloudEvents 3.1", "specversion must be one there is", inJSONFormat, nil, `{"specversion":"1.1","id":"r-1","source":"/rules","type":"rule"}`, nil, ""},
	{"CloudEvents 3.1.1", "time must be of RFC 3339", "application/json", required("ce-time", "yesterday"), "{}", nil, ""},
	{"CloudEvents 3.1.1", "names are of small letters and digits", inJSONFormat, nil, least(`,"ext-1":"x"`), nil, ""},
	{"CloudEvents 3.1", "an event needs no data, and no content type", "-", required(), "", []string{"id", "r-1"}, ""},
}

func TestWhatTheSpecificationDemandsIsKept(t *testing.T) {
	for _, d := range doors(t) {
		for _, r := range rules {
			t.Run(d.name+"/"+r.section+": "+r.says, func(t *testing.T) { kept(t, d, r) })
		}
		t.Logf("%s: %d rules of the specification", d.name, len(rules))
	}
}

func kept(t *testing.T, d door, r rule) {
	req, err := http.NewRequest(http.MethodPost, d.url, strings.NewReader(r.body))
	require.NoError(t, err)
	for i := 0; i < len(r.header); i += 2 {
		req.Header.Set(r.header[i], r.header[i+1])
	}
	if r.contentType != "-" {
		req.Header.Set("Content-Type", r.contentType)
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	mode := "binary or structured"
	if strings.Contains(strings.ToLower(r.contentType), "batch") {
		mode = "batch"
	}
	got := d.took(t, mode, res)
	if r.attributes == nil {
		require.Equal(t, http.StatusBadRequest, res.StatusCode)
		return
	}
	require.NotNil(t, got, res.Status)
	for i := 0; i < len(r.attributes); i += 2 {
		if name, want := r.attributes[i], r.attributes[i+1]; want == absent {
			require.NotContains(t, got.attributes, name)
		} else {
			require.Equal(t, want, got.attributes[name])
		}
	}
	require.Equal(t, r.data, string(got.data))
}

func TestAnEmptyBatchIsTakenAndComesToNothing(t *testing.T) {
	for _, d := range doors(t) {
		res, err := http.Post(d.url, inBatches, strings.NewReader("[]"))
		require.NoError(t, err)
		res.Body.Close()
		require.Equal(t, 2, res.StatusCode/100, "%s: %s", d.name, res.Status)
	}
}
