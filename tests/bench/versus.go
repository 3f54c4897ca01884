package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// versus measures a floor and ours in turn, round by round, each in a process of
// its own on its own copy of the same store.
func versus(floor, ours string, target float64) func(config, string, *table) error {
	return func(c config, self string, t *table) error {
		w, err := prepare(c, strings.TrimPrefix(ours, "recorded:"))
		if err != nil {
			return err
		}
		var sides [2]sample
		var procs [2]*process
		for i, variant := range []string{floor, ours} {
			if procs[i], err = start(self, variant, w, filepath.Join(c.dir, fmt.Sprintf("%s-%d", w.name, i))); err != nil {
				return err
			}
			defer procs[i].stop()
			if c.profiles != "" {
				if err := procs[i].profile(filepath.Join(c.profiles, fmt.Sprintf("%s-%s.pprof", w.name, [2]string{"floor", "ours"}[i]))); err != nil {
					return err
				}
				defer procs[i].profile("") //nolint:errcheck // it was only asked to end it
			}
		}
		for _, p := range procs {
			if err := p.round(w.slice(0, c), new(sample)); err != nil { // to warm up
				return err
			}
		}
		for round := 1; round <= c.rounds; round++ {
			for i := range procs {
				side := (i + round) % 2 // who goes first takes turns
				if err := procs[side].round(w.slice(round, c), &sides[side]); err != nil {
					return err
				}
			}
		}
		report(t, w.title, sides[0], sides[1], target, w.store)
		return nil
	}
}

func report(t *table, title string, floor, ours sample, target float64, store bool) {
	t.ratio(title+": CPU µs", fmt.Sprintf("%.1f", median(floor.cpu)), fmt.Sprintf("%.1f", median(ours.cpu)),
		paired(ours.cpu, floor.cpu), target, true)
	if !store {
		return
	}
	t.ratio("  events/s at 64 clients", fmt.Sprintf("%.0f", median(floor.rate64)), fmt.Sprintf("%.0f", median(ours.rate64)),
		paired(ours.rate64, floor.rate64), 0.8, false)
	t.ratio("  p99 over p50 at 64 clients, ms", fmt.Sprintf("%.1f", median(ours.p50)), fmt.Sprintf("%.1f", median(ours.p99)),
		paired(ours.p99, ours.p50), 8, true)
	t.ratio("  64 clients over one, events/s", fmt.Sprintf("%.0f", median(ours.rate1)), fmt.Sprintf("%.0f", median(ours.rate64)),
		paired(ours.rate64, ours.rate1), 2, false)
}

// process is a child that serves one variant.
type process struct {
	cmd    *exec.Cmd
	url    string
	client *http.Client
}

func start(self, variant string, w *work, db string) (*process, error) {
	if err := w.copyStore(db); err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "child", variant, db, w.opsFile)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("child %s did not start: %w: %s", variant, err, said.String())
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 64, MaxConnsPerHost: 64}
	return &process{cmd, "http://" + strings.TrimSpace(line), &http.Client{Transport: transport, Timeout: 30 * time.Second}}, nil
}

func (p *process) stop() {
	p.cmd.Process.Kill() //nolint:errcheck // it may be gone
	p.cmd.Wait()         //nolint:errcheck // it was killed
}

// profile begins a CPU profile of the child in the named file; with no name it ends it.
func (p *process) profile(file string) error {
	res, err := p.client.Get(p.url + "/profile?file=" + url.QueryEscape(file))
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if text, err := io.ReadAll(res.Body); err != nil || res.StatusCode != http.StatusOK {
		return fmt.Errorf("profile %s: %s %s %w", file, res.Status, text, err)
	}
	return nil
}

// cpu returns the microseconds of processor time the child has used so far.
func (p *process) cpu() (float64, error) {
	res, err := p.client.Get(p.url + "/cpu")
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(strings.TrimSpace(string(text)), 64)
}

// round sends a fifth of the requests by one client, the rest by 64.
func (p *process) round(requests []request, into *sample) error {
	few := len(requests) / 6
	took, _, err := p.send(requests[:few], 1)
	if err != nil {
		return err
	}
	into.rate1 = append(into.rate1, float64(few)/took.Seconds())
	before, err := p.cpu()
	if err != nil {
		return err
	}
	rest := requests[few:]
	took, latencies, err := p.send(rest, 64)
	if err != nil {
		return err
	}
	after, err := p.cpu()
	if err != nil {
		return err
	}
	into.rate64 = append(into.rate64, float64(len(rest))/took.Seconds())
	into.cpu = append(into.cpu, (after-before)/float64(len(rest)))
	into.p50 = append(into.p50, percentile(latencies, 0.5))
	into.p99 = append(into.p99, percentile(latencies, 0.99))
	return nil
}

func (p *process) send(requests []request, clients int) (time.Duration, []time.Duration, error) {
	var next atomic.Int64
	latencies := make([]time.Duration, len(requests))
	errs := make([]error, clients)
	var all sync.WaitGroup
	begun := time.Now()
	for c := range clients {
		all.Go(func() {
			for errs[c] == nil {
				i := int(next.Add(1)) - 1
				if i >= len(requests) {
					return
				}
				t := time.Now()
				errs[c] = p.post(requests[i])
				latencies[i] = time.Since(t)
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return 0, nil, err
		}
	}
	return time.Since(begun), latencies, nil
}

func (p *process) post(r request) error {
	req, err := http.NewRequest(http.MethodPost, p.url+"/", bytes.NewReader(r.body))
	if err != nil {
		return err
	}
	req.Header = r.header.Clone()
	res, err := p.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != r.want {
		return fmt.Errorf("answered %s, expected %d: %s", res.Status, r.want, text)
	}
	return nil
}
