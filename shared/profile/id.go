package profile

import (
	"github.com/google/uuid"

	"redthread.dev/events"
)

// NewID returns the id of the profile that an event makes: a UUIDv7 (RFC 9562,
// section 5.7) of the event's time in milliseconds, whose random bits are a keyed
// hash of its source and id. A second delivery makes the same one.
func (r Rules) NewID(e events.Event) string {
	var id uuid.UUID
	copy(id[:], r.mac(nil, "profile\x00"+e.Source()+"\x00"+e.ID()))
	ms := e.Time().UnixMilli()
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}
