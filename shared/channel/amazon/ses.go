package amazon

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/carrier"
)

func init() { carrier.RegisterMailer("ses", "ses://REGION/CONFIGURATION-SET", openSES) }

type ses struct {
	client *sesv2.Client
	set    string // the configuration set: what happens to its mails is told to its topics
}

func openSES(url string) (carrier.Mailer, error) {
	a, set, err := account(url)
	if err != nil {
		return nil, err
	}
	return &ses{sesv2.NewFromConfig(a), set}, nil
}

// Send hands over the mail as it would go over SMTP. Amazon gives it a Message-ID of its
// own, which is returned; the mail's is what its notifications show among the headers.
func (s *ses) Send(ctx context.Context, m carrier.Mail) (string, error) {
	input := &sesv2.SendEmailInput{Content: &types.EmailContent{Raw: &types.RawMessage{Data: m.Raw}}, EmailTags: tags(m)}
	if s.set != "" {
		input.ConfigurationSetName = &s.set
	}
	sent, err := s.client.SendEmail(ctx, input)
	if err != nil {
		return "", unsent(err)
	}
	return aws.ToString(sent.MessageId), nil
}

// untaggable is what the value of a tag must not contain.
var untaggable = regexp.MustCompile(`[^A-Za-z0-9_-]+`)

const longestTag = 256

func tags(m carrier.Mail) []types.MessageTag {
	var all []types.MessageTag
	for _, t := range m.Tags {
		if untaggable.MatchString(t.Value) {
			t.Value = strings.Trim(untaggable.ReplaceAllString(t.Value, "-"), "-")
		}
		if t.Value != "" {
			all = append(all, types.MessageTag{Name: &t.Name, Value: aws.String(t.Value[:min(len(t.Value), longestTag)])})
		}
	}
	return all
}

// ours are the refusals that are not about this mail, but about who we are: somebody has
// to see to them. A configuration set that is not there is NotFoundException.
var ours = []string{"AccountSuspendedException", "SendingPausedException", "MailFromDomainNotVerifiedException", "NotFoundException"}

// unsent says what is to be done about a mail that Amazon did not take. MessageRejected is
// about the mail, such as a virus in it, unless it says that an address is not verified.
func unsent(err error) *channel.Fault {
	r, _ := refused(err)
	if r.code == "MessageRejected" && strings.Contains(r.said, "not verified") {
		return judge(err, r.code)
	}
	f := judge(err, ours...)
	if f.After > 0 && strings.Contains(r.said, "Daily message quota") {
		f.After = daily
	}
	return f
}

// daily is how long Amazon SES is let alone that has sent enough in 24 hours, at most as its
// guide asks (https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html).
const daily = 10 * time.Minute
