package imports

import (
	"redthread.dev/events"
)

// introduce says what an invoice tells besides: what its goods are called and cost, who
// the customer is, and where they live.
func (f *onlineRetail) introduce(to *out, i *invoice, kept []item) {
	for _, x := range kept {
		if x.isGoods() && !i.cancels() && x.price > 0 && x.name != "" {
			to.product(x.sku, i.at, offer{name: x.name, price: pounds(x.price)})
		}
	}
	if i.customer == nil {
		return
	}
	to.invent(i.customer, i.at)
	customer, country := i.customer[events.IDCRM], countryCodes[i.country]
	before, _ := f.countries.get(customer)
	if country == "" || country == before {
		return
	}
	f.countries.set(customer, country)
	to.say("country-"+customer+"-"+country+"-"+i.hash, i.at, &events.CustomerUpdated{
		Common: i.common(), Traits: events.Traits{events.TraitCountry: country}})
}

// countryCodes are the set's countries in ISO 3166-1 alpha-2. Channel Islands, European
// Community, Unspecified and West Indies are none.
var countryCodes = map[string]string{
	"Australia": "AU", "Austria": "AT", "Bahrain": "BH", "Belgium": "BE", "Bermuda": "BM", "Brazil": "BR",
	"Canada": "CA", "Cyprus": "CY", "Czech Republic": "CZ", "Denmark": "DK", "EIRE": "IE", "Finland": "FI",
	"France": "FR", "Germany": "DE", "Greece": "GR", "Hong Kong": "HK", "Iceland": "IS", "Israel": "IL",
	"Italy": "IT", "Japan": "JP", "Korea": "KR", "Lebanon": "LB", "Lithuania": "LT", "Malta": "MT",
	"Netherlands": "NL", "Nigeria": "NG", "Norway": "NO", "Poland": "PL", "Portugal": "PT", "RSA": "ZA",
	"Saudi Arabia": "SA", "Singapore": "SG", "Spain": "ES", "Sweden": "SE", "Switzerland": "CH",
	"Thailand": "TH", "USA": "US", "United Arab Emirates": "AE", "United Kingdom": "GB",
}
