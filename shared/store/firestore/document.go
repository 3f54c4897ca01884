package firestore

import (
	"fmt"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"redthread.dev/shared/store"
)

// maxSize is the most bytes of one document, as Firestore counts them.
const maxSize = 1 << 20

// documentOf is what a write puts in the place of that name.
func documentOf(name string, w store.Write, mark int64) (*pb.Document, error) {
	data, err := native(w.Data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: data is not a JSON object: %w", w.Key, store.ErrInvalid, err)
	}
	fields := map[string]*pb.Value{"id": text(w.Key.ID), "data": data, "commit": integer(mark)}
	if w.Entry.Partition != "" {
		fields["part"], fields["sort"] = text(w.Entry.Partition), text(w.Entry.Sort)
	}
	if !w.Expires.IsZero() {
		until := timestamppb.New(w.Expires.Truncate(time.Millisecond))
		if err := until.CheckValid(); err != nil {
			return nil, fmt.Errorf("%s: %w: expiry: %w", w.Key, store.ErrInvalid, err)
		}
		fields["expires"] = &pb.Value{ValueType: &pb.Value_TimestampValue{TimestampValue: until}}
	}
	d := &pb.Document{Name: name, Fields: fields}
	if size, _ := SizeOf(d); size > maxSize {
		return nil, fmt.Errorf("%s: %w: %d bytes as Firestore counts them, at most %d", w.Key, store.ErrTooLarge, size, maxSize)
	}
	return d, nil
}

// document reads what Firestore has in a collection.
func document(collection string, d *pb.Document) (store.Document, error) {
	fields := d.GetFields()
	found := store.Document{
		Key:     store.Key{Collection: collection, ID: fields["id"].GetStringValue()},
		Entry:   store.Entry{Partition: fields["part"].GetStringValue(), Sort: fields["sort"].GetStringValue()},
		Expires: expiryOf(d),
	}
	found.Version = versionOf(d.GetUpdateTime(), found.Expires)
	if found.Key.ID == "" || fields["data"].GetMapValue() == nil {
		return found, fmt.Errorf("%s: a document that redthread did not write, want the fields id, a string, and data, a map", d.GetName())
	}
	data, err := appendJSON(nil, fields["data"])
	if err != nil {
		return found, fmt.Errorf("%s: data: %w", found.Key, err)
	}
	found.Data = data
	return found, nil
}

func expiryOf(d *pb.Document) time.Time {
	until := d.GetFields()["expires"].GetTimestampValue()
	if until == nil {
		return time.Time{}
	}
	return until.AsTime()
}
