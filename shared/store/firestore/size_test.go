package firestore

import (
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"github.com/stretchr/testify/require"
)

// The example of https://firebase.google.com/docs/firestore/storage-size: a document
// users/jeff/tasks/my_task_id with a string, a boolean and an integer.
func TestADocumentsSizeIsThatOfTheDocumentation(t *testing.T) {
	d := &pb.Document{Name: "projects/p/databases/(default)/documents/users/jeff/tasks/my_task_id", Fields: map[string]*pb.Value{
		"type": text("Personal"), "done": {ValueType: &pb.Value_BooleanValue{}}, "priority": integer(1), "description": text("Learn Cloud Firestore"),
	}}
	const name, fields = 44, 71
	bytes, entries := SizeOf(d)
	require.Equal(t, []int{name + fields + 32, 0}, []int{bytes, entries})

	// The same page's of an index on one field: the name, the parent's, the field's name and
	// value, and 32; of one on several the values without their names.
	d.Fields["part"], d.Fields["sort"], d.Fields["id"] = text("x"), text("2026"), text("ab")
	_, entries = SizeOf(d)
	require.Equal(t, 2*(name+root+5+2+32)+(name+root+2+5+3+32), entries)
}
