package dynamodb

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"redthread.dev/shared/store"
)

// What DynamoDB takes, in bytes as it counts them.
const (
	largestItem        = 400 << 10
	largestTransaction = 4 << 20
)

// sizeOf returns how large DynamoDB finds an item: the formulas of
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html,
// rounded up where that page says "approximately".
func sizeOf(i item) int {
	n := 0
	for name, v := range i {
		n += len(name) + size(v)
	}
	return n
}

func size(v value) int {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return numberSize(v.Value)
	case *types.AttributeValueMemberL:
		n := 3 + len(v.Value)
		for i := range v.Value {
			n += size(v.Value[i])
		}
		return n
	case *types.AttributeValueMemberM:
		return 3 + len(v.Value) + sizeOf(v.Value)
	}
	return 1 // true, false, null
}

// numberSize is a byte for two digits, one more, and one for a sign; at most 21.
func numberSize(text string) int {
	digits, _, _ := decimal(text)
	n := (len(digits)+1)/2 + 1
	if len(digits)%2 == 0 && digits != "" {
		n++ // digits go in pairs from the point on, so that an even count may take one pair more
	}
	if strings.HasPrefix(text, "-") {
		n++
	}
	return min(n, 21)
}

// check returns ErrTooLarge for what DynamoDB would refuse.
func (all puts) check() error {
	total := 0
	for _, p := range all {
		if p.size > largestItem {
			return fmt.Errorf("%s: %w: %d bytes as DynamoDB counts, at most %d", p.Key, store.ErrTooLarge, p.size, largestItem)
		}
		total += p.size
	}
	if len(all) > 1 && total > largestTransaction {
		return fmt.Errorf("%w: %d bytes in one commit as DynamoDB counts, at most %d", store.ErrTooLarge, total, largestTransaction)
	}
	return nil
}
