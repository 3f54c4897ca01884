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

func TestADocumentIsHeldWithItsEntriesInIndexes(t *testing.T) {
	d := &pb.Document{Name: "projects/p/databases/(default)/documents/profiles/a", Fields: map[string]*pb.Value{"id": text("a")}}
	plain := paperOf(d)
	require.False(t, plain.indexed || plain.expires)
	d.Fields["part"], d.Fields["expires"] = text("x"), &pb.Value{ValueType: &pb.Value_TimestampValue{}}
	listed := paperOf(d)
	require.True(t, listed.indexed && listed.expires)
	require.Greater(t, listed.bytes, plain.bytes+len("part")+3+len("expires")+9, "with three entries in indexes")
}
