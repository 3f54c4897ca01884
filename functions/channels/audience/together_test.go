package audience

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/channel"
)

// direct answers without a network, in the time of a test.
type direct struct{ http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	r.Host = r.URL.Host
	d.ServeHTTP(w, r)
	return w.Result(), nil
}

// networks are those of a shop at both networks, reached directly.
func (x *exchange) networks() *networks {
	s := settings{Google: Google{Key: x.Key(), Account: "1234567890", AtGoogle: rolls{"store-visitors": atGoogle}, Limit: 60},
		Meta: Meta{Token: metaToken, AtMeta: rolls{"store-visitors": atMeta}, Version: "v25.0"}}
	all, err := s.networks(direct{x})
	require.NoError(x, err)
	return newNetworks(all, 15*time.Second)
}

// changed has so many customers put on the lists at the same time, or taken off, and
// returns their errors.
func changed(ns *networks, remove bool, n int) []error {
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			p, a := ann(), enter(fmt.Sprint(i))
			if remove {
				a = leave(fmt.Sprint(i))
			}
			p.Identifiers[0].Value = fmt.Sprintf("ann-%d@shop.example", i)
			_, errs[i] = ns.Send(ctx, channel.Delivery{Action: a, Profile: &p})
		})
	}
	all.Wait()
	return errs
}

func TestCustomersWhoComeTogetherAreOneRequestOfEachNetwork(t *testing.T) {
	x := openExchange(t)
	synctest.Test(t, func(t *testing.T) {
		ns := x.networks()
		require.NoError(t, errors.Join(changed(ns, false, 130)...))
		require.Len(t, x.requests, 2)
		require.Len(t, x.on("google "+atGoogle), 130+1, "and one phone number")
		require.NoError(t, errors.Join(changed(ns, true, 130)...))
		require.Len(t, x.requests, 4)
		require.Empty(t, x.on("google "+atGoogle))
		require.Empty(t, x.on("meta "+atMeta))
	})
}

func TestNoRequestHasMoreThanTheNetworksTake(t *testing.T) {
	x := openExchange(t)
	synctest.Test(t, func(t *testing.T) {
		require.NoError(t, errors.Join(changed(x.networks(), true, 3*together)...))
		require.Len(t, x.requests, 6)
	})
}

func TestOneCustomerWhomANetworkRefusesKeepsBackNoOther(t *testing.T) {
	for name, c := range map[string]struct {
		host, hash, answer, reason string
		status                     int
	}{
		"google": {googles, hash("ann-3@shop.example"), `{"error":{"details":[{"fieldViolations":[{"field":"audience_members.audience_members[0]","reason":"INVALID_AUDIENCE_MEMBER"}]}]}}`,
			"google answered 400 INVALID_AUDIENCE_MEMBER", http.StatusBadRequest},
		"meta": {metas, hash("ann-3@shop.example"), `{"audience_id":"1","session_id":"2","num_received":8,"num_invalid_entries":1}`,
			"meta could not read 1 of 1 entries", http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			x := openExchange(t)
			x.before = func(w http.ResponseWriter, r *http.Request, body []byte) bool {
				if r.Host != c.host || !strings.Contains(string(body), c.hash) {
					return false
				}
				w.WriteHeader(c.status)
				fmt.Fprint(w, c.answer)
				return true
			}
			synctest.Test(t, func(t *testing.T) {
				for i, err := range changed(x.networks(), false, 8) {
					if i == 3 {
						var f *channel.Fault
						require.ErrorAs(t, err, &f)
						require.True(t, f.Never)
						require.EqualError(t, err, c.reason)
						continue
					}
					require.NoError(t, err)
				}
			})
			require.Len(t, x.to(c.host), 7, "it is found by halves")
		})
	}
}

func TestNoMinuteSeesMoreRequestsToGoogleThanTheLimit(t *testing.T) {
	x := openExchange(t)
	var at []time.Time
	x.before = func(_ http.ResponseWriter, r *http.Request, _ []byte) bool {
		if r.Host == googles {
			at = append(at, time.Now())
		}
		return false
	}
	synctest.Test(t, func(t *testing.T) {
		ns := x.networks()
		for range 200 {
			changed(ns, false, 1)
		}
	})
	most := 0
	for i, from := range at {
		n := 0
		for _, then := range at[i:] {
			if then.Sub(from) < time.Minute {
				n++
			}
		}
		most = max(most, n)
	}
	require.LessOrEqual(t, most, 60)
	require.Greater(t, most, 50, "and it is made use of")
}
