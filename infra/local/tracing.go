package main

import (
	"context"
	"fmt"
	"os"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
)

// tracing records spans and sends them to the collector that OpenTelemetry's own
// variables name; without one nothing is recorded. The returned function sends what
// is left.
func tracing(ctx context.Context) (func(context.Context) error, error) {
	asked := false
	for _, name := range []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"} {
		address := os.Getenv(name)
		if address != "" && !onWeb(address) { // the exporter would go on without, and log the address
			return nil, fmt.Errorf("traces: %s is %q, expected the full address of a collector, e.g. http://127.0.0.1:4318", name, store.Redacted(address))
		}
		asked = asked || address != ""
	}
	if !asked {
		return func(context.Context) error { return nil }, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter))
	function.Trace(provider)
	return provider.Shutdown, nil
}
