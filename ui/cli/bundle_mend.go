package cli

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"godoctor/doctor/bundle"
	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/scan/process"
)

// mend puts files of the bundle in the place of what an earlier apply had half installed when it was broken off, and the power failed:
// go would take it for installed.
func (x *applying) mend(ctx context.Context) error {
	if !slices.ContainsFunc(x.todo, x.doubts) {
		return nil
	}
	opt := x.remedyOptions(&look{inv: x.inv})
	in := process.GateInput{Self: os.Getpid(), ModCache: x.inv.ModCache.Root, Editors: func(string, string) bool { return true }}
	if x.inv.BuildCache != nil {
		in.GoCache = x.inv.BuildCache.Root
	}
	opt.Gate, _ = remedy.GateOf(ctx, process.NewGate(in)) // nobody is asked to confirm: what is half installed is of no use to anybody
	s, err := x.start(ctx, opt, "bundle", "apply")        // a session of its own: it is one run in the history
	if err != nil {
		return err
	}
	defer s.Close()
	defer x.progressOf("looking at what was half installed", opt.Meter)()
	var steps []plan.Step
	var at []int
	for _, i := range x.todo {
		if m := &x.b.Manifest.Modules[i]; x.doubts(i) && bundle.Damaged(ctx, x.inv.ModCache.Root, m) {
			steps, at = append(steps, m.Again()), append(at, i)
		}
	}
	if len(steps) > 0 && ctx.Err() == nil {
		by := x.installer()
		by.Environ = append(append([]string{}, by.Environ...), "GOPROXY=off")
		s.Mend(ctx, steps, remedy.Mender{Installer: by, Fetch: x.b.Fetch}, func(n int, o plan.Outcome) {
			if o.Err != nil {
				x.told(ctx, at[n], o.Err)
				x.todo = slices.DeleteFunc(x.todo, func(i int) bool { return i == at[n] })
			}
		})
		x.app.note("an earlier apply was broken off: of what it was installing %d module versions were not whole, and come from the bundle again",
			len(steps))
	}
	x.notes(s)
	return nil
}

// doubts reports whether a version of the bundle may be half installed.
func (x *applying) doubts(i int) bool { return x.doubt[x.b.Manifest.Modules[i].ID()] }

// installer is the go command that installs: that of this machine, or where there is none a toolchain of the bundle that an earlier apply
// has unpacked.
func (x *applying) installer() remedy.Installer {
	in := x.app.installer(x.inv)
	if _, err := os.Stat(in.Go); err == nil {
		return in
	}
	for i := range x.b.Manifest.Modules {
		release, goos, goarch, ok := bundle.Release(x.b.Manifest.Modules[i].Version)
		name := filepath.Join(x.sdkRoot(release), "bin", filepath.Base(in.Go))
		if _, err := os.Stat(name); x.d.Bundle.Modules[i].To == "sdk" && ok && goos == runtime.GOOS && goarch == runtime.GOARCH && err == nil {
			in.Go = name
			return in
		}
	}
	return in
}
