package email

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"redthread.dev/events"
	"redthread.dev/shared/channel"
)

// explain says what is to be done about a mail that was not taken. The codes are those
// of RFC 5321, section 4.2.1: 4xx again, 5xx never.
func explain(err error) error {
	var refused *mail.SendError
	if err == nil || !errors.As(err, &refused) {
		return err // no line, no encryption, not signed in: again
	}
	f := &channel.Fault{Err: errors.New(cut(refused))}
	switch code := refused.ErrorCode(); {
	case refused.Reason == mail.ErrSMTPMailFrom, code == 530 || code == 534 || code == 535 || code == 538:
		// Not about this mail, but about who we are (RFC 4954) or whose address the shop's
		// mails are from: somebody has to see to it.
	case code >= 500:
		f.Never = true
	case code == 0 && refused.Reason == mail.ErrSMTPDataClose:
		// All was said, and then the line went dead before the answer (RFC 1047).
		f.Unsure = true
	case slices.Contains([]mail.SendErrReason{mail.ErrGetSender, mail.ErrGetRcpts, mail.ErrNoUnencoded}, refused.Reason):
		f.Never = true
	}
	return f
}

// enhanced is a status code after RFC 3463.
var enhanced = regexp.MustCompile(`\b5\.(\d{1,3}\.\d{1,3})\b`)

// nobody are the codes for an address that nobody reads: X.1.1 to 3 no such mailbox,
// domain or syntax, 1.6 moved away, 1.10 no mail at that domain (RFC 7505), 2.1 disabled.
var nobody = []string{"1.1", "1.2", "1.3", "1.6", "1.10", "2.1"}

// bounces tells whether a refusal says that the address is no good. One for other
// reasons, such as policy (5.7.1), says nothing about the address, nor does one of the sender.
func bounces(e *mail.SendError) bool {
	if e.ErrorCode() < 500 || e.Reason == mail.ErrSMTPMailFrom {
		return false
	}
	if code := enhanced.FindStringSubmatch(cut(e)); code != nil {
		return slices.Contains(nobody, code[1])
	}
	return e.Reason == mail.ErrSMTPRcptTo && slices.Contains([]int{550, 551, 553}, e.ErrorCode())
}

// bounced tells the broker that the address is no good, so that it is not used again.
func (p *post) bounced(ctx context.Context, d channel.Delivery, e *mail.SendError) error {
	data := events.MessageBounced{ActionID: d.Action.ID, Kind: events.BounceHard, Provider: "smtp",
		Reason: strings.TrimSpace(fmt.Sprint(e.ErrorCode(), " ", enhanced.FindString(cut(e))))}
	return p.tell(ctx, d.Action.ID+"-bounced", d.Profile.ID, p.env.Now(), &data)
}

// tell emits an event about the customer, under an id that is the same each time.
func (p *postman) tell(ctx context.Context, id, customer string, at time.Time, data events.FromSource) error {
	data.Shared().Customer = events.Identifiers{events.IDProfile: customer}
	e, err := events.New(source, id, at.UTC(), data)
	if err != nil {
		return err
	}
	return p.env.Emit(ctx, e)
}
