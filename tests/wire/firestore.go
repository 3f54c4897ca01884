package wire

import (
	"context"
	"errors"
	"io"
	"math"
	"net"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
)

// firestore relays the calls that the driver makes, and no others.
type firestore struct {
	pb.UnimplementedFirestoreServer
	behind pb.FirestoreClient
	see    func(Request)
}

// Firestore relays to the emulator at host:port, for FIRESTORE_EMULATOR_HOST. See is told
// of requests by several goroutines, once the emulator has answered.
func Firestore(emulator string, see func(Request)) (*Relay, error) {
	behind, err := grpc.NewClient(emulator, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(math.MaxInt32)))
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, behind.Close())
	}
	server := grpc.NewServer(grpc.MaxRecvMsgSize(math.MaxInt32))
	pb.RegisterFirestoreServer(server, &firestore{behind: pb.NewFirestoreClient(behind), see: see})
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	return &Relay{Address: l.Addr().String(), Closer: closing(func() error {
		server.Stop()
		return errors.Join(<-ended, behind.Close())
	})}, nil
}

// carried are the headers that the emulator needs.
var carried = []string{"authorization", "google-cloud-resource-prefix"}

// onward carries who calls to the emulator, and returns who it is.
func onward(ctx context.Context) (out context.Context, from string) {
	received, _ := metadata.FromIncomingContext(ctx)
	for _, name := range carried {
		for _, value := range received.Get(name) {
			ctx = metadata.AppendToOutgoingContext(ctx, name, value)
		}
	}
	for _, who := range received.Get(sender) {
		from = who
	}
	return ctx, from
}

func (f *firestore) Commit(ctx context.Context, request *pb.CommitRequest) (*pb.CommitResponse, error) {
	ctx, from := onward(ctx)
	answer, err := f.behind.Commit(ctx, request)
	if err == nil {
		f.see(Request{Operation: "Commit", From: from, Writes: request.Writes})
	}
	return answer, err
}

func (f *firestore) BatchGetDocuments(request *pb.BatchGetDocumentsRequest, to pb.Firestore_BatchGetDocumentsServer) error {
	ctx, from := onward(to.Context())
	answers, err := f.behind.BatchGetDocuments(ctx, request)
	if err != nil {
		return err
	}
	if err := pass(answers, to, func(*pb.BatchGetDocumentsResponse) {}); err != nil {
		return err
	}
	f.see(Request{Operation: "BatchGetDocuments", From: from, Asked: len(request.Documents)})
	return nil
}

func (f *firestore) RunQuery(request *pb.RunQueryRequest, to pb.Firestore_RunQueryServer) error {
	ctx, from := onward(to.Context())
	answers, err := f.behind.RunQuery(ctx, request)
	if err != nil {
		return err
	}
	found := 0
	err = pass(answers, to, func(answer *pb.RunQueryResponse) {
		if answer.GetDocument() != nil {
			found++
		}
	})
	f.see(Request{Operation: "RunQuery", From: from, Found: found}) // what was read until the caller had enough, too
	return err
}

// pass hands on what is received until it ends.
func pass[T any](from interface{ Recv() (*T, error) }, to interface{ Send(*T) error }, look func(*T)) error {
	for {
		answer, err := from.Recv()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		look(answer)
		if err := to.Send(answer); err != nil {
			return err
		}
	}
}
