package events

// PageViewed says that a customer looked at a page of the webshop or the app.
type PageViewed struct {
	Common
	// What the page is for.
	Kind PageKind `json:"kind"`
	// The product shown, if it shows one.
	SKU string `json:"sku,omitempty"`
	// The category shown, or the shown product's.
	Category string `json:"category,omitempty"`
	// What was searched for.
	Query string `json:"query,omitempty"`
	// How long it was in view, in milliseconds; a day at most.
	DwellMS int64 `json:"dwell_ms,omitempty" jsonschema:"minimum=0,maximum=86400000"`
	// Names of the files downloaded from it.
	Downloads []string `json:"downloads,omitempty" jsonschema:"maxItems=100"`
}

// Type is dev.redthread.page.viewed.v1.
func (PageViewed) Type() string { return "dev.redthread.page.viewed.v1" }

// PageKind is what a page is for.
type PageKind string

// The kinds of page that mean something to a flow, and the rest.
const (
	PageProduct      PageKind = "product"
	PageCategory     PageKind = "category"
	PageCancellation PageKind = "cancellation"
	PageCalculator   PageKind = "calculator"
	PageSearch       PageKind = "search"
	PageStoreFinder  PageKind = "store_finder"
	PageContent      PageKind = "content"
	PageOther        PageKind = "other"
)
