// Package functions is the one list of what there is. Adding a function is adding
// its folder and a line here.
package functions

import (
	"slices"

	"redthread.dev/functions/channels/audience"
	"redthread.dev/functions/channels/crm"
	"redthread.dev/functions/channels/email"
	"redthread.dev/functions/channels/push"
	"redthread.dev/functions/channels/sms"
	"redthread.dev/functions/channels/ticket"
	"redthread.dev/functions/flows/basketrecovery"
	"redthread.dev/functions/flows/browsenudge"
	"redthread.dev/functions/flows/catalogueworth"
	"redthread.dev/functions/flows/churnrescue"
	"redthread.dev/functions/flows/experiencefollowup"
	"redthread.dev/functions/flows/instoreassist"
	"redthread.dev/functions/flows/lifestage"
	"redthread.dev/functions/flows/newsletteroffers"
	"redthread.dev/functions/flows/occasionreminder"
	"redthread.dev/functions/flows/ordersync"
	"redthread.dev/functions/flows/pickupready"
	"redthread.dev/functions/flows/profileenrich"
	"redthread.dev/functions/flows/replenish"
	"redthread.dev/functions/flows/salesbrief"
	"redthread.dev/functions/flows/scanandgo"
	"redthread.dev/functions/flows/servicebrief"
	"redthread.dev/functions/flows/socialcare"
	"redthread.dev/functions/flows/storeretarget"
	"redthread.dev/functions/flows/visitprep"
	"redthread.dev/functions/insight/affinity"
	"redthread.dev/functions/intake/campaigns"
	"redthread.dev/functions/intake/collect"
	"redthread.dev/functions/intake/consent"
	"redthread.dev/functions/intake/deadletter"
	"redthread.dev/functions/intake/ingest"
	"redthread.dev/functions/intake/timers"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/function"
)

// Flows are the flows, which can also be replayed.
var Flows = []flow.Definition{
	basketrecovery.Flow,
	storeretarget.Flow,
	socialcare.Flow,
	pickupready.Flow,
	browsenudge.Flow,
	experiencefollowup.Flow,
	lifestage.Flow,
	servicebrief.Flow,
	salesbrief.Flow,
	visitprep.Flow,
	catalogueworth.Flow,
	churnrescue.Flow,
	replenish.Flow,
	occasionreminder.Flow,
	profileenrich.Flow,
	scanandgo.Flow,
	instoreassist.Flow,
	newsletteroffers.Flow,
	ordersync.Flow,
}

// Collections are those of all documents that functions keep, in the order of their names.
var Collections = []string{
	"actions", "baskets", "deadletters", "exports", "identities", "journal", "products", "profiles", "receipts", "signatures", "stock", "stores", "threads", "together",
}

// All is every function. Where several want one event they get it in this order.
var All = slices.Concat(
	[]function.Spec{collect.Spec, consent.Spec, timers.Spec, campaigns.Spec, ingest.Spec, deadletter.Spec},
	specs(Flows),
	[]function.Spec{email.Spec, sms.Spec, push.Spec, audience.Spec, ticket.Spec, crm.Spec},
	[]function.Spec{affinity.Spec},
)

func specs(flows []flow.Definition) []function.Spec {
	var all []function.Spec
	for _, f := range flows {
		all = append(all, f.Spec())
	}
	return all
}

// Named returns the function of that name.
func Named(name string) (function.Spec, bool) {
	for _, s := range All {
		if s.Name == name {
			return s, true
		}
	}
	return function.Spec{}, false
}
