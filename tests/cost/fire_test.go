package main

import (
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"github.com/stretchr/testify/require"

	"redthread.dev/tests/wire"
)

func text(s string) *pb.Value { return &pb.Value{ValueType: &pb.Value_StringValue{StringValue: s}} }

func TestDocumentsAreCountedAsFirestoreCountsThem(t *testing.T) {
	const root = "projects/p/databases/(default)/documents/"
	put := &pb.Write{Operation: &pb.Write_Update{Update: &pb.Document{Name: root + "profiles/a", Fields: map[string]*pb.Value{"id": text("a")}}}}
	gone := &pb.Write{Operation: &pb.Write_Delete{Delete: root + "profiles/a"}}
	for name, c := range map[string]struct {
		request wire.Request
		why     cause
		used    use
	}{
		"those asked for, there or not": {wire.Request{Operation: "BatchGetDocuments", From: "collect a.v1", Asked: 3}, cause{"collect", "a.v1"}, use{Reads: 3}},
		"those a query finds":           {wire.Request{Operation: "RunQuery", From: "consent a.v1", Found: 4}, cause{"consent", "a.v1"}, use{Reads: 4}},
		"one at least a query":          {wire.Request{Operation: "RunQuery", From: "consent a.v1"}, cause{"consent", "a.v1"}, use{Reads: 1}},
		"a timer that is due":           {wire.Request{Operation: "RunQuery", From: "timers timer.tick.v1", Found: 1}, cause{"timers", "timer.tick.v1"}, use{Reads: 1}},
		"none that is":                  {wire.Request{Operation: "RunQuery", From: "timers timer.tick.v1"}, cause{"timers", looking}, use{Reads: 1}},
		"puts and deletes": {wire.Request{Operation: "Commit", From: "collect a.v1", Writes: []*pb.Write{put, put, gone}},
			cause{"collect", "a.v1"}, use{Writes: 2, Deletes: 1}},
	} {
		f := &fire{meter: &meter{}, held: map[string]paper{}, shelves: shelves{}}
		f.see(c.request)
		require.Len(t, f.meter.accounts, 1, name)
		require.Equal(t, c.used, f.meter.accounts[c.why].use, name)
	}
	f := &fire{meter: &meter{}}
	f.see(wire.Request{Operation: "BatchGetDocuments", Asked: 1})
	require.Empty(t, f.meter.accounts, "what opens the store is nobody's")
}

// The example of https://firebase.google.com/docs/firestore/storage-size: a document
// users/jeff/tasks/my_task_id with a string, a boolean and an integer.
func TestADocumentsSizeIsThatOfTheDocumentation(t *testing.T) {
	d := &pb.Document{Name: "projects/p/databases/(default)/documents/users/jeff/tasks/my_task_id", Fields: map[string]*pb.Value{
		"type": text("Personal"), "done": {ValueType: &pb.Value_BooleanValue{}}, "priority": {ValueType: &pb.Value_IntegerValue{IntegerValue: 1}},
		"description": text("Learn Cloud Firestore"),
	}}
	require.Equal(t, 44+71+32, paperOf(d).bytes)
	d.Fields["part"] = text("x")
	require.Greater(t, paperOf(d).bytes, 44+71+32+7+3*(44+32), "with three entries in indexes")
}
