package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/fetch"
	"godoctor/doctor/finding"
	"godoctor/doctor/plan"
	"godoctor/doctor/usage"
	"godoctor/doctor/verify"
	"godoctor/scan/meter"
)

// examined is what verify found of what is meant, and how to mend it.
type examined struct {
	repair *plan.Repair
	found  []finding.Finding
	in     plan.RepairInput
	online bool // its DB may ask the network
	ends   []func()
}

func (x *examined) end() {
	for _, f := range x.ends {
		f()
	}
}

// meant says which findings a command means.
func meant(args []string) func(f *finding.Finding) bool {
	if len(args) == 0 {
		return nil
	}
	return func(f *finding.Finding) bool {
		return slices.ContainsFunc(args, func(arg string) bool {
			path, version, at := strings.Cut(arg, "@")
			return arg == f.Check || arg == f.ID() || path == f.Target.Module && (!at || version == f.Target.Version)
		})
	}
}

// scope says which versions are to be verified: those that are named, where only module versions are, or that a project
// needs; nil: all. An argument that is neither a finding nor in the cache is an error.
func (a *app) scope(l *look, args []string, f *repairFlags) (picked []int, err error) {
	if f.project != "" {
		return l.toVerify(a.workDir, nil, f.project)
	}
	for _, arg := range args {
		path, version, _ := strings.Cut(arg, "@")
		found := l.named(path, version)
		if len(found) == 0 {
			if isFindingName(arg) {
				return nil, nil
			}
			return nil, fmt.Errorf("%q is no finding and not in the module cache: 'godoctor verify' finds, 'godoctor ls' lists", arg)
		}
		picked = append(picked, found...)
	}
	return picked, nil
}

// isFindingName recognises the name of a check, and the id of a finding.
func isFindingName(s string) bool {
	return isFindingID(s) ||
		isRule(s)
}

// An inquiry is what a repair is about.
type inquiry struct {
	picked  []int // the versions that are verified; nil: all
	project *usage.Project
	meant   func(f *finding.Finding) bool // nil: every finding
	known   []finding.Finding             // found before, beside the picked versions, and not looked for again
	flags   *verifyFlags
	meter   *meter.Meter
}

// examine verifies what a command means and plans the repair.
func (a *app) examine(ctx context.Context, l *look, args []string, f *repairFlags) (*examined, error) {
	checked, rest, err := a.checked(ctx, l, args, f)
	if err != nil {
		return nil, err
	}
	if len(args) > 0 && len(rest) == 0 {
		return a.unverified(ctx, l, args, checked), nil
	}
	picked, err := a.scope(l, rest, f)
	if err != nil {
		return nil, err
	}
	q := inquiry{picked: picked, meant: meant(args), known: checked, meter: new(meter.Meter),
		flags: &verifyFlags{failOn: "never", project: f.project, toolchains: slices.Contains(args, "toolchain-damaged")}}
	if f.project != "" {
		q.project = l.projectAt(a.workDir, f.project)
	}
	return a.inquire(ctx, l, q)
}

// inquire verifies what is meant and plans the repair. What nobody here can settle is asked of the checksum database, for
// those versions alone, unless the network is not to be used.
func (a *app) inquire(ctx context.Context, l *look, q inquiry) (*examined, error) {
	x := &examined{}
	opt := verify.Options{Usage: l.use, Picked: q.picked, Project: q.project, Meter: q.meter}
	db, end := a.witness(l.inv, q.flags)
	x.ends = append(x.ends, end)
	var copied []finding.Finding
	if db != nil {
		opt.DB = db
		copied = db.begin(ctx, l.inv, q.picked, q.flags, q.picked == nil)
	}
	stop := a.progressOf("verifying", opt.Meter)
	res := verify.Run(ctx, l.inv, opt, nil)
	stop()
	a.settleOnline(ctx, l, x, &opt, res)
	res.Findings = append(res.Findings, copied...)
	a.further(ctx, l, q.flags, q.picked == nil, opt.DB, res)
	db.end(res)
	if err := ctx.Err(); err != nil {
		x.end()
		return nil, err
	}
	q.remember(l, res)
	settings := fetch.SettingsOf(l.inv.Env, a.Environ)
	x.in = plan.RepairInput{Inventory: l.inv, Usage: l.use, DB: opt.DB, Offline: a.offline, Private: settings.PrivateSum, Meant: q.meant}
	for i := range res.Findings {
		if x.in.Meant == nil || x.in.Meant(&res.Findings[i]) {
			x.found = append(x.found, res.Findings[i])
		}
	}
	x.repair = plan.NewRepair(ctx, res.Findings, x.in)
	if q.project != nil {
		a.need(ctx, l, x, q.project, q.flags)
	}
	return x, nil
}

// remember adds what was found before of what was not verified now.
func (q *inquiry) remember(l *look, res *verify.Result) {
	fresh := make(map[module.Version]bool)
	for _, i := range q.picked {
		v := &l.inv.ModCache.Versions[i]
		fresh[module.Version{Path: v.Path, Version: v.Version}] = true
	}
	told := make(map[string]bool)
	for i := range res.Findings {
		told[res.Findings[i].ID()] = true
	}
	for _, f := range q.known {
		if !told[f.ID()] && !fresh[module.Version{Path: f.Target.Module, Version: f.Target.Version}] {
			res.Findings = append(res.Findings, f)
		}
	}
	finding.Sort(res.Findings)
}

// settleOnline asks the checksum database for the versions whose findings it could settle, and judges those again.
func (a *app) settleOnline(ctx context.Context, l *look, x *examined, opt *verify.Options, res *verify.Result) {
	unclear := make(map[module.Version]bool)
	for i := range res.Findings {
		if f := &res.Findings[i]; unsettled(f) {
			unclear[module.Version{Path: f.Target.Module, Version: f.Target.Version}] = true
		}
	}
	var picked []int
	if l.inv.ModCache != nil {
		for i := range l.inv.ModCache.Versions {
			if v := &l.inv.ModCache.Versions[i]; unclear[module.Version{Path: v.Path, Version: v.Version}] {
				picked = append(picked, i)
			}
		}
	}
	if a.offline || len(picked) == 0 || ctx.Err() != nil {
		return
	}
	vf := &verifyFlags{failOn: "never", online: true}
	db, end := a.witness(l.inv, vf)
	if db == nil {
		return
	}
	x.ends = append(x.ends, end)
	db.copied = true
	db.begin(ctx, l.inv, picked, vf, false)
	again := *opt
	again.DB, again.Picked, again.Project = db, picked, nil
	second := verify.Run(ctx, l.inv, again, nil)
	res.Findings = slices.DeleteFunc(res.Findings, func(f finding.Finding) bool {
		return unclear[module.Version{Path: f.Target.Module, Version: f.Target.Version}] && f.Target.Module != ""
	})
	res.Findings = append(res.Findings, second.Findings...)
	finding.Sort(res.Findings)
	opt.DB, x.online = db, true
	db.end(res)
}

// unsettled reports whether a record of the checksum database would help: where hashes contradict each other, and where
// something has to be fetched.
func unsettled(f *finding.Finding) bool {
	switch {
	case f.Target.Module == "" || slices.ContainsFunc(f.Witnesses, func(w finding.Witness) bool { return w.Name == "sumdb" }):
		return false
	case strings.HasPrefix(f.Check, "gosum-"):
		return true
	}
	return len(f.Fixes) > 0 && f.Fixes[0].NeedsNetwork
}

// need adds to the repair what a project lacks. Whatever go.sum says of it, the checksum database is asked too.
func (a *app) need(ctx context.Context, l *look, x *examined, p *usage.Project, vf *verifyFlags) {
	if !a.offline && !x.online {
		if db, end := a.witness(l.inv, &verifyFlags{failOn: vf.failOn, online: true}); db != nil {
			db.copied = true
			x.in.DB, x.online = db, true
			x.ends = append(x.ends, func() { db.end(new(verify.Result)) }, end)
			defer func() { // where it is not to be believed, that is told
				lie := db.untrusted(nil)
				x.found = append(x.found, lie...)
				x.repair.Left = append(x.repair.Left, plan.NewRepair(ctx, lie, x.in).Left...)
			}()
		}
	}
	x.repair.Need(ctx, p, x.in)
}

// remain verifies mended versions and go.sum files again, and gives what is found of them.
func (x *examined) remain(ctx context.Context, a *app, l *look, m *mended, was map[string]bool) []finding.Finding {
	again, files := make(map[module.Version]bool), make(map[string]bool)
	for i := range x.repair.Steps {
		s := &x.repair.Steps[i]
		switch {
		case m.outcomes[i].Result != plan.Done:
		case s.File != "":
			files[s.File] = true
		case s.Name == "":
			again[module.Version{Path: s.Module, Version: s.Version}] = true
		}
	}
	picked := []int{}
	if l.inv.ModCache != nil {
		for i := range l.inv.ModCache.Versions {
			if v := &l.inv.ModCache.Versions[i]; again[module.Version{Path: v.Path, Version: v.Version}] {
				picked = append(picked, i)
			}
		}
	}
	opt := verify.Options{Usage: l.use, Picked: picked, DB: x.in.DB, Hashed: m.hashed, Meter: new(meter.Meter)}
	stop := a.progressOf("verifying again", opt.Meter)
	defer stop()
	list := verify.Run(ctx, l.inv, opt, func(v *verify.Verdict) { m.verdicts = append(m.verdicts, *v) }).Findings
	if len(files) > 0 {
		for _, f := range verify.GoSums(l.use.Projects) {
			if files[f.Target.File] && was[f.ID()] {
				list = append(list, f)
			}
		}
	}
	finding.Sort(list)
	return list
}

// staged says where part files are kept while they are fetched.
func staged(dir string) (string, error) {
	parts := filepath.Join(dir, "parts")
	if fi, err := os.Lstat(parts); err == nil && !fi.IsDir() {
		return "", fmt.Errorf("%q is no directory: remove it", parts)
	}
	return parts, nil
}
