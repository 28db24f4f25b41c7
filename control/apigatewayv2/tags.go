package apigatewayv2

import (
	"errors"
	"maps"
	"strings"

	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/core/gwerr"
	"gatehouse/store"
)

func (s *service) tagResource(c *wire.Call, in *v2.TagResourceInput) (*v2.TagResourceOutput, error) {
	return nil, s.changeTags(c, str(in.ResourceArn), func(tags map[string]string) error {
		maps.Copy(tags, in.Tags)
		return checkTags(tags)
	})
}

func (s *service) untagResource(c *wire.Call, in *v2.UntagResourceInput) (*v2.UntagResourceOutput, error) {
	return nil, s.changeTags(c, str(in.ResourceArn), func(tags map[string]string) error {
		for _, key := range in.TagKeys {
			delete(tags, key)
		}
		return nil
	})
}

func (s *service) getTags(c *wire.Call, in *v2.GetTagsInput) (*v2.GetTagsOutput, error) {
	arn := str(in.ResourceArn)
	path, err := taggedPath(c, arn)
	if err != nil {
		return nil, err
	}
	tags, err := s.repo.Tags(c.Context, c.Region, path)
	if err != nil {
		return nil, tagError(c, arn, path, err)
	}
	return &v2.GetTagsOutput{Tags: shown(tags)}, nil
}

// changeTags applies f to the tags of what arn names. Tags act at once and are
// not deployed.
func (s *service) changeTags(c *wire.Call, arn string, f func(map[string]string) error) error {
	path, err := taggedPath(c, arn)
	if err != nil {
		return err
	}
	return tagError(c, arn, path, s.repo.ChangeTags(c.Context, c.Region, path, f))
}

var errNoResource = &gwerr.Error{Type: "NotFoundException", Status: 404}

// taggedPath reads a resource's ARN. One of another Region names nothing here.
func taggedPath(c *wire.Call, arn string) (path string, err error) {
	region, path, ok := definition.ParseARN(arn)
	if !ok {
		return "", badRequest("Invalid ARN. ARN is not well formed %s", arn)
	}
	if region != c.Region {
		return "", noResource(arn)
	}
	return path, nil
}

func noResource(arn string) error {
	return errNoResource.WithMessage("Invalid resource identifier specified: %s", arn)
}

// tagError is AWS's way to say which kind of resource isn't there.
func tagError(c *wire.Call, arn, path string, err error) error {
	switch {
	case errors.Is(err, definition.ErrNoStage):
		return errNoStage
	case errors.Is(err, definition.ErrNotTaggable):
		return noResource(arn)
	case !errors.Is(err, store.ErrNotFound):
		return storeError(err)
	}
	kind, id, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch id, _, _ = strings.Cut(id, "/"); kind {
	case "apis", "restapis":
		return invalidAPI(c.Account, id)
	case "vpclinks":
		return errNoVPCLink
	case "domainnames":
		return errNoDomain
	}
	return noResource(arn)
}
