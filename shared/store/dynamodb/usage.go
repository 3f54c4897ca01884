package dynamodb

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Usage is what one call consumed of one table.
type Usage struct {
	Operation string  // as AWS names it: GetItem, BatchGetItem, Query, Scan, PutItem, DeleteItem, TransactWriteItems
	Table     string  // its name, with the prefix
	Units     float64 // read or write request units, the index's included, as DynamoDB says (moto: 0 to 2, whatever the size)
	Sizes     []int   // bytes of each item read or written, as DynamoDB counts; 0 for one that is deleted or not there
}

type meterKey struct{}

// Metered returns a context whose calls tell meter what they consumed, which DynamoDB is
// asked for then only. Meter must be safe for concurrent use.
func Metered(ctx context.Context, meter func(Usage)) context.Context {
	return context.WithValue(ctx, meterKey{}, meter)
}

// asked is what to ask DynamoDB for.
func asked(ctx context.Context) types.ReturnConsumedCapacity {
	if ctx.Value(meterKey{}) == nil {
		return types.ReturnConsumedCapacityNone
	}
	return types.ReturnConsumedCapacityTotal
}

// used tells the context's meter, if it has one.
func (t *tables) used(ctx context.Context, operation string, capacity []types.ConsumedCapacity, sizes map[string][]int) {
	meter, ok := ctx.Value(meterKey{}).(func(Usage))
	if !ok {
		return
	}
	units := map[string]float64{}
	for _, c := range capacity {
		units[aws.ToString(c.TableName)] += aws.ToFloat64(c.CapacityUnits)
		if _, known := sizes[aws.ToString(c.TableName)]; !known {
			sizes[aws.ToString(c.TableName)] = nil
		}
	}
	for table, s := range sizes {
		meter(Usage{Operation: operation, Table: table, Units: units[table], Sizes: s})
	}
}

func consumed(c *types.ConsumedCapacity) []types.ConsumedCapacity {
	if c == nil {
		return nil
	}
	return []types.ConsumedCapacity{*c}
}

// sizes are those of the items, by table.
func (all puts) sizes(t *tables) map[string][]int {
	s := map[string][]int{}
	for _, p := range all {
		table := t.table(p.Key.Collection)
		s[table] = append(s[table], p.size)
	}
	return s
}
