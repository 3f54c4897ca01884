package stores

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
)

// Region is where the tables of tests are.
const Region = "eu-west-1"

// DynamoDB returns the URL of a new prefix of table names, and points this process and
// its children at the emulator. Its tables are deleted when the test ends.
func DynamoDB(t testing.TB) string {
	t.Helper()
	address := Amazon(t).Address
	prefix := fresh()
	t.Cleanup(func() { drop(t, address, prefix) })
	return "dynamodb://" + Region + "/" + prefix
}

// AWS returns the variables that have AWS's own clients call an emulator, with
// credentials that are good for nothing else; no profile or session of the user's is
// mixed in.
func AWS(address string) map[string]string {
	return map[string]string{
		"AWS_ENDPOINT_URL": address, "AWS_ENDPOINT_URL_DYNAMODB": address, "AWS_REGION": Region,
		"AWS_ACCESS_KEY_ID": "redthread", "AWS_SECRET_ACCESS_KEY": "redthread", "AWS_SESSION_TOKEN": "",
		"AWS_PROFILE": "", "AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
		"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false", "AWS_EC2_METADATA_DISABLED": "true",
	}
}

// drop deletes the tables whose names begin with a prefix.
func drop(t testing.TB, address, prefix string) {
	t.Helper()
	var list struct {
		TableNames             []string
		LastEvaluatedTableName string
	}
	for after := ""; ; after = list.LastEvaluatedTableName {
		list.LastEvaluatedTableName = ""
		request := map[string]string{}
		if after != "" {
			request["ExclusiveStartTableName"] = after
		}
		if err := json.Unmarshal(operate(t, address, "ListTables", request), &list); err != nil {
			t.Fatal(err)
		}
		for _, table := range list.TableNames {
			if strings.HasPrefix(table, prefix) {
				operate(t, address, "DeleteTable", map[string]string{"TableName": table})
			}
		}
		if list.LastEvaluatedTableName == "" {
			return
		}
	}
}

// operate calls an operation of the DynamoDB API. The emulator reads the region from
// the signature and does not check it.
func operate(t testing.TB, address, operation string, request any) []byte {
	t.Helper()
	body, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{}
	header.Set("Content-Type", "application/x-amz-json-1.0")
	header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=redthread/20260101/"+Region+"/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
	return call(t, http.MethodPost, address, header, strings.NewReader(string(body)))
}
