package dynamodb

import (
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"redthread.dev/shared/store"
)

type item = map[string]value

func text(s string) value { return &types.AttributeValueMemberS{Value: s} }
func whole(n int64) value { return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)} }

func keyOf(id string) item { return item{"id": text(id)} }

// itemOf returns the item for a write that puts a document, but for its version.
func itemOf(w store.Write) (item, error) {
	data, err := encode(w.Data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: data is not a JSON object: %w", w.Key, store.ErrInvalid, err)
	}
	i := item{"id": text(w.Key.ID), "data": data}
	if w.Entry.Partition != "" {
		i["part"], i["sort"], i["place"] = text(w.Entry.Partition), text(w.Entry.Sort), text(place(w.Entry.Sort, w.Key.ID))
	}
	if !w.Expires.IsZero() {
		until := w.Expires.UnixMilli()
		i["until"], i["expires"] = whole(until), whole(-floor(-until, 1000)) // rounded up: never deleted early
	}
	return i, nil
}

func floor(n, by int64) int64 {
	if n%by < 0 {
		return n/by - 1
	}
	return n / by
}

// documentOf is the reverse of itemOf; what has expired is a zero document.
func documentOf(k store.Key, i item, now time.Time) (store.Document, error) {
	version, until := integer(i["version"]), integer(i["until"])
	_, expiring := i["until"]
	if version == 0 || expiring && until <= now.UnixMilli() {
		return store.Document{Key: k}, nil
	}
	data, err := decode(i["data"])
	if err != nil {
		return store.Document{}, fmt.Errorf("%s: %w", k, err)
	}
	d := store.Document{Key: k, Version: version, Data: data, Entry: store.Entry{Partition: str(i["part"]), Sort: str(i["sort"])}}
	if expiring {
		d.Expires = time.UnixMilli(until).UTC()
	}
	return d, nil
}

func str(v value) string {
	if s, ok := v.(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

func integer(v value) int64 {
	if n, ok := v.(*types.AttributeValueMemberN); ok {
		i, _ := strconv.ParseInt(n.Value, 10, 64) // ours, as documentOf takes 0 for none
		return i
	}
	return 0
}

// A range key holds 1024 bytes. Of longer places it has the beginning: the characters
// that start within so many bytes, so that the order of beginnings never contradicts that
// of the places; the walk sorts those that are equal.
const placeStarts = 1021

// place is where a document stands in its partition: NUL is below all that a sort can hold.
func place(sort, id string) string {
	p := sort + "\x00" + id
	for i := range p {
		if i >= placeStarts {
			return p[:i]
		}
	}
	return p
}

// cut says whether a place may be the beginning of a longer one.
func cut(place string) bool { return len(place) >= placeStarts }
