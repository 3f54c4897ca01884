package topic

import (
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// post is what Amazon SNS posts to an HTTPS endpoint
// (https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html and its neighbours).
type post struct {
	Type             string
	MessageID        string `json:"MessageId"`
	TopicArn         string
	Subject          *string // of a notification that has one
	Message          string
	Timestamp        string
	Token            string
	SubscribeURL     string
	SignatureVersion string
	Signature        string
	SigningCertURL   string
}

const (
	notification   = "Notification"
	subscription   = "SubscriptionConfirmation"
	unsubscription = "UnsubscribeConfirmation"
)

// signed is the text that the signature is of: names and values of some fields in the
// order of the alphabet, a line each
// (https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html).
func (p post) signed() ([]byte, error) {
	lines := []string{"Message", p.Message, "MessageId", p.MessageID}
	switch p.Type {
	case notification:
		if p.Subject != nil {
			lines = append(lines, "Subject", *p.Subject)
		}
		lines = append(lines, "Timestamp", p.Timestamp)
	case subscription, unsubscription:
		lines = append(lines, "SubscribeURL", p.SubscribeURL, "Timestamp", p.Timestamp, "Token", p.Token)
	default:
		return nil, fmt.Errorf("%w: its type is %q", errForged, p.Type)
	}
	lines = append(lines, "TopicArn", p.TopicArn, "Type", p.Type)
	return []byte(strings.Join(lines, "\n") + "\n"), nil
}

// verify checks the signature: of SHA-1 in version 1, of SHA-256 in version 2.
func (p post) verify(by *x509.Certificate) error {
	text, err := p.signed()
	if err != nil {
		return err
	}
	algorithm, known := map[string]x509.SignatureAlgorithm{"1": x509.SHA1WithRSA, "2": x509.SHA256WithRSA}[p.SignatureVersion]
	if !known {
		return fmt.Errorf("%w: its signature is of version %q", errForged, p.SignatureVersion)
	}
	signature, err := base64.StdEncoding.DecodeString(p.Signature)
	if err != nil {
		return fmt.Errorf("%w: its signature is no base64", errForged)
	}
	if err := by.CheckSignature(algorithm, text, signature); err != nil {
		return fmt.Errorf("%w: %w", errForged, err)
	}
	return nil
}

// home is the host of Amazon SNS where a topic lives; the ARN must be one.
func home(arn string) string {
	part := arns().FindStringSubmatch(arn)
	host := "sns." + part[2] + ".amazonaws.com"
	if part[1] == "aws-cn" {
		host += ".cn"
	}
	return host
}

var pems = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^/SimpleNotificationService-[A-Za-z0-9]+\.pem$`)
})

// certificate is the address of the certificate, if it is at the topic's home.
func (p post) certificate() (string, error) {
	u, err := atHome(p.SigningCertURL, p.TopicArn)
	if err != nil || !pems().MatchString(u.Path) || u.RawQuery != "" {
		return "", fmt.Errorf("%w: SigningCertURL is not Amazon's in the topic's region", errForged)
	}
	return u.String(), nil
}

// confirmation is the address that confirms the subscription to the topic, if it is one.
func (p post) confirmation() (string, error) {
	u, err := atHome(p.SubscribeURL, p.TopicArn)
	if err != nil || u.Path != "/" || u.Query().Get("Action") != "ConfirmSubscription" || u.Query().Get("TopicArn") != p.TopicArn {
		return "", fmt.Errorf("%w: SubscribeURL does not confirm a subscription to the topic at Amazon's in its region", errForged)
	}
	return u.String(), nil
}

func atHome(address, arn string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	if u.Scheme != "https" || u.Host != home(arn) || u.User != nil || u.Fragment != "" {
		return nil, errForged
	}
	return u, nil
}
