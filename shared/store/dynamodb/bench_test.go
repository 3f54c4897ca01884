package dynamodb

import (
	"context"
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store/storetest"
	"redthread.dev/tests/bench/beside"
	"redthread.dev/tests/emulators/stores"
)

var work = storetest.NewWork(50, storetest.Viewer(24)) // few, as the emulator copies whole tables

// BenchmarkCommit is beside AWS's own client as it comes, which decodes the same JSON and
// puts the same attributes into the same tables under the same conditions. More writers
// than one would wait for each other before the emulator.
func BenchmarkCommit(b *testing.B) {
	db, err := open(b.Context(), stores.DynamoDB(b), time.Now)
	require.NoError(b, err)
	c, err := config.LoadDefaultConfig(b.Context(), config.WithRegion(db.region))
	require.NoError(b, err)
	floor := bare{dynamodb.NewFromConfig(c), db.prefix}
	require.NoError(b, work.Act(db)) // it makes the tables
	b.Run("1 writers", func(b *testing.B) {
		beside.Compare(b, beside.Crowd(1, func() error { return work.Act(db) }), beside.Crowd(1, floor.act))
	})
}

// bare is the floor: the client, and what the tables' names begin with.
type bare struct {
	client *dynamodb.Client
	prefix string
}

func (f bare) act() error {
	who, id := work.Turn()
	version := time.Now().UnixMicro()
	put := func(table, id string, data []byte, condition string, names map[string]string, values item) types.TransactWriteItem {
		table = f.prefix + "-" + table
		return types.TransactWriteItem{Put: &types.Put{TableName: &table, Item: item{"id": text(id), "version": whole(version), "data": decoded(data)},
			ConditionExpression: &condition, ExpressionAttributeNames: names, ExpressionAttributeValues: values}}
	}
	const fresh = "attribute_not_exists(#version) OR #until <= :now"
	names, now := map[string]string{"#version": "version", "#until": "until"}, item{":now": whole(time.Now().UnixMilli())}
	_, err := f.client.TransactWriteItems(context.Background(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		put("profiles", "bare-"+who, work.Profile, "attribute_not_exists(#version) OR #version < :new", map[string]string{"#version": "version"}, item{":new": whole(version)}),
		put("journal", id, work.Small, fresh, names, now), put("actions", id, work.Small, fresh, names, now),
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
