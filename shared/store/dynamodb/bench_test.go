package dynamodb

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

// answering returns a store and the client under it, connected to a server that takes
// everything and keeps nothing: what is measured is this side.
func answering(b *testing.B) *tables {
	b.Setenv("AWS_ACCESS_KEY_ID", "redthread")
	b.Setenv("AWS_SECRET_ACCESS_KEY", "redthread")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, "{}") }))
	b.Cleanup(server.Close)
	b.Setenv("AWS_ENDPOINT_URL_DYNAMODB", server.URL)
	db, err := open(b.Context(), "dynamodb://eu-west-1/bench", time.Now)
	require.NoError(b, err)
	return db
}

// decoded is the JSON as attributes, as one does it without a store: the bare client's way.
func decoded(data []byte) item {
	var v map[string]any
	if err := json.Unmarshal(data, &v); err != nil {
		panic(err)
	}
	return plain(v).(*types.AttributeValueMemberM).Value
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

// A profile of 3 KB, as a shop's customer has it.
func views(n int) []byte {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(`{"sku":"SKU-%05d","at":"2026-11-%02dT08:30:00Z","price":%d.95,"times":%d,"category":"kitchen/pots"}`, i*7919%99_999, i%28+1, i*13, i)
	}
	return fmt.Appendf(nil, `{"traits":{"first":"Åse","city":"Aarhus","points":1234},"views":[%s]}`, strings.Join(list, ","))
}

// BenchmarkCommit is beside the bare client, which decodes the same JSON and puts the
// same attributes.
func BenchmarkCommit(b *testing.B) {
	db := answering(b)
	profileData, small := views(28), fmt.Appendf(nil, `{"status":"requested","by":%q}`, strings.Repeat("abcdefghij", 17))
	key := func(collection string, n int) store.Key { return store.Key{Collection: collection, ID: fmt.Sprint(n)} }
	attributes := func(n int, data item) item {
		return item{"id": text(fmt.Sprint(n)), "version": whole(int64(n)), "data": &types.AttributeValueMemberM{Value: data}}
	}
	put := func(table string, n int, condition string, values item, data item) types.TransactWriteItem {
		return types.TransactWriteItem{Put: &types.Put{TableName: &table, Item: attributes(n, data), ConditionExpression: &condition, ExpressionAttributeValues: values}}
	}
	for name, test := range map[string]struct{ ours, bare func(n int) error }{
		"one document": {
			func(n int) error {
				return db.Commit(context.Background(), store.Write{Key: key("profiles", n), Version: 7, Data: profileData})
			},
			func(n int) error {
				table, condition := "bench-profiles", "version = :old"
				_, err := db.client.PutItem(context.Background(), &dynamodb.PutItemInput{TableName: &table, Item: attributes(n, decoded(profileData)),
					ConditionExpression: &condition, ExpressionAttributeValues: item{":old": whole(7)}})
				return err
			}},
		"a flow that acts": {
			func(n int) error {
				return db.Commit(context.Background(), store.Write{Key: key("profiles", n), Version: 7, Data: profileData},
					store.Write{Key: key("journal", n), Data: small}, store.Write{Key: key("actions", n), Data: small})
			},
			func(n int) error {
				_, err := db.client.TransactWriteItems(context.Background(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
					put("bench-profiles", n, "version = :old", item{":old": whole(7)}, decoded(profileData)),
					put("bench-journal", n, "attribute_not_exists(id)", nil, decoded(small)), put("bench-actions", n, "attribute_not_exists(id)", nil, decoded(small)),
				}})
				return err
			}},
	} {
		b.Run(name, func(b *testing.B) {
			var ours, bare, ratio []float64
			for range 5 {
				mine, floor := cpu(b, test.ours), cpu(b, test.bare)
				ours, bare, ratio = append(ours, mine), append(bare, floor), append(ratio, mine/floor)
			}
			slices.Sort(ours)
			slices.Sort(bare)
			slices.Sort(ratio)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(ours[2], "cpu-µs")
			b.ReportMetric(bare[2], "bare-cpu-µs")
			b.ReportMetric(ratio[2], "×bare")
		})
	}
}

// cpu is what the process, the server included, uses for one of many.
func cpu(b *testing.B, do func(n int) error) (micros float64) {
	const many = 1000
	before := used(b)
	for n := range many {
		require.NoError(b, do(n))
	}
	return float64((used(b) - before).Microseconds()) / many
}

func used(b *testing.B) time.Duration {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
