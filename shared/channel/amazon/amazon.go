// Package amazon carries mails by Amazon SES and text messages by Amazon SNS, for the
// channels email and sms. Link it for "ses://REGION/CONFIGURATION-SET" and "sns://REGION".
package amazon

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"

	"redthread.dev/shared/channel"
)

var (
	regions = regexp.MustCompile(`^[a-z]+(-[a-z]+)+-[0-9]+$`)
	names   = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
)

// account reads SCHEME://REGION or SCHEME://REGION/NAME, whose name may be left out;
// without a region it is AWS_REGION's or the profile's. Credentials and endpoint are
// found as Amazon's own tools find them (AWS_ACCESS_KEY_ID, roles, AWS_ENDPOINT_URL …);
// nothing is called yet. A call is tried once: the channel itself tries again.
func account(address string) (c aws.Config, name string, err error) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.User != nil || u.RawQuery+u.Fragment+u.Opaque != "":
		return c, "", errors.New("there is more in it than that")
	case u.Host != "" && !regions.MatchString(u.Host):
		return c, "", fmt.Errorf("%q is no region", u.Host)
	}
	if name = strings.TrimPrefix(u.Path, "/"); name != "" && !names.MatchString(name) {
		return c, "", fmt.Errorf("%q is no name", name)
	}
	once := func() aws.Retryer { return aws.NopRetryer{} }
	c, err = config.LoadDefaultConfig(context.Background(), config.WithRegion(u.Host), config.WithRetryer(once), config.WithHTTPClient(connections()))
	if err != nil {
		return c, "", err
	}
	if c.Region == "" {
		return c, "", errors.New("there is no region in it, and no AWS_REGION")
	}
	c.HTTPClient = witness{c.HTTPClient} // after the credentials have got theirs
	return c, name, nil
}

// idle is how long a connection is kept that nobody uses: well under what servers wait
// before they hang up, as a request on one that is being hung up on may have arrived.
const idle = 5 * time.Second

func connections() *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().WithTransportOptions(func(tr *http.Transport) { tr.IdleConnTimeout = idle })
}

// witness tells a call that may have arrived from one that never left.
type witness struct{ aws.HTTPClient }

// lost is the error of a request that was sent and has had no answer.
type lost struct{ error }

func (l lost) Unwrap() error { return l.error }

// Do implements aws.HTTPClient.
func (w witness) Do(r *http.Request) (*http.Response, error) {
	r, gone := channel.Witnessed(r)
	res, err := w.HTTPClient.Do(r)
	if err != nil && gone() {
		err = lost{err}
	}
	return res, err
}
