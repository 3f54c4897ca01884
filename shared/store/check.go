package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// ErrInvalid says that a request is wrong whatever the store holds: trying again
// is of no use. Every driver finds the same ones, by the functions below.
var ErrInvalid = errors.New("invalid")

// MaxCommit is the most one commit may hold, in bytes of JSON: DynamoDB takes 4 MB
// a transaction.
const MaxCommit = 3800 << 10

// maxCollection keeps names within what every store takes as part of a table's name.
const maxCollection = 40

// CheckKeys returns ErrInvalid when a key could not be stored everywhere: its
// collection is 1 to 40 letters a to z, its ID 1 to MaxKey bytes of UTF-8 without NUL.
func CheckKeys(keys ...Key) error {
	for _, k := range keys {
		if err := checkKey(k); err != nil {
			return err
		}
	}
	return nil
}

// CheckWrites returns ErrInvalid for a commit with a bad key, with one key twice,
// with more than MaxWrites, or with data that is not an object; ErrTooLarge for a
// document over MaxDocument or documents over MaxCommit together. That data opens
// and closes as an object is all it looks for, as each caller has just encoded it.
func CheckWrites(writes ...Write) error {
	if len(writes) > MaxWrites {
		return fmt.Errorf("%w: %d documents in one commit, at most %d", ErrInvalid, len(writes), MaxWrites)
	}
	total := 0
	for i, w := range writes {
		if err := checkWrite(w); err != nil {
			return err
		}
		for _, earlier := range writes[:i] {
			if earlier.Key == w.Key {
				return fmt.Errorf("%s: %w: written twice in one commit", w.Key, ErrInvalid)
			}
		}
		total += len(w.Data)
	}
	if total > MaxCommit {
		return fmt.Errorf("%w: %d bytes in one commit, at most %d", ErrTooLarge, total, MaxCommit)
	}
	return nil
}

// CheckQuery returns ErrInvalid for a query that no store can answer.
func CheckQuery(q Query) error {
	switch {
	case !letters(q.Collection):
		return fmt.Errorf("%w: collection %q, want 1 to %d letters a to z", ErrInvalid, q.Collection, maxCollection)
	case q.Limit < 0:
		return fmt.Errorf("%s: %w: limit %d", q.Collection, ErrInvalid, q.Limit)
	case q.Partition == "" && (q.From != "" || q.To != "" || q.Descending):
		return fmt.Errorf("%s: %w: bounds or order without a partition", q.Collection, ErrInvalid)
	case len(q.Also) >= MaxWalked:
		return fmt.Errorf("%s: %w: %d partitions in one query, at most %d", q.Collection, ErrInvalid, len(q.Also)+1, MaxWalked)
	}
	for i, name := range q.Also {
		if name == "" || q.Partition == "" || name == q.Partition || slices.Contains(q.Also[:i], name) {
			return fmt.Errorf("%s: %w: of several partitions each has a name of its own, not %.40q", q.Collection, ErrInvalid, name)
		}
	}
	for _, text := range append([]string{q.Partition, q.From, q.To}, q.Also...) {
		if !stored(text) {
			return fmt.Errorf("%s: %w: %.40q is not UTF-8 of at most %d bytes without NUL", q.Collection, ErrInvalid, text, MaxKey)
		}
	}
	return nil
}

func checkKey(k Key) error {
	switch {
	case !letters(k.Collection):
		return fmt.Errorf("%w: collection %q, want 1 to %d letters a to z", ErrInvalid, k.Collection, maxCollection)
	case k.ID == "":
		return fmt.Errorf("%s: %w: no id", k.Collection, ErrInvalid)
	case !stored(k.ID):
		return fmt.Errorf("%s: %w: id %.40q is not UTF-8 of at most %d bytes without NUL", k.Collection, ErrInvalid, k.ID, MaxKey)
	}
	return nil
}

func checkWrite(w Write) error {
	if err := checkKey(w.Key); err != nil {
		return err
	}
	switch {
	case w.Version < Unchecked:
		return fmt.Errorf("%s: %w: version %d", w.Key, ErrInvalid, w.Version)
	case len(w.Data) > MaxDocument:
		return fmt.Errorf("%s: %w: %d bytes, at most %d", w.Key, ErrTooLarge, len(w.Data), MaxDocument)
	case w.Data != nil && !object(w.Data):
		return fmt.Errorf("%s: %w: data is not a JSON object", w.Key, ErrInvalid)
	case !stored(w.Entry.Partition) || !stored(w.Entry.Sort):
		return fmt.Errorf("%s: %w: index entry is not UTF-8 of at most %d bytes without NUL", w.Key, ErrInvalid, MaxKey)
	case w.Entry.Partition == "" && w.Entry.Sort != "":
		return fmt.Errorf("%s: %w: index entry with a sort and no partition", w.Key, ErrInvalid)
	}
	return nil
}

func letters(name string) bool {
	for i := range len(name) {
		if name[i] < 'a' || name[i] > 'z' {
			return false
		}
	}
	return name != "" && len(name) <= maxCollection
}

func stored(text string) bool {
	return len(text) <= MaxKey && utf8.ValidString(text) && strings.IndexByte(text, 0) < 0
}

func object(data []byte) bool {
	return len(data) >= 2 && data[0] == '{' && data[len(data)-1] == '}'
}
