package imports_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/infra/local/imports"
	"redthread.dev/tests/recordings"
)

// The real files; they are not part of the project.
const (
	realREES46   = "clickstream/rees46/2019-10-01-first10000.csv"
	realRetail   = "retail/online_retail_to_2011-05-31.csv.gz"
	realSnowplow = "clickstream/snowplow_ecommerce_0.6.1_apache2"
)

// real returns the path of a real file; a test of cases skips when it is not there.
func real(t testing.TB, name string, cases int) string {
	t.Helper()
	return recordings.Path(t, name, fmt.Sprint(cases, " cases"))
}

// imported is all that came of a file.
type imported struct {
	events []events.Event
	errs   []*imports.RowError
	counts imports.Counts
}

// readAll imports a file and checks what holds for every import: each event passes the
// edge, each row is carried or refused, and no two events have one id.
func readAll(t testing.TB, r *imports.Reader) (all imported) {
	t.Helper()
	now, ids := time.Now(), map[string]bool{}
	for e, err := range r.Events() {
		var row *imports.RowError
		if errors.As(err, &row) {
			all.errs = append(all.errs, row)
			continue
		}
		require.NoError(t, err)
		require.NoError(t, events.Check(e, now), "%s", e.DataEncoded)
		require.False(t, ids[e.Source()+" "+e.ID()], "id %s twice", e.ID())
		ids[e.Source()+" "+e.ID()] = true
		all.events = append(all.events, e)
	}
	all.counts = r.Counts()
	reconcile(t, all)
	rows, _ := r.Progress()
	require.Equal(t, all.counts.Rows, rows)
	return all
}

func reconcile(t testing.TB, all imported) {
	t.Helper()
	refused, said := int64(0), int64(0)
	for _, n := range all.counts.Refused {
		refused += n
	}
	for _, n := range all.counts.Events {
		said += n
	}
	require.Equal(t, all.counts.Rows, all.counts.Carried+refused, "rows = carried + refused")
	require.EqualValues(t, len(all.errs), refused)
	require.EqualValues(t, len(all.events), said)
}

func importText(t testing.TB, format, text string, o imports.Options) imported {
	t.Helper()
	r, err := imports.Open(format, strings.NewReader(text), o)
	require.NoError(t, err)
	return readAll(t, r)
}

func importPath(t testing.TB, path, format string, o imports.Options) imported {
	t.Helper()
	r, err := imports.OpenPath(path, format, o)
	require.NoError(t, err)
	defer func() { require.NoError(t, r.Close()) }()
	all := readAll(t, r)
	_, read := r.Progress()
	require.Equal(t, r.Size(), read)
	return all
}

// of returns the data of the events of one type, in order.
func of[T any](t testing.TB, all imported) (data []T) {
	t.Helper()
	eventType := any(new(T)).(events.Data).Type()
	for _, e := range all.events {
		if e.Type() == eventType {
			d, err := events.Decode[T](e)
			require.NoError(t, err)
			data = append(data, d)
		}
	}
	return data
}

// byType counts events by their short types.
func byType(all imported) map[string]int64 {
	counts := map[string]int64{}
	for name, n := range all.counts.Events {
		counts[events.Short(name)] = n
	}
	return counts
}
