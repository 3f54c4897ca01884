package channeltest

import (
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/profile"
)

// Ann is the id of the customer of most stories.
const Ann = "019ce7a4-5c10-7b3a-9d42-6f1e8a2b4c70"

// Customer is somebody with the identifiers, "email:ann@shop.example", the last used
// first, who has agreed to marketing in every channel.
func Customer(id string, identifiers ...string) profile.Profile {
	p := profile.Profile{ID: id, Consents: []profile.Consent{{
		Channel: events.ConsentAll, Purpose: events.PurposeAll, Granted: true, Identifiers: identifiers,
		Stamp: profile.Stamp{At: Now.Add(-48 * time.Hour), By: "said"},
	}}}
	for i, x := range identifiers {
		idType, value, _ := strings.Cut(x, ":")
		p.Identifiers = append(p.Identifiers, profile.Identifier{Type: idType, Value: value, Last: Now.Add(-time.Duration(i) * time.Hour)})
	}
	return p
}

// Action is something a flow of the purpose asked for a minute ago, for Ann. Its id
// follows from its step.
func Action(channel, step string, purpose events.Purpose, c action.Content) action.Action {
	return action.Action{
		ID: action.ID("story", Ann, "key", step), Kind: c.Kind(), Channel: channel, Flow: "story", Key: "key", Step: step,
		Profile: Ann, Purpose: purpose, Created: Now.Add(-time.Minute), Status: action.Requested, Content: c,
	}
}
