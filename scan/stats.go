package scan

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// Stats say what a scan did.
type Stats struct {
	Walk     time.Duration // of the last pass over the roots
	Headers  time.Duration // of reading the headers of build cache entries
	Others   time.Duration // of toolchains, programs and what else lies outside the caches
	Entries  int64         // looked at, over all passes
	Recalled int64         // directories that were believed from the index
	Changed  bool          // something was read that the index did not know
}

// stats sums up the passes.
func (r *run) stats() Stats {
	r.mu.Lock()
	defer r.mu.Unlock()
	var s Stats
	if r.others != nil {
		s.Others = r.others.took
	}
	for _, p := range r.passes {
		s.Headers += p.headers
		for i, res := range p.results {
			if i == 0 {
				s.Walk = res.Elapsed
				s.Recalled += res.Recalled
			} else {
				s.Walk += res.Elapsed
			}
			s.Entries += res.Entries
			s.Changed = s.Changed || res.Read > 0
		}
	}
	return s
}

// Modules lists the module paths that the index has extracted versions of.
func (x *Index) Modules() []string {
	var out []string
	x.extracted(func(base, _ string) {
		if p, err := module.UnescapePath(base); err == nil {
			out = append(out, p)
		}
	})
	slices.Sort(out)
	return slices.Compact(out)
}

// Versions lists the versions of a module that the index has extracted, the newest first.
func (x *Index) Versions(path string) []string {
	escaped, err := module.EscapePath(path)
	if err != nil {
		return nil
	}
	var out []string
	x.extracted(func(base, version string) {
		if v, err := module.UnescapeVersion(version); err == nil && base == escaped {
			out = append(out, v)
		}
	})
	semver.Sort(out)
	out = slices.Compact(out)
	slices.Reverse(out)
	return out
}

// extracted gives each directory path@version at which a whole subtree was summed up, as it is escaped on the disk.
func (x *Index) extracted(yield func(path, version string)) {
	for _, t := range x.trees {
		for rel, l := range t.Listings {
			if base, version, ok := strings.Cut(rel, "@"); ok && l.Whole {
				yield(base, version)
			}
		}
	}
}
