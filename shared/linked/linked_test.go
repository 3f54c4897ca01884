package linked

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestADriverIsFoundByTheSchemeOfAnAddress(t *testing.T) {
	var d Drivers[func() string]
	d.Register("pigeon", "pigeon://LOFT", func() string { return "coo" })
	d.Register("bottle", "bottle:SEA", func() string { return "plop" })
	open, form, err := d.Of("pigeon://copenhagen")
	require.NoError(t, err)
	require.Equal(t, "pigeon://LOFT", form)
	require.Equal(t, "coo", open())
}

func TestWhatIsNotLinkedIsSaidWithWhatIs(t *testing.T) {
	var none, two Drivers[int]
	two.Register("pigeon", "pigeon://LOFT", 1)
	two.Register("bottle", "bottle:SEA", 2)
	for name, c := range map[string]struct {
		of            *Drivers[int]
		address, want string
		missing       bool
	}{
		"another scheme":  {&two, "smoke://key:hush@hill", `no driver "smoke"; linked here: bottle:SEA, pigeon://LOFT`, true},
		"no driver there": {&none, "bottle:SEA", `no driver "bottle"; linked here: none`, true},
		"no scheme":       {&two, "hush", "no scheme; linked here: bottle:SEA, pigeon://LOFT", false},
		"nothing":         {&none, "", "no scheme; linked here: none", false},
	} {
		_, _, err := c.of.Of(c.address)
		require.EqualError(t, err, c.want, name)
		if c.missing {
			require.ErrorIs(t, err, ErrMissing, name)
		}
	}
}

func TestASchemeHasOneDriver(t *testing.T) {
	var d Drivers[int]
	d.Register("bottle", "bottle:SEA", 1)
	require.PanicsWithValue(t, "linked: scheme bottle registered twice", func() { d.Register("bottle", "", 2) })
}
