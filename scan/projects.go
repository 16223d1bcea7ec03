package scan

import (
	"context"
	"slices"

	"godoctor/scan/project"
	"godoctor/scan/related"
)

// findProjects looks for the projects of the machine, outside the caches, the toolchains and what else holds copies
// of other people's go.mod files.
func (r *run) findProjects(ctx context.Context) {
	in := *r.opt.Projects
	in.SkipDirs = slices.Clone(in.SkipDirs)
	for _, d := range []rootDir{r.mod, r.build} {
		if d.ok {
			in.SkipDirs = append(in.SkipDirs, d.Real)
		}
	}
	if o := r.others; o != nil {
		for i := range o.toolchains.Toolchains {
			in.SkipDirs = append(in.SkipDirs, o.toolchains.Toolchains[i].Root)
		}
		for i := range o.related {
			if o.related[i].Store != related.StoreGopathSrc {
				in.SkipDirs = append(in.SkipDirs, o.related[i].Path)
			}
		}
	}
	if in.Meter == nil {
		in.Meter = r.opt.Meter
	}
	if in.Workers == 0 {
		in.Workers = r.opt.Workers
	}
	found := project.Find(ctx, in)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.projects = found
}
