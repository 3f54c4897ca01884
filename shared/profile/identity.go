package profile

import (
	"encoding/base64"
	"fmt"
	"time"

	"github.com/goccy/go-json"

	"redthread.dev/shared/store"
)

// Identities is the collection that says which profile an identifier belongs to.
// A document's id is the identifier's type and a keyed hash of its value, so that
// the collection tells nothing without the key.
const Identities = "identities"

// Identity is the document of one identifier.
type Identity struct {
	Profile string    `json:"profile,omitempty"` // whose it is; empty: it was refused by all who came with it
	Login   int64     `json:"login,omitempty"`   // hours since 1970 to the latest sighting with a strong one, if it is weak
	Held    []string  `json:"held,omitempty"`    // other profiles that have events with it
	Company []string  `json:"company,omitempty"` // keyed hashes of the strong identifiers seen with it, if it is weak
	Public  time.Time `json:"public,omitzero"`   // since when it names nobody, having been in too much company
}

// IdentityKey returns the key of a name's document.
func (r Rules) IdentityKey(name string) store.Key {
	return store.Key{Collection: Identities, ID: TypeOf(name) + ":" + r.hash("identity", name, 32)}
}

// CompanyOf returns how a strong name is noted in Identity.Company.
func (r Rules) CompanyOf(name string) string { return r.hash("company", name, 6) }

func (r Rules) hash(use, name string, size int) string {
	return base64.RawURLEncoding.EncodeToString(r.mac(nil, use+"\x00"+name)[:size])
}

// ReadIdentity decodes an identity's document; a missing one is empty.
func ReadIdentity(d store.Document) (Identity, error) {
	var i Identity
	if !d.Exists() {
		return i, nil
	}
	if err := json.Unmarshal(d.Data, &i); err != nil {
		return i, fmt.Errorf("decode identity %q: %w", d.Key.ID, err)
	}
	return i, nil
}

// WriteIdentity returns the write that commits i under key at the version it was
// read at.
func WriteIdentity(key store.Key, i Identity, version int64) (store.Write, error) {
	data, err := json.Marshal(&i)
	if err != nil {
		return store.Write{}, fmt.Errorf("encode identity %q: %w", key.ID, err)
	}
	return store.Write{Key: key, Version: version, Data: data}, nil
}
