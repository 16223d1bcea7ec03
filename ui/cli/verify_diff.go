package cli

import (
	"context"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/doctor/report"
	"godoctor/doctor/verify"
	"godoctor/scan"
	"godoctor/scan/modcache"
)

// How much --diff shows: files of a finding, lines and bytes of a file.
const (
	diffFiles = 20
	diffLines = 200
	diffBytes = 16 << 10
)

// diffs looks up what became of files that were changed or added, against the zip of their version. What only the zip has
// is named already, and what is no text is told as that.
func diffs(ctx context.Context, inv *scan.Inventory, list []report.Finding) {
	if inv.ModCache == nil {
		return
	}
	versions := make(map[module.Version]*modcache.Version)
	for i := range inv.ModCache.Versions {
		v := &inv.ModCache.Versions[i]
		versions[module.Version{Path: v.Path, Version: v.Version}] = v
	}
	for i := range list {
		f := &list[i]
		v := versions[module.Version{Path: f.Target.Module, Version: f.Target.Version}]
		if v == nil || f.Target.Path != v.Dir || len(f.Files) == 0 {
			continue
		}
		f.Diffs = []report.Diff{}
		for _, x := range f.Files {
			change := finding.Change(x.Change)
			if len(f.Diffs) == diffFiles || ctx.Err() != nil {
				break
			}
			if change == finding.Modified || change == finding.Extra {
				f.Diffs = append(f.Diffs, diffOf(ctx, v, x.Path))
			}
		}
	}
}

// diffOf compares one file.
func diffOf(ctx context.Context, v *modcache.Version, name string) report.Diff {
	d, err := verify.Diff(ctx, v, name, diffLines)
	if err != nil {
		return report.NewDiff(name, nil, 0, err.Error(), diffBytes)
	}
	return report.NewDiff(name, d.Lines, d.More, d.Why, diffBytes)
}
