package apigateway

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"time"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/store"
)

const (
	certificateBits = 2048 // RSA, as AWS's are
	maxCertificates = 60   // per Region
)

var errNoCertificate = notFound("Invalid Client Certificate identifier specified")

func (s *service) certificateOperations() []wire.Operation {
	return []wire.Operation{
		wire.Op("GenerateClientCertificate", "POST", certificates, 201, s.generateCertificate),
		wire.Op("GetClientCertificate", "GET", certificate, 200, s.getCertificate),
		wire.Op("GetClientCertificates", "GET", certificates, 200, s.getCertificates),
		wire.Op("UpdateClientCertificate", "PATCH", certificate, 200, s.updateCertificate),
		wire.Op("DeleteClientCertificate", "DELETE", certificate, 202, s.deleteCertificate),
	}
}

func (s *service) generateCertificate(c *wire.Call, in *v1.GenerateClientCertificateInput) (*v1.GenerateClientCertificateOutput, error) {
	if err := checkTags(in.Tags); err != nil {
		return nil, err
	}
	n, err := s.repo.ClientCertificates().Count(c.Context, c.Region)
	if err == nil {
		err = room(c, n, maxCertificates, "client certificates", "account")
	}
	if err != nil {
		return nil, storeError(err)
	}
	doc, err := newCertificate(s.now())
	if err != nil {
		return nil, err
	}
	doc.Region, doc.Created = c.Region, s.Now().UTC()
	cert := &doc.Certificate
	cert.Description, cert.Tags = in.Description, in.Tags
	tidy(cert)
	for {
		cert.ClientCertificateId = ptr(newID(childIDLength))
		if err := s.repo.ClientCertificates().Create(c.Context, doc); !errors.Is(err, store.ErrConflict) {
			return reply[v1.GenerateClientCertificateOutput](cert), storeError(err)
		}
	}
}

// newCertificate makes a key pair and its self-signed certificate for TLS
// clients, valid for a year from now.
func newCertificate(now time.Time) (*definition.ClientCertificate, error) {
	key, err := rsa.GenerateKey(rand.Reader, certificateBits)
	if err != nil {
		return nil, fmt.Errorf("generate client certificate: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 126))
	if err != nil {
		return nil, fmt.Errorf("generate client certificate: %w", err)
	}
	expires := now.AddDate(1, 0, 0)
	template := &x509.Certificate{
		SerialNumber: serial.Add(serial, big.NewInt(1)), // RFC 5280, 4.1.2.2: positive
		Subject:      pkix.Name{CommonName: "ApiGateway"},
		NotBefore:    now, NotAfter: expires,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("generate client certificate: %w", err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("generate client certificate: %w", err)
	}
	return &definition.ClientCertificate{
		PrivateKey: definition.PrivateKey(inPEM("PRIVATE KEY", secret)),
		Certificate: types.ClientCertificate{
			CreatedDate: &now, ExpirationDate: &expires, PemEncodedCertificate: ptr(inPEM("CERTIFICATE", der)),
		},
	}, nil
}

func inPEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func (s *service) getCertificate(c *wire.Call, in *v1.GetClientCertificateInput) (*v1.GetClientCertificateOutput, error) {
	doc, err := s.repo.ClientCertificates().Get(c.Context, c.Region, str(in.ClientCertificateId))
	if err != nil {
		return nil, gone(err, errNoCertificate)
	}
	doc.Certificate.Tags = shown(doc.Certificate.Tags)
	return reply[v1.GetClientCertificateOutput](&doc.Certificate), nil
}

func (s *service) getCertificates(c *wire.Call, in *v1.GetClientCertificatesInput) (*v1.GetClientCertificatesOutput, error) {
	list, err := s.repo.ClientCertificates().List(c.Context, c.Region)
	if list == nil {
		return nil, storeError(err)
	}
	s.logUnread("client certificates", err)
	key := func(d *definition.ClientCertificate) string {
		return oldestFirst(d.Created, *d.Certificate.ClientCertificateId)
	}
	part, next, err := page(list, key, in.Limit, in.Position)
	items := make([]types.ClientCertificate, len(part))
	for i, d := range part {
		items[i] = d.Certificate
	}
	return &v1.GetClientCertificatesOutput{Items: items, Position: next}, err
}

func (s *service) updateCertificate(c *wire.Call, in *v1.UpdateClientCertificateInput) (*v1.UpdateClientCertificateOutput, error) {
	var cert types.ClientCertificate
	err := s.repo.ClientCertificates().Change(c.Context, c.Region, str(in.ClientCertificateId), func(d *definition.ClientCertificate) error {
		for _, op := range in.PatchOperations {
			err := edits{"/description": text(&d.Certificate.Description, replaceOnly)}.apply(op, "/description")
			if err != nil {
				return err
			}
		}
		cert = d.Certificate
		return nil
	})
	if err != nil {
		return nil, gone(err, errNoCertificate)
	}
	cert.Tags = shown(cert.Tags)
	return reply[v1.UpdateClientCertificateOutput](&cert), nil
}

// deleteCertificate refuses while a stage uses the certificate. A stage that
// comes to use it at the same moment is left with one that is gone.
func (s *service) deleteCertificate(c *wire.Call, in *v1.DeleteClientCertificateInput) (*v1.DeleteClientCertificateOutput, error) {
	id := str(in.ClientCertificateId)
	if _, err := s.repo.ClientCertificates().Get(c.Context, c.Region, id); err != nil {
		return nil, gone(err, errNoCertificate)
	}
	user, err := s.certificateUser(c, id)
	if err != nil {
		return nil, storeError(err)
	}
	if user != "" {
		return nil, badRequest("Cannot delete client certificate '%s', is referenced in stage: %s", id, user)
	}
	return nil, gone(s.repo.ClientCertificates().Delete(c.Context, c.Region, id, nil), errNoCertificate)
}

// certificateUser names a stage that uses a certificate, "{api}:{stage}"; "" when
// none does.
func (s *service) certificateUser(c *wire.Call, id string) (string, error) {
	rests, err := s.repo.Rests(c.Context, c.Region)
	if rests == nil {
		return "", err
	}
	for _, a := range rests {
		for _, st := range a.Stages {
			if str(st.ClientCertificateId) == id {
				return a.ID() + ":" + *st.StageName, nil
			}
		}
	}
	others, err := s.repo.List(c.Context, c.Region)
	if others == nil {
		return "", err
	}
	for _, a := range others {
		for _, st := range a.Stages {
			if str(st.ClientCertificateId) == id {
				return a.ID() + ":" + *st.StageName, nil
			}
		}
	}
	return "", nil
}
