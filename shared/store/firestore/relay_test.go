package firestore_test

import (
	"context"
	"io"
	"net"
	"os"
	"sync"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"redthread.dev/shared/store"
	"redthread.dev/tests/emulators/stores"
)

// relay stands between a store and the emulator: it counts calls, and answers some
// with an error, before or after the emulator has carried them out.
type relay struct {
	pb.UnimplementedFirestoreServer
	behind pb.FirestoreClient

	mu     sync.Mutex
	calls  map[string]int
	before []error        // of the next calls, which the emulator never sees
	after  []func() error // of the next commits, in place of their answers
}

// relayed opens a store through a relay, and another without, at the same place.
func relayed(t *testing.T, options ...store.Option) (*relay, store.Store, store.Store) {
	url := stores.Firestore(t)
	emulator := os.Getenv("FIRESTORE_EMULATOR_HOST")
	direct := opened(t, url, options...)
	behind, err := grpc.NewClient(emulator, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	r := &relay{behind: pb.NewFirestoreClient(behind), calls: map[string]int{}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := grpc.NewServer()
	pb.RegisterFirestoreServer(server, r)
	go server.Serve(listener)
	t.Cleanup(func() { server.Stop(); behind.Close() })
	t.Setenv("FIRESTORE_EMULATOR_HOST", listener.Addr().String())
	s := opened(t, url, options...)
	r.reset()
	return r, s, direct
}

func opened(t *testing.T, url string, options ...store.Option) store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url, options...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func (r *relay) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = map[string]int{}
}

// seen returns the calls since they were last seen.
func (r *relay) seen() map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	seen := r.calls
	r.calls = map[string]int{}
	return seen
}

func (r *relay) turn(call string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls[call]++
	if len(r.before) == 0 {
		return nil
	}
	err := r.before[0]
	r.before = r.before[1:]
	return err
}

// onward carries who calls to the emulator.
func onward(ctx context.Context) context.Context {
	received, _ := metadata.FromIncomingContext(ctx)
	return metadata.AppendToOutgoingContext(ctx, "authorization", received.Get("authorization")[0],
		"google-cloud-resource-prefix", received.Get("google-cloud-resource-prefix")[0])
}

func (r *relay) Commit(ctx context.Context, request *pb.CommitRequest) (*pb.CommitResponse, error) {
	if err := r.turn("commit"); err != nil {
		return nil, err
	}
	answer, err := r.behind.Commit(onward(ctx), request)
	r.mu.Lock()
	var instead func() error
	if len(r.after) > 0 {
		instead, r.after = r.after[0], r.after[1:]
	}
	r.mu.Unlock()
	if instead != nil {
		return nil, instead()
	}
	return answer, err
}

func (r *relay) BatchGetDocuments(request *pb.BatchGetDocumentsRequest, to pb.Firestore_BatchGetDocumentsServer) error {
	if err := r.turn("get"); err != nil {
		return err
	}
	from, err := r.behind.BatchGetDocuments(onward(to.Context()), request)
	if err != nil {
		return err
	}
	return pass(from, to)
}

func (r *relay) RunQuery(request *pb.RunQueryRequest, to pb.Firestore_RunQueryServer) error {
	if err := r.turn("query"); err != nil {
		return err
	}
	from, err := r.behind.RunQuery(onward(to.Context()), request)
	if err != nil {
		return err
	}
	return pass(from, to)
}

// pass hands on what is received until it ends.
func pass[T any](from interface{ Recv() (*T, error) }, to interface{ Send(*T) error }) error {
	for {
		answer, err := from.Recv()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		if err := to.Send(answer); err != nil {
			return err
		}
	}
}
