package main

import (
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"redthread.dev/infra/local/suite"
	"redthread.dev/tests/emulators/stores"
)

// TestThePageForOperatorsRestoresDynamoDB runs the commands of docs/operations.md that are
// Amazon's, by Amazon's own program, on the tables that a suite has filled.
func TestThePageForOperatorsRestoresDynamoDB(t *testing.T) {
	if _, err := exec.LookPath("aws"); err != nil {
		t.Skip("Amazon's program is not installed: pip install awscli")
	}
	place := stores.DynamoDB(t)
	u, err := url.Parse(place)
	require.NoError(t, err)
	prefix, data := strings.TrimPrefix(u.Path, "/"), t.TempDir()
	p := up(t, data, "-store", place)
	status, out, errs := call(t, "send", "-data", data, "-addr", p.addr(), "-sample", "social.mentioned")
	require.Zero(t, status, errs+out)
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		_, out, _ := call(t, "explain", "-data", data, "-store", place, "-customer", "instagram=mette.paa.fjeldet")
		require.Contains(c, out, "ticket by ticket: sent")
	}, 30*time.Second, 200*time.Millisecond)
	keys, err := suite.Keys(data)
	require.NoError(t, err)

	page, err := os.ReadFile("../../docs/operations.md")
	require.NoError(t, err)
	commands := regexp.MustCompile("(?ms)^```sh dynamodb\n(.*?)^```$").FindSubmatch(page)
	require.NotNil(t, commands)
	// As infra/terraform/modules/store-dynamodb leaves the tables.
	const recoverable = `for table in $(aws dynamodb list-tables --query "TableNames[?starts_with(@, '$PREFIX-')]" --output text); do
		aws dynamodb update-continuous-backups --table-name $table --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true >/dev/null
	done
`
	const gone = `for table in $(tables restored-$PREFIX); do aws dynamodb delete-table --table-name $table >/dev/null; done`
	cmd := exec.Command("bash", "-euo", "pipefail", "-c", recoverable+string(commands[1])+gone)
	cmd.Dir = "../.."
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return v == "AWS_PROFILE=" }) // it takes that for a name
	cmd.Env = append(cmd.Env, "PREFIX="+prefix, "AWS_REGION="+u.Host, "AWS_DEFAULT_REGION="+u.Host, "IDENTITY_KEY="+keys["IDENTITY_KEY"])
	said, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", said)
	require.Contains(t, string(said), "restored-"+prefix+"-threads")
}
