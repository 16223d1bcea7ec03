package cli

import (
	"context"
	"slices"

	"godoctor/doctor/finding"
	"godoctor/doctor/verify"
	"godoctor/scan/meter"
)

// A further is what verify looks at beside module versions.
type further struct {
	verdicts []verify.ToolchainVerdict
	vendor   *verify.VendorResult
}

// further looks at what belongs to a verification of everything: the build cache, indexes of modules that were damaged,
// what lies about in the module cache; and on request toolchains and vendor directories. Its findings go into the result.
func (a *app) further(ctx context.Context, l *look, f *verifyFlags, all bool, db verify.Database, res *verify.Result) further {
	var more further
	m := new(meter.Meter)
	stop := a.progressOf("verifying what lies beside", m)
	defer stop()
	add := func(list []finding.Finding) { res.Findings = append(res.Findings, list...) }
	if dirs := verify.ModuleDirs(l.inv, res.Findings); l.inv.BuildCache != nil && len(dirs) > 0 {
		add(verify.Indexes(ctx, l.inv, dirs, m).Findings)
	}
	if all && !f.sources {
		if l.inv.ModCache != nil {
			add(verify.Litter(ctx, l.inv.ModCache))
		}
		if l.inv.BuildCache != nil && !f.since {
			r := verify.BuildCache(ctx, l.inv.BuildCache.Root, verify.BuildCacheOptions{Recent: true, Meter: m})
			add(r.Findings)
			res.Bytes += r.Bytes
		}
	}
	if f.toolchains && l.inv.Toolchains != nil {
		r := verify.CheckToolchains(ctx, l.inv, verify.ToolchainOptions{DB: db, Meter: m, Fetch: a.fetcher(l.inv, f, m)})
		res.Bytes += r.Bytes
		more.verdicts = r.Verdicts
		res.Findings = slices.DeleteFunc(res.Findings, func(x finding.Finding) bool {
			return slices.ContainsFunc(r.Findings, func(t finding.Finding) bool {
				return t.Target.Module == x.Target.Module && t.Target.Version == x.Target.Version && x.Target.Module != ""
			})
		})
		add(r.Findings)
	}
	if f.vendor && l.inv.Projects != nil {
		more.vendor = verify.Vendored(ctx, l.inv.Projects.Projects, l.inv, m)
		add(more.vendor.Findings)
	}
	finding.Sort(res.Findings)
	return more
}
