package email

import (
	"context"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/amazon"
	"redthread.dev/shared/function"
)

// ses has Amazon send each mail.
type ses struct {
	postman
	client *sesv2.Client
	set    string // the configuration set: what happens to its mails is told to its topics
}

func newSES(address string, p postman) (*ses, error) {
	account, set, err := amazon.Open("SES_URL", address, "ses://eu-north-1/CONFIGURATION-SET")
	if err != nil {
		return nil, err
	}
	return &ses{p, sesv2.NewFromConfig(account), set}, nil
}

// Send hands over the mail as it would go over SMTP. Amazon gives it a Message-ID of its
// own, which is the receipt's reference; ours is what its notifications show among the
// mail's headers.
func (s *ses) Send(ctx context.Context, d channel.Delivery) (channel.Receipt, error) {
	receipt := channel.Receipt{Provider: "ses"}
	m, err := s.write(d)
	if err != nil {
		return receipt, function.Never(err)
	}
	raw, err := text(m)
	if err != nil {
		return receipt, function.Never(err)
	}
	input := &sesv2.SendEmailInput{Content: &types.EmailContent{Raw: &types.RawMessage{Data: raw}}, EmailTags: tags(d)}
	if s.set != "" {
		input.ConfigurationSetName = &s.set
	}
	sent, err := s.client.SendEmail(ctx, input)
	if err != nil {
		return receipt, refusal(err)
	}
	receipt.Reference = aws.ToString(sent.MessageId)
	return receipt, nil
}

// The names of the tags by which Amazon's statistics and notifications know a mail.
const (
	tagAction  = "action"
	tagFlow    = "flow"
	tagStep    = "step"
	tagPurpose = "purpose"
)

// untaggable is what the value of a tag must not contain.
var untaggable = regexp.MustCompile(`[^A-Za-z0-9_-]+`)

const longestTag = 256

func tags(d channel.Delivery) []types.MessageTag {
	var all []types.MessageTag
	for _, t := range [][2]string{{tagAction, d.Action.ID}, {tagFlow, d.Action.Flow}, {tagStep, d.Action.Step}, {tagPurpose, string(d.Action.Purpose)}} {
		value := strings.Trim(untaggable.ReplaceAllString(t[1], "-"), "-")
		if t[0] == tagAction {
			value = t[1] // it may begin with a dash
		}
		if value != "" {
			all = append(all, types.MessageTag{Name: &t[0], Value: aws.String(value[:min(len(value), longestTag)])})
		}
	}
	return all
}

// ours are the refusals that are not about this mail, but about who we are: somebody has
// to see to them. A configuration set that is not there is NotFoundException.
var ours = []string{"AccountSuspendedException", "SendingPausedException", "MailFromDomainNotVerifiedException", "NotFoundException"}

// refusal says what is to be done about a mail that Amazon did not take. MessageRejected is
// about the mail, such as a virus in it, unless it says that an address is not verified.
func refusal(err error) error {
	if r, _ := amazon.Refused(err); r.Code == "MessageRejected" && strings.Contains(r.Said, "not verified") {
		return amazon.Judge(err, r.Code)
	}
	return amazon.Judge(err, ours...)
}
