module redthread.dev/tests/knative/tools

go 1.26.0

require (
	github.com/emersion/go-smtp v0.24.0
	github.com/google/go-containerregistry v0.22.1
	github.com/standard-webhooks/standard-webhooks/libraries v0.0.1
)

require (
	github.com/emersion/go-sasl v0.0.0-20241020182733-b788ff22d5a6 // indirect
	github.com/klauspost/compress v1.19.2 // indirect
	github.com/opencontainers/go-digest v1.0.0 // indirect
	github.com/opencontainers/image-spec v1.1.1 // indirect
)
