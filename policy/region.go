package policy

import "time"

// Region is a policy of its own for subscribers contracted in one country, as
// Japan has (SLA T12). The contracted location selects it, never a language.
type Region struct {
	Calendar  string            `json:"calendar,omitempty"`   // for subscribers that name none
	Packages  map[string]string `json:"packages,omitempty"`   // the package of the contract: the one that holds here
	PolicyURL string            `json:"policy_url,omitempty"` // shown instead of the matrix
}

// Regions holds the regions by country code, "JP".
type Regions map[string]Region

// Package is what a subscriber at a location is entitled to at t. A location
// that has a region takes the package which the region puts in place of the contract's; where
// it names none, the package keeps its rows but commits to no target (SLA T12).
// The zone of t counts as in Packages.At.
func (rs Regions) Package(ps Packages, location, key string, t time.Time) (Package, bool) {
	p, found := ps.At(key, t)
	region, special := rs[location]
	if !found || !special {
		return p, found
	}
	if own, named := region.Packages[key]; named {
		return ps.At(own, t)
	}
	return p.WithoutTargets(), true
}
