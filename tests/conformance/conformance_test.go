package conformance

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// exceptions are the official events that are not taken, in whatever mode, and why. One
// that is taken after all does not belong here.
var exceptions = map[string]string{
	"yaml/v03.yaml#1":              "CloudEvents 0.3: only 1.0 is spoken here",
	"yaml/v0.3/v03_minimum.yaml#1": "CloudEvents 0.3: only 1.0 is spoken here",
	"yaml/v0.3/v03_minimum.yaml#2": "CloudEvents 0.3: only 1.0 is spoken here",
	"yaml/v0.3/v03_minimum.yaml#3": "CloudEvents 0.3: only 1.0 is spoken here",
	"yaml/v0.3/v03_minimum.yaml#4": "CloudEvents 0.3: only 1.0 is spoken here",
	"yaml/v0.3/v03_minimum.yaml#5": "CloudEvents 0.3: only 1.0 is spoken here",
	"yaml/v0.3/v03_minimum.yaml#6": "CloudEvents 0.3: only 1.0 is spoken here",
}

func TestTheOfficialEventsAreTakenInEachMode(t *testing.T) {
	all := files(t)
	at := doors(t)
	used := map[string]bool{}
	total := 0
	for _, file := range slices.Sorted(maps.Keys(all)) {
		count := map[string]int{}
		for _, o := range all[file] {
			for _, mode := range modes {
				if o.mode != "" && o.mode != mode && mode != "batch" || o.mode == "binary" && mode == "batch" {
					continue
				}
				for _, d := range at {
					t.Run(d.name+"/"+o.name+"/"+mode, func(t *testing.T) { count[sent(t, d, o, mode)]++ })
				}
			}
			used[o.name] = exceptions[o.name] != ""
		}
		t.Logf("%s: %d events; taken %d, refused as they must be %d, exceptions %d",
			file, len(all[file]), count["taken"], count["refused"], count["exception"])
		total += len(all[file])
	}
	for name := range exceptions {
		require.True(t, used[name], "there is no event %s any more", name)
	}
	t.Logf("%d official events at %d doors, %d of them exceptions: %s", total, len(at), len(exceptions), "CloudEvents 0.3 is not spoken")
}

// sent posts an event to a door and tells what came of it.
func sent(t *testing.T, d door, o official, mode string) string {
	res, err := http.DefaultClient.Do(o.request(t, mode, d.url))
	require.NoError(t, err)
	defer res.Body.Close()
	got := d.took(t, mode, res)
	switch {
	case exceptions[o.name] != "":
		require.Equal(t, http.StatusBadRequest, res.StatusCode, "it is taken: strike it off the exceptions")
		return "exception"
	case o.lacks() != "" || strings.Contains(string(o.envelope), "... base64 encoded string ..."):
		require.Equal(t, http.StatusBadRequest, res.StatusCode, "it is no event: %s is missing, or its data is no base64", o.lacks())
		return "refused"
	}
	require.NotNil(t, got, "refused: %s", res.Status)
	same(t, o.as(mode), *got)
	return "taken"
}

// as is an event as it is read in a mode: of JSON's data without a content type the format
// says that it is JSON (JSON event format, 3.1.2).
func (o official) as(mode string) official {
	if mode != "binary" && !o.none && o.attributes["datacontenttype"] == "" && !strings.Contains(string(o.envelope), "data_base64") {
		o.attributes = maps.Clone(o.attributes)
		o.attributes["datacontenttype"] = "application/json"
	}
	return o
}

// same holds what came out to what went in.
func same(t *testing.T, in, out official) {
	want, got := maps.Clone(in.attributes), maps.Clone(out.attributes)
	delete(want, "content-type")
	if want["time"] != "" {
		require.Equal(t, instant(t, want["time"]), instant(t, got["time"]))
		want["time"], got["time"] = "", ""
	}
	require.Equal(t, want, got)
	require.Equal(t, in.none, out.none, "data: %s", out.data)
	switch {
	case in.none:
	case isJSON(in.attributes["datacontenttype"]) && in.attributes["datacontenttype"] != "":
		require.JSONEq(t, string(in.data), string(out.data))
	default:
		require.Equal(t, string(in.data), string(out.data))
	}
}

func instant(t *testing.T, text string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, text)
	require.NoError(t, err)
	return at.UTC()
}
