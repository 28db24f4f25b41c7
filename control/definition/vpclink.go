package definition

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/store"
)

// VPCLink reads a VPC link. Errors: store.ErrNotFound, ErrFormat.
func (r *Repository) VPCLink(ctx context.Context, id string) (*VPCLink, error) {
	l, _, err := r.vpcLink(ctx, id)
	return l, err
}

func (r *Repository) vpcLink(ctx context.Context, id string) (*VPCLink, store.Entry, error) {
	if !ValidID(id) {
		return nil, store.Entry{}, fmt.Errorf("vpc link %q: %w", id, store.ErrNotFound)
	}
	e, err := r.store.Get(ctx, VPCLinkKey(id))
	if err != nil {
		return nil, e, fmt.Errorf("vpc link %s: %w", id, err)
	}
	l, err := decode[VPCLink](e.Key, kindVPCLink, e.Value)
	return l, e, err
}

// VPCLinks reads the VPC links of a Region, in no particular order. As with
// List, unreadable ones do not hide the others.
func (r *Repository) VPCLinks(ctx context.Context, region string) ([]*VPCLink, error) {
	entries, err := r.store.List(ctx, VPCLinkPrefix)
	if err != nil {
		return nil, fmt.Errorf("list vpc links: %w", err)
	}
	list := []*VPCLink{}
	var unread []error
	for _, e := range entries {
		l, err := decode[VPCLink](e.Key, kindVPCLink, e.Value)
		if err != nil {
			unread = append(unread, err)
		} else if l.Region == region {
			list = append(list, l)
		}
	}
	return list, errors.Join(unread...)
}

// CreateVPCLink writes a new link. Error: store.ErrConflict when its id is taken.
func (r *Repository) CreateVPCLink(ctx context.Context, l *VPCLink) error {
	value, err := encode(kindVPCLink, l.Region, l)
	if err != nil {
		return err
	}
	_, err = r.store.Create(ctx, VPCLinkKey(*l.Link.VpcLinkId), value)
	return err
}

// ChangeVPCLink does for a link what Change does for an API.
func (r *Repository) ChangeVPCLink(ctx context.Context, id string, change func(*VPCLink) error) error {
	return r.retry(ctx, VPCLinkKey(id), func() error { return r.tryChangeVPCLink(ctx, id, change) })
}

func (r *Repository) tryChangeVPCLink(ctx context.Context, id string, change func(*VPCLink) error) error {
	l, e, err := r.vpcLink(ctx, id)
	if err != nil {
		return err
	}
	if err := change(l); err != nil {
		return err
	}
	value, err := encode(kindVPCLink, l.Region, l)
	if err != nil {
		return err
	}
	_, err = r.store.Update(ctx, e.Key, value, e.Revision)
	return err
}

// DeleteVPCLink removes a link. Errors: store.ErrNotFound, ErrConcurrent.
func (r *Repository) DeleteVPCLink(ctx context.Context, id string) error {
	return r.retry(ctx, VPCLinkKey(id), func() error {
		_, e, err := r.vpcLink(ctx, id)
		if err != nil {
			return err
		}
		return r.store.Delete(ctx, e.Key, e.Revision)
	})
}
