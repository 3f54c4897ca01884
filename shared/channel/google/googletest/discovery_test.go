package googletest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestThePublishedSchemaRefusesWhatItDoesNotDescribe(t *testing.T) {
	fcm := Discover(t, "fcm", "v1")
	for text, good := range map[string]bool{
		`{"message":{"token":"t","notification":{"title":"a"},"android":{"ttl":"3.5s","priority":"HIGH"},"data":{"any":"text"}}}`: true,
		`{"message":{"token":"t","title":"a"}}`:                   false,
		`{"message":{"android":{"ttl":"1h"}}}`:                    false,
		`{"message":{"android":{"priority":"high"}}}`:             false,
		`{"message":{"data":{"number":1}}}`:                       false,
		`{"message":{"webpush":{"headers":{"TTL":86400}}}}`:       false,
		`{"message":{"apns":{"headers":{"apns-priority":"10"}}}}`: true,
		`{"to":"t"}`: false,
	} {
		require.Equal(t, good, fcm.Fits("SendMessageRequest", []byte(text)) == nil, text)
	}
}
