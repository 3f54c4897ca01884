package email

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
)

// office is a mail server with a certificate of its own making and one user.
type office struct {
	addr  string
	ca    string // file of the certificate
	smtps string // address that is encrypted from the first byte

	mu     sync.Mutex
	mails  []received
	lines  []*smtp.Conn // a line that is encrypted later counts twice
	onMail func() error
	onRcpt func(to string) error
	onData func(c *smtp.Conn) error
	server *smtp.Server
}

// received is a mail as the server has it.
type received struct {
	from, to, user string
	encrypted      bool
	text           []byte
}

const password = "secret sauce"

func openOffice(t *testing.T, change func(*smtp.Server)) *office {
	t.Helper()
	certificate, file := selfMade(t)
	o := &office{ca: file}
	o.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.lines = append(o.lines, c)
		return &session{office: o, conn: c}, nil
	}))
	o.server.Domain, o.server.TLSConfig, o.server.ErrorLog = "office.example", &tls.Config{Certificates: []tls.Certificate{certificate}}, log.New(io.Discard, "", 0)
	if change != nil {
		change(o.server)
	}
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	o.addr = plain.Addr().String()
	go o.server.Serve(plain) //nolint:errcheck // ends with the test
	if o.server.TLSConfig != nil {
		encrypted, err := tls.Listen("tcp", "127.0.0.1:0", o.server.TLSConfig)
		require.NoError(t, err)
		o.smtps = encrypted.Addr().String()
		go o.server.Serve(encrypted) //nolint:errcheck // ends with the test
	}
	t.Cleanup(func() { o.server.Close() })
	return o
}

func (o *office) inbox() []received {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.mails
}

type session struct {
	office *office
	conn   *smtp.Conn
	mail   received
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, given string) error {
		if user != "shop" || given != password {
			return smtp.ErrAuthFailed
		}
		s.mail.user = user
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.mail.user == "" {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	s.mail.from = from
	if s.office.onMail != nil {
		return s.office.onMail()
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mail.to = to
	if s.office.onRcpt != nil {
		return s.office.onRcpt(to)
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mail.text = text
	_, s.mail.encrypted = s.conn.TLSConnectionState()
	s.office.mu.Lock()
	s.office.mails = append(s.office.mails, s.mail)
	s.office.mu.Unlock()
	if s.office.onData != nil {
		return s.office.onData(s.conn)
	}
	return nil
}

func (s *session) Reset()        { s.mail = received{user: s.mail.user} }
func (s *session) Logout() error { return nil }

// selfMade makes a certificate for 127.0.0.1 and the file that says to trust it.
func selfMade(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}
