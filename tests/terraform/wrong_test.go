package terraform_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/function"
)

// right is a manifest with nothing wrong in it.
const right = `summary: Does something.
group: flows
triggers: [{type: dev.redthread.order.placed.v1}]
emits: [dev.redthread.action.requested.v1]
settings: {WAIT: 1h, IDENTITY_KEY: "", LINK_KEY: ""}
goal: dev.redthread.order.placed.v1
purpose: marketing
priority: low
scale: {min: 0, max: 2, concurrency: 5}
`

// wrong are changes to it, by the folder's name, with what both Terraform and the
// functions themselves must say.
var wrong = map[string]struct{ old, new, said, elsewhere string }{
	"unknown-key":    {"summary", "colour: red\nsummary", "colour: unknown key", "field colour not found"},
	"no-summary":     {"Does something.", `""`, "summary: is empty", "summary: is empty"},
	"wrong-group":    {"group: flows", "group: flow", `group: "flow"; expected flows`, `group: "flow" is none of`},
	"no-group":       {"group: flows\n", "", "group: is missing; expected flows", "group"},
	"no-triggers":    {"triggers: [{type: dev.redthread.order.placed.v1}]", "triggers: []", "triggers: there is none", "triggers: there is none"},
	"no-list":        {"[{type: dev.redthread.order.placed.v1}]", "{type: dev.redthread.order.placed.v1}", "triggers: expected a list", "cannot unmarshal"},
	"no-type":        {"[{type: dev.redthread.order.placed.v1}]", "[{filter: TRUE}, {}]", "triggers[1]: needs a type or a filter", "triggers[1]: needs a type or a filter"},
	"trigger-key":    {"[{type:", "[{kind: a, type:", "triggers[0].kind: unknown key", "field kind not found"},
	"min-over-max":   {"min: 0", "min: 3", "scale: min 3, max 2", "scale: min 3, max 2"},
	"scale-is-text":  {"max: 2", "max: many", `scale.max: "many"; expected a whole number`, "cannot unmarshal"},
	"scale-key":      {"min: 0", "least: 0", "scale.least: unknown key", "field least not found"},
	"holdout":        {"goal", "holdout: 0.9\ngoal", "holdout: 0.9 is not between 0 and 0.5", "holdout: 0.9 is not between 0 and 0.5"},
	"settings":       {"{WAIT: 1h, IDENTITY_KEY: \"\", LINK_KEY: \"\"}", "[WAIT]", "settings: expected NAME: default", "cannot unmarshal"},
	"emits":          {"emits: [", "emits: [[", "emits: expected a list of event types", ""},
	"no-purpose":     {"purpose: marketing\n", "", "purpose: is missing", "purpose:"},
	"wrong-purpose":  {"marketing", "fun", `purpose: "fun"; expected marketing or service`, `purpose: "fun" is none of`},
	"wrong-priority": {"priority: low", "priority: some", `priority: "some"; expected high, normal or low`, `priority: "some" is none of`},
	"no-goal":        {"goal: dev.redthread.order.placed.v1\n", "", "goal: is empty", "goal: is empty"},
	"no-goals":       {"goal: dev.redthread.order.placed.v1\n", "goal: [dev.redthread.order.placed.v1, \"\"]\n", "goal: is empty", "goal: is empty"},
	"empty-goals":    {"goal: dev.redthread.order.placed.v1\n", "goal: []\n", "goal: is empty", "goal: is empty"},
	"safeflow-key":   {"goal", "safeflow: {x: 1}\ngoal", "safeflow.x: unknown key", "field x not found"},
	"no-map":         {right, "just words", "is no YAML map", "cannot unmarshal"},
	"no-yaml":        {right, "a: [", "is no YAML map", "did not find"},
}

// One plan finds everything that is wrong with all of them.
func TestAWrongManifestFailsAtPlanWithFileAndKey(t *testing.T) {
	s, folder := set(t), t.TempDir()
	write(t, folder, "fine", right)
	for name, w := range wrong {
		text := strings.Replace(right, w.old, w.new, 1)
		require.NotEqual(t, right, text, name)
		if name == "emits" {
			text = strings.Replace(text, "v1]\nsettings", "v1]]\nsettings", 1)
		}
		write(t, folder, name, text)
		_, err := function.ParseManifest(name, []byte(text))
		require.Error(t, err, "%s: the function itself would start", name)
		require.ErrorContains(t, err, w.elsewhere, name)
	}
	_, out, err := s.planned(map[string]any{"manifests": folder})
	require.Error(t, err)
	said := unwrapped(out)
	for name, w := range wrong {
		require.Contains(t, said, unwrapped("flows/"+name+"/function.yaml: "+w.said), name)
	}
	require.NotContains(t, said, "flows/fine")
	for _, line := range strings.Split(out, "\n") {
		require.NotContains(t, line, "Invalid function argument", "it is our words that say what is wrong: %s", out)
	}
}

func write(t *testing.T, folder, name, text string) {
	t.Helper()
	dir := filepath.Join(folder, "flows", name)
	require.NoError(t, os.MkdirAll(dir, 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "function.yaml"), []byte(text), 0o600))
}

// unwrapped is a text without spaces, as Terraform wraps lines where it likes.
func unwrapped(text string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", "", "╷", "", "╵", "").Replace(text)), "")
}

func TestWhatIsSaidAboutFunctionsFailsAtPlanWhenItIsWrong(t *testing.T) {
	s := set(t)
	_, out, err := s.planned(map[string]any{
		"settings": map[string]any{"PUBLIC_ULR": "https://shop.example", "IDENTITY_KEY": "hush"},
		"functions": map[string]any{
			"basketrecvery":  map[string]any{"enabled": false},
			"basketrecovery": map[string]any{"settings": map[string]any{"WAITT": "2h"}, "scale": map[string]any{"min": 30}},
			"email":          map[string]any{"settings": map[string]any{"SMTP_URL": "smtp://me:hush@mail.example"}},
			"crm":            map[string]any{"settings": map[string]any{"HUBSPOT_TOKEN": "pat-eu1-hush"}},
		},
	})
	require.Error(t, err)
	said := unwrapped(out)
	for _, want := range []string{
		"var.settings, var.secrets: no function has a setting PUBLIC_ULR",
		"IDENTITY_KEY: holds a secret in the open; put it into a Secret",
		"var.functions: basketrecvery is no function; there are affinity, audience, basketrecovery",
		"var.functions.basketrecovery: no setting WAITT; there are BASKET_URL",
		"var.functions.basketrecovery.scale: min 30, max 20",
		"functions.email: SMTP_URL: holds a secret in the open",
		"functions.crm: HUBSPOT_TOKEN: holds a secret in the open",
	} {
		require.Contains(t, said, unwrapped(want))
	}
	require.NotContains(t, said, "hush", "a secret is not shown")
}

func TestAFunctionWhoseFolderIsGoneTakesOnlyItsOwnObjectsWithIt(t *testing.T) {
	s, folder := set(t), t.TempDir()
	write(t, folder, "stays", right)
	write(t, folder, "goes", right)
	before, out, err := s.planned(map[string]any{"manifests": folder})
	require.NoError(t, err, out)
	require.NoError(t, os.RemoveAll(filepath.Join(folder, "flows", "goes")))
	after, out, err := s.planned(map[string]any{"manifests": folder})
	require.NoError(t, err, out)
	gone := 0
	for name, o := range before {
		if o.at("metadata", "labels", "app.kubernetes.io/name") == "goes" {
			require.NotContains(t, after, name)
			gone++
			continue
		}
		require.Equal(t, o, after[name], name)
	}
	require.Equal(t, 4, gone, "service account, Service, Trigger, EventType")
	require.Len(t, after, len(before)-gone)
}
