// Package topic hears what Amazon SNS topics post to an HTTPS endpoint: bounces and
// complaints of Amazon SES, answers to text messages. Anybody can post there, so nothing
// is believed that Amazon has not signed, and nothing is fetched from where a message
// says but from the topic's own region of Amazon.
package topic

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"time"

	"redthread.dev/shared/function"
)

// Sources are the settings of a channel that can hear topics; it embeds them.
type Sources struct {
	Topics []string `envconfig:"SNS_TOPICS"` // ARNs of the topics that may post here, e.g. arn:aws:sns:eu-north-1:123456789012:bounces; empty: none
}

// Notice is a message of a topic whose signature was good.
type Notice struct {
	ID      string    // the same when it is posted again
	Topic   string    // ARN
	At      time.Time // when it was published; zero when it does not say
	Message string    // of the topic's publisher, e.g. JSON of Amazon SES
}

// Listener is the endpoint. Subscribe it to a topic: it confirms by itself.
type Listener struct {
	topics []string
	hear   func(context.Context, Notice) error
	log    *slog.Logger
	papers papers
}

// arns is compiled where there are topics, as most programs that have it have none.
var arns = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^arn:(aws|aws-cn):sns:([a-z0-9-]+):[0-9]+:[A-Za-z0-9_-]+(\.fifo)?$`)
})

// New makes an endpoint for the topics, which has hear told of each notice, at least
// once; nil when there are no topics. Hear's error has Amazon post the notice again,
// unless it is final. Web is how Amazon is reached: nil is the usual way. The error names
// SNS_TOPICS and what is expected.
func New(s Sources, web http.RoundTripper, log *slog.Logger, hear func(context.Context, Notice) error) (*Listener, error) {
	for _, t := range s.Topics {
		if !arns().MatchString(t) {
			return nil, fmt.Errorf("SNS_TOPICS has %q, expected the ARN of a topic, e.g. arn:aws:sns:eu-north-1:123456789012:bounces", t)
		}
	}
	if len(s.Topics) == 0 {
		return nil, nil
	}
	return &Listener{topics: s.Topics, hear: hear, log: log, papers: newPapers(web)}, nil
}

// longest is how much is read of a post, in bytes: a message has at most 256 KiB, which
// JSON makes more of.
const longest = 1 << 20

var errForged = errors.New("not signed by Amazon SNS for a topic that may post here")

// ServeHTTP answers 200 when a post is done with, 400 or 403 when it is none of ours,
// and 503 when Amazon should try again.
func (l *Listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, longest))
	var p post
	if err == nil {
		err = json.Unmarshal(body, &p)
	}
	if err != nil {
		http.Error(w, "expected a message of Amazon SNS in JSON", http.StatusBadRequest)
		return
	}
	switch err := l.take(r.Context(), p); {
	case err == nil:
		w.WriteHeader(http.StatusOK)
	case errors.Is(err, errForged):
		l.log.Warn("post to a topic's endpoint refused", "error", err)
		http.Error(w, errForged.Error(), http.StatusForbidden)
	case function.IsNever(err):
		l.log.Warn("notice of a topic not understood", "topic", p.TopicArn, "message", p.MessageID, "error", err)
		http.Error(w, "not understood", http.StatusBadRequest)
	default:
		l.log.Error("notice of a topic not taken", "topic", p.TopicArn, "message", p.MessageID, "error", err)
		http.Error(w, "try again", http.StatusServiceUnavailable)
	}
}

// take believes a post, or not, and does what it is for.
func (l *Listener) take(ctx context.Context, p post) error {
	if !slices.Contains(l.topics, p.TopicArn) {
		return fmt.Errorf("%w: the topic is not among SNS_TOPICS", errForged)
	}
	if err := l.papers.check(ctx, p); err != nil {
		return err
	}
	switch p.Type {
	case notification:
		at, _ := time.Parse(time.RFC3339, p.Timestamp) //nolint:errcheck // it does not say, then
		return l.hear(ctx, Notice{ID: p.MessageID, Topic: p.TopicArn, At: at, Message: p.Message})
	case subscription:
		if err := l.papers.confirm(ctx, p); err != nil {
			return err
		}
		l.log.Info("subscription to a topic confirmed", "topic", p.TopicArn)
	case unsubscription:
		l.log.Warn("the subscription to a topic was ended: bounces and replies are not heard of any more", "topic", p.TopicArn)
	}
	return nil
}
