package function

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestASettingThatIsWrongIsToldWithItsValueAndWhatIsExpected(t *testing.T) {
	type Inner struct {
		Rate float64 `envconfig:"RATE" default:"0" least:"0"`
	}
	type settings struct {
		Inner
		Wait time.Duration `envconfig:"WAIT" default:"1h" least:"1s"`
		Max  int           `envconfig:"MAX" default:"3" least:"0" most:"3"`
		Part float64       `envconfig:"PART" default:"-1" most:"1"`
		URL  string        `envconfig:"URL" default:"https://shop.example" want:"url"`
		On   bool          `envconfig:"ON"`
	}
	for _, c := range []struct{ name, value, want string }{
		{"WAIT", "1s", ""},
		{"MAX", "0", ""},
		{"MAX", "3", ""},
		{"PART", "-7", ""},
		{"URL", "http://127.0.0.1:8080/a", ""},
		{"WAIT", "an hour", `WAIT is "an hour", expected a length of time, e.g. 90s or 1h30m`},
		{"WAIT", "-1h", "WAIT is -1h0m0s, expected at least 1s"},
		{"WAIT", "0", "WAIT is 0s, expected at least 1s"},
		{"MAX", "1.5", `MAX is "1.5", expected a whole number`},
		{"MAX", "-1", "MAX is -1, expected 0 to 3"},
		{"MAX", "4", "MAX is 4, expected 0 to 3"},
		{"PART", "half", `PART is "half", expected a number, e.g. 0.1`},
		{"PART", "1.01", "PART is 1.01, expected at most 1"},
		{"PART", "NaN", "PART is NaN, expected at most 1"},
		{"RATE", "-2", "RATE is -2, expected at least 0"},
		{"URL", "shop.example", `URL is "shop.example", expected a full address, e.g. https://shop.example`},
		{"ON", "maybe", `ON is "maybe", expected true or false`},
	} {
		var s settings
		err := Settings(Env{Override: map[string]map[string]string{"fn": {c.name: c.value}}}, "fn", &s)
		if c.want == "" {
			require.NoError(t, err, c.name+"="+c.value)
		} else {
			require.EqualError(t, err, "settings of fn: "+c.want)
		}
	}
}
