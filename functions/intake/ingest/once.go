package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"redthread.dev/shared/channel/webhook"
	"redthread.dev/shared/store"
)

// collection has a document for each signature whose events were taken, as long as it is
// good: for all instances, and after a restart.
const collection = "signatures"

// good is how long a signature can be good: it may be made as far ahead as it is old.
const good = 2 * webhook.Tolerance

// errReplayed says that what was signed has been taken already.
var errReplayed = errors.New("this signature was used: what it signed has been taken. To send it again, sign it with a new time stamp")

// once names what was signed, by what the signature covers and not by how it is spelled.
func once(source string, signed webhook.Signed, body []byte) store.Key {
	content := sha256.Sum256(body)
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d\x00%x", source, signed.ID, signed.At.Unix(), content))
	return store.Key{Collection: collection, ID: base64.RawURLEncoding.EncodeToString(sum[:])}
}

// unused returns errReplayed when what was signed has been taken.
func (g *gate) unused(ctx context.Context, key store.Key) error {
	docs, err := g.env.Store.Get(ctx, key)
	if err != nil {
		return fmt.Errorf("ingest: get signature: %w", err)
	}
	if docs[0].Exists() {
		return errReplayed
	}
	return nil
}

// use remembers that what was signed has been taken. It returns errReplayed when another
// request with the same signature was quicker.
func (g *gate) use(ctx context.Context, key store.Key) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second) // whoever sent it may be gone
	defer cancel()
	err := g.env.Store.Commit(ctx, store.Write{Key: key, Data: []byte(`{}`), Expires: g.env.Now().UTC().Add(good).Truncate(time.Millisecond)})
	if errors.Is(err, store.ErrConflict) {
		return errReplayed
	}
	if err != nil {
		return fmt.Errorf("ingest: remember signature: %w", err)
	}
	return nil
}
