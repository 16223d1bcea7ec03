package plan

import (
	"context"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/doctor/usage"
	"godoctor/scan/modcache"
)

// CheckMissing stands in Step.Checks where nothing is damaged: a project needs the version, and it is not there.
const CheckMissing = "missing"

// Need adds to a repair what builds of a project may need and the module cache lacks: zips, and go.mod files of its module
// graph. What nobody knows the hash of is left, as everywhere. Which go.mod files lack is known only as far as those
// that are there lead: when they have come, more may.
func (r *Repair) Need(ctx context.Context, p *usage.Project, in RepairInput) {
	m := &mender{in: in, ctx: ctx, versions: make(map[module.Version]*Step), files: make(map[string]*Step), out: r}
	m.modRoot = "." // one that is not there yet will be made
	if c := in.Inventory.ModCache; c != nil {
		m.modRoot = c.Root
	}
	have := make(map[module.Version]bool)
	for i := range r.Steps {
		have[module.Version{Path: r.Steps[i].Module, Version: r.Steps[i].Version}] = true
	}
	for _, l := range r.Left { // once is enough
		have[module.Version{Path: l.Finding.Target.Module, Version: l.Finding.Target.Version}] = true
	}
	for _, n := range in.Usage.Needs(p) {
		if n.Doing == usage.Download && n.Actual.Version != "" && !have[n.Actual] {
			m.lacks(n.Actual, FixFetch, n.Bytes)
		}
	}
	for _, x := range p.Missing {
		if v := x.Version; v.Version != "" && !have[v] && !m.has(v, modcache.HasMod) {
			m.lacks(v, FixMod, 0)
		}
	}
	m.ask()
	for _, v := range sortedVersions(m.versions) {
		m.settle(m.versions[v])
	}
}

// lacks adds a file of a version that is not there.
func (m *mender) lacks(v module.Version, fix string, bytes int64) {
	if _, err := Places(v); err != nil {
		return
	}
	f := finding.Finding{Check: CheckMissing, Severity: finding.Warning, Title: "a project needs it, and it is not there",
		Target: finding.Target{Module: v.Path, Version: v.Version},
		Fixes:  []finding.Fix{{ID: fix, Bytes: bytes, NeedsNetwork: true}}}
	m.version(&f, &f.Fixes[0])
}
