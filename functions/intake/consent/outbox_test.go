package consent

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
)

// enters has the real channel put a customer into an audience, or take them out.
func (s *shop) enters(profileID, id string, content action.Content) {
	s.Helper()
	s.deed(profileID, id, "audience", content)
	e, err := events.New("/redthread/storeretarget", id, s.clock(), events.ActionRequested{ActionID: id, Kind: events.ActionAudience})
	require.NoError(s, err)
	for name, value := range map[string]string{events.ExtProfileID: profileID, events.ExtChannel: "audience", events.ExtFlow: "storeretarget"} {
		events.SetExtension(&e, name, value)
	}
	s.tell(e)
	require.Equal(s, action.Sent, s.action(id).Status, s.action(id).Reason)
}

// files are all that is in the outbox, names and bytes.
func (s *shop) files() string {
	var all strings.Builder
	for _, path := range s.outbox() {
		text, err := os.ReadFile(path)
		require.NoError(s, err)
		all.WriteString(filepath.Base(path) + "\n" + string(text) + "\n")
	}
	return all.String()
}

func hashed(value string) string {
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:])
}

func TestTheOutboxForgetsWhoIsErased(t *testing.T) {
	s := open(t)
	id := s.livesHere()
	s.tell(s.said(events.ConsentChanged{Common: who("email", "bo@shop.example"), Channel: events.ConsentAll, Purpose: events.PurposeMarketing, Granted: true}))
	s.enters(id, "in-1", into("visitors"))
	s.enters(s.owner("email", "bo@shop.example"), "bos", into("visitors"))
	s.enters(id, "in-2", into("left-before"))
	s.pass(time.Minute)
	s.enters(id, "out-2", out("left-before"))
	s.deed(id, "ticket-2", "ticket", action.Content{Ticket: &action.Ticket{Subject: "Hers"}}, func(a *action.Action) { a.Status = action.Unknown })
	for name, text := range map[string]string{"t-killed.json": `{"ticket_id":"t-killed","profile":"` + id + `","subject":"Hers"}`,
		"t-bos.json": `{"ticket_id":"t-bos","profile":"somebody-else","subject":"Bo's"}`, "t-odd.json": "Bo's notes"} {
		require.NoError(t, os.WriteFile(filepath.Join(s.settings["OUTBOX"], "tickets", name), []byte(text), 0o600))
	}
	hers := filepath.Join(s.settings["OUTBOX"], "leads")
	require.NoError(t, os.MkdirAll(hers, 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(hers, "a-lead.json"), []byte(`{"lead_id":"a-lead","profile":"`+id+`","brief":"Hers"}`), 0o600))
	mail, phone := hashed("anna@shop.example"), hashed("+4520112233")
	require.Contains(t, s.files(), mail)
	require.Contains(t, s.files(), phone)

	s.pass(time.Minute)
	s.asksToBeErased()
	require.Len(t, heard[events.ErasureCompleted](s), 1)
	left := s.files()
	for _, trace := range []string{mail, phone, hashed("4520112233"), "in-1", "in-2", "out-2", id, "Hers", "a-lead", "Dear Anna"} {
		require.NotContains(t, left, trace)
	}
	for _, others := range []string{hashed("bo@shop.example"), "audience-left-before.csv", "t-bos.json", "Bo's notes", "Dear Bo"} {
		require.Contains(t, left, others)
	}
	s.requireNoTrace(traces...)
}
