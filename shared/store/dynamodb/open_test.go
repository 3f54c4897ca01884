package dynamodb

import (
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

func TestAWrongURLSaysWhatIsExpected(t *testing.T) {
	for url, want := range map[string]string{
		"dynamodb:":                            `region "", want one like eu-north-1`,
		"dynamodb:///shop":                     `region "", want one like eu-north-1`,
		"dynamodb://EU_north/shop":             `region "EU_north"`,
		"dynamodb://eu-north-1":                `table prefix "", want 2 to 200`,
		"dynamodb://eu-north-1/a/b":            `table prefix "a/b"`,
		"dynamodb://eu-north-1/shop?create=ja": "create=ja, want true or false",
		"dynamodb://eu-north-1/shop?made=true": "unknown parameter made, there is create",
	} {
		_, err := store.Open(t.Context(), url)
		require.ErrorContains(t, err, want, url)
		require.ErrorContains(t, err, "dynamodb://REGION/PREFIX[?create=true]")
	}
}

func TestTablesAreMadeWhereAskedOrOnAnEmulator(t *testing.T) {
	for _, test := range []struct {
		endpoint, service, query string
		want                     bool
	}{
		{"", "", "", false},
		{"", "", "?create=true", true},
		{"http://127.0.0.1:5000", "", "", true},
		{"http://localhost:5000", "", "", true},
		{"http://127.0.0.1:5000", "", "?create=false", false},
		{"http://10.1.2.3:5000", "http://[::1]:5000", "", true},
		{"http://127.0.0.1:5000", "https://vpce-1.dynamodb.eu-north-1.vpce.amazonaws.com", "", false},
	} {
		t.Setenv("AWS_ENDPOINT_URL", test.endpoint)
		t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", test.service)
		require.Equal(t, test.want, opened(t, "dynamodb://eu-north-1/shop"+test.query).create, "%+v", test)
	}
}

func TestAMissingTableOrIndexIsNamedWithItsRemedy(t *testing.T) {
	address := somewhere(t)
	db := opened(t, address+"?create=false")
	_, err := db.Get(t.Context(), profile("a"))
	require.ErrorContains(t, err, "no table "+db.table("profiles")+" in eu-west-1; the Terraform module store-dynamodb makes it, or ?create=true")
	_, err = db.Get(t.Context(), profile("a"), store.Key{Collection: "threads", ID: "a"})
	require.ErrorContains(t, err, "no table "+db.table("profiles")+" or "+db.table("threads"))
	write := store.Write{Key: profile("a"), Data: []byte(`{}`), Entry: store.Entry{Partition: "p"}}
	require.ErrorContains(t, db.Commit(t.Context(), write), "commit profiles/a: no table "+db.table("profiles"))
	other := store.Write{Key: profile("b"), Data: []byte(`{}`)}
	require.ErrorContains(t, db.Commit(t.Context(), write, other), "no table "+db.table("profiles"))
	for _, q := range []store.Query{{Collection: "profiles"}, {Collection: "profiles", Partition: "p"}} {
		for _, err := range db.Query(t.Context(), q) {
			require.ErrorContains(t, err, "no table "+db.table("profiles"))
		}
	}
	_, err = db.client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String(db.table("profiles")), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{attribute("id")},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
	})
	require.NoError(t, err)
	require.NoError(t, db.Commit(t.Context(), write))
	for _, err := range db.Query(t.Context(), store.Query{Collection: "profiles", Partition: "p"}) {
		require.ErrorContains(t, err, "query profiles: no index sorted in eu-west-1; the Terraform module")
	}
}

func TestWhatDynamoDBWouldFindTooLargeIsRefusedBeforeTheCall(t *testing.T) {
	calls := 0
	f := &front{wants: func(*http.Request) answer { calls++; return nil }}
	db := opened(t, behind(t, f))
	list := func(n int) store.Write {
		return store.Write{Key: profile("a"), Data: []byte(`{"a":[1` + strings.Repeat(",1", n-1) + `]}`)}
	}
	err := db.Commit(t.Context(), list(150_000))
	require.ErrorIs(t, err, store.ErrTooLarge)
	require.ErrorContains(t, err, "profiles/a")
	require.ErrorContains(t, err, "at most 409600")
	var all []store.Write
	for _, id := range strings.Split("abcdefghijklm", "") {
		w := list(120_000)
		w.Key.ID = id
		all = append(all, w)
	}
	require.ErrorIs(t, db.Commit(t.Context(), all...), store.ErrTooLarge)
	require.Zero(t, calls)
	require.NoError(t, db.Commit(t.Context(), list(20_000)))
}

// The examples of the page that sizeOf follows.
func TestSizesAreAsDocumented(t *testing.T) {
	for literal, want := range map[string]int{"0": 1, "7": 2, "123": 3, "-7": 3, "100": 2, "12345678901234567890123456789012345678": 21} {
		got := numberSize(literal)
		require.GreaterOrEqual(t, got, want, literal)
		require.LessOrEqual(t, got, want+1, literal)
	}
	require.Equal(t, 2+3+len("data")+3+1+len("a")+3+2+2+2, sizeOf(item{"id": text("abc"), "data": &types.AttributeValueMemberM{Value: item{
		"a": &types.AttributeValueMemberL{Value: []value{whole(1), text("bc")}}}}}))
}

func TestAMeterIsToldWhatWasConsumed(t *testing.T) {
	db := opened(t, somewhere(t))
	var mu sync.Mutex
	var used []Usage
	ctx := Metered(t.Context(), func(u Usage) { mu.Lock(); used = append(used, u); mu.Unlock() })
	write := func(id string) store.Write {
		return store.Write{Key: profile(id), Version: store.Unchecked, Data: []byte(`{"a":"bcd"}`), Entry: store.Entry{Partition: "p"}}
	}
	require.NoError(t, db.Commit(ctx, write("a")))
	require.NoError(t, db.Commit(ctx, write("a"), store.Write{Key: store.Key{Collection: "threads", ID: "a"}, Data: []byte(`{}`)}))
	_, err := db.Get(ctx, profile("a"))
	require.NoError(t, err)
	for _, err := range db.Query(ctx, store.Query{Collection: "profiles", Partition: "p"}) {
		require.NoError(t, err)
	}
	for _, err := range db.Query(ctx, store.Query{Collection: "profiles"}) {
		require.NoError(t, err)
	}
	require.NoError(t, db.Commit(ctx, store.Write{Key: profile("a"), Version: store.Unchecked}))
	require.NoError(t, db.Commit(t.Context(), write("unmetered")))
	var operations []string
	for _, u := range used {
		operations = append(operations, u.Operation+" "+db.collection(u.Table))
		// moto reports 0.5 or 1 whatever the size, and for writing transactions nothing; DynamoDB:
		// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ConsumedCapacity.html
		require.Equal(t, u.Operation != "TransactWriteItems", u.Units > 0, "%+v", u)
		require.Len(t, u.Sizes, 1, "%+v", u)
		require.Equal(t, u.Operation != "DeleteItem", u.Sizes[0] > 0, "%+v", u)
	}
	require.ElementsMatch(t, []string{"PutItem profiles", "TransactWriteItems profiles", "TransactWriteItems threads", "GetItem profiles",
		"Query profiles", "GetItem profiles", "Scan profiles", "DeleteItem profiles"}, operations)
}

func TestWhatMayGoAheadIsWrittenByItselfAndFirst(t *testing.T) {
	db := opened(t, somewhere(t))
	var used []string
	ctx := Metered(t.Context(), func(u Usage) { used = append(used, u.Operation+" "+db.collection(u.Table)) })
	write := func(collection string, ahead bool) store.Write {
		return store.Write{Key: store.Key{Collection: collection, ID: "a"}, Version: store.Unchecked, Data: []byte(`{}`), Ahead: ahead}
	}
	require.NoError(t, db.Commit(ctx, write("journal", false), write("products", true)))
	require.Equal(t, []string{"PutItem products", "PutItem journal"}, used)
	used = nil
	require.NoError(t, db.Commit(ctx, write("journal", false), write("products", true), write("profiles", false)))
	require.Equal(t, "PutItem products", used[0])
	require.ElementsMatch(t, []string{"TransactWriteItems journal", "TransactWriteItems profiles"}, used[1:])

	huge := write("journal", false)
	huge.Data = []byte(`{"n":[` + strings.TrimSuffix(strings.Repeat("1,", store.MaxDocument/2-10), ",") + `]}`)
	product := store.Write{Key: store.Key{Collection: "products", ID: "b"}, Data: []byte(`{}`), Ahead: true}
	require.ErrorIs(t, db.Commit(ctx, product, huge), store.ErrTooLarge)
	found, err := db.Get(t.Context(), product.Key)
	require.NoError(t, err)
	require.False(t, found[0].Exists(), "what DynamoDB would refuse for its size is known before anything goes ahead")
}

func TestMissingCredentialsAreSaidWithWhatToSet(t *testing.T) {
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE",
		"AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_CONFIG_FILE", os.DevNull)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull)
	t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1")
	_, err := opened(t, "dynamodb://eu-west-1/shop").Get(t.Context(), profile("a"))
	require.ErrorContains(t, err, "get profiles/a: no AWS credentials; set AWS_ACCESS_KEY_ID")
}
