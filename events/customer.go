package events

// CustomerIdentified says that a customer made themselves known: the identifiers
// under customer, at best two or more, belong to one person.
type CustomerIdentified struct {
	Common `jsonschema:"require=customer"`
	// What made them known.
	How How `json:"how"`
}

// Type is dev.redthread.customer.identified.v1.
func (CustomerIdentified) Type() string { return "dev.redthread.customer.identified.v1" }

// How is the way a customer was recognised.
type How string

// The ways to recognise a customer.
const (
	HowLogin       How = "login"
	HowSSO         How = "sso"
	HowLoyaltyCard How = "loyalty_card"
	HowQR          How = "qr"
	HowBeacon      How = "beacon"
	HowNewsletter  How = "newsletter"
	HowCheckout    How = "checkout"
	HowClerk       How = "clerk"
)

// CustomerSignedUp says that somebody became a member or opened an account.
type CustomerSignedUp struct {
	Common `jsonschema:"require=customer"`
	// What they told about themselves.
	Traits Traits `json:"traits,omitempty"`
	// The categories or subjects they ticked.
	Interests []string `json:"interests,omitempty" jsonschema:"maxItems=100"`
	// The form or the till where they signed up.
	Source string `json:"source,omitempty" jsonschema:"example=checkout"`
}

// Type is dev.redthread.customer.signedup.v1.
func (CustomerSignedUp) Type() string { return "dev.redthread.customer.signedup.v1" }

// CustomerUpdated says that a customer, or a clerk for them, declared something
// about the customer. What is declared outranks what was inferred.
type CustomerUpdated struct {
	Common `jsonschema:"require=customer"`
	// What was declared; a trait that is not named stays as it was.
	Traits Traits `json:"traits,omitempty"`
	// Answers to questions we asked, by question id.
	Answers Traits `json:"answers,omitempty"`
}

// Type is dev.redthread.customer.updated.v1.
func (CustomerUpdated) Type() string { return "dev.redthread.customer.updated.v1" }

// Traits are facts about a customer by name: a text, a number, true or false, or a
// list of texts; 100 at most. The names below have a meaning to redthread, a shop
// may add its own.
type Traits map[string]any

// Names of traits that redthread's own functions read.
const (
	TraitFirstName  = "first_name"
	TraitLastName   = "last_name"
	TraitBirthday   = "birthday" // YYYY-MM-DD
	TraitCompany    = "company"
	TraitPostalCode = "postal_code"
	TraitCity       = "city"
	TraitCountry    = "country"    // ISO 3166-1 alpha-2
	TraitGeo        = "geo"        // where they live: degrees north and east, as 55.6794,12.5770
	TraitTimeZone   = "time_zone"  // IANA, as Europe/Copenhagen
	TraitStore      = "store_id"   // the customer's own choice of store
	TraitLifeStage  = "life_stage" // what has changed in the customer's life: child, move, pet
	TraitWishlist   = "wishlist"   // skus that the customer has put on a list of theirs
)
