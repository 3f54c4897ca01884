// Package tracing sends the spans of a process's functions to an OpenTelemetry collector.
//
// It speaks OTLP over HTTP with protobuf, as OpenTelemetry's own exporter does. That one
// would bring gRPC along, which is a megabyte of each image and is then not used.
package tracing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
)

// settings are OpenTelemetry's own variables, with its defaults
// (https://opentelemetry.io/docs/specs/otel/protocol/exporter/). The SDK itself reads
// OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_TRACES_SAMPLER and OTEL_BSP_….
type settings struct {
	Endpoint       string `envconfig:"OTEL_EXPORTER_OTLP_ENDPOINT"`
	TracesEndpoint string `envconfig:"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"`
	Protocol       string `envconfig:"OTEL_EXPORTER_OTLP_PROTOCOL"`
	TracesProtocol string `envconfig:"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"`
	Headers        string `envconfig:"OTEL_EXPORTER_OTLP_HEADERS"`
	Timeout        int    `envconfig:"OTEL_EXPORTER_OTLP_TIMEOUT" default:"10000" least:"1"`
	Exporter       string `envconfig:"OTEL_TRACES_EXPORTER"`
	Disabled       bool   `envconfig:"OTEL_SDK_DISABLED"`
}

const overHTTP = "http/protobuf (collectors take it on port 4318)"

// Start makes the functions of this process record spans and sends them to the collector
// that OpenTelemetry's variables name; without one nothing is recorded. service is what
// the process calls itself unless OTEL_SERVICE_NAME says otherwise. What cannot be sent is
// lost, and said in the log. The returned function sends what is left.
//
// It returns an error for an address that is none, a protocol other than http/protobuf,
// and headers that cannot be read.
func Start(ctx context.Context, service string, log *slog.Logger) (flush func(context.Context) error, err error) {
	var s settings
	if err := function.Settings(function.Env{}, "traces", &s); err != nil {
		return nil, err
	}
	to, err := s.collector()
	if err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	if to == nil {
		return func(context.Context) error { return nil }, nil
	}
	of, err := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithAttributes(attribute.String("service.name", service)), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	exporter, err := otlptrace.New(ctx, to)
	if err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("traces", "error", err.Error()) }))
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(of))
	function.Trace(provider)
	return provider.Shutdown, nil
}

// collector is where spans go, nil if nowhere.
func (s settings) collector() (*collector, error) {
	if s.Disabled || s.Exporter == "none" || s.Endpoint == "" && s.TracesEndpoint == "" {
		return nil, nil
	}
	name, address, path := "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", s.TracesEndpoint, ""
	if address == "" {
		name, address, path = "OTEL_EXPORTER_OTLP_ENDPOINT", s.Endpoint, "v1/traces"
	}
	u, ok := function.OnWeb(address)
	if !ok {
		return nil, fmt.Errorf("%s is %q, expected the full address of a collector, e.g. http://127.0.0.1:4318", name, store.Redacted(address))
	}
	for _, x := range []struct{ name, value, only string }{
		{"OTEL_TRACES_EXPORTER", s.Exporter, "otlp or none"},
		{"OTEL_EXPORTER_OTLP_PROTOCOL", s.Protocol, overHTTP},
		{"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", s.TracesProtocol, overHTTP},
	} {
		if only, _, _ := strings.Cut(x.only, " "); x.value != "" && x.value != only {
			return nil, fmt.Errorf("%s is %q, expected %s", x.name, x.value, x.only)
		}
	}
	headers, err := headers(s.Headers)
	if err != nil {
		return nil, err
	}
	return &collector{
		address: u.JoinPath(path).String(), header: headers,
		client: &http.Client{Timeout: time.Duration(s.Timeout) * time.Millisecond},
	}, nil
}

// headers reads NAME=VALUE, separated by commas and with % as in an address. They may hold
// a key, so that no error shows them.
func headers(list string) (http.Header, error) {
	all := http.Header{}
	members, err := baggage.Parse(list)
	if err != nil {
		return nil, errors.New("OTEL_EXPORTER_OTLP_HEADERS cannot be read, expected NAME=VALUE,NAME=VALUE with special characters as %XX")
	}
	for _, m := range members.Members() {
		all.Set(m.Key(), m.Value())
	}
	return all, nil
}
