// Report runs go test, shows what failed and what was skipped and why, and ends
// with one line of counts.
//
//	go run ./tests/report [-race packages] [packages]
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
)

// event is one line of go test -json.
type event struct {
	Action, Package, Test, Output string
	Elapsed                       float64
}

type result struct {
	passed, failed int
	skipped        map[string][]string // reason → tests
	output         map[string][]string // by package and test, until it ends
	slow           []string
}

func main() {
	race := flag.String("race", "", "packages to test with the race detector, separated by spaces")
	flag.Parse()
	r := &result{skipped: map[string][]string{}, output: map[string][]string{}}
	ok := true
	if packages := strings.Fields(*race); len(packages) > 0 {
		ok = r.run(append([]string{"-race"}, packages...)) && ok
	}
	if flag.NArg() > 0 {
		ok = r.run(flag.Args()) && ok
	}
	r.summary()
	if !ok || r.failed > 0 {
		os.Exit(1)
	}
}

func (r *result) run(args []string) bool {
	fmt.Println("go test", strings.Join(args, " "))
	cmd := exec.Command("go", append([]string{"test", "-json", "-timeout", "40m"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		return false
	}
	r.read(out)
	return cmd.Wait() == nil
}

func (r *result) read(out io.Reader) {
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Println(lines.Text()) // a compiler's word
			continue
		}
		r.take(e)
	}
}

func (r *result) take(e event) {
	key := e.Package + " " + e.Test
	switch e.Action {
	case "output", "build-output":
		if e.Action == "build-output" {
			fmt.Print(e.Output)
			return
		}
		r.output[key] = append(r.output[key], e.Output)
	case "pass", "skip", "fail":
		if e.Action == "fail" {
			fmt.Printf("FAIL %s\n%s", key, strings.Join(r.output[key], ""))
		}
		r.count(e, key)
		delete(r.output, key)
	}
}

func (r *result) count(e event, key string) {
	if e.Test == "" {
		if e.Elapsed > 20 {
			r.slow = append(r.slow, fmt.Sprintf("%s %.0f s", e.Package, e.Elapsed))
		}
		if e.Action == "fail" {
			r.failed++
		}
		return
	}
	switch e.Action {
	case "pass":
		r.passed++
	case "fail":
		r.failed++
	case "skip":
		why := reason(r.output[key])
		r.skipped[why] = append(r.skipped[why], key)
	}
}

// place is where in its file a test said something.
var place = regexp.MustCompile(`^[\w-]+\.go:\d+: `)

// reason is what the test said when it was skipped, so that tests with the same reason
// are counted together.
func reason(output []string) string {
	for _, line := range output {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "===") && !strings.HasPrefix(line, "---") {
			return place.ReplaceAllString(line, "")
		}
	}
	return "no reason given"
}

func (r *result) summary() {
	n := 0
	for _, why := range slices.Sorted(keys(r.skipped)) {
		n += len(r.skipped[why])
		fmt.Printf("skipped %d: %s\n", len(r.skipped[why]), why)
		for _, test := range r.skipped[why] {
			fmt.Printf("  %s\n", test)
		}
	}
	if len(r.slow) > 0 {
		fmt.Println("slow:", strings.Join(r.slow, ", "))
	}
	fmt.Printf("%d passed, %d failed, %d skipped\n", r.passed, r.failed, n)
}

func keys(m map[string][]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}
