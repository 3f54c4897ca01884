// Package wire stands between a driver of a cloud's document store and its emulator, and
// tells of each request that passes: what the cloud would see, and charge for.
package wire

import (
	"context"
	"io"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/metadata"
)

// Request is one that an emulator has answered without an error, or a DynamoDB one as it
// came in.
type Request struct {
	Operation string // as the cloud names it: Commit, BatchGetDocuments, RunQuery; GetItem, PutItem, …
	From      string // who has made it, as From says; empty: nobody has said

	// Of Firestore: the documents asked for by name, those that a query found, and the
	// writes of a commit.
	Asked, Found int
	Writes       []*pb.Write
}

// sender is the header that From travels in.
const sender = "redthread-from"

// From returns a context whose requests to Firestore name who makes them.
func From(ctx context.Context, who string) context.Context {
	return metadata.AppendToOutgoingContext(ctx, sender, who)
}

// Relay is a running one.
type Relay struct {
	io.Closer
	Address string // where drivers are to call: host:port for Firestore, a URL for DynamoDB
}

type closing func() error

func (c closing) Close() error { return c() }
