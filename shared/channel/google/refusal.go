package google

import (
	"cmp"
	"encoding/json"
	"time"

	"redthread.dev/shared/channel"
)

// Refusal is an error as Google's APIs tell it: a google.rpc.Status and what its details
// say (https://google.aip.dev/193). What a detail does not say is empty.
type Refusal struct {
	Status     string        // e.g. INVALID_ARGUMENT
	Message    string        // may name somebody
	Code       string        // the errorCode that FCM adds, e.g. UNREGISTERED
	Reason     string        // of google.rpc.ErrorInfo, e.g. RESOURCE_EXHAUSTED
	Limit      string        // the quota that is used up, of google.rpc.ErrorInfo
	After      time.Duration // of google.rpc.RetryInfo
	Violations []Violation   // of google.rpc.BadRequest
}

// Violation is a field of a request that is not as it should be.
type Violation struct {
	Field  string `json:"field"`
	Reason string `json:"reason"` // e.g. INVALID_SHA256_FORMAT
}

// detail is any of the details that are read, by their fields.
type detail struct {
	Code       string            `json:"errorCode"`
	Reason     string            `json:"reason"`
	Metadata   map[string]string `json:"metadata"`
	Violations []Violation       `json:"fieldViolations"`
	Delay      string            `json:"retryDelay"` // "3.5s"
}

// Refused reads why an API did not do what it was asked to. Of an answer that is a
// success, or that is none of the API's, such as a proxy's page, there is nothing to read.
func Refused(a channel.Answer) (r Refusal) {
	var said struct {
		Error struct {
			Status, Message string
			Details         []detail
		}
	}
	if a.Status/100 == 2 || json.Unmarshal(a.Body, &said) != nil {
		return r
	}
	r.Status, r.Message = said.Error.Status, said.Error.Message
	for _, d := range said.Error.Details {
		r.Code, r.Reason, r.Limit = cmp.Or(r.Code, d.Code), cmp.Or(r.Reason, d.Reason), cmp.Or(r.Limit, d.Metadata["quota_limit"])
		r.Violations = append(r.Violations, d.Violations...)
		if delay, err := time.ParseDuration(d.Delay); err == nil && delay > 0 {
			r.After = delay
		}
	}
	return r
}
