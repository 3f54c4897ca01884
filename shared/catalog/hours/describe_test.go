package hours

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestHoursAreToldAsAPersonWould(t *testing.T) {
	const week = "Mo-Fr 10:00-18:00; Sa 10:00-14:30; PH off"
	for name, c := range map[string]struct{ hours, at, da, sv, en string }{
		"before opening": {week, "2026-03-02 08:00", "i dag 10–18", "i dag 10–18", "today 10:00–18:00"},
		"while open":     {week, "2026-03-07 12:00", "i dag 10–14.30", "i dag 10–14.30", "today 10:00–14:30"},
		"after closing": {week, "2026-03-02 18:00", "åbner i morgen kl. 10", "öppnar i morgon kl. 10",
			"opens tomorrow at 10:00"},
		"over the weekend": {week, "2026-03-07 15:00", "åbner mandag kl. 10", "öppnar på måndag kl. 10",
			"opens on Monday at 10:00"},
		"a week ahead": {"2026 Mar 14 09:30-12:00", "2026-03-07 15:00", "åbner den 14. marts kl. 9.30",
			"öppnar den 14 mars kl. 9.30", "opens on 14 March at 09:30"},
		"with a break": {"10:00-13:00,14:00-18:00", "2026-03-02 11:00", "i dag 10–13 og 14–18", "i dag 10–13 och 14–18",
			"today 10:00–13:00 and 14:00–18:00"},
		"after the break":           {"10:00-13:00,14:00-18:00", "2026-03-02 13:30", "i dag 14–18", "i dag 14–18", "today 14:00–18:00"},
		"past midnight":             {"Fr 20:00-02:00", "2026-03-07 01:00", "i dag 20–2", "i dag 20–2", "today 20:00–02:00"},
		"past midnight, each night": {"12:00-02:00", "2026-03-07 00:30", "i dag 12–2", "i dag 12–2", "today 12:00–02:00"},
		"day and night":             {"24/7", "2026-03-02 11:00", "døgnåbent", "dygnet runt", "open day and night"},
		"never":                     {"off", "2026-03-02 11:00", "lukket", "stängt", "closed"},
		"only perhaps":              {`"efter aftale"`, "2026-03-02 11:00", "efter aftale", "efter aftale", "efter aftale"},
		"from this afternoon for good": {"2026 Mar 02 12:00-24:00; 2026 Mar 03-2050 Mar 03", "2026-03-02 11:00",
			"åbner i dag kl. 12", "öppnar i dag kl. 12", "opens today at 12:00"},
	} {
		t.Run(name, func(t *testing.T) {
			at := copenhagen(t)
			moment, err := time.ParseInLocation(minute, c.at, at.Zone)
			require.NoError(t, err)
			h := parsed(t, c.hours, at)
			require.Equal(t, c.da, h.Describe(moment, "da-DK"))
			require.Equal(t, c.sv, h.Describe(moment, "sv_SE"))
			require.Equal(t, c.en, h.Describe(moment, "nl"))
		})
	}
}
