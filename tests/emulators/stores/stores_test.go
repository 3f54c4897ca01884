package stores

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func TestOnlyTheLoopbackIsWrittenTo(t *testing.T) {
	for _, here := range []string{"127.0.0.1:5432", "127.8.8.8:1", "[::1]:5432"} {
		require.NoError(t, loopback(here))
	}
	for _, elsewhere := range []string{"10.0.0.1:5432", "db.example.com:5432", "localhost:5432", "0.0.0.0:1", "[::]:1", "/var/run:5432", "127.0.0.1", ""} {
		require.Error(t, loopback(elsewhere), elsewhere)
	}
}

func TestEachPlaceIsAnother(t *testing.T) {
	seen := map[string]bool{}
	for range 2 {
		Each(t, func(_ *testing.T, url string) {
			require.True(t, url == "memory:" || !seen[url], url)
			seen[url] = true
		})
	}
	require.GreaterOrEqual(t, len(seen), 3, "memory, and twice a file")
}

func TestASchemaIsThereUntilTheTestEnds(t *testing.T) {
	var url string
	schemas := func() (found bool) {
		conn, err := pgx.Connect(t.Context(), os.Getenv(PostgresVariable))
		require.NoError(t, err)
		defer conn.Close(t.Context()) //nolint:errcheck
		_, schema, _ := strings.Cut(url, "search_path=")
		schema, _, _ = strings.Cut(schema, "&")
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)", schema).Scan(&found))
		return found
	}
	running(t, "PostgreSQL", PostgresVariable)
	t.Run("meanwhile", func(t *testing.T) {
		url = Postgres(t)
		require.True(t, schemas())
		conn, err := pgx.Connect(t.Context(), url)
		require.NoError(t, err)
		defer conn.Close(t.Context()) //nolint:errcheck
		_, err = conn.Exec(t.Context(), "CREATE TABLE orders (id bigint)")
		require.NoError(t, err)
	})
	require.False(t, schemas())
}

func TestTablesAreDeletedWhenTheTestEnds(t *testing.T) {
	address := running(t, "moto_server", DynamoDBVariable)
	tables := func() string { return string(operate(t, address, "ListTables", struct{}{})) }
	var prefix string
	t.Run("meanwhile", func(t *testing.T) {
		url := DynamoDB(t)
		prefix = url[strings.LastIndex(url, "/")+1:]
		operate(t, address, "CreateTable", map[string]any{"TableName": prefix + "-orders", "BillingMode": "PAY_PER_REQUEST",
			"KeySchema":            []map[string]string{{"AttributeName": "id", "KeyType": "HASH"}},
			"AttributeDefinitions": []map[string]string{{"AttributeName": "id", "AttributeType": "S"}}})
		require.Contains(t, tables(), prefix)
	})
	require.NotContains(t, tables(), prefix)
}

func TestAProjectIsClearedWhenTheTestEnds(t *testing.T) {
	host := running(t, "Google's Firestore emulator", FirestoreVariable)
	var documents string
	list := func() string { return string(call(t, http.MethodGet, documents, http.Header{}, nil)) }
	t.Run("meanwhile", func(t *testing.T) {
		documents = "http://" + host + "/v1/projects/" + strings.TrimPrefix(Firestore(t), "firestore://") + "/databases/(default)/documents/orders"
		call(t, http.MethodPost, documents+"?documentId=1", http.Header{}, strings.NewReader(`{"fields":{"sku":{"stringValue":"BOOT-42"}}}`))
		require.Contains(t, list(), "BOOT-42")
	})
	require.NotContains(t, list(), "BOOT-42")
}
