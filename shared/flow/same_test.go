package flow

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAStateThatOnlyIsSpeltOtherwiseIsTheSame(t *testing.T) {
	for text, same := range map[string]bool{
		`{"at":"2026-03-02","sent":1}`:     true,
		`{"sent": 1, "at": "2026-03-02"}`:  true,
		`{"sent":2,"at":"2026-03-02"}`:     false,
		`{"at":"2026-03-02"}`:              false,
		`{"at":"2026-03-02","sent":"1"}`:   false,
		`{"at":"2026-03-02","sent":1,"x":`: false,
		``:                                 false,
	} {
		require.Equal(t, same, sameJSON([]byte(`{"at":"2026-03-02","sent":1}`), []byte(text)), text)
	}
}
