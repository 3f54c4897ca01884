package why

import (
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

func TestEveryChannelThatACustomerAllowsIsNamed(t *testing.T) {
	all := profile.Consent{Channel: events.ConsentAll, Purpose: events.PurposeMarketing, Granted: true, Identifiers: []string{"login:mette"}}
	require.Equal(t, []string{"email", "sms", "push", "phone", "post", "ads"}, allows(&profile.Profile{Consents: []profile.Consent{all}}))
	require.Equal(t, []string{}, allows(&profile.Profile{}))
}
