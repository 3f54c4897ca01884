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
	"redthread.dev/shared/channel/carrier"
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
	for address, want := range map[string][2]string{
		"ses://eu-north-1/mails_2-a": {"eu-north-1", "mails_2-a"},
		"ses://us-gov-west-1":        {"us-gov-west-1", ""},
		"ses://":                     {"eu-west-1", ""},
		"ses:///mails":               {"eu-west-1", "mails"},
	} {
		c, name, err := account(address)
		require.NoError(t, err, address)
		require.Equal(t, want, [2]string{c.Region, name}, address)
		require.Equal(t, 1, c.Retryer().MaxAttempts())
	}
	for address, wrong := range map[string]string{
		"ses:eu-north-1": "more in it", "ses://eu-north-1?a=b": "more in it", "ses://eu-north-1#a": "more in it", "ses://eu\x00north": "more in it",
		"ses://key:hush@eu-north-1": "more in it", "ses://EU": `"EU" is no region`, "ses://eu-north-1:443": "is no region",
		"ses://eu-north-1/a/b": `"a/b" is no name`, "ses://eu-north-1/æ": `"æ" is no name`,
	} {
		_, _, err := account(address)
		require.ErrorContains(t, err, wrong, address)
		require.NotContains(t, err.Error(), "hush")
	}
}

func TestWhereAmazonIsMustBeSaid(t *testing.T) {
	alone(t, "")
	for address, want := range map[string]string{
		"ses://eu-north-1/set":      "",
		"ses://eu-north-1":          "",
		"ses:///set":                `SES_URL is "ses:///set", expected ses://REGION/CONFIGURATION-SET: there is no region in it, and no AWS_REGION`,
		"sns://eu-north-1":          `SES_URL is "sns://eu-north-1", expected the URL of a carrier that is linked: no driver "sns"; linked here: ses://REGION/CONFIGURATION-SET`,
		"ses://key:hush@eu-north-1": `SES_URL is "ses://key:xxxxx@eu-north-1", expected ses://REGION/CONFIGURATION-SET: there is more in it than that`,
	} {
		_, err := carrier.OpenMailer("SES_URL", address)
		require.Equal(t, want, said(err))
	}
	for address, want := range map[string]string{
		"sns://eu-north-1":          "",
		"sns://":                    `SNS_URL is "sns://", expected sns://REGION: there is no region in it, and no AWS_REGION`,
		"sns://eu-north-1/name":     `SNS_URL is "sns://eu-north-1/name", expected sns://REGION: it takes no name`,
		"ses://key:hush@eu-north-1": `SNS_URL is "ses://key:xxxxx@eu-north-1", expected the URL of a carrier that is linked: no driver "ses"; linked here: sns://REGION`,
	} {
		_, err := carrier.OpenTexter("SNS_URL", address)
		require.Equal(t, want, said(err))
	}
}

func said(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
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
		require.ErrorAs(t, judge(c.err, "AccountSuspendedException"), &f, name)
		require.Equal(t, []any{c.never, c.unsure, c.after}, []any{f.Never, f.Unsure, f.After}, name)
	}
}

func TestWhoHasSentEnoughForTodayWaitsLongerThanWhoIsTooFast(t *testing.T) {
	for text, after := range map[string]time.Duration{"Maximum sending rate exceeded.": time.Second, "Daily message quota exceeded": 10 * time.Minute} {
		err := answered(400, "ThrottlingException")
		var said *smithy.GenericAPIError
		require.ErrorAs(t, err, &said)
		said.Message = text
		f := unsent(err)
		require.False(t, f.Never)
		require.Equal(t, after, f.After, text)
	}
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
