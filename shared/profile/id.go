package profile

import (
	"crypto/hmac"
	"crypto/sha256"

	"github.com/google/uuid"

	"redthread.dev/events"
)

// NewID returns the id of the profile that an event makes: a UUIDv7 (RFC 9562,
// section 5.7) of the event's time in milliseconds, whose random bits are a keyed
// hash of its source and id. A second delivery makes the same one.
func (r Rules) NewID(e events.Event) string {
	mac := hmac.New(sha256.New, r.Secret)
	mac.Write([]byte("profile\x00" + e.Source() + "\x00" + e.ID()))
	var id uuid.UUID
	copy(id[:], mac.Sum(nil))
	ms := e.Time().UnixMilli()
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}
