package firestore

import (
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// request asks for the next documents of a walk.
func (s *Store) request(w *walk, want int) *pb.RunQueryRequest {
	q := &pb.StructuredQuery{
		From:  []*pb.StructuredQuery_CollectionSelector{{CollectionId: s.prefix + w.Collection}},
		Limit: wrapperspb.Int32(int32(want)),
	}
	last := w.last.GetFields()
	if w.Partition == "" {
		q.OrderBy = []*pb.StructuredQuery_Order{{Field: field("__name__"), Direction: pb.StructuredQuery_ASCENDING}}
		if w.last != nil {
			q.StartAt = &pb.Cursor{Values: []*pb.Value{{ValueType: &pb.Value_ReferenceValue{ReferenceValue: w.last.GetName()}}}}
		}
	} else {
		direction := pb.StructuredQuery_ASCENDING
		if w.Descending {
			direction = pb.StructuredQuery_DESCENDING
		}
		q.Where = w.filter()
		q.OrderBy = []*pb.StructuredQuery_Order{{Field: field("sort"), Direction: direction}, {Field: field("id"), Direction: direction}}
		if w.last != nil {
			q.StartAt = &pb.Cursor{Values: []*pb.Value{last["sort"], last["id"]}}
		}
	}
	return &pb.RunQueryRequest{Parent: s.root() + "/documents", QueryType: &pb.RunQueryRequest_StructuredQuery{StructuredQuery: q}}
}

// filter is what the documents of a walk have in common.
func (w *walk) filter() *pb.StructuredQuery_Filter {
	all := []*pb.StructuredQuery_Filter{compare("part", pb.StructuredQuery_FieldFilter_EQUAL, text(w.Partition))}
	if len(w.Also) > 0 {
		names := []*pb.Value{text(w.Partition)}
		for _, name := range w.Also {
			names = append(names, text(name))
		}
		all[0] = compare("part", pb.StructuredQuery_FieldFilter_IN, listOf(names))
	}
	if w.From != "" {
		all = append(all, compare("sort", pb.StructuredQuery_FieldFilter_GREATER_THAN_OR_EQUAL, text(w.From)))
	}
	if w.To != "" {
		all = append(all, compare("sort", pb.StructuredQuery_FieldFilter_LESS_THAN, text(w.To)))
	}
	return &pb.StructuredQuery_Filter{FilterType: &pb.StructuredQuery_Filter_CompositeFilter{
		CompositeFilter: &pb.StructuredQuery_CompositeFilter{Op: pb.StructuredQuery_CompositeFilter_AND, Filters: all},
	}}
}

func compare(name string, op pb.StructuredQuery_FieldFilter_Operator, to *pb.Value) *pb.StructuredQuery_Filter {
	return &pb.StructuredQuery_Filter{FilterType: &pb.StructuredQuery_Filter_FieldFilter{
		FieldFilter: &pb.StructuredQuery_FieldFilter{Field: field(name), Op: op, Value: to},
	}}
}

func field(path string) *pb.StructuredQuery_FieldReference {
	return &pb.StructuredQuery_FieldReference{FieldPath: path}
}
