package usage

import (
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/module"

	"godoctor/scan"
	"godoctor/scan/modgraph"
)

// Graphs is what the module graphs of the projects were computed from.
func (r *Result) Graphs() *modgraph.Record { return r.graphs.Record() }

// Restored reports whether r was worked out elsewhere: then the directories in the replacements of its projects are absolute,
// as that system has them.
func (r *Result) Restored() bool { return r.restored }

// Restore lets a result answer that was worked out elsewhere: of r the exported fields are set, inv is the inventory that
// it is of, with the directories in the replacements of its projects absolute, graphs what Graphs was there, and now when
// that was. It reads nothing, then or later. What does not fit together is an error: where the result came from is not
// trusted.
func (r *Result) Restore(inv *scan.Inventory, graphs *modgraph.Record, now time.Time) error {
	r.in, r.restored = &Input{Inventory: inv, Now: now}, true
	if err := r.fits(); err != nil {
		return err
	}
	c, err := modgraph.NewCacheOf(graphs)
	if err != nil {
		return fmt.Errorf("the module graphs: %w", err)
	}
	r.graphs = c
	versions := r.in.versions()
	r.byName = make(map[module.Version]int32, len(versions))
	for i := range versions {
		r.byName[module.Version{Path: versions[i].Path, Version: versions[i].Version}] = int32(i)
	}
	r.index()
	return nil
}

// fits says what does not belong together.
func (r *Result) fits() error {
	found := r.in.found().Projects
	switch {
	case len(r.Versions) != len(r.in.versions()):
		return fmt.Errorf("who needs what is known of %d module versions, and there are %d", len(r.Versions), len(r.in.versions()))
	case len(r.Projects) != len(found):
		return fmt.Errorf("the needs of %d projects are known, and there are %d", len(r.Projects), len(found))
	case r.Unsure && len(r.Doubts) == 0:
		return fmt.Errorf("nothing is called an orphan, and no doubt says why")
	}
	binaries, toolchains := 0, 0
	if f := r.in.Inventory.Binaries; f != nil {
		binaries = len(f.Binaries)
	}
	if f := r.in.Inventory.Toolchains; f != nil {
		toolchains = len(f.Toolchains)
	}
	for i := range r.Versions {
		if err := r.Versions[i].fits(len(found), binaries, len(r.Doubts)); err != nil {
			return fmt.Errorf("module version %d: %w", i, err)
		}
	}
	if len(r.Toolchains) != toolchains && r.Toolchains != nil {
		return fmt.Errorf("who selects %d toolchains is known, and there are %d", len(r.Toolchains), toolchains)
	}
	for i, list := range r.Toolchains {
		if !within(list, len(found)) {
			return fmt.Errorf("toolchain %d is selected by a project that there is not", i)
		}
	}
	return nil
}

// fits says what makes no sense of a version.
func (u *Version) fits(projects, binaries, doubts int) error {
	tiers, hashes := []Tier{Free, Network, Rebuild, Hold, Keep}, []HashSource{"", HashInSum, HashInDB}
	switch {
	case !slices.Contains(States, u.State):
		return fmt.Errorf("%q is no state", u.State)
	case !slices.Contains(tiers, u.Tier):
		return fmt.Errorf("%q is no tier", u.Tier)
	case !slices.Contains(hashes, u.Hash):
		return fmt.Errorf("%q knows no hashes", u.Hash)
	case u.State == Unknown && doubts == 0:
		return fmt.Errorf("it is %s, and no doubt says why", Unknown)
	case !within(u.Built, binaries):
		return fmt.Errorf("a program was built from it that there is not")
	}
	for _, use := range u.Uses {
		if use.Project < 0 || int(use.Project) >= projects || use.How >= numHows {
			return fmt.Errorf("it is used by project %d of %d in way %d", use.Project, projects, use.How)
		}
	}
	return nil
}

// within reports whether all indexes are those of something.
func within(list []int32, n int) bool {
	return !slices.ContainsFunc(list, func(i int32) bool { return i < 0 || int(i) >= n })
}
