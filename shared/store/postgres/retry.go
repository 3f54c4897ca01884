package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"redthread.dev/shared/store"
)

// patience is how long a server that is gone is tried again when the context has no
// deadline: longer than one takes to start anew.
const patience = 30 * time.Second

// again does something, once more when what went wrong passes, until the context ends.
func (db *DB) again(ctx context.Context, do func() error) error {
	giveUp := time.Now().Add(patience)
	_, bounded := ctx.Deadline()
	for try := 0; ; try++ {
		err := db.usable(ctx)
		if err == nil {
			err = do()
		}
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ended(ctx, err)
		case db.closed.Load() && !answered(err):
			return store.ErrClosed
		case !passing(err) || !bounded && time.Now().After(giveUp):
			return err
		}
		if store.Pause(ctx, try) != nil {
			return ended(ctx, err)
		}
	}
}

// ended says that the context has, and what was last seen when that tells more.
func ended(ctx context.Context, err error) error {
	if errors.Is(err, ctx.Err()) {
		return ctx.Err()
	}
	return fmt.Errorf("%w; last: %v", ctx.Err(), err)
}

// answered says whether it is the server that has said no.
func answered(err error) bool {
	p := (*pgconn.PgError)(nil)
	return errors.As(err, &p) && !passing(err)
}

// passing says whether an error may be gone when the same is tried again: races that
// the server broke up, a server that starts, stops or is full, and a connection lost.
func passing(err error) bool {
	if p := (*pgconn.PgError)(nil); errors.As(err, &p) {
		switch p.Code { // https://www.postgresql.org/docs/current/errcodes-appendix.html
		case "40001", "40P01", // serialization_failure, deadlock_detected
			"53300",                   // too_many_connections
			"57P01", "57P02", "57P03": // admin_shutdown, crash_shutdown, cannot_connect_now
			return true
		}
		return strings.HasPrefix(p.Code, "08") // connection exceptions
	}
	var network net.Error
	var connect *pgconn.ConnectError
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, pgconn.ErrConnClosed)
}

// refused says whether the server cannot take the data whenever it is tried: class 22,
// data exceptions such as a number beyond numeric, and JSON nested beyond its stack.
func refused(err error) bool {
	p := (*pgconn.PgError)(nil)
	return errors.As(err, &p) && (strings.HasPrefix(p.Code, "22") || p.Code == "54001" || p.Code == "54000")
}
