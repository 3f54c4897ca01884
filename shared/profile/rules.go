package profile

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"maps"
	"sync"

	"github.com/goccy/go-json"

	"redthread.dev/events"
)

// Rules say how a shop reads the identifiers in its events.
type Rules struct {
	Country string          // ISO 3166-1 alpha-2: whose phone number it is that names no country
	Kiosks  map[string]bool // names (see NameOf) of the shop's own devices: they are nobody
	Secret  []byte          // profile ids are made with it, so that nobody can tell which event made one
	Limits  Limits

	macs *sync.Pool // see Prepared
}

// Prepared returns the same rules, for those who make many keyed hashes: in a third of
// the time.
func (r Rules) Prepared() Rules {
	secret := r.Secret
	r.macs = &sync.Pool{New: func() any { return hmac.New(sha256.New, secret) }}
	return r
}

// mac returns the keyed hash (RFC 2104, with SHA-256) of a text, appended to sum.
func (r Rules) mac(sum []byte, text string) []byte {
	if r.macs == nil {
		r = r.Prepared()
	}
	mac := r.macs.Get().(hash.Hash)
	defer r.macs.Put(mac)
	mac.Reset()
	mac.Write([]byte(text))
	return mac.Sum(sum)
}

// Other is the data of an event whose type is not of the vocabulary: whom it is
// about is all that is read of it.
type Other struct {
	events.Common
	kind string
}

// Type returns the event's type.
func (o *Other) Type() string { return o.kind }

// maxIdentifier is the longest identifier, in bytes of JSON, that is taken for one; push
// tokens are the longest that shops have.
const maxIdentifier = 1024

// short tells whether an identifier is no longer. What JSON escapes is six times as long.
func short(value string) bool {
	if len(value) <= maxIdentifier/6 {
		return true
	}
	text, err := json.Marshal(value)
	return err == nil && len(text) <= maxIdentifier+len(`""`)
}

// Parse reads an event's data, and its identifiers in their normal form. Values
// that name nobody, that are none of their type, and the shop's own devices are
// left out; the identifiers in the data are those that are returned.
func (r Rules) Parse(e events.Event) (events.Data, events.Identifiers, error) {
	data, err := events.Parse(e)
	if errors.Is(err, events.ErrUnknownType) {
		data, err = other(e)
	}
	if err != nil {
		return nil, nil, err
	}
	ids := r.Identifiers(data)
	if ids != nil {
		data.(events.FromSource).Shared().Customer = ids
	}
	return data, ids, nil
}

// Identifiers returns the identifiers in data in their normal form, as Parse does, and
// leaves the data as it was; nil when it is of a type that names no customer.
func (r Rules) Identifiers(data events.Data) events.Identifiers {
	from, ok := data.(events.FromSource)
	if !ok {
		return nil
	}
	ids := r.normal(from.Shared().Customer)
	if m, ok := data.(*events.SocialMentioned); ok {
		maps.Copy(ids, r.normal(events.Identifiers{m.Platform: m.Handle}))
	}
	return ids
}

func other(e events.Event) (events.Data, error) {
	var d events.Foreign
	if err := json.Unmarshal(e.DataEncoded, &d); err != nil {
		return nil, fmt.Errorf("decode %s: %w", events.Tag(e), err)
	}
	return &Other{events.Common{Customer: d.Customer}, e.Type()}, nil
}

func (r Rules) normal(ids events.Identifiers) events.Identifiers {
	out := make(events.Identifiers, len(ids))
	for idType, value := range ids {
		if v, err := events.Normalise(idType, value, r.Country); err == nil && short(v) && !r.Kiosks[NameOf(idType, v)] {
			out[idType] = v
		}
	}
	return out
}

// Sighting returns what identity resolution sees of a journal entry, and its data.
func (r Rules) Sighting(entry Entry) (Sighting, events.Data, error) {
	data, ids, err := r.Parse(entry.Event)
	if err != nil {
		return Sighting{}, nil, err
	}
	s := NewSighting(entry.Event, ids, entry.Pin, r.NewID(entry.Event))
	if entry.Unlinked {
		s = s.Alone()
	}
	if len(s.Weak) > 0 {
		for _, name := range s.Strong {
			s.Company = append(s.Company, r.CompanyOf(name))
		}
	}
	return s, data, nil
}

// Fold folds a journal entry with its data, which Parse or Sighting made of it, into
// a profile: with the identifiers that Taken tells.
func (entry Entry) Fold(p *Profile, data events.Data) {
	if from, ok := data.(events.FromSource); ok {
		from.Shared().Customer = entry.Taken(from.Shared().Customer)
	}
	Fold(p, entry.Event, data)
}

// Taken returns those of an entry's identifiers, in their normal form, that were taken
// for the customer's: without those that were refused, and for a statement made by a
// link of ours with those of the customer who got it. It may be ids itself.
func (entry Entry) Taken(ids events.Identifiers) events.Identifiers {
	if len(entry.Refused) == 0 && len(entry.Speaker) == 0 {
		return ids
	}
	ids = maps.Clone(ids)
	if ids == nil {
		ids = events.Identifiers{}
	}
	for _, idType := range entry.Refused {
		delete(ids, idType)
	}
	for idType, value := range entry.Speaker {
		ids[idType] = value
	}
	return ids
}
