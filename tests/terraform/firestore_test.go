package terraform_test

import (
	"context"
	"encoding/json"
	"net"
	"sync"
	"testing"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	"redthread.dev/shared/store"
	_ "redthread.dev/shared/store/firestore"
)

// listener stands where Firestore would and keeps what the driver asks and writes.
type listener struct {
	pb.UnimplementedFirestoreServer
	mu      sync.Mutex
	queries []*pb.StructuredQuery
	fields  map[string]bool
}

func (l *listener) BatchGetDocuments(r *pb.BatchGetDocumentsRequest, answers pb.Firestore_BatchGetDocumentsServer) error {
	for _, name := range r.GetDocuments() {
		if err := answers.Send(&pb.BatchGetDocumentsResponse{
			Result: &pb.BatchGetDocumentsResponse_Missing{Missing: name}, ReadTime: timestamppb.Now(),
		}); err != nil {
			return err
		}
	}
	return nil
}

func (l *listener) RunQuery(r *pb.RunQueryRequest, _ pb.Firestore_RunQueryServer) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queries = append(l.queries, r.GetStructuredQuery())
	return nil
}

func (l *listener) Commit(_ context.Context, r *pb.CommitRequest) (*pb.CommitResponse, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	answer := &pb.CommitResponse{CommitTime: timestamppb.Now()}
	for _, w := range r.GetWrites() {
		for name := range w.GetUpdate().GetFields() {
			l.fields[name] = true
		}
		answer.WriteResults = append(answer.WriteResults, &pb.WriteResult{UpdateTime: answer.CommitTime})
	}
	return answer, nil
}

// index is a composite index: a collection, and fields in order.
type index struct {
	Collection string
	Fields     []struct{ Path, Order string }
}

// needed is the index that a query walks: what it holds equal, then its order.
func needed(q *pb.StructuredQuery) index {
	all := index{Collection: q.GetFrom()[0].GetCollectionId()}
	for _, f := range q.GetWhere().GetCompositeFilter().GetFilters() {
		if f.GetFieldFilter().GetOp() == pb.StructuredQuery_FieldFilter_EQUAL {
			all.Fields = append(all.Fields, struct{ Path, Order string }{f.GetFieldFilter().GetField().GetFieldPath(), "ASCENDING"})
		}
	}
	for _, o := range q.GetOrderBy() {
		all.Fields = append(all.Fields, struct{ Path, Order string }{o.GetField().GetFieldPath(), o.GetDirection().String()})
	}
	return all
}

// The emulator asks for no indexes, so that only this tells when one is missing.
func TestFirestoreHasTheIndexesThatTheDriversQueriesWalk(t *testing.T) {
	l := &listener{fields: map[string]bool{}}
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := grpc.NewServer()
	pb.RegisterFirestoreServer(server, l)
	go server.Serve(socket) //nolint:errcheck // it ends with the test
	t.Cleanup(server.Stop)
	t.Setenv("FIRESTORE_EMULATOR_HOST", socket.Addr().String())
	db, err := store.Open(t.Context(), "firestore://shop/redthread?prefix=se-")
	require.NoError(t, err)
	defer db.Close()
	for _, q := range []store.Query{{From: "a", To: "b"}, {Descending: true}} {
		q.Collection, q.Partition = "threads", "p"
		for _, err := range db.Query(t.Context(), q) {
			require.NoError(t, err)
		}
	}
	require.NoError(t, db.Commit(t.Context(), store.Write{Key: store.Key{Collection: "threads", ID: "1"}, Data: []byte(`{}`),
		Entry: store.Entry{Partition: "p", Sort: "s"}, Expires: time.Now().Add(time.Hour)}))

	var layout struct {
		Indexes struct{ Value map[string]index }
		Fields  struct {
			Value map[string]struct {
				Collection, Field string
				TTL               bool
			}
		}
	}
	s := set(t)
	const folder = "modules/store-firestore/layout"
	s.init(folder)
	s.must(folder, "apply", "-auto-approve", "-var=prefix=se-", `-var=collections=["threads"]`)
	require.NoError(t, json.Unmarshal([]byte(s.must(folder, "output", "-json")), &layout))

	require.Len(t, layout.Indexes.Value, len(l.queries))
	for _, q := range l.queries {
		var declared []index
		for _, i := range layout.Indexes.Value {
			declared = append(declared, i)
		}
		require.Contains(t, declared, needed(q))
	}
	delete(l.fields, "part") // which is searched by alone too, in the console
	for _, f := range layout.Fields.Value {
		require.Equal(t, "se-threads", f.Collection)
		require.Contains(t, l.fields, f.Field, "a field that the driver does not write")
		require.Equal(t, f.Field == "expires", f.TTL)
		delete(l.fields, f.Field)
	}
	require.Empty(t, l.fields, "fields that cost an index at each write")
}
