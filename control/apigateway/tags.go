package apigateway

import (
	"errors"
	"maps"
	"strings"
	"unicode/utf8"

	v1 "github.com/aws/aws-sdk-go-v2/service/apigateway"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/store"
)

// Limits of tags; lengths in characters.
const (
	maxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

func (s *service) tagOperations() []wire.Operation {
	return []wire.Operation{
		wire.Op("TagResource", "PUT", tags, 204, s.tagResource),
		wire.Op("UntagResource", "DELETE", tags, 204, s.untagResource),
		wire.Op("GetTags", "GET", tags, 200, s.getTags),
	}
}

func (s *service) tagResource(c *wire.Call, in *v1.TagResourceInput) (*v1.TagResourceOutput, error) {
	path, err := taggedPath(c, str(in.ResourceArn))
	if err != nil {
		return nil, err
	}
	err = s.repo.ChangeTags(c.Context, c.Region, path, func(tags map[string]string) error {
		maps.Copy(tags, in.Tags)
		return checkTags(tags)
	})
	return nil, tagError(c, path, err)
}

func (s *service) untagResource(c *wire.Call, in *v1.UntagResourceInput) (*v1.UntagResourceOutput, error) {
	path, err := taggedPath(c, str(in.ResourceArn))
	if err != nil {
		return nil, err
	}
	err = s.repo.ChangeTags(c.Context, c.Region, path, func(tags map[string]string) error {
		for _, key := range in.TagKeys {
			delete(tags, key)
		}
		return nil
	})
	return nil, tagError(c, path, err)
}

// getTags gives all tags: AWS takes limit and position, and pages nothing either.
func (s *service) getTags(c *wire.Call, in *v1.GetTagsInput) (*v1.GetTagsOutput, error) {
	path, err := taggedPath(c, str(in.ResourceArn))
	if err != nil {
		return nil, err
	}
	tags, err := s.repo.Tags(c.Context, c.Region, path)
	if err != nil {
		return nil, tagError(c, path, err)
	}
	return &v1.GetTagsOutput{Tags: shown(tags)}, nil
}

// taggedPath reads a resource's ARN. One of another Region names nothing here.
func taggedPath(c *wire.Call, arn string) (path string, err error) {
	region, path, ok := definition.ParseARN(arn)
	if !ok {
		return "", badRequest("Invalid ARN. ARN is not well formed %s", arn)
	}
	if region != c.Region {
		return "", noResource(path)
	}
	return path, nil
}

func noResource(path string) error {
	return notFound("Invalid resource identifier specified: %s", path)
}

// tagError is AWS's way to say which kind of resource isn't there.
func tagError(c *wire.Call, path string, err error) error {
	kind, id, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	id, _, _ = strings.Cut(id, "/")
	switch {
	case errors.Is(err, definition.ErrNoStage):
		return errNoStage
	case errors.Is(err, definition.ErrNotTaggable):
		return noResource(path)
	case !errors.Is(err, store.ErrNotFound):
		return storeError(err)
	}
	switch kind {
	case "restapis", "apis":
		return invalidAPI(c.Account, id)
	case "apikeys":
		return errNoKey
	case "usageplans":
		return errNoPlan
	case "clientcertificates":
		return errNoCertificate
	case "vpclinks":
		return errNoLink
	case "domainnames":
		return errNoDomain
	}
	return noResource(path)
}

func checkTags(tags map[string]string) error {
	if len(tags) > maxTags {
		return badRequest("A resource can have at most %d tags", maxTags)
	}
	for k, v := range tags {
		switch n := utf8.RuneCountInString(k); {
		case n == 0 || n > maxTagKey:
			return badRequest("Invalid tag key: it must have 1 to %d characters", maxTagKey)
		case strings.HasPrefix(strings.ToLower(k), "aws:"):
			return badRequest("Invalid tag key %s: the prefix aws: is reserved", k)
		case utf8.RuneCountInString(v) > maxTagValue:
			return badRequest("Invalid value of tag %s: it can have at most %d characters", k, maxTagValue)
		}
	}
	return nil
}
