package audit

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func ago(d time.Duration, data events.Data) Happened { return Happened{At: noon.Add(-d), Data: data} }

func agrees(d time.Duration, granted bool) Happened {
	return ago(d, &events.ConsentChanged{Common: known(), Channel: events.ConsentEmail, Purpose: events.PurposeMarketing, Granted: granted})
}

func known() events.Common {
	return events.Common{Customer: events.Identifiers{"email": "mette@example.dk"}}
}

func mail(d time.Duration, id, priority string) Sent {
	return Sent{At: noon.Add(-d), ID: id, Flow: "f", Kind: events.ActionMessage, Channel: "email", Purpose: events.PurposeMarketing, Priority: priority}
}

// TestEveryRuleIsFoundBroken breaks each of them, once.
func TestEveryRuleIsFoundBroken(t *testing.T) {
	service := mail(0, "s", "normal")
	service.Purpose = events.PurposeService
	night := mail(-10*time.Hour, "n", "high")
	urgent := night
	urgent.Urgent = true
	basket := mail(0, "b", "high")
	basket.Flow, basket.Key = "basketrecovery", "b-1"
	prompt := Sent{At: noon, ID: "p", Flow: "f", Kind: events.ActionPrompt, Channel: "crm", Purpose: events.PurposeMarketing, Priority: "normal"}
	ticket := Sent{At: noon.Add(-24 * time.Hour), ID: "t", Kind: events.ActionTicket, Channel: "ticket", Key: "p-1", Complaint: true}
	refused := ago(time.Hour, &events.ConsentChanged{Common: known(), Channel: events.ConsentAll, Purpose: events.PurposeAll})
	const hours, days = time.Hour, 24 * time.Hour
	for name, c := range map[string]struct {
		happened []Happened
		sent     []Sent
		broken   string // the last one; empty: none
	}{
		"a letter to somebody who agreed":           {[]Happened{agrees(days, true)}, []Sent{mail(0, "a", "low")}, ""},
		"one without consent":                       {[]Happened{ago(days, &events.CustomerSignedUp{Common: known()})}, []Sent{mail(0, "a", "low")}, "without consent"},
		"service needs none":                        {[]Happened{ago(days, &events.CustomerSignedUp{Common: known()})}, []Sent{service}, ""},
		"but may be refused":                        {[]Happened{refused}, []Sent{service}, "was refused"},
		"consent that was taken back":               {[]Happened{agrees(days, true), agrees(hours, false)}, []Sent{mail(0, "a", "low")}, "was refused"},
		"no address":                                {[]Happened{ago(days, &events.ConsentChanged{Channel: events.ConsentEmail, Purpose: events.PurposeMarketing, Granted: true})}, []Sent{mail(0, "a", "low")}, "nobody knows where to"},
		"after a bounce":                            {[]Happened{agrees(days, true), {At: noon.Add(-hours), Channel: "email", Data: &events.MessageBounced{Kind: events.BounceHard}}}, []Sent{mail(0, "a", "low")}, "after a bounce"},
		"a soft bounce is none":                     {[]Happened{agrees(days, true), {At: noon.Add(-hours), Channel: "email", Data: &events.MessageBounced{Kind: events.BounceSoft}}}, []Sent{mail(0, "a", "low")}, ""},
		"after it was called spam":                  {[]Happened{agrees(days, true), {At: noon.Add(-hours), Channel: "email", Data: &events.MessageComplained{}}}, []Sent{mail(0, "a", "low")}, "after a bounce"},
		"agreed to again since":                     {[]Happened{{At: noon.Add(-days), Channel: "email", Data: &events.MessageComplained{}}, agrees(hours, true)}, []Sent{mail(0, "a", "low")}, ""},
		"erased":                                    {[]Happened{agrees(days, true), ago(hours, &events.ErasureCompleted{})}, []Sent{mail(0, "a", "low")}, "was erased"},
		"the same twice":                            {[]Happened{agrees(90*days, true)}, []Sent{mail(30*days, "a", "low"), mail(0, "a", "low")}, "twice"},
		"a second one on the day":                   {[]Happened{agrees(days, true)}, []Sent{mail(3*hours, "a", "high"), mail(0, "b", "high")}, "1 on the day"},
		"a fourth in a week":                        {[]Happened{agrees(9*days, true)}, []Sent{mail(5*days, "a", "high"), mail(4*days, "b", "high"), mail(3*days, "c", "high"), mail(0, "d", "high")}, "after 3 in a week"},
		"a fourth on the eighth day":                {[]Happened{agrees(9*days, true)}, []Sent{mail(7*days, "a", "high"), mail(4*days, "b", "high"), mail(3*days, "c", "high"), mail(0, "d", "high")}, ""},
		"a second one of low priority":              {[]Happened{agrees(9*days, true)}, []Sent{mail(5*days, "a", "low"), mail(0, "d", "low")}, "for one of low priority"},
		"a third one of normal":                     {[]Happened{agrees(9*days, true)}, []Sent{mail(5*days, "a", "low"), mail(3*days, "b", "high"), mail(0, "d", "normal")}, "for one of normal priority"},
		"at night":                                  {[]Happened{agrees(days, true)}, []Sent{night}, "at night, 22:00"},
		"urgent at night":                           {[]Happened{agrees(days, true)}, []Sent{urgent}, ""},
		"a basket that was bought":                  {[]Happened{agrees(days, true), ago(hours, &events.OrderPlaced{OrderID: "o-1", BasketID: "b-1"})}, []Sent{basket}, "became order o-1"},
		"while a complaint is open":                 {[]Happened{agrees(days, true), ago(hours, &events.ServiceContacted{ContactID: "c-1", Topic: "complaint"})}, []Sent{mail(0, "a", "high")}, "c-1 is not mended"},
		"after one star":                            {[]Happened{agrees(days, true), ago(hours, &events.SocialMentioned{PostID: "p-9", Rating: 1})}, []Sent{mail(0, "a", "high")}, "p-9 is not mended"},
		"once it was resolved":                      {[]Happened{agrees(days, true), ago(2*hours, &events.ServiceContacted{ContactID: "c-1", Topic: "complaint"}), ago(hours, &events.ServiceResolved{ContactID: "c-1"})}, []Sent{mail(0, "a", "high")}, ""},
		"a quarter later":                           {[]Happened{agrees(100*days, true), ago(90*days, &events.ServiceContacted{ContactID: "c-1", Topic: "complaint"})}, []Sent{mail(0, "a", "high")}, ""},
		"a word at a till":                          {[]Happened{agrees(days, true)}, []Sent{prompt}, ""},
		"a word at a till without consent":          {[]Happened{ago(days, &events.CustomerSignedUp{Common: known()})}, []Sent{prompt}, "without consent"},
		"a word at a till to who refused all":       {[]Happened{agrees(days, true), refused}, []Sent{prompt}, "was refused"},
		"a word at a till to who complains":         {[]Happened{agrees(days, true)}, []Sent{ticket, prompt}, "p-1 is not mended"},
		"while there is a ticket":                   {[]Happened{agrees(days, true)}, []Sent{ticket, mail(0, "a", "high")}, "p-1 is not mended"},
		"what came after it does not count against": {[]Happened{agrees(days, true), ago(-hours, &events.ErasureCompleted{})}, []Sent{mail(0, "a", "high")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			broken := Default(time.UTC).Check(c.happened, c.sent)
			if c.broken == "" {
				require.Empty(t, broken)
				return
			}
			require.NotEmpty(t, broken)
			require.Contains(t, broken[len(broken)-1], c.broken)
		})
	}
}
