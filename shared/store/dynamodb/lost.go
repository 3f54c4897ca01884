package dynamodb

import (
	"context"
	"errors"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go/middleware"
)

// doubt is whether an attempt of a call may have been carried out without its answer
// coming back, so that the next one may meet its own effect.
type doubt struct{ lost bool }

type doubtKey struct{}

func doubting(ctx context.Context) (context.Context, *doubt) {
	d := &doubt{}
	return context.WithValue(ctx, doubtKey{}, d), d
}

// watch looks at the outcome of each attempt, within the SDK's retries.
func watch(stack *middleware.Stack) error {
	return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("redthread:lost", func(
		ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler,
	) (middleware.FinalizeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleFinalize(ctx, in)
		if d, ok := ctx.Value(doubtKey{}).(*doubt); ok && unanswered(err) {
			d.lost = true
		}
		return out, metadata, err
	}), "Retry", middleware.After)
}

// unanswered tells errors that leave open whether the call was carried out: all but a
// refusal, which has a status of 400 to 499.
func unanswered(err error) bool {
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		status := response.HTTPStatusCode()
		return status < 400 || status >= 500
	}
	return err != nil
}
