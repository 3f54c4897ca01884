package profile_test

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
	"redthread.dev/tests/recordings"
)

// Two public sets of records of people with typing errors, and who is who in truth
// (Splink's fake_1000, MIT; Febrl's dataset1, BSD): each record is a sign-up with the
// identifiers that a shop would get. We link by identifiers only, never by likeness, so
// what was mistyped is not found; what is found must be right.
func TestLinkingOfPublicRecordsIsRight(t *testing.T) {
	for _, set := range []struct {
		name, file string
		records    int
		recall     float64 // at least
		read       func(row map[string]string) (cluster string, ids events.Identifiers)
	}{
		{"splink fake_1000", "splink/fake_1000.csv", 1000, 0.35, func(row map[string]string) (string, events.Identifiers) {
			return row["cluster"], events.Identifiers{
				events.IDEmail: row["email"],
				"person":       whole(row["first_name"], row["surname"], row["dob"]),
			}
		}},
		{"febrl 1", "febrl/dataset1.csv.gz", 1000, 0.85, func(row map[string]string) (string, events.Identifiers) {
			return strings.Split(row["rec_id"], "-")[1], events.Identifiers{
				events.IDCRM: row["soc_sec_id"],
				"person":     whole(row["given_name"], row["surname"], row["date_of_birth"]),
				"home":       whole(row["surname"], row["street_number"], row["address_1"], row["postcode"], row["date_of_birth"]),
			}
		}},
	} {
		t.Run(set.name, func(t *testing.T) {
			rows := table(t, set.file, set.records)
			require.Len(t, rows, set.records)
			truth := make([]string, len(rows))
			history := make([]profile.Sighting, len(rows))
			rules := profile.Rules{Country: "GB", Secret: []byte("secret"), Limits: profile.DefaultLimits}
			for i, row := range rows {
				cluster, ids := set.read(row)
				e := made(t, fmt.Sprint(i), day0.Add(time.Duration(i)*time.Minute), events.CustomerSignedUp{Common: events.Common{Customer: ids}})
				s, _, err := rules.Sighting(profile.Entry{Event: e})
				require.NoError(t, err)
				truth[i], history[i] = cluster, s
			}
			precision, recall := pairwise(truth, profile.Resolve(history, rules.Limits).Of)
			t.Logf("%s: %d records, precision %.4f, recall %.4f", set.name, len(rows), precision, recall)
			require.GreaterOrEqual(t, precision, 0.98)
			require.GreaterOrEqual(t, recall, set.recall)
		})
	}
}

// whole joins what together names a person; nothing if any of it is missing.
func whole(parts ...string) string {
	for _, part := range parts {
		if strings.TrimSpace(part) == "" {
			return ""
		}
	}
	return strings.ToLower(strings.Join(parts, " "))
}

// table is a file of records, each by its columns.
func table(t *testing.T, file string, records int) (rows []map[string]string) {
	c := csv.NewReader(recordings.Open(t, "identity/"+file, fmt.Sprint(records, " records")))
	c.TrimLeadingSpace = true
	lines, err := c.ReadAll()
	require.NoError(t, err)
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, column := range lines[0] {
			row[strings.TrimSpace(column)] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// pairwise counts, of the pairs that were found, those that are true, and of the
// true ones those that were found. A record of nobody's pairs with none.
func pairwise(truth, found []string) (precision, recall float64) {
	var both, said, real float64
	for i := range truth {
		for j := range i {
			same, linked := truth[i] == truth[j], found[i] != "" && found[i] == found[j]
			if same {
				real++
			}
			if linked {
				said++
			}
			if same && linked {
				both++
			}
		}
	}
	return both / said, both / real
}
