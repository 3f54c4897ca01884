package firestore

import (
	"strings"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// Sizes of Firestore's own, in bytes.
const (
	extra = 32 // of each document, and of each entry of an index
	root  = 16 // of a name, beside its parts
)

// SizeOf returns how many bytes Firestore counts for a document, which is its name, its
// fields and 32 more, and for its entries in the indexes that this package asks for: one
// on part, sort and id, and the two that Firestore makes of part by itself. A map is its
// names and values, as the emulator counts it.
// https://docs.cloud.google.com/firestore/docs/storage-size
func SizeOf(d *pb.Document) (bytes, entries int) {
	fields, name := d.GetFields(), sizeOfName(d.GetName())
	if part, indexed := fields["part"]; indexed {
		each := name + root + sizeOf(part) + extra
		entries = each + sizeOf(fields["sort"]) + sizeOf(fields["id"]) + 2*(each+len("part")+1)
	}
	return name + sizeOfFields(fields) + extra, entries
}

// sizeOfName is for a document as requests name it: the database's name is not counted.
func sizeOfName(name string) int {
	_, path, _ := strings.Cut(name, "/documents/")
	return root + len(path) + 1 // each / stands for the byte that each part but the last has more
}

func sizeOf(v *pb.Value) int {
	switch v := v.GetValueType().(type) {
	case *pb.Value_MapValue:
		return sizeOfFields(v.MapValue.GetFields())
	case *pb.Value_ArrayValue:
		sum := 0
		for _, element := range v.ArrayValue.GetValues() {
			sum += sizeOf(element)
		}
		return sum
	case *pb.Value_StringValue:
		return len(v.StringValue) + 1
	case *pb.Value_IntegerValue, *pb.Value_DoubleValue, *pb.Value_TimestampValue:
		return 8
	}
	return 1
}

func sizeOfFields(fields map[string]*pb.Value) int {
	sum := 0
	for name, v := range fields {
		sum += len(name) + 1 + sizeOf(v)
	}
	return sum
}
