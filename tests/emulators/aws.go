package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os/exec"
	"slices"
	"strconv"
	"syscall"

	"redthread.dev/tests/emulators/stores"
)

// moto runs moto_server (https://docs.getmoto.org), which keeps everything in memory,
// behind something that lets one request at a time through to it.
func moto(_ context.Context, l *launch, _ bool) error {
	path, err := exec.LookPath("moto_server")
	if err != nil {
		return notInstalled{"moto_server", "pip install 'moto[server]' has it"}
	}
	port, held, err := claim(0)
	if err != nil {
		return err
	}
	front, err := takeTurns(l.addr(), net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return errors.Join(err, held.Close())
	}
	l.claim = all{front, held, l.claim}
	l.cmd = exec.Command(path, "-H", "127.0.0.1", "-p", strconv.Itoa(port))
	l.stop = syscall.SIGTERM
	l.answers = func(ctx context.Context) error { return found(ctx, "http://"+l.addr()+"/moto-api/") }
	aws := stores.AWS("http://" + l.addr())
	for _, name := range slices.Sorted(maps.Keys(aws)) {
		l.variables = append(l.variables, variable{name, aws[name]})
	}
	l.variables = append(l.variables, variable{stores.DynamoDBVariable, "http://" + l.addr()})
	l.store = "dynamodb://" + stores.Region + "/redthread"
	return nil
}

// found asks for a page.
func found(ctx context.Context, address string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", address, res.Status)
	}
	return nil
}
