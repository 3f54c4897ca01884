package amazon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/stretchr/testify/require"

	"redthread.dev/shared/channel"
)

// alone keeps the settings of whoever runs the tests out of them.
func alone(t *testing.T, region string) {
	for name, value := range map[string]string{"AWS_REGION": region, "AWS_DEFAULT_REGION": "", "AWS_PROFILE": "", "AWS_CONFIG_FILE": os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true"} {
		t.Setenv(name, value)
	}
}

func TestAnAddressNamesRegionAndMore(t *testing.T) {
	alone(t, "eu-west-1")
	const example = "ses://eu-north-1/SET"
	for address, want := range map[string][2]string{
		"ses://eu-north-1/mails_2-a": {"eu-north-1", "mails_2-a"},
		"ses://us-gov-west-1":        {"us-gov-west-1", ""},
		"ses://":                     {"eu-west-1", ""},
		"ses:///mails":               {"eu-west-1", "mails"},
	} {
		c, name, err := Open("SES_URL", address, example)
		require.NoError(t, err, address)
		require.Equal(t, want, [2]string{c.Region, name}, address)
		require.Equal(t, 1, c.Retryer().MaxAttempts())
	}
	for _, address := range []string{"", "eu-north-1", "sns://eu-north-1", "ses:eu-north-1", "ses://EU", "ses://eu-north-1:443", "ses://eu-north-1/a/b", "ses://eu-north-1/æ",
		"ses://eu-north-1?a=b", "ses://eu-north-1#a", "ses://eu\x00north"} {
		_, _, err := Open("SES_URL", address, example)
		require.ErrorContains(t, err, "SES_URL is ", address)
		require.ErrorContains(t, err, ", expected "+example, address)
	}
	_, _, err := Open("SNS_URL", "sns://eu-north-1/name", "sns://eu-north-1")
	require.ErrorContains(t, err, "expected sns://eu-north-1", "it takes no name")
}

func answered(status int, code string) error {
	return &awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}},
		Err: &smithy.GenericAPIError{Code: code, Message: "said"}}}
}

func TestWhatAnErrorOfACallMeans(t *testing.T) {
	for name, c := range map[string]struct {
		err           error
		never, unsure bool
		after         time.Duration
	}{
		"about this request":         {err: answered(400, "InvalidParameter"), never: true},
		"about something not there":  {err: answered(404, "NotFound"), never: true},
		"about the account":          {err: answered(400, "AccountSuspendedException")},
		"about who we are":           {err: answered(403, "AccessDenied")},
		"about a token":              {err: answered(401, "ExpiredToken")},
		"too fast, by its status":    {err: answered(429, "Throttled"), after: time.Second},
		"too fast, by its code":      {err: answered(400, "ThrottlingException"), after: time.Second},
		"trouble of the service's":   {err: answered(500, "InternalError")},
		"no status":                  {err: &smithy.GenericAPIError{Code: "Strange"}},
		"never left":                 {err: errors.New("no credentials")},
		"left and was not answered":  {err: fmt.Errorf("operation error: %w", lost{io.EOF}), unsure: true},
		"an answer that was garbled": {err: &smithy.DeserializationError{Err: io.ErrUnexpectedEOF}, unsure: true},
	} {
		var f *channel.Fault
		require.ErrorAs(t, Judge(c.err, "AccountSuspendedException"), &f, name)
		require.Equal(t, []any{c.never, c.unsure, c.after}, []any{f.Never, f.Unsure, f.After}, name)
	}
	require.NoError(t, Judge(nil))
}

func TestACallThatMayHaveArrivedIsToldFromOneThatNeverLeft(t *testing.T) {
	block := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-block }))
	defer server.Close()
	defer close(block)
	away, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	away.Close()
	for address, sent := range map[string]bool{server.URL: true, "http://" + away.Addr().String(): false} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		require.NoError(t, err)
		_, err = witness{aws.HTTPClient(http.DefaultClient)}.Do(req)
		cancel()
		var cut lost
		require.Error(t, err)
		require.Equal(t, sent, errors.As(err, &cut), address)
	}
}
