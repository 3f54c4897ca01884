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

// Refusal is what a service said when it did not do what it was asked to.
type Refusal struct {
	Code   string // e.g. MessageRejected
	Said   string // may name the customer
	Status int    // of HTTP
}

// Refused returns what the service said; ok is false when it said nothing.
func Refused(err error) (r Refusal, ok bool) {
	var said smithy.APIError
	if !errors.As(err, &said) {
		return r, false
	}
	r = Refusal{Code: said.ErrorCode(), Said: said.ErrorMessage()}
	var res *awshttp.ResponseError
	if errors.As(err, &res) {
		r.Status = res.HTTPStatusCode()
	}
	return r, true
}

// slowDown is how long a service that throttles is let alone.
const slowDown = time.Second

// Judge says what is to be done about an error of a call to a service. What is said
// about this one request (HTTP 400 and its like) is for good. What is about the account,
// and so about all requests alike, is tried again, since somebody can see to it: 401 and
// 403, and the codes that ours lists. So are a service's own troubles. A request that
// was sent without our getting an answer may have been done.
func Judge(err error, ours ...string) error {
	if err == nil {
		return nil
	}
	r, said := Refused(err)
	if !said {
		return &channel.Fault{Unsure: unanswered(err), Err: err}
	}
	f := &channel.Fault{Err: fmt.Errorf("%s: %s", r.Code, r.Said)}
	_, throttled := retry.DefaultThrottleErrorCodes[r.Code]
	switch {
	case throttled || r.Status == http.StatusTooManyRequests:
		f.After = slowDown
	case slices.Contains(ours, r.Code):
	case r.Status == http.StatusUnauthorized, r.Status == http.StatusForbidden, r.Status >= 500, r.Status == 0:
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
