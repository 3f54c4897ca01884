module redthread.dev/tests/knative/tools

go 1.26.0

require (
	github.com/emersion/go-smtp v0.24.0
	github.com/standard-webhooks/standard-webhooks/libraries v0.0.1
	gopkg.in/yaml.v3 v3.0.1
)

require github.com/emersion/go-sasl v0.0.0-20241020182733-b788ff22d5a6 // indirect
