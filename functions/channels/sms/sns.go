package sms

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"redthread.dev/events"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/amazon"
)

// carrier has Amazon send each text.
type carrier struct {
	texter
	client *sns.Client
}

func newCarrier(address string, t texter) (*carrier, error) {
	account, _, err := amazon.Open("SNS_URL", address, "sns://eu-north-1")
	if err != nil {
		return nil, err
	}
	return &carrier{t, sns.NewFromConfig(account)}, nil
}

func (c *carrier) Send(ctx context.Context, d channel.Delivery) (channel.Receipt, error) {
	receipt := channel.Receipt{Provider: "sns"}
	t, err := c.write(d)
	if err != nil {
		return receipt, err
	}
	if err := c.ask(ctx, d, t.To); err != nil {
		return receipt, err
	}
	sent, err := c.client.Publish(ctx, &sns.PublishInput{PhoneNumber: &t.To, Message: &t.Text, MessageAttributes: attributes(t)})
	if err != nil {
		return receipt, c.refused(ctx, d, t.To, err)
	}
	receipt.Reference = aws.ToString(sent.MessageId)
	return receipt, nil
}

// ask returns an error when a text would not be read: what is published to a number that
// has opted out is taken, paid for and thrown away without a word. Where the account may
// not ask (sns:CheckIfPhoneNumberIsOptedOut), we cannot know.
func (c *carrier) ask(ctx context.Context, d channel.Delivery, to string) error {
	out, err := c.client.CheckIfPhoneNumberIsOptedOut(ctx, &sns.CheckIfPhoneNumberIsOptedOutInput{PhoneNumber: &to})
	if err == nil {
		if out.IsOptedOut {
			return c.shut(ctx, d, to)
		}
		return nil
	}
	if r, _ := amazon.Refused(err); r.Status == http.StatusForbidden {
		return nil
	}
	err = c.refused(ctx, d, to, err)
	var f *channel.Fault
	if errors.As(err, &f) {
		f.Unsure = false // nothing was sent yet
	}
	return err
}

// attributes are those of https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html.
func attributes(t text) map[string]types.MessageAttributeValue {
	as := func(value string) types.MessageAttributeValue {
		return types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &value}
	}
	all := map[string]types.MessageAttributeValue{"AWS.SNS.SMS.SMSType": as("Transactional")}
	if t.Purpose == promotional {
		all["AWS.SNS.SMS.SMSType"] = as("Promotional")
	}
	switch {
	case numbered.MatchString(t.From):
		all["AWS.MM.SMS.OriginationNumber"] = as(t.From)
	case t.From != "":
		all["AWS.SNS.SMS.SenderID"] = as(t.From)
	}
	return all
}

// refused says what is to be done about a text that Amazon did not take. InvalidParameter
// that is about PhoneNumber says that nobody can be texted there.
func (c *carrier) refused(ctx context.Context, d channel.Delivery, to string, err error) error {
	r, _ := amazon.Refused(err)
	switch {
	case r.Code == "OptedOut" || strings.Contains(r.Said, "opted out"):
		return c.shut(ctx, d, to)
	case r.Code == "InvalidParameter" && strings.Contains(r.Said, "PhoneNumber") && d.Action.To == "":
		data := events.MessageBounced{ActionID: d.Action.ID, Kind: events.BounceHard, Provider: "sns", Reason: r.Code}
		data.Customer = events.Identifiers{events.IDProfile: d.Profile.ID}
		if err := c.tell(ctx, d.Action.ID+"-bounced", c.env.Now(), &data); err != nil {
			return err
		}
	}
	return amazon.Judge(err)
}

var errShut = errors.New("the number has opted out of text messages")

// shut tells the broker that the number's owner wants no texts, so that other channels
// are taken from now on. It names the number beside the customer, so that a word from that
// number can undo it.
func (c *carrier) shut(ctx context.Context, d channel.Delivery, to string) error {
	if d.Action.To == "" {
		no := events.ConsentChanged{Channel: events.ConsentSMS, Purpose: events.PurposeAll, Evidence: events.Evidence{Form: "sns-opt-out"}}
		no.Customer = events.Identifiers{events.IDProfile: d.Profile.ID, events.IDPhone: to}
		if err := c.tell(ctx, d.Action.ID+"-optedout", c.env.Now(), &no); err != nil {
			return err
		}
	}
	return &channel.Fault{Never: true, Err: errShut}
}
