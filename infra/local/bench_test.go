package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/infra/local/suite"
)

// BenchmarkSuite is the whole suite on one machine with its SQLite store: views of
// products by 500 customers, from the broker's Publish to the last decision.
func BenchmarkSuite(b *testing.B) {
	for _, store := range []string{"memory:", ""} {
		name := store
		if name == "" {
			name = "sqlite:"
		}
		b.Run(name, func(b *testing.B) {
			quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
			s, err := suite.Open(context.Background(), suite.Config{Data: b.TempDir(), Store: store, Log: quiet})
			require.NoError(b, err)
			defer s.Close(context.Background()) //nolint:errcheck
			b.ResetTimer()
			for n := 0; n < b.N; n += 64 {
				var es []events.Event
				for i := range 64 {
					e, err := events.New("/bench", fmt.Sprint(n+i), time.Now(), events.ProductViewed{SKU: "BOOT-42", Common: events.Common{
						Customer: events.Identifiers{"cookie": fmt.Sprint("c-", (n+i)%500)}}})
					require.NoError(b, err)
					es = append(es, e)
				}
				require.NoError(b, s.Broker.Publish(context.Background(), es...))
				for s.Broker.Waiting() > 512 {
					time.Sleep(time.Millisecond)
				}
			}
			require.NoError(b, s.Broker.Idle(context.Background()))
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
			require.NoError(b, s.Tally.Report().Check())
		})
	}
}
