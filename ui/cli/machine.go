package cli

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/fetch"
	"godoctor/doctor/state"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/gocmd"
	"godoctor/scan/goenv"
	"godoctor/scan/meter"
	"godoctor/scan/process"
	"godoctor/scan/project"
)

// A look is what is known of the machine: what is there, and who needs it.
type look struct {
	inv  *scan.Inventory
	use  *usage.Result
	here *usage.Project // the project that the program was started in, or nil
}

// look scans the machine and finds out who needs what.
func (a *app) look(ctx context.Context, mode scan.Mode) (*look, error) {
	if a.saved != nil {
		return a.lookSaved(ctx)
	}
	if err := a.ownFiles(); err != nil {
		return nil, err
	}
	inv, err := a.scanMachine(ctx, mode)
	if err != nil {
		return nil, err
	}
	l := &look{inv: inv}
	l.use = a.who(ctx, inv, nil)
	if a.askProxy && ctx.Err() == nil {
		if gone := a.ask(ctx, inv, l.use); len(gone) > 0 {
			l.use = a.who(ctx, inv, gone)
		}
	}
	l.here = a.hereIn(l.use, inv.Env)
	return l, ctx.Err()
}

// ownFiles finds the program's own files where the machine itself is not looked at first: with --demo those of the made-up one.
func (a *app) ownFiles() error {
	err := a.demoMachine()
	if err == nil {
		a.settle()
	}
	return err
}

// settle reads the configuration and finds the program's own files, of the machine that is looked at.
func (a *app) settle() {
	a.read()
	a.settled = true
	a.warn()
	if d, err := goenv.UserStateDir(a.Environ); err == nil {
		a.kept = state.HomeIn(d)
	}
}

// projects says where to look for projects. With --fast those that were found before are read and no others.
func (a *app) projects() *project.Input {
	env := goenv.Load(goenv.Input{Environ: a.Environ, Dir: a.workDir})
	in := &project.Input{SkipDirs: append(project.DefaultSkips(env, a.Environ), a.conf.Skip...)}
	if a.only != nil {
		in.Seen = a.only
		return in
	}
	if !a.fast {
		in.Roots = a.searched(env)
		for _, root := range in.Roots {
			in.Seen = append(in.Seen, above(root)...)
		}
	}
	seen, err := a.kept.Seen()
	if err != nil {
		a.note("%v", err)
	}
	for _, s := range seen {
		in.Seen = append(in.Seen, s.File)
	}
	for _, f := range []string{env.Value("GOMOD"), env.Value("GOWORK")} {
		if filepath.IsAbs(f) && (filepath.Base(f) == "go.mod" || strings.HasSuffix(f, ".work")) {
			in.Seen = append(in.Seen, f) // where one stands counts in any case
		}
	}
	for _, m := range a.conf.Modfiles {
		in.Modfiles = append(in.Modfiles, project.ModfilePair{File: m.Mod, Sum: m.Sum})
	}
	if a.noBranches || !a.conf.Branches && !a.told("no-branches") || a.fast {
		return in
	}
	git, err := gocmd.FindGit(a.Environ)
	if err != nil {
		in.NoGit = err.Error()
	}
	in.Git = git
	return in
}

// above are the go.mod and go.work files in the directories above a root: what lies below it belongs to them.
func above(root string) []string {
	var out []string
	for dir := filepath.Dir(root); ; dir = filepath.Dir(dir) {
		for _, name := range []string{"go.mod", "go.work"} {
			file := filepath.Join(dir, name)
			if fi, err := os.Stat(file); err == nil && fi.Mode().IsRegular() {
				out = append(out, file)
			}
		}
		if dir == filepath.Dir(dir) {
			return out
		}
	}
}

// at is the file that a person names, from where the program was started or -C says.
func (a *app) at(file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(cmp.Or(a.fromDir, a.workDir), file)
}

// searched are the roots: those of the flags, else those of the configuration, else the default ones.
func (a *app) searched(env *goenv.Env) []string {
	var roots []string
	for _, r := range a.roots {
		if !filepath.IsAbs(r) {
			r = filepath.Join(a.workDir, r)
		}
		roots = append(roots, r)
	}
	if len(roots) > 0 {
		return roots
	}
	if roots = a.conf.Roots; len(roots) == 0 {
		roots = project.DefaultRoots(env, a.Environ, a.workDir)
	}
	return append(roots[:len(roots):len(roots)], a.conf.MoreRoots...)
}

// who finds out who needs what, and remembers the projects.
func (a *app) who(ctx context.Context, inv *scan.Inventory, gone map[module.Version]bool) *usage.Result {
	return a.whoAt(ctx, inv, gone, time.Duration(a.grace), a.graceGiven)
}

// whoAt is who with a grace period instead of that of the configuration, if it is given.
func (a *app) whoAt(ctx context.Context, inv *scan.Inventory, gone map[module.Version]bool, grace time.Duration, given bool) *usage.Result {
	start := time.Now()
	in := &usage.Input{Inventory: inv, Config: a.conf, Now: inv.Finished, Gone: gone, Running: process.Programs(), Rate: a.kept.Rate()}
	if given {
		in.Grace, in.HasGrace = grace, true
	}
	r := usage.Look(ctx, in)
	a.debugf("who needs what: %v, %d projects, %d doubts", time.Since(start), len(r.Projects), len(r.Doubts))
	if f := inv.Projects; f != nil && !f.Interrupted && ctx.Err() == nil {
		a.remember(f, inv.Finished)
	}
	return r
}

// forgetAfter is how long a project that is gone is remembered: it may be on a disk that is not mounted.
const forgetAfter = 30 * 24 * time.Hour

// remember keeps which projects there are for the next look.
func (a *app) remember(f *project.Found, now time.Time) {
	files := make([]string, len(f.Projects))
	for i, p := range f.Projects {
		files[i] = p.File
	}
	if err := a.kept.See(files, f.Gone, forgetAfter, now); err != nil {
		a.debugf("the projects are not remembered: %v", err)
	}
}

// ask asks the proxies for what nobody needs: what none of them has any more may not come back.
func (a *app) ask(ctx context.Context, inv *scan.Inventory, r *usage.Result) map[module.Version]bool {
	var list []module.Version
	for i := range r.Versions {
		v := &inv.ModCache.Versions[i]
		if u := &r.Versions[i]; u.Removable(v) > 0 && !u.Private && v.Path != "golang.org/fips140" {
			list = append(list, module.Version{Path: v.Path, Version: v.Version})
		}
	}
	c := fetch.New(fetch.SettingsOf(inv.Env, a.Environ), fetch.Options{})
	defer c.Close()
	m := new(meter.Meter)
	stop := a.progress(m)
	answers := fetch.Ask(ctx, c, list, m)
	stop()
	a.keepRate(c)
	gone, unanswered := make(map[module.Version]bool), 0
	for _, answer := range answers {
		switch answer.Verdict {
		case fetch.Gone:
			gone[answer.Module] = true
		case fetch.Unknown:
			unanswered++
			a.debugf("asked for %s: %v", answer.Module, answer.Err)
		}
	}
	a.note("asked for %d module versions: %d are gone, %d got no answer", len(answers), len(gone), unanswered)
	return gone
}

// keepRate keeps how fast the network was, for saying how long a download will take.
func (a *app) keepRate(c *fetch.Client) {
	if err := a.kept.SaveRate(c.Rate(), time.Now()); err != nil {
		a.debugf("the rate of the download is not kept: %v", err)
	}
}

// hereIn is the project that the working directory belongs to: the workspace, else the module.
func (a *app) hereIn(r *usage.Result, env *goenv.Env) *usage.Project {
	for _, key := range []string{"GOWORK", "GOMOD"} {
		if p := r.At(env.Value(key)); p != nil {
			return p
		}
	}
	return nil
}
