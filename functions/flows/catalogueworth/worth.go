package catalogueworth

import (
	"math"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/forecast"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/words"
)

// worth is what the shop may expect to earn on a customer in the catalogue's season, without
// it and with it, and what is left of the difference when the catalogue is paid. Rounded
// down to the currency's minor unit, so that nobody is worth one by rounding.
func (s settings) worth(c *profile.Profile, at time.Time, plan events.CataloguePlanned) (action.Print, forecast.Forecast) {
	cost := plan.PrintAndPost
	in := func(amount int64) events.Money { return events.Money{Amount: amount, Currency: cost.Currency} }
	expected := forecast.Of(c, cost.Currency, at, s.Season)
	margin := expected.Spent() * s.Margin
	without, gain := int64(math.Floor(margin)), int64(math.Floor(margin*s.Uplift))
	return action.Print{Of: plan.CatalogueID, Without: in(without), With: in(without + gain), Cost: cost, Worth: in(gain - cost.Amount)}, expected
}

func money(m events.Money) string { return words.Money(m, "en") }
