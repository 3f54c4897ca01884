package main

import (
	"encoding/json"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	_ "redthread.dev/shared/store/sqlite" // linked: sqlite:FILE
	"redthread.dev/tests/year/audit"
)

// TestTheOutboxOfAShopsDaysBreaksNoRule holds the whole suite to the policy, where the year
// holds what is decided: infra/local lives through eight days of a shop, and the auditor reads
// nothing of it but the journal and what lies in the outbox then, mails and tickets.
func TestTheOutboxOfAShopsDaysBreaksNoRule(t *testing.T) {
	folder := t.TempDir()
	out, err := exec.Command("go", "run", "../../infra/local", "demo", "-speed", "0", "-customers", "120", "-days", "8", "-data", folder, "-addr", "127.0.0.1:0").CombinedOutput()
	require.NoError(t, err, "%s", out)
	folder = filepath.Join(folder, "demo")
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(folder, "redthread.db"))
	require.NoError(t, err)
	defer db.Close()
	o := outbox{T: t, folder: filepath.Join(folder, "outbox"), who: map[string]string{}, happened: map[string][]audit.Happened{}, sent: map[string][]audit.Sent{}}
	o.journal(db)
	o.mails()
	o.tickets()

	zone, err := time.LoadLocation("Europe/Copenhagen")
	require.NoError(t, err)
	policy := audit.Default(zone)
	mails, marketing := 0, 0
	for id, sent := range o.sent {
		slices.SortStableFunc(sent, func(a, b audit.Sent) int { return a.At.Compare(b.At) })
		require.Empty(t, policy.Check(o.happened[id], sent))
		for _, s := range sent {
			if s.Kind != events.ActionMessage {
				continue
			}
			mails++
			if s.Purpose == events.PurposeMarketing {
				marketing++
			}
			require.NotEmpty(t, policy.Check(nil, []audit.Sent{s}), "had nothing happened before, it were forbidden")
		}
	}
	t.Logf("%d mails, %d of them marketing, to %d customers of %d", mails, marketing, len(o.sent), len(o.happened))
	require.Greater(t, marketing, 50)
	require.Greater(t, mails, marketing)
}

// outbox is what is found of a suite's work, by customer.
type outbox struct {
	*testing.T
	folder   string
	who      map[string]string // customers by e-mail address
	happened map[string][]audit.Happened
	sent     map[string][]audit.Sent
}

// journal reads what happened to whom. Who was merged is one with whom they were merged into.
func (o *outbox) journal(db store.Store) {
	into := map[string]string{}
	for doc, err := range db.Query(o.Context(), store.Query{Collection: profile.Collection}) {
		require.NoError(o, err)
		if other := profile.MergedInto(doc); other != "" {
			into[doc.Key.ID] = other
		}
	}
	for doc, err := range db.Query(o.Context(), store.Query{Collection: profile.Journal}) {
		require.NoError(o, err)
		entry, err := profile.ReadEntry(doc)
		require.NoError(o, err)
		data, err := events.Parse(entry.Event)
		require.NoError(o, err)
		id := entry.Profile
		for into[id] != "" {
			id = into[id]
		}
		o.happened[id] = append(o.happened[id], audit.Happened{At: entry.Time, Channel: events.Extension(entry.Event, events.ExtChannel), Data: data})
		if from, ok := data.(events.FromSource); ok && from.Shared().Customer[events.IDEmail] != "" {
			o.who[from.Shared().Customer[events.IDEmail]] = id
		}
	}
	for _, all := range o.happened {
		slices.SortStableFunc(all, func(a, b audit.Happened) int { return a.At.Compare(b.At) })
	}
}

// mails reads what was sent to whom; a mail says which flow sent it, and what for.
func (o *outbox) mails() {
	files, err := filepath.Glob(filepath.Join(o.folder, "*.eml"))
	require.NoError(o, err)
	for _, name := range files {
		file, err := os.Open(name)
		require.NoError(o, err)
		m, err := mail.ReadMessage(file)
		require.NoError(o, err, name)
		require.NoError(o, file.Close())
		to, err := m.Header.AddressList("To")
		require.NoError(o, err, name)
		at, err := m.Header.Date()
		require.NoError(o, err, name)
		said := strings.Split(m.Header.Get("Feedback-ID"), ":")
		require.Len(o, said, 4, name)
		id, known := o.who[to[0].Address]
		require.True(o, known, "%s is to nobody of the journal", name)
		o.sent[id] = append(o.sent[id], audit.Sent{At: at, ID: m.Header.Get("X-Redthread-Action"), Flow: said[0], Kind: events.ActionMessage,
			Channel: said[2], Purpose: events.Purpose(said[1]), Priority: priorities[said[0]]})
	}
}

// tickets reads what customer service was given.
func (o *outbox) tickets() {
	files, err := filepath.Glob(filepath.Join(o.folder, "tickets", "*.json"))
	require.NoError(o, err)
	require.NotEmpty(o, files)
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(o, err)
		var ticket struct {
			Thread, Flow string
			Updates      []struct {
				ID        string `json:"update_id"`
				Profile   string
				At        time.Time
				Complaint bool
			}
		}
		require.NoError(o, json.Unmarshal(text, &ticket), name)
		for _, u := range ticket.Updates {
			o.sent[u.Profile] = append(o.sent[u.Profile], audit.Sent{At: u.At, ID: u.ID, Flow: ticket.Flow, Key: ticket.Thread, Kind: events.ActionTicket,
				Channel: "ticket", Purpose: events.PurposeService, Complaint: u.Complaint})
		}
	}
}
