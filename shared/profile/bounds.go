package profile

// How many of each thing a profile keeps.
const (
	keepStrong       = 5  // identifiers of each strong type
	keepWeak         = 20 // identifiers of each weak type
	keepDevices      = 5  // push tokens, which are long
	keepAllWeak      = 60 // weak identifiers in all
	keepTraits       = 30
	keepAnswers      = 20
	keepConsents     = 20
	keepSegments     = 20
	keepSuppressions = 10
	keepGone         = 10
	keepBaskets      = 3
	keepViews        = 36
	keepVisits       = 16
	keepScans        = 16
	keepOrders       = 16
	keepStates       = 10 // orders ready, collected and returned, each
	keepMentions     = 10
	keepContacts     = 10
	keepResolved     = 20
	keepSurveys      = 10
	keepBasketLine   = 15
	keepOrderLine    = 6
)
