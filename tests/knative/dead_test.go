package knative

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

// TestAPoisonedEventIsADeadLetterWithItsReason sends what no schema allows.
func TestAPoisonedEventIsADeadLetterWithItsReason(t *testing.T) {
	c, mette := open(t), someone(t)
	bad := mette.says(&events.BasketUpdated{Common: mette.known(), BasketID: "b-" + mette.name,
		Lines: []events.Line{{SKU: "YARN-1", Quantity: -4, Price: yarn.Price}}, Total: yarn.Price})
	c.send(t, bad)
	var said string
	await(t, 2*time.Minute, "the event is among the dead letters", func() bool {
		out, err := exec.Command("go", "run", "../../infra/local", "deadletters", "list", "-json", "-store", database).CombinedOutput()
		require.NoError(t, err, "%s", out)
		said = string(out)
		time.Sleep(time.Second)
		return strings.Contains(said, bad.ID())
	})
	require.Contains(t, said, "collect")
	require.Contains(t, said, "quantity")
}

func TestTheNamespaceLetsInWhatIsRestrictedOnly(t *testing.T) {
	c := open(t)
	labels := c.kubectl(t, "get", "namespace", namespace, "--output=jsonpath={.metadata.labels}")
	var has map[string]string
	require.NoError(t, json.Unmarshal([]byte(labels), &has))
	require.Equal(t, "restricted", has["pod-security.kubernetes.io/enforce"])
	_, err := c.try("run", "root", "--namespace="+namespace, "--image=registry.local/pause:1", "--restart=Never")
	require.ErrorContains(t, err, `violates PodSecurity "restricted`)
}

// TestNoLogNamesACustomer looks for everybody that these tests have made up, in all that
// any program of the suite, of Knative and of the node has written.
func TestNoLogNamesACustomer(t *testing.T) {
	c, mette := open(t), someone(t)
	c.happened(t, mette.signsUp()...)
	complaint, mention := mette.complaint()
	c.send(t, complaint)
	came(t, time.Minute, "ticket", mention)
	logs := 0
	require.NoError(t, filepath.WalkDir(filepath.Join(c.dir, "logs", "pods"), func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if os.IsNotExist(err) { // its pod has just gone
			return nil
		}
		logs++
		for line := range strings.Lines(string(text)) {
			for _, personal := range []string{"mette-", "@kunde.example", mette.phone(), "Elendig service"} {
				if strings.Contains(line, personal) {
					t.Errorf("%s names a customer: %s", path, line)
					return nil
				}
			}
		}
		return err
	}))
	require.Greater(t, logs, 15, "logs that were looked at")
}
