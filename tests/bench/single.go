package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// history measures collect for customers with 10 and with 10,000 events behind
// them, in turn, in this process: what it takes must not grow.
func history(c config, _ string, t *table) error {
	s, err := store.Open(context.Background(), "sqlite:"+filepath.Join(c.dir, "history.db"))
	if err != nil {
		return err
	}
	defer s.Close()
	f, err := make1("collect", s)
	if err != nil {
		return err
	}
	look := func(who string, n int) (time.Duration, error) {
		d := events.ProductViewed{Common: events.Common{Customer: events.Identifiers{"login": who}}, SKU: fmt.Sprintf("SKU-%d", n%300), Name: "Garn", Category: fmt.Sprint(n % 40)}
		e, err := events.New("/history", fmt.Sprintf("%s-%d", who, n), now.Add(time.Duration(n-60*24*60)*time.Minute), d)
		if err != nil {
			return 0, err
		}
		begun := used()
		_, err = f.Handle(context.Background(), e)
		return time.Duration(used()-begun) * time.Microsecond, err
	}
	for who, n := range map[string]int{"short": 10, "long": 10000} {
		for i := range n {
			if _, err := look(who, i); err != nil {
				return err
			}
		}
	}
	sums := map[string]time.Duration{}
	const rounds = 400
	for i := range rounds {
		for _, who := range []string{"short", "long"} {
			// Each short customer is a new one, so that it stays short.
			name, n := who, 20000+i
			if who == "short" {
				name = fmt.Sprintf("short-%d", i)
				for k := range 10 {
					if _, err := look(name, k); err != nil {
						return err
					}
				}
			}
			took, err := look(name, n)
			if err != nil {
				return err
			}
			sums[who] += took
		}
	}
	short, long := float64(sums["short"].Microseconds())/rounds, float64(sums["long"].Microseconds())/rounds
	t.add("collect after 10 and after 10,000 events: CPU µs", fmt.Sprintf("%.0f", short), fmt.Sprintf("%.0f", long), fmt.Sprintf("%.2f", long/short), "bounded", "see note")
	return nil
}

// fold folds a million events as an import brings them, into 50,000 profiles, and
// watches the memory.
func fold(_ config, _ string, t *table) error {
	const customers, each = 50000, 20
	var peak uint64
	begun := time.Now()
	p := profile.Profile{}
	for i := range customers {
		p = profile.Profile{ID: id(i)}
		for k := range each {
			e := event("collect", i)
			e.SetID(fmt.Sprint(i, "-", k))
			data, err := events.Parse(e)
			if err != nil {
				return err
			}
			profile.Fold(&p, e, data)
		}
		if i%5000 == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
		}
	}
	took := time.Since(begun)
	t.add("1,000,000 events decoded and folded", "–", fmt.Sprintf("%.1f s, heap ≤ %d MB", took.Seconds(), peak>>20),
		fmt.Sprintf("%.0f/s", customers*each/took.Seconds()), "flat", verdict(peak < 64<<20))
	return nil
}

// cold measures from exec to the first answer, 20 times each in turn: a bare
// handler in a binary of its own, and collect on an empty and on a full store.
func cold(c config, self string, t *table) error {
	empty := &work{name: "empty", store: true, base: filepath.Join(c.dir, "empty.db")}
	full := &work{name: "full", store: true, base: filepath.Join(c.dir, "full.db")}
	if err := empty.populate(1); err != nil {
		return err
	}
	if err := full.populate(c.full); err != nil {
		return err
	}
	times := map[string][]float64{}
	memory := map[string]float64{}
	for range 20 {
		for name, cmd := range map[string]*exec.Cmd{
			"bare":  exec.Command(filepath.Join(c.dir, "bare")),
			"empty": exec.Command(self, "child", "collect", empty.base, ""),
			"full":  exec.Command(self, "child", "collect", full.base, ""),
		} {
			took, rss, err := ready(cmd)
			if err != nil {
				return err
			}
			times[name] = append(times[name], float64(took.Microseconds())/1000)
			memory[name] = rss
		}
	}
	for _, name := range []string{"empty", "full"} {
		what := map[string]string{"empty": "1 profile", "full": fmt.Sprintf("%d profiles", c.full)}[name]
		t.ratio("exec to ready, collect with "+what+": ms", fmt.Sprintf("%.1f", median(times["bare"])), fmt.Sprintf("%.1f", median(times[name])),
			median(times[name])/median(times["bare"]), 3, true)
	}
	t.ratio("idle memory, collect with SQLite: MB", fmt.Sprintf("%.1f", memory["bare"]), fmt.Sprintf("%.1f", memory["full"]),
		memory["full"]/memory["bare"], 3, true)
	return nil
}

func ready(cmd *exec.Cmd) (time.Duration, float64, error) {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, 0, err
	}
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	defer cmd.Wait()         //nolint:errcheck // it was killed
	defer cmd.Process.Kill() //nolint:errcheck // it may be gone
	if _, err := out.Read(make([]byte, 64)); err != nil {
		return 0, 0, err
	}
	took := time.Since(begun)
	time.Sleep(20 * time.Millisecond)
	return took, resident(cmd.Process.Pid), nil
}

// resident returns the megabytes of memory a process holds.
func resident(pid int) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(text), "\n") {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmRSS: %f kB", &kb); n == 1 {
			return kb / 1024
		}
	}
	return 0
}
