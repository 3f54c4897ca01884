package ticket

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/outbox"
)

// ticket is one file: what customer service sees at a glance, and every update.
type ticket struct {
	about
	Profile   string    `json:"profile"` // of the latest update
	Subject   string    `json:"subject"`
	Priority  string    `json:"priority"`     // the highest
	Due       time.Time `json:"due,omitzero"` // the earliest
	Complaint bool      `json:"complaint,omitempty"`
	Opened    time.Time `json:"opened"`
	Updated   time.Time `json:"updated"`
	Updates   []update  `json:"updates"` // oldest first
}

// file keeps each ticket in a file. One process writes them.
type file struct {
	folder outbox.Folder
	mu     sync.Mutex // two words on one ticket must not overwrite each other
}

func (f *file) Send(_ context.Context, d channel.Delivery) (channel.Receipt, error) {
	who, what, err := write(d)
	if err != nil {
		return channel.Receipt{Provider: "file"}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	receipt := channel.Receipt{Provider: "file", Reference: who.Ticket}
	t, err := f.read(who)
	if err != nil || !t.add(what) {
		return receipt, err
	}
	text, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return receipt, fmt.Errorf("ticket %q: %w", who.Ticket, err)
	}
	return receipt, f.folder.Put(who.Ticket+".json", append(text, '\n'))
}

// Repeats is true: an update is listed once.
func (*file) Repeats() bool { return true }

func (f *file) read(who about) (ticket, error) {
	t := ticket{about: who}
	path, err := f.folder.Path(who.Ticket + ".json")
	if err != nil {
		return t, err
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return t, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &t)
	}
	if err != nil {
		return t, fmt.Errorf("ticket %q: %w", who.Ticket, err)
	}
	return t, nil
}

// add puts an update in its place in time. The ticket is the same in whatever order
// its updates come. It returns false when the update is there.
func (t *ticket) add(u update) bool {
	if slices.ContainsFunc(t.Updates, func(old update) bool { return old.ID == u.ID }) {
		return false
	}
	t.Updates = append(t.Updates, u)
	slices.SortFunc(t.Updates, func(a, b update) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	t.sum()
	return true
}

// sum says how the ticket stands after its updates.
func (t *ticket) sum() {
	t.Opened, t.Updated = t.Updates[0].At, t.Updates[len(t.Updates)-1].At
	t.Profile = t.Updates[len(t.Updates)-1].Profile
	t.Subject, t.Priority, t.Due = t.Updates[0].Subject, "", time.Time{}
	for _, u := range t.Updates {
		t.Complaint = t.Complaint || u.Complaint
		if t.Priority == "" || rank(u.Priority) > rank(t.Priority) {
			t.Priority = u.Priority
		}
		if !u.Due.IsZero() && (t.Due.IsZero() || u.Due.Before(t.Due)) {
			t.Due = u.Due
		}
	}
}

func rank(priority string) int { return slices.Index([]string{"low", "normal", "high"}, priority) }
