package node

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"
)

// authority signs the certificates of one node. Its key is kept nowhere.
type authority struct {
	place Place
	cert  *x509.Certificate
	key   *ecdsa.PrivateKey
}

// certificates writes who may talk to whom: a certificate for the API server and one for
// each of its clients, with the names and groups that Kubernetes' own roles are bound to.
func (p Place) certificates() error {
	ca, err := newAuthority(p)
	if err != nil {
		return err
	}
	server := pkix.Name{CommonName: "kube-apiserver"}
	err = ca.issue("apiserver", server, []string{"kubernetes", "kubernetes.default", "kubernetes.default.svc", "localhost"}, Address, API, "127.0.0.1")
	err = errors.Join(err, ca.issue("office", pkix.Name{CommonName: "office"}, []string{Name}, Address))
	for file, of := range map[string]pkix.Name{
		"admin":      {CommonName: "admin", Organization: []string{"system:masters"}},
		"kubelet":    {CommonName: "system:node:" + nodeName, Organization: []string{"system:nodes"}},
		"controller": {CommonName: "system:kube-controller-manager"},
		"scheduler":  {CommonName: "system:kube-scheduler"},
		"proxy":      {CommonName: "system:kube-proxy"},
	} {
		err = errors.Join(err, ca.issue(file, of, nil), ca.kubeconfig(file))
	}
	accounts, bad := ecdsa.GenerateKey(elliptic.P256(), rand.Reader) // signs the tokens of pods
	if err := errors.Join(err, bad); err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(accounts)
	if err != nil {
		return err
	}
	public, err := x509.MarshalPKIXPublicKey(accounts.Public())
	return errors.Join(err, writePEM(p.in("pki", "accounts.key"), "PRIVATE KEY", der), writePEM(p.in("pki", "accounts.pub"), "PUBLIC KEY", public))
}

func newAuthority(p Place) (authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return authority{}, err
	}
	a := authority{place: p, key: key, cert: &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "redthread test node"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}}
	der, err := x509.CreateCertificate(rand.Reader, a.cert, a.cert, key.Public(), key)
	if err != nil {
		return a, err
	}
	return a, writePEM(p.in("pki", "ca.crt"), "CERTIFICATE", der)
}

// issue writes a certificate and its key.
func (a authority) issue(file string, subject pkix.Name, names []string, addresses ...string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return err
	}
	of := &x509.Certificate{
		SerialNumber: serial, Subject: subject, NotBefore: a.cert.NotBefore, NotAfter: a.cert.NotAfter,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth}, DNSNames: names,
	}
	for _, address := range addresses {
		of.IPAddresses = append(of.IPAddresses, net.ParseIP(address))
	}
	der, err := x509.CreateCertificate(rand.Reader, of, a.cert, key.Public(), a.key)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	return errors.Join(err, writePEM(a.place.in("pki", file+".crt"), "CERTIFICATE", der),
		writePEM(a.place.in("pki", file+".key"), "PRIVATE KEY", private))
}

func writePEM(path, kind string, der []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}

func (a authority) kubeconfig(file string) error {
	p := a.place
	return os.WriteFile(p.in(file+".kubeconfig"), fmt.Appendf(nil, `apiVersion: v1
kind: Config
clusters: [{name: redthread, cluster: {server: "%s", certificate-authority: %q}}]
users: [{name: %s, user: {client-certificate: %q, client-key: %q}}]
contexts: [{name: redthread, context: {cluster: redthread, user: %s}}]
current-context: redthread
`, apiAddress, p.in("pki", "ca.crt"), file, p.in("pki", file+".crt"), p.in("pki", file+".key"), file), 0o600)
}
