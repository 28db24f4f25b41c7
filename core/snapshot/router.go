package snapshot

import (
	"gatehouse/routing"
)

// Addresses is the Router over API ids: {apiId}.execute-api.{any suffix}, and
// the two path forms for clients without DNS.
type Addresses struct {
	hosts *routing.Hosts[Site]
	ids   map[string]Site
}

var _ Router = (*Addresses)(nil)

// NewAddresses returns the addresses of sites, which is by API id. The error
// is routing's *HostError.
func NewAddresses(sites map[string]Site) (*Addresses, error) {
	hosts, err := routing.NewHosts(sites, nil)
	if err != nil {
		return nil, err
	}
	ids := make(map[string]Site, len(sites))
	for id, s := range sites {
		ids[id] = s
	}
	return &Addresses{hosts: hosts, ids: ids}, nil
}

// Route implements Router. A Host that names an API comes before a path that
// does: the path then belongs to that API.
func (a *Addresses) Route(host, path []byte) (site Site, stage, rest []byte) {
	if s, kind := a.hosts.Match(host); kind != routing.HostUnknown && s != nil {
		return s, nil, path
	}
	if path[0] == '/' && len(path) > 1 && (path[1] == '_' || path[1] == 'r') {
		if id, stage, rest, ok := routing.SplitPathForm(path); ok {
			return a.ids[string(id)], stage, rest
		}
	}
	return nil, nil, path
}
