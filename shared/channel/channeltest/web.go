package channeltest

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

// Web is a web on which every host is the handler, over TLS: how a channel reaches
// providers whose addresses are fixed.
func Web(t *testing.T, hosts http.Handler) http.RoundTripper {
	server := httptest.NewTLSServer(hosts)
	t.Cleanup(server.Close)
	web := server.Client().Transport.(*http.Transport).Clone()
	web.TLSClientConfig = &tls.Config{RootCAs: web.TLSClientConfig.RootCAs, ServerName: "example.com"}
	web.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}
	return web
}
