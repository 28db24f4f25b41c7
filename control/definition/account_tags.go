package definition

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"gatehouse/store"
)

// ErrNotTaggable is the error for an ARN whose kind of resource has no tags.
var ErrNotTaggable = errors.New("this kind of resource has no tags")

// managementARN is an ARN of something that the management API has. Some have
// the account in them.
var managementARN = regexp.MustCompile(`^arn:aws[a-z-]*:apigateway:([a-z0-9-]+):([0-9]{0,12}):(/.+)$`)

// ParseARN gives Region and path of a management ARN, such as
// "/restapis/a1b2c3/stages/dev".
func ParseARN(arn string) (region, path string, ok bool) {
	m := managementARN.FindStringSubmatch(arn)
	if m == nil {
		return "", "", false
	}
	return m[1], m[3], true
}

// Tags reads the tags of what a management ARN's path names: an API of any kind,
// a stage of one, or something of the account. Errors: store.ErrNotFound,
// ErrNoStage, ErrNotTaggable, ErrFormat.
func (r *Repository) Tags(ctx context.Context, region, path string) (map[string]string, error) {
	var tags map[string]string
	err := r.eachTags(ctx, region, path, func(t *map[string]string) error {
		tags = *t
		return errSeen
	})
	if errors.Is(err, errSeen) {
		err = nil
	}
	return tags, err
}

// errSeen ends a change that only wanted to look.
var errSeen = errors.New("seen")

// ChangeTags applies change to the tags of what path names. It gets a map of its
// own, which is stored unless it fails. It may run several times. Errors: as for
// Tags, ErrConcurrent, change's own.
func (r *Repository) ChangeTags(ctx context.Context, region, path string, change func(map[string]string) error) error {
	return r.eachTags(ctx, region, path, func(t *map[string]string) error {
		tags := make(map[string]string, len(*t))
		for k, v := range *t {
			tags[k] = v
		}
		if err := change(tags); err != nil {
			return err
		}
		if *t = tags; len(tags) == 0 {
			*t = nil
		}
		return nil
	})
}

// eachTags runs edit on the tags of the document that path names.
func (r *Repository) eachTags(ctx context.Context, region, path string, edit func(*map[string]string) error) error {
	kind, id, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch kind {
	case "restapis", "apis":
		return r.apiTags(ctx, region, id, edit)
	case "domainnameaccessassociations":
		return r.DomainAccesses().Change(ctx, region, accessID(region, id), func(a *DomainAccess) error { return edit(&a.Association.Tags) })
	case "domainnames":
		return r.Domains().Change(ctx, region, id, func(d *Domain) error { return edit(&d.Domain.Tags) })
	}
	if strings.Contains(id, "/") {
		return ErrNotTaggable
	}
	switch kind {
	case "apikeys":
		return r.CallerKeys().Change(ctx, region, id, func(k *CallerKey) error { return edit(&k.Key.Tags) })
	case "usageplans":
		return r.UsagePlans().Change(ctx, region, id, func(p *UsagePlan) error { return edit(&p.Plan.Tags) })
	case "clientcertificates":
		return r.ClientCertificates().Change(ctx, region, id, func(c *ClientCertificate) error { return edit(&c.Certificate.Tags) })
	case "vpclinks":
		return r.linkTags(ctx, region, id, edit)
	}
	return ErrNotTaggable
}

// linkTags looks for both kinds of VPC links: their ARNs are of one form.
func (r *Repository) linkTags(ctx context.Context, region, id string, edit func(*map[string]string) error) error {
	err := r.RESTVPCLinks().Change(ctx, region, id, func(l *RESTVPCLink) error { return edit(&l.Link.Tags) })
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return r.ChangeVPCLink(ctx, id, func(l *VPCLink) error {
		if l.Region != region {
			return store.ErrNotFound
		}
		return edit(&l.Link.Tags)
	})
}

// apiTags finds the tags of an API or, with "{api}/stages/{stage}", of a stage.
func (r *Repository) apiTags(ctx context.Context, region, path string, edit func(*map[string]string) error) error {
	id, child, isChild := strings.Cut(path, "/")
	stage, isStage := strings.CutPrefix(child, "stages/")
	if isChild && (!isStage || strings.Contains(stage, "/")) {
		return ErrNotTaggable
	}
	a, err := r.anyAPI(ctx, id)
	if err != nil {
		return err
	}
	if a.region() != region {
		return fmt.Errorf("api %s is in %s: %w", id, a.region(), store.ErrNotFound)
	}
	if a.kind() == kindRest {
		return r.ChangeRest(ctx, id, func(a *RestAPI) error { return editTags(restTags(a, stage, isStage), edit) })
	}
	return r.Change(ctx, id, func(a *HTTPAPI) error { return editTags(httpTags(a, stage, isStage), edit) })
}

func editTags(tags *map[string]string, edit func(*map[string]string) error) error {
	if tags == nil {
		return ErrNoStage
	}
	return edit(tags)
}

func restTags(a *RestAPI, stage string, isStage bool) *map[string]string {
	if !isStage {
		return &a.API.Tags
	}
	if st := a.Stage(stage); st != nil {
		return &st.Tags
	}
	return nil
}

func httpTags(a *HTTPAPI, stage string, isStage bool) *map[string]string {
	if !isStage {
		return &a.API.Tags
	}
	if st := a.Stage(stage); st != nil {
		return &st.Tags
	}
	return nil
}
