package profile

import (
	"errors"
	"regexp"
	"strings"
)

// Kiosks are the shop's own devices, by their names (see NameOf): who is seen with one
// is nobody because of it. As a setting they are written device:till-7,cookie:c-12.
type Kiosks map[string]bool

var kiosk = regexp.MustCompile(`^([a-z][a-z_]*):\s*(\S.*)$`)

// Decode reads the setting. The error says what is expected.
func (k *Kiosks) Decode(setting string) error {
	*k = Kiosks{}
	if strings.TrimSpace(setting) == "" {
		return nil
	}
	for _, one := range strings.Split(setting, ",") {
		parts := kiosk.FindStringSubmatch(strings.TrimSpace(one))
		if parts == nil {
			return errors.New("expected type:value, with commas between, as in device:till-7,cookie:c-12")
		}
		(*k)[NameOf(parts[1], parts[2])] = true
	}
	return nil
}
