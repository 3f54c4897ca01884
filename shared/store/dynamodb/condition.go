package dynamodb

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"redthread.dev/shared/store"
)

// condition is what must hold of the item that is there; the zero one always does.
type condition struct {
	expression *string
	names      map[string]string
	values     item
}

// conditionOf returns the condition of a write. An unchecked one is held to the growth of
// versions only, in case another process's clock is ahead of ours.
func conditionOf(w store.Write, version int64, now time.Time) condition {
	switch {
	case w.Version == store.Unchecked && w.Data == nil:
		return condition{}
	case w.Version == store.Unchecked:
		return condition{aws.String("attribute_not_exists(#version) OR #version < :new"),
			map[string]string{"#version": "version"}, item{":new": whole(version)}}
	case w.Version == 0:
		return condition{aws.String("attribute_not_exists(#version) OR #until <= :now"),
			map[string]string{"#version": "version", "#until": "until"}, item{":now": whole(now.UnixMilli())}}
	}
	return condition{aws.String("#version = :old AND (attribute_not_exists(#until) OR #until > :now)"),
		map[string]string{"#version": "version", "#until": "until"}, item{":old": whole(w.Version), ":now": whole(now.UnixMilli())}}
}

// refusal is why DynamoDB refused one write of a commit, with what it found there.
type refusal struct {
	code, message string
	found         item
}

const (
	unmet  = "ConditionalCheckFailed"
	raced  = "TransactionConflict"
	absent = "ResourceNotFound"
)

// refused returns the refusals, one for each write, or none when the error is another.
func refused(err error, n int) []refusal {
	var unmetHere *types.ConditionalCheckFailedException
	var racedHere *types.TransactionConflictException
	var cancelled *types.TransactionCanceledException
	switch {
	case errors.As(err, &unmetHere):
		return []refusal{{unmet, unmetHere.ErrorMessage(), unmetHere.Item}}
	case errors.As(err, &racedHere):
		return []refusal{{raced, racedHere.ErrorMessage(), nil}}
	case errors.As(err, &cancelled) && len(cancelled.CancellationReasons) == n:
		all := make([]refusal, n)
		for i, r := range cancelled.CancellationReasons {
			all[i] = refusal{aws.ToString(r.Code), aws.ToString(r.Message), r.Item}
		}
		return all
	}
	return nil
}

// done says whether the refusals show the commit's own effect: a document at the version
// that it gave it or, of a commit that only deletes, none where there was to be one.
func done(puts []put, refusals []refusal) bool {
	gone, other := 0, 0
	for i, p := range puts {
		found := integer(refusals[i].found["version"])
		switch {
		case p.item != nil && found == p.version:
			return true
		case p.item == nil && p.Write.Version > 0 && refusals[i].code == unmet && found == 0:
			gone++
		case p.item != nil || p.Write.Version > 0:
			other++
		}
	}
	return gone > 0 && other == 0
}

// judge tells from the refusals whether the commit lost a race, may be made again, or was
// done already by an attempt whose answer was lost.
func (t *tables) judge(puts []put, refusals []refusal, lost bool) (again bool, err error) {
	for _, r := range refusals {
		t.versions.seen(integer(r.found["version"]))
	}
	if lost && done(puts, refusals) {
		return false, nil
	}
	for i, r := range refusals {
		conflict := fmt.Errorf("%s: %w", puts[i].Key, store.ErrConflict)
		switch {
		case r.code == unmet && puts[i].Write.Version != store.Unchecked:
			return false, conflict
		case r.code == unmet || r.code == raced:
			again, err = true, conflict
		case strings.HasPrefix(r.code, "Throttling") || strings.HasPrefix(r.code, "ProvisionedThroughput"):
			again, err = true, fmt.Errorf("%s: throttled by DynamoDB: %s: %s", puts[i].Key, r.code, r.message)
		case r.code != "" && r.code != "None":
			return false, fmt.Errorf("%s: refused by DynamoDB: %s: %s", puts[i].Key, r.code, r.message)
		}
	}
	return again, err
}
