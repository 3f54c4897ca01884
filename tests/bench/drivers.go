package main

import (
	"errors"
	"fmt"
)

// driver is a store whose commits are measured beside its client.
type driver struct {
	name    string
	times   string // commits of either side, so many as the emulator bears
	writers []string
}

var drivers = []driver{
	{"sqlite", "7000x", []string{"1", "64"}},
	{"postgres", "7000x", []string{"1", "64"}},
	{"firestore", "1400x", []string{"1", "64"}},
	{"dynamodb", "105x", []string{"1"}}, // one request at a time goes to moto_server
}

// commits measures what each store takes beside its bare client, which does the same with
// the same bytes: this process's processor time, and commits a second.
func commits(_ config, _ string, t *table) error {
	for _, d := range drivers {
		all, err := benchmarks("redthread.dev/shared/store/"+d.name, "^BenchmarkCommit$", d.times)
		if why := skipped(""); errors.As(err, &why) {
			t.add("commit to "+d.name+": CPU µs", "–", "–", "–", "≤ 1.20", why.Error())
			continue
		}
		if err != nil {
			return err
		}
		for _, writers := range d.writers {
			m, ok := all["Commit/"+writers+"_writers"]
			if !ok {
				return fmt.Errorf("BenchmarkCommit of %s told nothing of %s writers", d.name, writers)
			}
			t.ratio("commit to "+d.name+", writers: "+writers+": CPU µs", whole(m["bare-cpu-µs"]), whole(m["cpu-µs"]), m["×bare-cpu"], 1.2, true)
			t.ratio("  commits/s", whole(m["bare-op/s"]), whole(m["op/s"]), m["×bare"], 0.8, false)
		}
	}
	t.note("Commits are of a profile of 3 KB and two small documents. The floor is the bare client, which sends the same JSON, decoded where the\n" +
		"store wants that, under the same preconditions, and is not told whether a commit whose answer was lost was made: on PostgreSQL ours\n" +
		"writes one more row for that. CPU is this process's; commits/s of emulators say nothing of the clouds' stores.")
	return nil
}

func whole(n float64) string { return fmt.Sprintf("%.0f", n) }

// coldFirestore is how many milliseconds Firestore's client may take from exec to ready.
const coldFirestore = 25

// ready measures from exec to ready infra/knative's program, linked with one driver each,
// beside the bare handler.
func readyWith(_ config, _ string, t *table) error {
	for _, d := range drivers {
		all, err := benchmarks("redthread.dev/infra/knative", "^BenchmarkReady$/^"+d.name+"$", "20x")
		what := "exec to ready, infra/knative with " + d.name + ": ms"
		if why := skipped(""); errors.As(err, &why) {
			t.add(what, "–", "–", "–", "–", why.Error())
			continue
		}
		if err != nil {
			return err
		}
		m, ok := all["Ready/"+d.name]
		if !ok {
			return fmt.Errorf("BenchmarkReady told nothing of %s", d.name)
		}
		bare, ours := fmt.Sprintf("%.1f", m["bare-ms"]), fmt.Sprintf("%.1f", m["ms"])
		if d.name == "firestore" {
			t.add(what, bare, ours, fmt.Sprintf("%.2f", m["×bare"]), fmt.Sprintf("≤ %d ms", coldFirestore), verdict(m["ms"] <= coldFirestore))
		} else {
			t.ratio(what, bare, ours, m["×bare"], 3, true)
		}
		memory(t, d.name, m)
	}
	t.note("infra/knative's program has all functions in it; with DynamoDB, also Amazon's clients for e-mail and texts. With PostgreSQL and Firestore it is\n" +
		"ready once the server has taken the connection and answered a question: what those take is in the time. The floor asks nobody.")
	return nil
}

// memory adds the line of what a function holds that has nothing to do.
func memory(t *table, name string, m map[string]float64) {
	bare, ours, ratio := fmt.Sprintf("%.1f", m["bare-MB"]), fmt.Sprintf("%.1f", m["MB"]), fmt.Sprintf("%.2f", m["MB"]/m["bare-MB"])
	if name == "sqlite" {
		t.add("  idle memory: MB", bare, ours, ratio, "≤ 3.00", verdict(m["MB"] <= 3*m["bare-MB"]))
		return
	}
	t.add("  idle memory: MB", bare, ours, ratio, "≤ 25 MB", verdict(m["MB"] <= 25))
}
