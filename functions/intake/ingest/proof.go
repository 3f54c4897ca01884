package ingest

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"redthread.dev/shared/channel/webhook"
	"redthread.dev/shared/store"
)

// shown checks that a token is the source's.
func (g *gate) shown(ctx context.Context, s *source, token string) error {
	if g.tokens == nil || s.Subject == "" {
		return notf(http.StatusUnauthorized, "token", errUnknown)
	}
	subject, err := g.tokens.subject(ctx, token)
	switch {
	case errors.Is(err, errIssuer):
		return fmt.Errorf("ingest: %w", err)
	case err != nil || subject != s.Subject:
		return notf(http.StatusUnauthorized, "token", errUnknown)
	}
	return nil
}

// signed checks that the body is signed by the source and was not taken before.
func (g *gate) signed(ctx context.Context, r *http.Request, s *source, body []byte) (store.Key, error) {
	signed, err := s.keys.Verify(r.Header, body)
	switch {
	case errors.Is(err, webhook.ErrUnsigned):
		return store.Key{}, &no{status: http.StatusUnauthorized, reason: "unsigned", error: err}
	case errors.Is(err, webhook.ErrOld):
		return store.Key{}, &no{status: http.StatusUnauthorized, reason: "old", error: err}
	case err != nil:
		return store.Key{}, notf(http.StatusUnauthorized, "forged", errUnknown)
	case !enveloped(r.Header):
		return store.Key{}, notf(http.StatusUnsupportedMediaType, "mode", "a signature covers the body alone: "+
			"post signed events as application/cloudevents+json or application/cloudevents-batch+json")
	}
	key := once(s.Name, signed, body)
	return key, replayed(g.unused(ctx, key))
}

// used remembers a signature whose events were taken. They are, even if it cannot be
// remembered: then they could be passed on again, and are found out by their ids.
func (g *gate) used(ctx context.Context, s *source, key store.Key) error {
	err := replayed(g.use(ctx, key))
	if why := (*no)(nil); err != nil && !errors.As(err, &why) {
		g.env.Log.Error("a signature could not be remembered; what it signed was taken", "source", s.Name, "error", err)
		return nil
	}
	return err
}

func replayed(err error) error {
	if errors.Is(err, errReplayed) {
		return &no{status: http.StatusUnauthorized, reason: "replayed", error: err}
	}
	return err
}

// enveloped tells the modes in which all of an event is in the body.
func enveloped(h http.Header) bool {
	kind, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err == nil && strings.HasPrefix(kind, "application/cloudevents")
}
