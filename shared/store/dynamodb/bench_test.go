package dynamodb

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
	"redthread.dev/tests/bench/beside"
	"redthread.dev/tests/emulators/stores"
)

// What a flow that acts writes: a profile of 3 KB, and two small documents anew.
var (
	customer = profileOf(24)
	small    = fmt.Appendf(nil, `{"status":"requested","by":%q}`, strings.Repeat("abcdefghij", 17))
)

const customers = 50 // the emulator copies whole tables

// profileOf is one with so many recent views, as a shop's customer has them.
func profileOf(views int) []byte {
	list := make([]string, views)
	for i := range list {
		list[i] = fmt.Sprintf(`{"sku":"SKU-%05d","at":"2026-11-%02dT08:30:00Z","price":%d.95,"times":%d,"category":"kitchen/pots"}`, i*7919%99_999, i%28+1, i*13, i)
	}
	return fmt.Appendf(nil, `{"traits":{"first":"Åse","city":"Aarhus","points":1234},"views":[%s]}`, strings.Join(list, ","))
}

var numbers atomic.Int64

func profileID(who string, n int) string {
	return fmt.Sprintf("0190a6e2-7000-%s-8000-%012d", who, n*7919%customers)
}
func newID(n int) string { return fmt.Sprintf("%016x", uint64(n)*0x9e3779b97f4a7c15) }

// BenchmarkCommit is beside AWS's own client as it comes, which decodes the same JSON and
// puts the same attributes into the same tables under the same conditions. More writers
// than one would wait for each other before the emulator.
func BenchmarkCommit(b *testing.B) {
	db, err := open(b.Context(), stores.DynamoDB(b), time.Now)
	require.NoError(b, err)
	c, err := config.LoadDefaultConfig(b.Context(), config.WithRegion(db.region))
	require.NoError(b, err)
	floor := bare{dynamodb.NewFromConfig(c), db.prefix}
	require.NoError(b, act(db)) // it makes the tables
	b.Run("1 writers", func(b *testing.B) {
		beside.Compare(b, beside.Crowd(1, func() error { return act(db) }), beside.Crowd(1, floor.act))
	})
}

func act(db *tables) error {
	n := int(numbers.Add(1))
	return db.Commit(context.Background(),
		store.Write{Key: store.Key{Collection: "profiles", ID: profileID("7000", n)}, Version: store.Unchecked, Data: customer},
		store.Write{Key: store.Key{Collection: "journal", ID: newID(n)}, Data: small},
		store.Write{Key: store.Key{Collection: "actions", ID: newID(n)}, Data: small})
}

// bare is the floor: the client, and what the tables' names begin with.
type bare struct {
	client *dynamodb.Client
	prefix string
}

func (f bare) act() error {
	n := int(numbers.Add(1))
	put := func(table, id string, data []byte, condition string, names map[string]string, values item) types.TransactWriteItem {
		table = f.prefix + "-" + table
		return types.TransactWriteItem{Put: &types.Put{TableName: &table, Item: item{"id": text(id), "version": whole(int64(n)), "data": decoded(data)},
			ConditionExpression: &condition, ExpressionAttributeNames: names, ExpressionAttributeValues: values}}
	}
	const fresh = "attribute_not_exists(#version) OR #until <= :now"
	names, now := map[string]string{"#version": "version", "#until": "until"}, item{":now": whole(time.Now().UnixMilli())}
	_, err := f.client.TransactWriteItems(context.Background(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		put("profiles", profileID("7001", n), customer, "attribute_not_exists(#version) OR #version < :new", map[string]string{"#version": "version"}, item{":new": whole(int64(n))}),
		put("journal", newID(n), small, fresh, names, now), put("actions", newID(n), small, fresh, names, now),
	}})
	return err
}

// decoded is the JSON as attributes, as one does it without a store.
func decoded(data []byte) value {
	var v map[string]any
	if err := json.Unmarshal(data, &v); err != nil {
		panic(err)
	}
	return plain(v)
}

func plain(v any) value {
	switch v := v.(type) {
	case string:
		return text(v)
	case float64:
		return &types.AttributeValueMemberN{Value: strconv.FormatFloat(v, 'f', -1, 64)}
	case []any:
		l := make([]value, len(v))
		for i := range v {
			l[i] = plain(v[i])
		}
		return &types.AttributeValueMemberL{Value: l}
	case map[string]any:
		m := make(item, len(v))
		for name := range v {
			m[name] = plain(v[name])
		}
		return &types.AttributeValueMemberM{Value: m}
	}
	panic(v)
}
