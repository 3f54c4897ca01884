package score

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
	"redthread.dev/functions/flows/salesbrief/signals"
	"redthread.dev/shared/action"
	"redthread.dev/shared/profile"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func ago(d time.Duration) profile.Stamp { return profile.Stamp{At: noon.Add(-d)} }

func look(d time.Duration) profile.View {
	return profile.View{Kind: events.PageProduct, SKU: "TABLE-9", Price: events.Money{Amount: 2_400_000, Currency: "DKK"}, Stamp: ago(d)}
}

func calculator(d time.Duration) profile.View {
	return profile.View{Kind: events.PageCalculator, Stamp: ago(d)}
}

func firm(p profile.Profile) profile.Profile {
	p.Traits = map[string]profile.Trait{events.TraitCompany: {Said: profile.Said{Value: "Holm"}, Declared: true}}
	return p
}

func nothing(string) bool { return false }

// of is the score at noon of all that somebody did, by the usual rules.
func of(p *profile.Profile, sensitive func(string) bool) Score {
	usual := signals.Rules{HighTicket: 1_000_000, Pages: []string{"pris"}, Within: 30 * 24 * time.Hour}
	return Of(p, usual.Seen(p, noon, sensitive), noon)
}

// keen looks five times, reads three pages and turns to us once, half of it so long ago.
func keen(since time.Duration) profile.Profile {
	var p profile.Profile
	for i := range time.Duration(5) {
		p.Views = append(p.Views, look(i*since/4+i*time.Hour))
	}
	for range 3 {
		p.Views = append(p.Views, calculator(since))
	}
	p.Contacts = []profile.Contact{{ID: "c-1", Topic: "tilbud", Stamp: ago(0)}}
	return p
}

func TestWhySeventyOneAndNotSixtyNine(t *testing.T) {
	inADay, inThree := keen(0), keen(48*time.Hour)
	lead, none := of(&inADay, nothing), of(&inThree, nothing)
	require.Equal(t, 71, lead.Total)
	require.Equal(t, 69, none.Total)
	require.Equal(t, []action.Part{
		{Name: "looks", Points: 35, Most: 35, Saw: "5"},
		{Name: "pages", Points: 18, Most: 18, Saw: "3"},
		{Name: "contacts", Points: 9, Most: 18, Saw: "1"},
		{Name: "company", Points: 0, Most: 14, Saw: "private"},
		{Name: "recency", Points: 9, Most: 9, Saw: "half within a day"},
		{Name: "survey", Points: 0, Most: 6, Saw: "not asked"},
	}, lead.Parts)
	for i, p := range none.Parts {
		if p != lead.Parts[i] {
			require.Equal(t, action.Part{Name: "recency", Points: 7, Most: 9, Saw: "half within three days"}, p, "that is all the difference")
		}
	}
}

func TestAllThatCanBeCountedIsAHundred(t *testing.T) {
	p := firm(keen(0))
	p.Contacts = append(p.Contacts, profile.Contact{ID: "c-2", Stamp: ago(0)})
	p.Surveys = []profile.Survey{{Kind: events.SurveyNPS, Score: 9, Stamp: ago(0)}}
	require.Equal(t, 100, of(&p, nothing).Total)
}

func TestLookingAloneMakesNoLead(t *testing.T) {
	var private profile.Profile
	for i := range time.Duration(30) {
		private.Views = append(private.Views, look(i*time.Hour/2), calculator(i*time.Hour/2))
	}
	private.Surveys = []profile.Survey{{Kind: events.SurveyCSAT, Score: 5, Stamp: ago(0)}}
	require.Equal(t, 68, of(&private, nothing).Total, "a private person has to have turned to us")
	var company profile.Profile
	for i := range time.Duration(30) {
		company.Views = append(company.Views, profile.View{Kind: events.PageProduct, SKU: "CHAIR-2", Stamp: ago(i * time.Hour / 2)})
	}
	company.Surveys = private.Surveys
	company = firm(company)
	require.Equal(t, 64, of(&company, nothing).Total, "a company has to have asked for a price")
}

func TestTheSameProductCountsOnceAnHour(t *testing.T) {
	p := profile.Profile{Views: []profile.View{look(0), look(time.Minute), look(2 * time.Minute), look(time.Hour)}}
	require.Equal(t, "2", of(&p, nothing).Parts[0].Saw, "at twelve, and between eleven and twelve")
}

// What somebody has done, in whatever order, however much of it: the parts add up to the
// score, which is between 0 and 100, and none is more than it can be.
func TestThePartsAddUp(t *testing.T) {
	stamp := rapid.Custom(func(t *rapid.T) profile.Stamp {
		return ago(time.Duration(rapid.IntRange(-100, 2000).Draw(t, "hours ago")) * time.Hour)
	})
	view := rapid.Custom(func(t *rapid.T) profile.View {
		return profile.View{
			Kind:     rapid.SampledFrom([]events.PageKind{events.PageProduct, events.PageCalculator, events.PageContent}).Draw(t, "kind"),
			SKU:      rapid.SampledFrom([]string{"", "TABLE-9", "CHAIR-2", "BED-1"}).Draw(t, "sku"),
			Category: rapid.SampledFrom([]string{"", "pris", "health"}).Draw(t, "category"),
			Price:    events.Money{Amount: rapid.Int64Range(0, 3_000_000).Draw(t, "price"), Currency: "DKK"},
			Stamp:    stamp.Draw(t, "at"),
		}
	})
	survey := rapid.Custom(func(t *rapid.T) profile.Survey {
		return profile.Survey{
			Kind:  rapid.SampledFrom([]events.SurveyKind{events.SurveyNPS, events.SurveyCSAT, events.SurveyCES, "other"}).Draw(t, "kind"),
			Score: float64(rapid.IntRange(0, 10).Draw(t, "score")), Stamp: stamp.Draw(t, "at"),
		}
	})
	contact := rapid.Custom(func(t *rapid.T) profile.Contact {
		return profile.Contact{Topic: rapid.SampledFrom([]string{"", "tilbud", "Complaint"}).Draw(t, "topic"), Stamp: stamp.Draw(t, "at")}
	})
	sensitive := func(s string) bool { return s == "health" || s == "BED-1" }
	rapid.Check(t, func(t *rapid.T) {
		p := profile.Profile{
			Views: rapid.SliceOfN(view, 0, 36).Draw(t, "views"), Contacts: rapid.SliceOfN(contact, 0, 10).Draw(t, "contacts"),
			Surveys: rapid.SliceOfN(survey, 0, 5).Draw(t, "surveys"),
		}
		if rapid.Bool().Draw(t, "ordered") {
			p.Placed = []profile.Placed{{OrderID: "o-1", Stamp: stamp.Draw(t, "order")}}
		}
		if rapid.Bool().Draw(t, "company") {
			p = firm(p)
		}
		v := of(&p, sensitive)
		sum, most := 0, 0
		for _, part := range v.Parts {
			require.LessOrEqual(t, part.Points, part.Most, part.Name)
			sum, most = sum+part.Points, most+part.Most
		}
		require.Equal(t, v.Total, sum)
		require.Equal(t, 100, most)
		require.GreaterOrEqual(t, v.Total, 0)
		p.Views = rapid.Permutation(p.Views).Draw(t, "views in another order")
		require.Equal(t, v, of(&p, sensitive))
	})
}
