package postgres

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	sweepEvery = 30 * time.Second       // for expired documents, half as much again at random
	sweepAgain = 100 * time.Millisecond // when there are more of them
	sweepBatch = 500                    // documents in one transaction

	// slotLife is how long after its last use a slot is kept: longer than anything that
	// was sent can be on its way.
	slotLife = 24 * time.Hour
)

// tidy removes what has expired until the context ends. It begins soon, as a program
// that is scaled to none may not live for long.
func (db *DB) tidy(ctx context.Context) {
	wait := rand.N(sweepEvery / 10)
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = sweepEvery + rand.N(sweepEvery/2)
		// What has expired is not read, swept or not: an error can wait.
		if n, err := db.sweep(ctx); err == nil && n == sweepBatch {
			wait = sweepAgain
		}
	}
}

// Those that a commit has in hand are passed over, so that neither waits for the other.
const sweepSQL = `DELETE FROM documents WHERE ctid = ANY(ARRAY(
	SELECT ctid FROM documents WHERE expires <= $1 ORDER BY expires LIMIT $2 FOR UPDATE SKIP LOCKED))`

// sweep removes some of what has expired, unless another program is at it.
func (db *DB) sweep(ctx context.Context) (removed int64, err error) {
	err = pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		var mine bool
		const lock = `SELECT pg_try_advisory_xact_lock(hashtextextended('redthread sweep ' || current_schema(), 0))`
		if err := tx.QueryRow(ctx, lock).Scan(&mine); err != nil || !mine {
			return err
		}
		tag, err := tx.Exec(ctx, sweepSQL, db.now(), sweepBatch)
		if err != nil {
			return err
		}
		removed = tag.RowsAffected()
		_, err = tx.Exec(ctx, `DELETE FROM commit_slots WHERE used < now() - $1::interval`, slotLife)
		return err
	})
	return removed, err
}
