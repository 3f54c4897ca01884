package email

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

// where is an SMTP server and how it is talked to.
type where struct {
	host    string
	options []mail.Option
	tls     *tls.Config
	ssl     bool // encrypted from the first byte (RFC 8314)
}

var starttls = map[string]mail.TLSPolicy{"required": mail.TLSMandatory, "optional": mail.TLSOpportunistic, "none": mail.NoTLS}

// read reads SMTP_URL. Its errors never show it, as it holds a password.
func read(address, ca string) (where, error) {
	const expected = "expected smtp://user:password@host:587?starttls=required (or optional, none), or smtps://user:password@host:465"
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return where{}, errors.New("SMTP_URL is no address of a mail server, " + expected)
	}
	w := where{host: u.Hostname(), ssl: u.Scheme == "smtps"}
	port, policy := 587, u.Query().Get("starttls")
	if w.ssl {
		port = 465
	}
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil || port < 1 || port > 65535 {
			return where{}, fmt.Errorf("SMTP_URL: port is %s, expected 1 to 65535", u.Port())
		}
	}
	for name := range u.Query() {
		if name != "starttls" {
			return where{}, fmt.Errorf("SMTP_URL: %q is no parameter of it, %s", name, expected)
		}
	}
	if policy == "" {
		policy = "required"
	}
	if _, ok := starttls[policy]; !ok {
		return where{}, fmt.Errorf("SMTP_URL: starttls is %q, %s", policy, expected)
	}
	if w.tls, err = trust(w.host, ca); err != nil {
		return where{}, err
	}
	w.options = []mail.Option{mail.WithPort(port), mail.WithTLSConfig(w.tls)}
	if w.ssl {
		w.options = append(w.options, mail.WithSSL())
	} else {
		w.options = append(w.options, mail.WithTLSPolicy(starttls[policy]))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		w.options = append(w.options, mail.WithUsername(u.User.Username()), mail.WithPassword(password),
			mail.WithOpportunisticSMTPAuth(mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthPlain, mail.SMTPAuthLogin))
	}
	return w, nil
}

func trust(host, ca string) (*tls.Config, error) {
	config := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if ca == "" {
		return config, nil
	}
	pem, err := os.ReadFile(ca)
	if err != nil {
		return nil, fmt.Errorf("SMTP_CA is %q, expected a file of certificates in PEM: %w", ca, err)
	}
	if config.RootCAs, err = x509.SystemCertPool(); err != nil {
		config.RootCAs = x509.NewCertPool()
	}
	if !config.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("SMTP_CA is %q, which holds no certificate, expected PEM", ca)
	}
	return config, nil
}

// dial opens a line to the server, greets, encrypts and signs in.
func (w where) dial(ctx context.Context) (*line, error) {
	l := &line{}
	inTime := func() bool { return true }
	connect := func(dialling context.Context, network, address string) (net.Conn, error) {
		conn, err := w.connect(dialling, network, address)
		if err == nil {
			l.conn, inTime = conn, context.AfterFunc(ctx, func() { conn.Close() })
		}
		return conn, err
	}
	var err error
	options := slices.Concat(w.options, []mail.Option{mail.WithDialContextFunc(connect), mail.WithTimeout(patience)})
	if l.client, err = mail.NewClient(w.host, options...); err != nil {
		return nil, fmt.Errorf("mail server %s: %w", w.host, err)
	}
	l.smtp, err = l.client.DialToSMTPClientWithContext(ctx)
	inTime()
	if err != nil {
		l.hangUp()
		return nil, fmt.Errorf("mail server %s: %w", w.host, errors.Join(err, ctx.Err()))
	}
	return l, nil
}

func (w where) connect(ctx context.Context, network, address string) (net.Conn, error) {
	if w.ssl {
		return (&tls.Dialer{Config: w.tls}).DialContext(ctx, network, address)
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

// patience bounds what the context does not.
const patience = 20 * time.Second

// cut is what is kept of an error of the mail library: not the recipients, which it
// appends.
func cut(err error) string {
	said, _, _ := strings.Cut(err.Error(), ", affected")
	return said
}
