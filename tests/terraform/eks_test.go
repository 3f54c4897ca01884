package terraform_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/stretchr/testify/require"

	"redthread.dev/functions"
	"redthread.dev/shared/store"
	_ "redthread.dev/shared/store/dynamodb"
	"redthread.dev/tests/emulators/stores"
)

// Amazon's part of the example is applied with Amazon's own provider to the emulator;
// what is in the cluster is planned in the example's own test, and applied by tests/knative.
func TestAmazonsPartOfTheExampleIsAppliedUsedAndTakenAway(t *testing.T) {
	thorough(t)
	s := set(t)
	s.needsAWS()
	a := opened(s)
	s.init(eks)
	s.must(eks, "apply", "-auto-approve", "-no-color", "-target=module.store")

	want := []string{a.prefix + "-documents"}
	for _, f := range functions.All {
		want = append(want, a.prefix+"-"+f.Name)
	}
	require.ElementsMatch(t, want, a.roles(), "a role for each function, and one policy")
	client := a.client()
	tables := a.tables(client)
	t.Run("the driver uses the tables as they are", func(t *testing.T) { use(t, a.prefix, tables) })
	t.Run("the tables are those that the driver makes", func(t *testing.T) { same(t, a, client) })

	out, err := s.in(eks, "plan", "-detailed-exitcode", "-no-color", "-target=module.store")
	require.NoError(t, err, "a plan after the apply is empty:\n%s", out)
	require.Contains(t, out, "No changes.")

	s.must(eks, "destroy", "-auto-approve", "-no-color", "-target=module.store")
	require.Empty(t, a.tables(client), "tables that are left")
	require.Empty(t, a.roles(), "roles and policies that are left")
}

// use keeps, finds and lets expire documents in every collection; nothing is made.
func use(t *testing.T, prefix string, tables []string) {
	ctx := context.Background()
	now := time.Now()
	db, err := store.Open(ctx, fmt.Sprintf("dynamodb://%s/%s?create=false", stores.Region, prefix), store.WithClock(func() time.Time { return now }))
	require.NoError(t, err)
	defer db.Close()
	var writes []store.Write
	for _, table := range tables {
		collection := strings.TrimPrefix(table, prefix+"-")
		for i, id := range []string{"b", "a"} {
			writes = append(writes, store.Write{Key: store.Key{Collection: collection, ID: id}, Data: []byte(`{"n":` + fmt.Sprint(i) + `}`),
				Entry: store.Entry{Partition: "p", Sort: fmt.Sprint(i)}, Expires: now.Add(time.Duration(i+1) * time.Hour)})
		}
	}
	require.NoError(t, db.Commit(ctx, writes...), "all or nothing, over all collections")
	require.ErrorIs(t, db.Commit(ctx, writes[0], writes[3]), store.ErrConflict, "they are there")
	for _, table := range tables {
		collection := strings.TrimPrefix(table, prefix+"-")
		require.Equal(t, []string{"b", "a"}, ids(t, db, store.Query{Collection: collection, Partition: "p"}), "%s in order", collection)
		require.Equal(t, []string{"a", "b"}, ids(t, db, store.Query{Collection: collection, Partition: "p", Descending: true}), "%s backwards", collection)
		require.ElementsMatch(t, []string{"a", "b"}, ids(t, db, store.Query{Collection: collection}), "all of %s", collection)
	}
	now = now.Add(90 * time.Minute)
	require.Equal(t, []string{"a"}, ids(t, db, store.Query{Collection: "threads", Partition: "p"}), "b has expired")
	docs, err := db.Get(ctx, store.Key{Collection: "threads", ID: "a"}, store.Key{Collection: "profiles", ID: "b"})
	require.NoError(t, err)
	require.True(t, docs[0].Exists())
	require.False(t, docs[1].Exists())
	require.NoError(t, db.Commit(ctx, store.Write{Key: docs[0].Key, Version: docs[0].Version}))
	require.Empty(t, ids(t, db, store.Query{Collection: "threads", Partition: "p"}), "it is deleted")
}

func ids(t *testing.T, db store.Store, q store.Query) []string {
	t.Helper()
	var all []string
	for d, err := range db.Query(context.Background(), q) {
		require.NoError(t, err)
		all = append(all, d.Key.ID)
	}
	return all
}

// same holds a table of Terraform's to one that the driver makes on an emulator.
func same(t *testing.T, a account, client *dynamodb.Client) {
	ctx := context.Background()
	other := stores.DynamoDB(t)
	db, err := store.Open(ctx, other+"?create=true")
	require.NoError(t, err)
	defer db.Close()
	require.NoError(t, db.Commit(ctx, store.Write{Key: store.Key{Collection: "profiles", ID: "a"}, Data: []byte(`{}`)}))
	made := strings.TrimPrefix(other, "dynamodb://"+stores.Region+"/") + "-profiles"
	require.Equal(t, layout(t, client, made), layout(t, client, a.prefix+"-profiles"))

	backups, err := client.DescribeContinuousBackups(ctx, &dynamodb.DescribeContinuousBackupsInput{TableName: aws.String(a.prefix + "-profiles")})
	require.NoError(t, err)
	require.EqualValues(t, "ENABLED", backups.ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus)
}

// layout is what a table is like, but for its name.
func layout(t *testing.T, client *dynamodb.Client, table string) map[string]any {
	t.Helper()
	out, err := client.DescribeTable(context.Background(), &dynamodb.DescribeTableInput{TableName: &table})
	require.NoError(t, err)
	ttl, err := client.DescribeTimeToLive(context.Background(), &dynamodb.DescribeTimeToLiveInput{TableName: &table})
	require.NoError(t, err)
	attributes := map[string]string{}
	for _, d := range out.Table.AttributeDefinitions {
		attributes[*d.AttributeName] = string(d.AttributeType)
	}
	require.Len(t, out.Table.GlobalSecondaryIndexes, 1)
	g := out.Table.GlobalSecondaryIndexes[0]
	return map[string]any{
		"attributes": attributes, "key": out.Table.KeySchema, "billing": out.Table.BillingModeSummary.BillingMode,
		"index": *g.IndexName, "index key": g.KeySchema, "projection": g.Projection,
		"ttl": *ttl.TimeToLiveDescription.AttributeName, "ttl on": ttl.TimeToLiveDescription.TimeToLiveStatus,
	}
}

func (a account) client() *dynamodb.Client {
	a.Helper()
	c, err := config.LoadDefaultConfig(context.Background(), config.WithRegion(stores.Region))
	require.NoError(a, err)
	return dynamodb.NewFromConfig(c)
}

// tables are those of the prefix.
func (a account) tables(client *dynamodb.Client) []string {
	a.Helper()
	var all []string
	for pages := dynamodb.NewListTablesPaginator(client, &dynamodb.ListTablesInput{}); pages.HasMorePages(); {
		page, err := pages.NextPage(context.Background())
		require.NoError(a, err)
		for _, name := range page.TableNames {
			if strings.HasPrefix(name, a.prefix) {
				all = append(all, name)
			}
		}
	}
	return all
}

// A function may do what the driver does with documents, and nothing with tables. (A
// transaction is allowed by what is in it:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html)
func TestThePolicyAllowsWhatTheDriverCallsAndNoMore(t *testing.T) {
	calls := regexp.MustCompile(`\bt\.client\.([A-Z]\w+)\(ctx`)
	used := map[string]bool{}
	for _, file := range []string{"get", "query", "commit"} {
		text, err := os.ReadFile("../../shared/store/dynamodb/" + file + ".go")
		require.NoError(t, err)
		for _, call := range calls.FindAllStringSubmatch(string(text), -1) {
			used[call[1]] = call[1] != "TransactWriteItems"
		}
	}
	var want []string
	for call, asked := range used {
		if asked {
			want = append(want, "dynamodb:"+call)
		}
	}
	text, err := os.ReadFile(tree + "/modules/store-dynamodb/roles.tf")
	require.NoError(t, err)
	slices.Sort(want)
	got := regexp.MustCompile(`dynamodb:[A-Z]\w+`).FindAllString(string(text), -1)
	slices.Sort(got)
	require.Equal(t, want, got)
	require.Contains(t, want, "dynamodb:PutItem")
}
