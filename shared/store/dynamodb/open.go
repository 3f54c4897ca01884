package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/logging"
)

// A call is tried so often, with pauses drawn at random below a bound that doubles from the
// first to the longest: 3 s altogether in the mean, or less when its context ends first.
const (
	attempts     = 12
	firstPause   = 25 * time.Millisecond
	longestPause = time.Second
	silence      = 10 * time.Second // after which a server is not waited for any longer
)

var (
	regions  = regexp.MustCompile(`^[a-z0-9-]+$`)
	prefixes = regexp.MustCompile(`^[a-zA-Z0-9_.-]+$`) // a count would be as many copies, made at each start
)

func open(ctx context.Context, address string, now func() time.Time) (*tables, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	t := &tables{region: u.Host, prefix: strings.TrimPrefix(u.Path, "/"), now: now, made: map[string]time.Time{}}
	asked := u.Query().Get("create")
	switch {
	case !regions.MatchString(t.region):
		return nil, fmt.Errorf("region %q, want one like eu-north-1", t.region)
	case len(t.prefix) < 2 || len(t.prefix) > 200 || !prefixes.MatchString(t.prefix):
		return nil, fmt.Errorf("table prefix %q, want 2 to 200 of a-z A-Z 0-9 _ . -", t.prefix)
	case asked != "" && asked != "true" && asked != "false":
		return nil, fmt.Errorf("create=%s, want true or false", asked)
	}
	for name := range u.Query() {
		if name != "create" {
			return nil, fmt.Errorf("unknown parameter %s, there is create", name)
		}
	}
	c, err := config.LoadDefaultConfig(ctx, config.WithRegion(t.region), config.WithRetryer(patient), config.WithHTTPClient(connections()), config.WithLogger(logging.LoggerFunc(quiet)))
	if err != nil {
		return nil, err
	}
	t.client = dynamodb.NewFromConfig(c, dynamodb.WithAPIOptions(watch))
	t.create = asked == "true" || asked == "" && loopback(aws.ToString(t.client.Options().BaseEndpoint))
	return t, nil
}

// connections keeps as many connections open as a function has requests at a time.
func connections() *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().WithTransportOptions(func(tr *http.Transport) {
		tr.MaxIdleConns, tr.MaxIdleConnsPerHost = 128, 128
		tr.ResponseHeaderTimeout = silence
	}).WithDialerOptions(func(d *net.Dialer) { d.Timeout = 3 * time.Second })
}

// patient retries what is throttled or lost. The SDK's own quota of retries for the whole
// process is off: it would turn one server's short absence into errors for all.
func patient() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.Backoff = attempts, retry.BackoffDelayerFunc(pause)
		o.RateLimiter = ratelimit.None
		o.Retryables = append(o.Retryables, retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
			if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) { // an answer cut short
				return aws.TrueTernary
			}
			return aws.UnknownTernary
		}))
	})
}

// quiet keeps what the SDK has to say, which is about connections, out of the way of those
// who do not ask for it.
func quiet(_ logging.Classification, format string, of ...any) {
	slog.Debug("AWS SDK: " + fmt.Sprintf(format, of...))
}

// pause is the wait after an attempt, which are counted from 1.
func pause(attempt int, _ error) (time.Duration, error) {
	return rand.N(min(longestPause, firstPause<<min(max(attempt-1, 0), 10))), nil
}

func loopback(endpoint string) bool {
	u, err := url.Parse(endpoint)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}
