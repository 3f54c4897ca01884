package flow

import (
	"bytes"
	"reflect"

	"github.com/goccy/go-json"
)

// sameJSON says whether two texts have the same value. Stores keep values, not their
// spelling: what comes back may have its members in another order.
func sameJSON(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	x, okA := valueOf(a)
	y, okB := valueOf(b)
	return okA && okB && reflect.DeepEqual(x, y)
}

func valueOf(text []byte) (v any, ok bool) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return v, d.Decode(&v) == nil
}
