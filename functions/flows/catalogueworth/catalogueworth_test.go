package catalogueworth

import (
	"testing"

	"redthread.dev/shared/flow/flowtest"
)

func TestStories(t *testing.T) { flowtest.Run(t, Flow) }
