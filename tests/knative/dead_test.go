package knative

import (
	"encoding/json"
	"os/exec"
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
