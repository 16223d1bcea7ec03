package plan

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/usage"
	"godoctor/doctor/verify"
	"godoctor/scan"
	"godoctor/scan/modcache"
)

// Policies say what kinds of things a plan may hold; they add up. The zero value means Orphans.
type Policies struct {
	Orphans    bool     // whole versions nobody needs; of those whose go.mod alone is needed, all but that
	Forget     bool     // of orphans .mod and .info too, unless a graph names the version
	Sources    bool     // extracted directories whose zip stays, of versions in use too
	Zips       bool     // zips whose extracted directory stays
	Toolchains bool     // that nobody selects
	VCS        bool     // clones
	Build      bool     // build-cache entries that were not used for a day, or for OlderThan
	Dead       bool     // of those, what Go versions made that are not installed any more
	Test       bool     // test results
	Fuzz       []string // inputs of fuzz functions: package, package/FuzzX, or "all"
	Leftovers  bool     // of broken-off work in the module cache
	Related    bool     // caches of tools beside go, and archives of GOPATH mode
	Abandoned  bool     // caches that no setting points to
	AllModules bool     // the module cache, but for what is pinned and what runs
}

// flags are the policies in words of the command line.
func (p *Policies) flags() []string {
	var out []string
	for _, f := range []struct {
		name string
		on   bool
	}{
		{"orphans", p.Orphans}, {"forget", p.Forget}, {"sources", p.Sources}, {"zips", p.Zips}, {"toolchains", p.Toolchains},
		{"vcs", p.VCS}, {"build", p.Build}, {"dead", p.Dead}, {"test", p.Test}, {"fuzz", len(p.Fuzz) > 0}, {"leftovers", p.Leftovers},
		{"related", p.Related}, {"abandoned", p.Abandoned}, {"all-modules", p.AllModules},
	} {
		if f.on {
			out = append(out, f.name)
		}
	}
	return out
}

// An Input is what a plan is made from. Inventory and Usage are read only.
type Input struct {
	Inventory *scan.Inventory
	Usage     *usage.Result // of that inventory
	Policies  Policies

	OlderThan time.Duration // only what was downloaded, used or changed last before that; 0: of any age
	Grace     time.Duration // likewise for what usage has no age of: clones, toolchains in ~/sdk, second caches
	Keep      int           // the newest so many versions of each path stay
	Goal      int64         // stop when so many bytes on disk are planned, the cheapest and then the oldest first; 0: none
	Budget    int64         // stop when the two caches will take no more than so many; 0: none

	Modules []string // MODULE or MODULE@VERSION: no other version is planned; empty: all
	Insist  bool     // those go though they are needed or young, and though their directory differs from its zip

	// Elsewhere says that the machine is another one: nothing is looked at on this one, and the plan can be shown and not be
	// carried out. What only a look can tell stays, with that as the reason.
	Elsewhere bool

	NoHold bool // of a version that may not come back nothing goes but what its zip gives back

	Running []string        // programs that processes run from, absolute
	DB      verify.Database // whose word counts for hashes, beside go.sum; may be nil
	Now     time.Time       // zero: time.Now
}

// The reasons for which no plan can be made.
var (
	errNoInventory = errors.New("nothing was scanned: scan first")
	errUnfinished  = errors.New("the scan did not come to its end: nothing is planned from half of the facts; scan again")
	errOtherUsage  = errors.New("who needs what is not known for this scan: look again")
)

// check refuses what no plan can be made from, and fills in what is left out.
func (in *Input) check() error {
	p := &in.Policies
	if len(p.flags()) == 0 {
		p.Orphans = true
	}
	if p.Forget && len(p.flags()) == 1 {
		p.Orphans = true
	}
	if in.Now.IsZero() {
		in.Now = time.Now()
	}
	inv := in.Inventory
	switch {
	case inv == nil:
		return errNoInventory
	case !inv.Done:
		return errUnfinished
	case in.Usage == nil && (p.ofVersions() || p.Toolchains),
		in.Usage != nil && len(in.Usage.Versions) != len(versionsOf(inv)):
		return errOtherUsage
	case in.OlderThan < 0 || in.Grace < 0:
		return fmt.Errorf("an age of %v is in the future: give one like 90d", min(in.OlderThan, in.Grace))
	case in.Keep < 0, in.Goal < 0, in.Budget < 0:
		return errors.New("the versions to keep, the goal and the budget cannot be negative")
	case in.Insist && len(in.Modules) == 0:
		return errors.New("only modules that are named can be insisted on: name them with --module")
	}
	return nil
}

// ofVersions reports whether a policy takes module versions.
func (p *Policies) ofVersions() bool { return p.Orphans || p.Sources || p.Zips || p.AllModules }

func versionsOf(inv *scan.Inventory) []modcache.Version {
	if inv.ModCache == nil {
		return nil
	}
	return inv.ModCache.Versions
}

// named are the modules that a person named.
type named struct {
	paths    map[string]bool
	versions map[module.Version]bool
}

// names reads Modules and finds each among the versions.
func (in *Input) names() (*named, error) {
	if len(in.Modules) == 0 {
		return nil, nil
	}
	n := &named{make(map[string]bool), make(map[module.Version]bool)}
	versions := versionsOf(in.Inventory)
	for _, arg := range in.Modules {
		path, version, exact := strings.Cut(arg, "@")
		if exact {
			n.versions[module.Version{Path: path, Version: version}] = true
		} else {
			n.paths[path] = true
		}
		found := false
		for i := range versions {
			if versions[i].Path == path && (!exact || versions[i].Version == version) {
				found = true
				break
			}
		}
		if !found {
			return nil, fmt.Errorf("%q is not in the module cache: godoctor ls shows what is", arg)
		}
	}
	return n, nil
}

// has reports whether a version is one of those that are meant.
func (n *named) has(v *modcache.Version) bool {
	return n == nil || n.paths[v.Path] || n.versions[module.Version{Path: v.Path, Version: v.Version}]
}
