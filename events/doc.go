// Package events is redthread's vocabulary: one Go type for the data of every
// CloudEvent that a shop's systems send and that redthread's functions send each
// other, one file per noun. The Go types are the source; JSON Schemas, samples and
// the AsyncAPI document beside them are written by go generate.
package events

//go:generate go run ./internal/generate
