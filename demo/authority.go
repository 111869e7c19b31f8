package demo

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"time"
)

// authority is the hall's own certificate authority (庁内認証局). It is made anew at each start
// and its key never leaves memory, so nothing that it signed is of use anywhere else.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// Validity of the hall's certificates. They begin an hour ago, for clocks that are a little off.
const (
	backdated    = -time.Hour
	authorityFor = 365 * 24 * time.Hour
	serverFor    = 90 * 24 * time.Hour
)

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	tmpl := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "Tsuzuki City demo CA", Organization: []string{"Keizoku demo"}},
		NotBefore:             now.Add(backdated),
		NotAfter:              now.Add(authorityFor),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return &authority{cert, key}, err
}

// pem returns the authority's certificate as a file for those who shall trust it.
func (a *authority) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

// server returns the settings of a TLS server for the names and addresses given.
func (a *authority) server(dnsName string, ips ...net.IP) (*tls.Config, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64))
	if err != nil {
		return nil, err
	}
	now := time.Now()
	tmpl := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: dnsName},
		NotBefore:    now.Add(backdated),
		NotAfter:     now.Add(serverFor),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{dnsName},
		IPAddresses:  ips,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, a.cert, &key.PublicKey, a.key)
	if err != nil {
		return nil, err
	}
	chain := tls.Certificate{Certificate: [][]byte{der, a.cert.Raw}, PrivateKey: key}
	return &tls.Config{Certificates: []tls.Certificate{chain}}, nil
}
