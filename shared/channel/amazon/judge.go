package amazon

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"redthread.dev/shared/channel"
)

// refusal is what a service said when it did not do what it was asked to.
type refusal struct {
	code   string // e.g. MessageRejected
	said   string // may name the customer
	status int    // of HTTP
}

// refused returns what the service said; ok is false when it said nothing.
func refused(err error) (r refusal, ok bool) {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return r, false
	}
	r = refusal{code: api.ErrorCode(), said: api.ErrorMessage()}
	var res *awshttp.ResponseError
	if errors.As(err, &res) {
		r.status = res.HTTPStatusCode()
	}
	return r, true
}

// slowDown is how long a service that throttles is let alone.
const slowDown = time.Second

// judge says what is to be done about an error of a call to a service. What is said
// about this one request (HTTP 400 and its like) is for good. What is about the account,
// and so about all requests alike, is tried again, since somebody can see to it: 401 and
// 403, and the codes that ours lists. So are a service's own troubles. A request that
// was sent without our getting an answer may have been done.
func judge(err error, ours ...string) *channel.Fault {
	r, said := refused(err)
	if !said {
		return &channel.Fault{Unsure: unanswered(err), Err: err}
	}
	f := &channel.Fault{Err: fmt.Errorf("%s: %s", r.code, r.said)}
	_, throttled := retry.DefaultThrottleErrorCodes[r.code]
	switch {
	case throttled || r.status == http.StatusTooManyRequests:
		f.After = slowDown
	case slices.Contains(ours, r.code):
	case r.status == http.StatusUnauthorized, r.status == http.StatusForbidden, r.status >= 500, r.status == 0:
	default:
		f.Never = true
	}
	return f
}

// unanswered tells that the service may have done what it was asked to: the line went
// dead after the question, or the answer was no answer.
func unanswered(err error) bool {
	var cut lost
	var garbled *smithy.DeserializationError
	return errors.As(err, &cut) || errors.As(err, &garbled)
}
