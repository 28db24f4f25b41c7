package apigateway

import (
	"errors"
	"regexp"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/core/gwerr"
	"gatehouse/store"
)

// What AWS tells of every account.
const (
	accountBurst      = 5000
	accountRate       = 10000
	apiKeyVersion     = "4"
	featureUsagePlans = "UsagePlans"
)

var (
	roleARN        = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$`)
	errAccountRole = badRequest("The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required role policy.")
)

func (s *service) accountOperations() []wire.Operation {
	return []wire.Operation{
		wire.Op("GetAccount", "GET", "/account", 200, s.getAccount),
		wire.Op("UpdateAccount", "PATCH", "/account", 200, s.updateAccount),
	}
}

func (s *service) getAccount(c *wire.Call, _ *v1.GetAccountInput) (*v1.GetAccountOutput, error) {
	a, err := s.repo.Account(c.Context, c.Region)
	if err != nil {
		return nil, storeError(err)
	}
	return accountView(a), nil
}

func (s *service) updateAccount(c *wire.Call, in *v1.UpdateAccountInput) (*v1.UpdateAccountOutput, error) {
	var v *v1.GetAccountOutput
	err := s.repo.ChangeAccount(c.Context, c.Region, func(a *definition.Account) error {
		for _, op := range in.PatchOperations {
			if err := patchAccount(a, op); err != nil {
				return err
			}
		}
		v = accountView(a)
		return nil
	})
	if err != nil {
		return nil, storeError(err)
	}
	return reply[v1.UpdateAccountOutput](v), nil
}

func patchAccount(a *definition.Account, op types.PatchOperation) error {
	role := text(&a.CloudwatchRoleArn, replaceOnly)
	setRole := role.do
	role.do = func(op types.Op, value string) error {
		if value != "" && !roleARN.MatchString(value) {
			return errAccountRole
		}
		return setRole(op, value)
	}
	return edits{
		"/cloudwatchRoleArn": role,
		"/features":          {addRemove, editFeature},
	}.apply(op, "/cloudwatchRoleArn", "/features")
}

// editFeature knows the one feature there is, which every account keeps.
func editFeature(op types.Op, value string) error {
	switch {
	case value != featureUsagePlans:
		return badRequest("Invalid feature specified: %s", value)
	case op == types.OpRemove:
		return badRequest("Usage Plans cannot be disabled")
	}
	return nil
}

func accountView(a *definition.Account) *v1.GetAccountOutput {
	return &v1.GetAccountOutput{
		CloudwatchRoleArn: a.CloudwatchRoleArn,
		ApiKeyVersion:     ptr(apiKeyVersion),
		Features:          []string{featureUsagePlans},
		ThrottleSettings:  &types.ThrottleSettings{BurstLimit: accountBurst, RateLimit: accountRate},
	}
}

// gone turns a document that isn't there into AWS's words for it.
func gone(err error, e *gwerr.Error) error {
	if errors.Is(err, store.ErrNotFound) {
		return e
	}
	return storeError(err)
}

// logUnread tells the operator of documents that a list leaves out.
func (s *service) logUnread(what string, err error) {
	if err != nil {
		s.Log.Error("some documents cannot be listed", "what", what, "err", err)
	}
}

func isTrue(b *bool) bool { return b != nil && *b }

// message is the text of an error for a client.
func message(err error) string { return gwerr.As(err).Message }
