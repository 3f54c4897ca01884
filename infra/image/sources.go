package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// source is a folder with the module's sources, and what is known of where they come from.
type source struct {
	root     string
	created  time.Time
	revision string // of git; empty where the folder is no checkout
	version  string // the tag, or the revision cut short; -dirty where the sources are not those
	dirty    bool
}

// sources looks at a folder in the module. Its time is SOURCE_DATE_EPOCH (reproducible-builds.org)
// or else that of the commit.
func sources(ctx context.Context, dir string) (source, error) {
	root, err := asked(ctx, dir, "go", "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return source{}, fmt.Errorf("find the sources: %w; expected to be run in the module's folder", err)
	}
	s := source{root: root}
	if s.revision, err = asked(ctx, root, "git", "rev-parse", "HEAD"); err == nil {
		// the length is told, as git's own choice depends on what else a clone holds
		if s.version, err = asked(ctx, root, "git", "describe", "--tags", "--always", "--dirty", "--abbrev=12"); err != nil {
			return source{}, fmt.Errorf("version of the sources: %w", err)
		}
		s.dirty = strings.HasSuffix(s.version, "-dirty")
	}
	return s, s.dated(ctx)
}

func (s *source) dated(ctx context.Context) error {
	said := os.Getenv("SOURCE_DATE_EPOCH")
	if said == "" && s.revision == "" {
		return errors.New("when the sources are of is not known: expected a git checkout, or SOURCE_DATE_EPOCH in seconds since 1970")
	}
	if said == "" {
		var err error
		if said, err = asked(ctx, s.root, "git", "log", "-1", "--format=%ct"); err != nil {
			return fmt.Errorf("time of the sources: %w", err)
		}
	}
	seconds, err := strconv.ParseInt(said, 10, 64)
	if err != nil || seconds < 0 {
		return fmt.Errorf("SOURCE_DATE_EPOCH is %q, expected seconds since 1970", said)
	}
	s.created = time.Unix(seconds, 0).UTC()
	return nil
}

// asked runs a program in a folder and returns what it says.
func asked(ctx context.Context, dir, program string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		err = fmt.Errorf("%w: %s", err, strings.TrimSpace(string(exit.Stderr)))
	}
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", program, args[0], err)
	}
	return strings.TrimSpace(string(out)), nil
}
