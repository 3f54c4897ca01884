package events

import (
	"slices"
	"strings"
)

// Prefix begins the type of every event of this vocabulary.
const Prefix = "dev.redthread."

// known makes an empty value of every type of the vocabulary, in the order in
// which a reader meets them.
var known = []func() Data{
	func() Data { return new(CustomerIdentified) },
	func() Data { return new(CustomerSignedUp) },
	func() Data { return new(CustomerUpdated) },
	func() Data { return new(ConsentChanged) },
	func() Data { return new(ErasureRequested) },
	func() Data { return new(ExportRequested) },
	func() Data { return new(PageViewed) },
	func() Data { return new(ProductViewed) },
	func() Data { return new(BasketUpdated) },
	func() Data { return new(BasketAbandoned) },
	func() Data { return new(AppOpened) },
	func() Data { return new(StoreVisited) },
	func() Data { return new(ItemScanned) },
	func() Data { return new(OrderPlaced) },
	func() Data { return new(OrderReady) },
	func() Data { return new(OrderCollected) },
	func() Data { return new(OrderReturned) },
	func() Data { return new(SocialMentioned) },
	func() Data { return new(ServiceContacted) },
	func() Data { return new(ServiceResolved) },
	func() Data { return new(SurveyAnswered) },
	func() Data { return new(ProductChanged) },
	func() Data { return new(StockChanged) },
	func() Data { return new(StoreChanged) },
	func() Data { return new(NewsletterPlanned) },
	func() Data { return new(CataloguePlanned) },
	func() Data { return new(SpendRecorded) },
	func() Data { return new(TimerTick) },
	func() Data { return new(TimerDue) },
	func() Data { return new(ActionRequested) },
	func() Data { return new(ActionCompleted) },
	func() Data { return new(ActionFailed) },
	func() Data { return new(MessageOpened) },
	func() Data { return new(MessageClicked) },
	func() Data { return new(MessageBounced) },
	func() Data { return new(MessageComplained) },
	func() Data { return new(ExposureRecorded) },
	func() Data { return new(SegmentChanged) },
	func() Data { return new(OrderRecorded) },
	func() Data { return new(ErasureCompleted) },
	func() Data { return new(ExportCompleted) },
}

var types, constructors = register(known)

func register(makers []func() Data) ([]string, map[string]func() Data) {
	names := make([]string, len(makers))
	byType := make(map[string]func() Data, len(makers))
	for i, make := range makers {
		names[i] = make().Type()
		byType[names[i]] = make
	}
	return names, byType
}

// Types returns the types of the vocabulary, grouped as in the documentation.
func Types() []string { return slices.Clone(types) }

// Known tells whether a type belongs to the vocabulary.
func Known(eventType string) bool {
	_, ok := constructors[eventType]
	return ok
}

// Short returns a type as people say it: basket.updated.v1. A type from outside the
// vocabulary stays as it is.
func Short(eventType string) string { return strings.TrimPrefix(eventType, Prefix) }
