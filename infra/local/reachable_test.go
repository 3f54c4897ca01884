package main

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLinksLeadSomewhereWhateverIsListenedOn(t *testing.T) {
	for want, addr := range map[string]net.TCPAddr{
		"http://localhost:8080":   {IP: net.IPv6unspecified, Port: 8080},
		"http://localhost:8081":   {IP: net.IPv4zero, Port: 8081},
		"http://127.0.0.1:8080":   {IP: net.IPv4(127, 0, 0, 1), Port: 8080},
		"http://[::1]:8080":       {IP: net.IPv6loopback, Port: 8080},
		"http://192.168.1.7:8080": {IP: net.IPv4(192, 168, 1, 7), Port: 8080},
	} {
		require.Equal(t, want, reachable(&addr))
	}
}
