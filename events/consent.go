package events

// ConsentChanged says that a customer gave or withdrew consent.
type ConsentChanged struct {
	Common `jsonschema:"require=customer"`
	// Which way of reaching the customer it is about.
	Channel ConsentChannel `json:"channel"`
	// What for.
	Purpose Purpose `json:"purpose"`
	// True: given. False: withdrawn, or refused.
	Granted bool `json:"granted"`
	// The words the customer agreed to, as they were shown.
	Text string `json:"text,omitempty" jsonschema:"maxLength=65536"`
	// The version of those words.
	Version string `json:"version,omitempty" jsonschema:"example=2026-03"`
	// What proves it.
	Evidence Evidence `json:"evidence,omitzero"`
}

// Type is dev.redthread.consent.changed.v1.
func (ConsentChanged) Type() string { return "dev.redthread.consent.changed.v1" }

// ConsentChannel is a way of reaching a customer that they can consent to.
type ConsentChannel string

// The channels a customer can consent to; ConsentAll means every one of them.
const (
	ConsentEmail ConsentChannel = "email"
	ConsentSMS   ConsentChannel = "sms"
	ConsentPush  ConsentChannel = "push"
	ConsentPhone ConsentChannel = "phone"
	ConsentPost  ConsentChannel = "post"
	ConsentAds   ConsentChannel = "ads"
	ConsentAll   ConsentChannel = "all"
)

// Purpose is what a customer lets us use a channel, or their data, for.
type Purpose string

// The purposes of a contact; PurposeAll means every one of them.
const (
	PurposeMarketing Purpose = "marketing"
	PurposeService   Purpose = "service"
	PurposeProfiling Purpose = "profiling"
	PurposeAll       Purpose = "all"
)

// Evidence is what a shop keeps to prove a consent (GDPR, article 7).
type Evidence struct {
	// A hash of the address it came from, never the address.
	IPHash string `json:"ip_hash,omitempty"`
	// The form that was filled in.
	Form string `json:"form,omitempty" jsonschema:"example=newsletter-footer"`
	// The clerk who took it down.
	Clerk string `json:"clerk,omitempty"`
}
