package dynamodb

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/shared/store"
)

func TestItemsAreNativeAndTablesAreAsTerraformMakesThem(t *testing.T) {
	db := opened(t, somewhere(t))
	expires := time.Now().Add(time.Hour).Truncate(time.Second).Add(250 * time.Millisecond)
	require.NoError(t, db.Commit(t.Context(), store.Write{
		Key: profile("a/b"), Entry: store.Entry{Partition: "shard-1", Sort: "2026"}, Expires: expires,
		Data: []byte(`{"name":"Søren","visits":3,"vip":true,"none":null,"empty":"","tags":["a",["b"]],"at":"2026-01-01T00:00:00Z","sizes":{"shoe":43.5}}`),
	}))
	table := db.table("profiles")
	out, err := db.client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &table, Key: keyOf("a/b")})
	require.NoError(t, err)
	version := out.Item["version"]
	require.Positive(t, integer(version))
	require.Equal(t, item{
		"id": text("a/b"), "version": version, "part": text("shard-1"), "sort": text("2026"), "place": text("2026\x00a/b"),
		"until": whole(expires.UnixMilli()), "expires": whole(expires.Unix() + 1),
		"data": &types.AttributeValueMemberM{Value: item{
			"name": text("Søren"), "visits": whole(3), "vip": &types.AttributeValueMemberBOOL{Value: true},
			"none": &types.AttributeValueMemberNULL{Value: true}, "empty": text(""), "at": text("2026-01-01T00:00:00Z"),
			"tags":  &types.AttributeValueMemberL{Value: []value{text("a"), &types.AttributeValueMemberL{Value: []value{text("b")}}}},
			"sizes": &types.AttributeValueMemberM{Value: item{"shoe": &types.AttributeValueMemberN{Value: "43.5"}}},
		}},
	}, out.Item)

	// moto deletes nothing, whatever it is told; DynamoDB does within days:
	// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
	ttl, err := db.client.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: &table})
	require.NoError(t, err)
	require.Equal(t, "expires", aws.ToString(ttl.TimeToLiveDescription.AttributeName))
	require.Equal(t, types.TimeToLiveStatusEnabled, ttl.TimeToLiveDescription.TimeToLiveStatus)
	made, err := db.client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &table})
	require.NoError(t, err)
	require.Equal(t, types.BillingModePayPerRequest, made.Table.BillingModeSummary.BillingMode)
	require.Equal(t, types.ProjectionTypeKeysOnly, made.Table.GlobalSecondaryIndexes[0].Projection.ProjectionType)
}

func TestADocumentOutOfTheIndexHasNothingInIt(t *testing.T) {
	i, err := itemOf(store.Write{Key: profile("a"), Data: []byte(`{}`)})
	require.NoError(t, err)
	require.Equal(t, item{"id": text("a"), "data": &types.AttributeValueMemberM{Value: item{}}}, i)
}

func TestExpiryIsRoundedUpToSeconds(t *testing.T) {
	for milli, seconds := range map[int64]int64{0: 0, 1: 1, 999: 1, 1000: 1, 1001: 2, -1: 0, -1000: -1, -1001: -1} {
		i, err := itemOf(store.Write{Key: profile("a"), Data: []byte(`{}`), Expires: time.UnixMilli(milli)})
		require.NoError(t, err)
		require.Equal(t, seconds, integer(i["expires"]), milli)
	}
}

func TestPlacesKeepTheOrderOfSortAndIDAlsoWhereTheyAreCut(t *testing.T) {
	long := rapid.Custom(func(t *rapid.T) string {
		return strings.Repeat("x", rapid.SampledFrom([]int{0, 3, 497, 500, 996, 1000}).Draw(t, "length")) +
			rapid.StringMatching(`[a-bøß€👩\x{10FFFF}]{0,6}`).Draw(t, "end")
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := [2]string{long.Draw(t, "sort"), long.Draw(t, "id")}, [2]string{long.Draw(t, "other sort"), long.Draw(t, "other id")}
		pa, pb := place(a[0], a[1]), place(b[0], b[1])
		require.LessOrEqual(t, len(pa), 1024)
		want := strings.Compare(a[0], b[0])
		if want == 0 {
			want = strings.Compare(a[1], b[1])
		}
		if got := strings.Compare(pa, pb); got == 0 {
			require.True(t, want == 0 || cut(pa))
		} else {
			require.Equal(t, want, got)
		}
	})
}

func TestDocumentsWithTheSameCutPlaceComeInOrderOverPages(t *testing.T) {
	db := opened(t, somewhere(t))
	sort := strings.Repeat("s", 1000)
	var writes []store.Write
	var want []string
	for i := range 50 {
		id := strings.Repeat("i", 900) + fmt.Sprintf("%02d", i)
		want = append(want, id)
		id = strings.Repeat("i", 900) + fmt.Sprintf("%02d", i*37%50)
		writes = append(writes, store.Write{Key: profile(id), Data: []byte(`{}`), Entry: store.Entry{Partition: "p", Sort: sort}})
	}
	writes = append(writes, store.Write{Key: profile("z"), Data: []byte(`{}`), Entry: store.Entry{Partition: "p", Sort: "t"}})
	require.NoError(t, db.Commit(t.Context(), writes...))
	for _, limit := range []int{0, 1, 32, 33, 51} {
		q := store.Query{Collection: "profiles", Partition: "p", Limit: limit}
		if limit == 0 {
			limit = 51
		}
		var found []string
		for d, err := range db.Query(t.Context(), q) {
			require.NoError(t, err)
			found = append(found, d.Key.ID)
		}
		require.Equal(t, append(want[:50:50], "z")[:limit], found)
	}
}

func TestVersionsGrowWhateverTheClocksSay(t *testing.T) {
	var v versions
	now := time.Now()
	first := v.next(now, 1023)
	require.Greater(t, v.next(now.Add(-time.Hour), 0), first)
	v.seen(first + 1e12)
	require.Greater(t, v.next(now, 5), first+1e12)
	require.Positive(t, v.next(time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC), 1))

	// Another process, whose clock is ahead by a day, wrote the document first.
	address := somewhere(t)
	ahead, db := opened(t, address), opened(t, address)
	ahead.versions.seen(now.Add(24*time.Hour).UnixMicro() << 10)
	require.NoError(t, ahead.Commit(t.Context(), store.Write{Key: profile("a"), Data: []byte(`{"n":1}`)}))
	require.NoError(t, db.Commit(t.Context(), store.Write{Key: profile("a"), Version: store.Unchecked, Data: []byte(`{"n":2}`)}))
	found, err := db.Get(t.Context(), profile("a"))
	require.NoError(t, err)
	require.JSONEq(t, `{"n":2}`, string(found[0].Data))
	require.Greater(t, found[0].Version, now.Add(24*time.Hour).UnixMicro()<<10)
}
