package audience

import (
	"strconv"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
)

var errUnknown = function.Neverf("the shop's own system knows the customer by no name")

// printed is a customer on a print list, by the names under which the shop's own system
// finds where they live, and why they are on it. Profiles hold no street.
type printed struct {
	CRM         []string `json:"crm_id,omitempty"`
	LoyaltyCard []string `json:"loyalty_card,omitempty"`
	Login       []string `json:"login,omitempty"`
	Email       []string `json:"email,omitempty"`
	PostalCode  string   `json:"postal_code,omitempty"`
	City        string   `json:"city,omitempty"`
	Country     string   `json:"country,omitempty"` // ISO 3166-1 alpha-2
	action.Print
}

// printOf names a customer who is put on a print list, by the one name that is enough; who
// is taken off by all, as they may have come there under another.
func printOf(c *profile.Profile, p action.Print, all bool) *printed {
	out := &printed{Print: p}
	for _, by := range []struct {
		idType string
		names  *[]string
	}{{events.IDCRM, &out.CRM}, {events.IDLoyaltyCard, &out.LoyaltyCard}, {events.IDLogin, &out.Login}, {events.IDEmail, &out.Email}} {
		for _, i := range c.Identifiers { // the last used first
			if i.Type == by.idType && (all || out.none()) {
				*by.names = append(*by.names, i.Value)
			}
		}
	}
	if !all {
		out.PostalCode, out.City, out.Country = c.Traits[events.TraitPostalCode].Text(), c.Traits[events.TraitCity].Text(), c.Traits[events.TraitCountry].Text()
	}
	return out
}

func (p *printed) none() bool {
	return len(p.CRM)+len(p.LoyaltyCard)+len(p.Login)+len(p.Email) == 0
}

var printHeader = []string{"action_id", "at", "operation", "of", "crm_id", "loyalty_card", "login", "email",
	"postal_code", "city", "country", "currency", "without", "with", "cost", "worth", "reason"}

// printRecord is the entry's line on a print list. Amounts are in the currency's minor
// unit; of who is taken off there are none.
func (e entry) printRecord() []string {
	p := e.Print
	amounts := make([]string, 4)
	if p.Worth.Currency != "" {
		for i, m := range []events.Money{p.Without, p.With, p.Cost, p.Worth} {
			amounts[i] = strconv.FormatInt(m.Amount, 10)
		}
	}
	line := []string{e.Action, e.At.Format(time.RFC3339), e.Operation, cell([]string{p.Of}), cell(p.CRM), cell(p.LoyaltyCard), cell(p.Login), cell(p.Email),
		cell([]string{p.PostalCode}), cell([]string{p.City}), cell([]string{p.Country}), p.Worth.Currency}
	return append(append(line, amounts...), cell([]string{e.Reason}))
}
