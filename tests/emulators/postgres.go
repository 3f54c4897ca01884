package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"redthread.dev/tests/emulators/stores"
)

// postgres makes a new cluster and runs it. Its databases sort as English readers do,
// not bytewise, as many that are in use: who needs an order has to ask for it.
func postgres(ctx context.Context, l *launch, fsync bool) error {
	bin, err := postgresBin()
	if err != nil {
		return err
	}
	as, err := postgresUser(l.dir)
	if err != nil {
		return err
	}
	data := filepath.Join(l.dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, "--username=redthread", "--auth=trust", "--no-sync",
		"--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US")
	initdb.Dir, initdb.SysProcAttr = l.dir, child(syscall.SIGKILL)
	initdb.SysProcAttr.Credential = as
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("make a PostgreSQL cluster: %w: %s", err, out)
	}
	settings := []string{"-D", data, "-p", strconv.Itoa(l.port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
		"-c", "max_connections=400", "-c", "jit=off"}
	if !fsync {
		settings = append(settings, "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
	}
	l.cmd = exec.Command(filepath.Join(bin, "postgres"), settings...)
	l.cmd.Dir, l.cmd.SysProcAttr = l.dir, &syscall.SysProcAttr{Credential: as}
	l.stop = syscall.SIGINT // does not wait until clients leave
	l.store = "postgres://redthread@" + l.addr() + "/redthread?sslmode=disable"
	l.answers = func(ctx context.Context) error {
		return createDatabase(ctx, "postgres://redthread@"+l.addr()+"/postgres?sslmode=disable")
	}
	l.variables = []variable{{"PGHOST", "127.0.0.1"}, {"PGPORT", strconv.Itoa(l.port)}, {"PGUSER", "redthread"}, {"PGDATABASE", "redthread"},
		{"PGSSLMODE", "disable"}, {stores.PostgresVariable, l.store}}
	return nil
}

// postgresBin finds the folder of the newest PostgreSQL that is installed as Debian
// does, out of the PATH, else of the one in the PATH.
func postgresBin() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") //nolint:errcheck // the pattern is right
	if len(found) > 0 {
		version := func(path string) int {
			n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) //nolint:errcheck // 0 is the oldest
			return n
		}
		return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })), nil
	}
	initdb, err := exec.LookPath("initdb")
	if err != nil {
		return "", notInstalled{"PostgreSQL", "apt-get install postgresql has it"}
	}
	real, err := filepath.EvalSymlinks(initdb)
	return filepath.Dir(real), err
}

// postgresUser gives the folder to the user postgres if we are root, as whom PostgreSQL
// refuses to run, and returns whom to run it as; nil: as ourselves.
func postgresUser(dir string) (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, notInstalled{"PostgreSQL's user postgres, as whom root has to run it,", "apt-get install postgresql makes it"}
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(err, err2, os.Chown(dir, int(uid), int(gid))); err != nil {
		return nil, fmt.Errorf("give PostgreSQL its folder: %w", err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// createDatabase makes the database redthread unless it is there.
func createDatabase(ctx context.Context, address string) error {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing is left to be said to it
	_, err = conn.Exec(ctx, "CREATE DATABASE redthread")
	var said *pgconn.PgError
	if errors.As(err, &said) && said.Code == "42P04" { // duplicate_database
		return nil
	}
	return err
}
