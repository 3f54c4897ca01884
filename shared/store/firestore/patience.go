package firestore

import (
	"context"
	"fmt"
	"time"

	"github.com/googleapis/gax-go/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// patiently calls until it is answered, with the client library's own pauses: at random,
// longer each time, within the context's deadline. A call must be safe to repeat.
func patiently(ctx context.Context, call func() error) error {
	var last error
	err := gax.Invoke(ctx, func(context.Context, gax.CallSettings) error {
		err := call()
		if code := codeOf(err); code != codes.Canceled && code != codes.DeadlineExceeded {
			last = err
		}
		return err
	}, gax.WithRetry(func() gax.Retryer {
		return &pauses{ctx: ctx, Backoff: gax.Backoff{Initial: 50 * time.Millisecond, Max: 3 * time.Second, Multiplier: 2}}
	}))
	if err == nil {
		return nil
	}
	ended := ctx.Err()
	if ended == nil && codeOf(err) == codes.DeadlineExceeded {
		ended = context.DeadlineExceeded // gRPC's clock is a moment ahead of the context's
	}
	switch {
	case ended == nil:
		return err
	case last == nil:
		return ended
	}
	return fmt.Errorf("%w, the last answer being: %w", ended, last)
}

// pauses says whether and when to call again.
type pauses struct {
	ctx context.Context
	gax.Backoff
}

// Retry implements gax.Retryer.
func (p *pauses) Retry(err error) (time.Duration, bool) {
	if p.ctx.Err() != nil || !passing(err) {
		return 0, false
	}
	return p.Pause(), true
}

// passing tells errors that may be gone at the next try.
func passing(err error) bool {
	return unsure(err) || codeOf(err) == codes.ResourceExhausted
}

// unsure tells errors after which nobody knows whether the call was carried out.
func unsure(err error) bool {
	switch codeOf(err) {
	case codes.Unavailable, codes.Internal, codes.DeadlineExceeded, codes.Canceled, codes.Unknown:
		return true
	}
	return false
}

// refused tells errors of a commit whose preconditions may not have been met, or that
// Firestore gave up because others wanted the same documents.
func refused(err error) bool {
	switch codeOf(err) {
	case codes.FailedPrecondition, codes.AlreadyExists, codes.NotFound, codes.Aborted:
		return true
	}
	return false
}

// codeOf is the code of gRPC in err; OK for an error that is none of gRPC's.
func codeOf(err error) codes.Code {
	if answer, ok := status.FromError(err); ok {
		return answer.Code()
	}
	return codes.OK
}
