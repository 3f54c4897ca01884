package node

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// Store is the URL of the node's PostgreSQL, as pods and the machine reach it.
const Store = "postgres://redthread:redthread@" + Address + ":5432/redthread?sslmode=disable"

// data is where PostgreSQL keeps its data: a folder of the node's, mounted where another
// user than root can reach it.
const data = "/run/redthread/postgres"

// Postgres makes a PostgreSQL cluster unless there is one, and becomes its server.
func (p Place) Postgres() error {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return errors.New("PostgreSQL is not installed: apt-get install --no-install-recommends postgresql")
	}
	bin := filepath.Dir(found[len(found)-1])
	as, err := postgresUser()
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(data, "PG_VERSION")); err != nil {
		if err := p.newPostgres(bin, as); err != nil {
			return err
		}
	}
	if err := errors.Join(syscall.Setgroups(nil), syscall.Setgid(int(as.Gid)), syscall.Setuid(int(as.Uid)), os.Chdir(data)); err != nil {
		return err
	}
	return syscall.Exec(filepath.Join(bin, "postgres"), []string{"postgres", "-D", data, "-c", "listen_addresses=" + Address,
		"-c", "unix_socket_directories=", "-c", "max_connections=400", "-c", "jit=off",
		"-c", "fsync=off", "-c", "synchronous_commit=off"}, os.Environ())
}

// newPostgres makes a cluster and, in it, the database that functions keep documents in.
func (p Place) newPostgres(bin string, as *syscall.Credential) error {
	if err := os.Chown(data, int(as.Uid), int(as.Gid)); err != nil {
		return err
	}
	password := "/run/redthread/password"
	if err := os.WriteFile(password, []byte("redthread"), 0o644); err != nil {
		return err
	}
	run := func(program string, in *os.File, args ...string) error {
		cmd := exec.Command(filepath.Join(bin, program), args...)
		cmd.Dir, cmd.Stdin, cmd.SysProcAttr = data, in, &syscall.SysProcAttr{Credential: as}
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", program, err, out)
		}
		return nil
	}
	if err := run("initdb", nil, "-D", data, "--username=redthread", "--pwfile="+password, "--auth=scram-sha-256", "--no-sync",
		"--encoding=UTF8", "--locale=C.UTF-8"); err != nil {
		return err
	}
	hba, err := os.OpenFile(filepath.Join(data, "pg_hba.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer hba.Close() //nolint:errcheck // what is written is checked
	if _, err := hba.WriteString("host all all 10.213.0.0/16 scram-sha-256\n"); err != nil {
		return err
	}
	script := filepath.Join(data, "create.sql")
	if err := os.WriteFile(script, []byte("CREATE DATABASE redthread;\n"), 0o644); err != nil {
		return err
	}
	in, err := os.Open(script)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // it is only read
	return run("postgres", in, "--single", "-D", data, "postgres")
}

func postgresUser() (*syscall.Credential, error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("find whom to run PostgreSQL as: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err, err2)
}
