// Cost plays a slice of recorded shop events through the whole suite on the emulators of
// DynamoDB and Firestore, counts what each function would be charged for, and says what a
// million source events cost at the list prices in prices.go.
//
//	go run ./tests/cost [-file orders.csv.gz] [-events 1200] [-stores dynamodb,firestore] [-json]
//
// The slice is whole customers and whole products, chosen by a hash of who they are, so
// that their histories are complete and the next run chooses the same.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"

	"redthread.dev/tests/emulators/stores"
)

// recorded is the Online Retail file, not part of the project.
const recorded = "../shared/data/retail/online_retail_to_2011-05-31.csv.gz"

// asked is what the program was asked to do.
type asked struct {
	file   string
	events int
	stores string
	json   bool
}

func main() {
	a := asked{}
	flag.StringVar(&a.file, "file", recorded, "`FILE` that can be imported (go run ./infra/local import -h)")
	flag.IntVar(&a.events, "events", 1200, "`N` source events at least; whole customers and products are taken until there are so many")
	flag.StringVar(&a.stores, "stores", "dynamodb,firestore", "`NAMES` of the stores, separated by commas")
	flag.BoolVar(&a.json, "json", false, "print JSON in place of tables")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := a.run(ctx, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "cost:", err)
		os.Exit(1)
	}
}

func (a asked) run(ctx context.Context, out, errs io.Writer) error {
	chosen, err := a.chosen()
	if err != nil {
		return err
	}
	if a.events < 1 {
		return fmt.Errorf("-events %d: expected 1 or more", a.events)
	}
	if _, err := os.Stat(a.file); err != nil {
		return fmt.Errorf("%w; expected a file that can be imported: -file FILE", err)
	}
	if os.Getenv(stores.DynamoDBVariable) == "" && os.Getenv(stores.FirestoreVariable) == "" {
		return withEmulators(ctx, a.stores)
	}
	s, err := cut(a.file, a.events)
	if err != nil {
		return err
	}
	fmt.Fprintf(errs, "cost: %d of %d events of %s\n", len(s.events), s.whole, a.file)
	var all sync.WaitGroup
	bills, failed := make([]bill, len(chosen)), make([]error, len(chosen))
	for i, p := range chosen {
		all.Go(func() {
			if bills[i], failed[i] = p.play(ctx, s, errs); failed[i] != nil {
				failed[i] = fmt.Errorf("%s: %w", p.name, failed[i])
			}
		})
	}
	all.Wait()
	if err := errors.Join(failed...); err != nil {
		return err
	}
	if a.json {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(struct {
			Slice mix
			Bills []bill
		}{s.mix(), bills})
	}
	s.mix().print(out)
	for _, b := range bills {
		b.print(out)
	}
	return nil
}

func (a asked) chosen() (chosen []place, err error) {
	for _, name := range strings.Split(a.stores, ",") {
		p, ok := places[name]
		if !ok {
			return nil, fmt.Errorf("-stores: there is no %q, expected dynamodb or firestore", name)
		}
		chosen = append(chosen, p)
	}
	return chosen, nil
}

// withEmulators runs this program again while the emulators run.
func withEmulators(ctx context.Context, names string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	c := exec.CommandContext(ctx, "go", append([]string{"run", "redthread.dev/tests/emulators", "-only", names, "--", self}, os.Args[1:]...)...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	c.Cancel = func() error { return nil } // Ctrl-C comes to all of them
	if err := c.Run(); err != nil {
		return fmt.Errorf("with emulators: %w", err)
	}
	return nil
}
