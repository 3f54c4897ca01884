package console

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/functions/intake/consent"
	"redthread.dev/shared/function"
)

func TestTheShopSeesAnExportWhileItsLinkWorks(t *testing.T) {
	w := newTown(t)
	who := w.mette(true)
	w.visit(who)
	profile := w.told().Strands[0].Profile
	f := w.open(consent.Spec, function.Env{Store: w.store, Now: w.clock, Override: map[string]map[string]string{"consent": {
		"IDENTITY_KEY": "a key of a test, no secret", "LINK_KEY": strings.Repeat("k", 32), "OUTBOX": t.TempDir()}}})
	until := w.clock().Add(7 * 24 * time.Hour)
	e, err := events.New("/desk", "copy", w.clock().UTC(), events.ExportRequested{Common: who, RequestedBy: events.RequestedByAgent})
	require.NoError(t, err)
	done, err := f.Handle(t.Context(), events.Resolved(e, profile))
	require.NoError(t, err)
	told, err := events.Decode[events.ExportCompleted](*done)
	require.NoError(t, err)

	shown := got[dossier](t, w.console, "/api/customers/"+profile).Exports
	require.Len(t, shown, 1)
	require.Equal(t, told.Location, shown[0].Link)
	require.NotEmpty(t, shown[0].Mail)
	require.True(t, shown[0].Until.Equal(until), shown[0].Until)
	w.set(until)
	require.Empty(t, got[dossier](t, w.console, "/api/customers/"+profile).Exports)
}
