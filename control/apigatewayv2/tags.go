package apigatewayv2

import (
	"maps"
	"regexp"

	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"

	"gatehouse/control/definition"
	"gatehouse/control/wire"
	"gatehouse/core/gwerr"
)

var (
	managementARN = regexp.MustCompile(`^arn:aws[a-z-]*:apigateway:([a-z0-9-]+)::(/.+)$`)
	apiPath       = regexp.MustCompile(`^/apis/([^/]+)$`)
	stagePath     = regexp.MustCompile(`^/apis/([^/]+)/stages/([^/]+)$`)
	vpcLinkPath   = regexp.MustCompile(`^/vpclinks/([^/]+)$`)
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
	r, err := resourceOf(c, str(in.ResourceArn))
	if err != nil {
		return nil, err
	}
	if r.vpcLink != "" {
		l, err := s.vpcLink(c, &r.vpcLink)
		if err != nil {
			return nil, err
		}
		return &v2.GetTagsOutput{Tags: shown(l.Link.Tags)}, nil
	}
	a, err := s.api(c, &r.api)
	if err != nil {
		return nil, err
	}
	tags, err := r.tagsOf(a)
	if err != nil {
		return nil, err
	}
	return &v2.GetTagsOutput{Tags: shown(*tags)}, nil
}

// tagged is a resource that an ARN names: an API, a stage of it, or a VPC link.
type tagged struct {
	api, stage, vpcLink string
}

// resourceOf reads a resource's ARN. One of another Region or kind names nothing
// here.
func resourceOf(c *wire.Call, arn string) (tagged, error) {
	m := managementARN.FindStringSubmatch(arn)
	if m == nil {
		return tagged{}, badRequest("Invalid ARN. ARN is not well formed %s", arn)
	}
	region, path := m[1], m[2]
	if region == c.Region {
		if m := apiPath.FindStringSubmatch(path); m != nil {
			return tagged{api: m[1]}, nil
		}
		if m := stagePath.FindStringSubmatch(path); m != nil {
			return tagged{api: m[1], stage: m[2]}, nil
		}
		if m := vpcLinkPath.FindStringSubmatch(path); m != nil {
			return tagged{vpcLink: m[1]}, nil
		}
	}
	return tagged{}, errNoResource.WithMessage("Invalid resource identifier specified: %s", arn)
}

var errNoResource = &gwerr.Error{Type: "NotFoundException", Status: 404}

// tagsOf points at the tags in a.
func (r tagged) tagsOf(a *definition.HTTPAPI) (*map[string]string, error) {
	if r.stage == "" {
		return &a.API.Tags, nil
	}
	st := a.Stage(r.stage)
	if st == nil {
		return nil, errNoStage
	}
	return &st.Tags, nil
}

// changeTags applies f to the tags of what arn names. Tags act at once and are
// not deployed.
func (s *service) changeTags(c *wire.Call, arn string, f func(map[string]string) error) error {
	r, err := resourceOf(c, arn)
	if err != nil {
		return err
	}
	if r.vpcLink != "" {
		return s.changeVPCLink(c, &r.vpcLink, func(l *definition.VPCLink) error { return applyTags(&l.Link.Tags, f) })
	}
	return s.change(c, &r.api, func(a *definition.HTTPAPI) error {
		tags, err := r.tagsOf(a)
		if err != nil {
			return err
		}
		return applyTags(tags, f)
	})
}

func applyTags(tags *map[string]string, f func(map[string]string) error) error {
	changed := shown(*tags)
	if err := f(changed); err != nil {
		return err
	}
	if *tags = changed; len(changed) == 0 {
		*tags = nil
	}
	return nil
}
