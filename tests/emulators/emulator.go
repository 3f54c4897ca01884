package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"strconv"
	"syscall"

	"redthread.dev/tests/emulators/stores"
)

// emulator is one thing that can be started.
type emulator struct {
	name  string // as of -only
	title string
	// wanted is the port it gets when that is free: as long as the variables stay the same
	// from one run to the next, go test need not run again what has not changed.
	wanted int
	// prepare finds out how to run it on a port, with a temporary folder for itself.
	prepare func(ctx context.Context, l *launch, fsync bool) error
}

// emulators are what there is, the slowest to start first.
var emulators = []emulator{
	{"firestore", "Google's Firestore emulator", 18081, firestore},
	{"dynamodb", "moto_server (DynamoDB and other parts of AWS)", 18082, moto},
	{"postgres", "PostgreSQL", 15432, postgres},
}

// launch is how an emulator is run.
type launch struct {
	port      int
	claim     io.Closer // of the port
	dir       string    // temporary
	cmd       *exec.Cmd
	stop      syscall.Signal                  // ends it well
	answers   func(ctx context.Context) error // nil once it can be used
	variables []variable
	store     string // URL
}

type variable struct{ name, value string }

// addr is where it listens.
func (l *launch) addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(l.port)) }

// notInstalled tells what is missing and how to get it.
type notInstalled struct{ what, how string }

func (n notInstalled) Error() string { return fmt.Sprintf("%s is not installed; %s", n.what, n.how) }

// The ports that are taken when a wanted one is not free.
const (
	firstPort = 20_000
	ports     = 12_000
)

// claim takes a port of the loopback that nobody listens on, the wanted one if it can be.
// Its UDP half is held as the claim until it is closed, so that of two such programs
// that start at the same time each gets its own: between a look at a port and an
// emulator's own listening on it are seconds. Any other is taken from below the ports
// that Linux gives to connections as they are made (32768 and up), of which there may be
// thousands in those seconds.
func claim(wanted int) (port int, held io.Closer, err error) {
	for range 20 {
		if wanted == 0 {
			wanted = firstPort + rand.IntN(ports)
		}
		var l net.Listener
		if l, err = net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(wanted))); err == nil {
			addr := l.Addr().String()
			held, err = net.ListenPacket("udp", addr)
			l.Close()
			if err == nil {
				return l.Addr().(*net.TCPAddr).Port, held, nil
			}
		}
		wanted = 0 // any
	}
	return 0, nil, fmt.Errorf("find a free port: %w", err)
}

// exported returns the URL of a store that the environment tells of, as its users know
// the variables; empty if it tells of none.
func exported(name string) string {
	switch {
	case name == "firestore" && os.Getenv("FIRESTORE_EMULATOR_HOST") != "":
		return "firestore://redthread"
	case name == "dynamodb" && (os.Getenv("AWS_ENDPOINT_URL_DYNAMODB") != "" || os.Getenv("AWS_ENDPOINT_URL") != ""):
		region := os.Getenv("AWS_REGION")
		if region == "" {
			region = stores.Region
		}
		return "dynamodb://" + region + "/redthread"
	case name == "postgres" && os.Getenv("PGHOST") != "":
		return "postgres://" // the client looks at PGHOST, PGUSER and so on itself
	}
	return ""
}
