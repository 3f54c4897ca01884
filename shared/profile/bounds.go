package profile

// How many of each thing a profile keeps.
const (
	keepStrong       = 5  // identifiers of each strong type
	keepWeak         = 20 // identifiers of each weak type
	keepTraits       = 40
	keepAnswers      = 30
	keepConsents     = 40
	keepSegments     = 30
	keepSuppressions = 10
	keepBaskets      = 3
	keepViews        = 50
	keepVisits       = 20
	keepScans        = 20
	keepOrders       = 20 // placed, ready, collected and returned, each
	keepMentions     = 10
	keepContacts     = 10
	keepResolved     = 20
	keepSurveys      = 10
	keepBasketLine   = 15
	keepOrderLine    = 6
)
