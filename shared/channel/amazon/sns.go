package amazon

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/carrier"
)

func init() { carrier.RegisterTexter("sns", "sns://REGION", openSNS) }

// texter has Amazon SNS send texts to numbers.
type texter struct{ client *sns.Client }

func openSNS(url string) (carrier.Texter, error) {
	a, name, err := account(url)
	switch {
	case err != nil:
		return nil, err
	case name != "":
		return nil, errors.New("it takes no name")
	}
	return texter{sns.NewFromConfig(a)}, nil
}

// Send publishes the text, once it is known that it would be read.
func (s texter) Send(ctx context.Context, t carrier.Text) (string, error) {
	if err := s.ask(ctx, t.To); err != nil {
		return "", err
	}
	sent, err := s.client.Publish(ctx, &sns.PublishInput{PhoneNumber: &t.To, Message: &t.Said, MessageAttributes: attributes(t)})
	if err != nil {
		return "", unread(err)
	}
	return aws.ToString(sent.MessageId), nil
}

// ask returns an error when a text would not be read: what is published to a number that
// has opted out is taken, paid for and thrown away without a word. Where the account may
// not ask (sns:CheckIfPhoneNumberIsOptedOut), we cannot know.
func (s texter) ask(ctx context.Context, to string) error {
	out, err := s.client.CheckIfPhoneNumberIsOptedOut(ctx, &sns.CheckIfPhoneNumberIsOptedOutInput{PhoneNumber: &to})
	r, _ := refused(err)
	switch {
	case err == nil && out.IsOptedOut:
		return optedOut()
	case err == nil || r.status == http.StatusForbidden:
		return nil
	}
	f := unread(err)
	f.Unsure = false // nothing was sent yet
	return f
}

// attributes are those of https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html.
func attributes(t carrier.Text) map[string]types.MessageAttributeValue {
	as := func(value string) types.MessageAttributeValue {
		return types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &value}
	}
	all := map[string]types.MessageAttributeValue{"AWS.SNS.SMS.SMSType": as("Transactional")}
	if t.Promotional {
		all["AWS.SNS.SMS.SMSType"] = as("Promotional")
	}
	switch {
	case t.From == "":
	case strings.Trim(t.From, "+0123456789") == "":
		all["AWS.MM.SMS.OriginationNumber"] = as(t.From)
	default:
		all["AWS.SNS.SMS.SenderID"] = as(t.From)
	}
	return all
}

// unread says what is to be done about a text that Amazon did not take. InvalidParameter
// that is about PhoneNumber says that nobody can be texted there.
func unread(err error) *channel.Fault {
	r, _ := refused(err)
	if r.code == "OptedOut" || strings.Contains(r.said, "opted out") {
		return optedOut()
	}
	f := judge(err)
	if r.code == "InvalidParameter" && strings.Contains(r.said, "PhoneNumber") {
		f.Err = &carrier.Nobody{Code: r.code, Err: f.Err}
	}
	return f
}

func optedOut() *channel.Fault { return &channel.Fault{Never: true, Err: carrier.ErrOptedOut} }
