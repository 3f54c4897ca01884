package push

import (
	"fmt"
	"regexp"
	"strings"
)

// services are the hosts that browsers may be reached at: what a subscription says is
// input, which must not make us ask a server of its choice. They are known by name, as
// where a name leads is for whoever runs the cluster to say.
type services []string

// host is a name of two labels or more, perhaps any one below it.
var host = regexp.MustCompile(`^(\*\.)?([a-z0-9-]+\.)+[a-z][a-z0-9-]+$`)

func readServices(hosts []string) (services, error) {
	if len(hosts) == 0 {
		return nil, fmt.Errorf(`PUSH_SERVICES is "", expected hosts such as fcm.googleapis.com,*.push.apple.com`)
	}
	for _, h := range hosts {
		if !host.MatchString(h) {
			return nil, fmt.Errorf("PUSH_SERVICES holds %q, expected hosts such as fcm.googleapis.com or, with all below, *.push.apple.com", h)
		}
	}
	return hosts, nil
}

// of returns the service that a host belongs to, by the name that all its hosts share.
func (s services) of(host string) (string, bool) {
	host = strings.ToLower(host)
	for _, known := range s {
		above, below := strings.CutPrefix(known, "*.")
		if host == above && !below || below && strings.HasSuffix(host, "."+above) {
			return above, true
		}
	}
	return "", false
}
