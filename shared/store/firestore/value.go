package firestore

import (
	"strconv"
	"strings"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// JSON has values that Firestore has not. They are kept in a map with one field whose
// name begins with %, which no member's field does (fieldOf):
const (
	listField   = "%list"   // a list that stands directly in a list
	numberField = "%number" // a number that is neither an int64 nor the shortest text of a float64, as its text
	jsonField   = "%json"   // what is nested too deeply, or has a name too long: its JSON text
)

// maxDepth is how many maps and lists may be in each other below data; Firestore takes 20.
const maxDepth = 18

func nativeNumber(number string) *pb.Value {
	if n, err := strconv.ParseInt(number, 10, 64); err == nil {
		return integer(n)
	}
	f, err := strconv.ParseFloat(number, 64)
	if err == nil && sameNumber(number, formatted(f)) {
		return &pb.Value{ValueType: &pb.Value_DoubleValue{DoubleValue: f}}
	}
	return mapOf(map[string]*pb.Value{numberField: text(number)})
}

func formatted(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

// sameNumber compares two JSON numbers by their digits, so that one with a huge exponent
// costs nothing.
func sameNumber(a, b string) bool {
	digitsA, exponentA := scientific(a)
	digitsB, exponentB := scientific(b)
	return digitsA == digitsB && exponentA == exponentB
}

// scientific is a number as its sign and digits, without zeros at either end, and the
// power of ten of the last digit. An exponent beyond an int is none that b can have.
func scientific(number string) (digits string, exponent int) {
	number = strings.ToLower(number)
	number, power, _ := strings.Cut(number, "e")
	exponent, _ = strconv.Atoi(power)
	sign := ""
	if rest, negative := strings.CutPrefix(number, "-"); negative {
		number, sign = rest, "-"
	}
	whole, fraction, _ := strings.Cut(number, ".")
	all := strings.TrimLeft(whole+fraction, "0")
	digits = strings.TrimRight(all, "0")
	if digits == "" {
		return "", 0
	}
	return sign + digits, exponent - len(fraction) + len(all) - len(digits)
}

func text(s string) *pb.Value { return &pb.Value{ValueType: &pb.Value_StringValue{StringValue: s}} }
func integer(n int64) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_IntegerValue{IntegerValue: n}}
}

func mapOf(fields map[string]*pb.Value) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_MapValue{MapValue: &pb.MapValue{Fields: fields}}}
}

func listOf(values []*pb.Value) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_ArrayValue{ArrayValue: &pb.ArrayValue{Values: values}}}
}
