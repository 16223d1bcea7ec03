package cli

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"

	"godoctor/doctor/check"
	"godoctor/doctor/compare"
	"godoctor/doctor/rebuild"
	"godoctor/doctor/report"
	"godoctor/doctor/snapshot"
	"godoctor/scan"
	"godoctor/scan/gocmd"
	"godoctor/scan/goenv"
	"godoctor/scan/meter"
	"godoctor/ui/plain"
)

// rebuild builds the program in a directory twice.
func (a *app) rebuild(ctx context.Context, args []string, f *binaryFlags) error {
	started := time.Now()
	if len(args) > 1 {
		return misuse("--rebuild compares with one FILE, got %d", len(args))
	}
	dir := f.rebuild
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(a.workDir, dir)
	}
	dir, err := filepath.EvalSymlinks(dir)
	if fi, e := os.Stat(dir); err != nil || e != nil || !fi.IsDir() {
		return fmt.Errorf("%q is no directory: name the one of a main package", f.rebuild)
	}
	var given *snapshot.Snapshot
	if len(args) == 1 {
		if given, err = a.side(ctx, args[0]); err != nil {
			return err
		}
		if given.Program == nil || given.Program.SHA256 == "" {
			return misuse("%q is no program", args[0])
		}
	}
	a.workDir, a.noBranches = dir, true
	a.only = append([]string{}, a.unitHere(dir)...)
	l, err := a.look(ctx, scan.Fast)
	if err != nil {
		return err
	}
	m := a.machineOf(l, a.pick(l, a.only, &checkFlags{}))
	in, err := rebuildInput(m, nearest(m, a.only), dir, f, given)
	if err != nil {
		return err
	}
	in.Meter = new(meter.Meter)
	in.Meter.Expect(3)
	stop := a.progressOf("building", in.Meter)
	r, err := rebuild.Run(ctx, *in)
	stop()
	if err != nil {
		return err
	}
	return a.printRebuilt(r, in, given, started)
}

// rebuildInput says what is built and how: as go would build it there, or as the given program was built.
func rebuildInput(m *check.Machine, p *check.Project, dir string, f *binaryFlags, given *snapshot.Snapshot) (*rebuild.Input, error) {
	if p == nil || p.Main == nil {
		return nil, fmt.Errorf("%q is in no module: a program is rebuilt from one", dir)
	}
	c := m.Choice(p)
	root := c.Here.Path
	if !c.Here.Works() || c.Here.From != check.FromLocal && c.Here.From != check.FromModCache || root == "" {
		return nil, fmt.Errorf("%s would have to build it, and is not here as a tree (%s): 'godoctor toolchains get' brings one", cmp.Or(c.Here.Name, "no Go"), cmp.Or(c.Here.Error, c.Here.From))
	}
	suffix := ""
	if m.System.GOOS == "windows" {
		suffix = ".exe"
	}
	set := func(key string) string {
		if given != nil {
			x, _ := given.Setting(key)
			return x.Value
		}
		return m.Env.Value(key)
	}
	b := gocmd.Build{Go: filepath.Join(root, "bin", "go"+suffix), GOOS: cmp.Or(f.goos, set("GOOS")), GOARCH: cmp.Or(f.goarch, set("GOARCH")),
		Tags: cmp.Or(f.tags, flagOf(m, given, "-tags")), Trimpath: f.trimpath, Cgo: f.cgo, Path: m.Getenv("PATH"), SystemRoot: m.Getenv("SYSTEMROOT")}
	for _, key := range gocmd.BuildSettings {
		if v := set(key); v != "" && (strings.HasPrefix(key, "GOEXP") || key == "GOFIPS140" && v != "off" || b.GOARCH == set("GOARCH") && !strings.HasPrefix(key, "GOFIPS")) {
			b.Set = append(b.Set, key+"="+v)
		}
	}
	if cache, err := m.Env.ModCache(); err == nil {
		b.Proxy = gocmd.FileURL(filepath.Join(cache, "cache", "download"))
	}
	in := &rebuild.Input{Dir: dir, Local: []string{p.Dir}, Build: b}
	in.Local = append(in.Local, replacedBy(p.Main.Dir, p.Mod().Replace)...)
	vendor := p.Vendor
	if w := p.Workspace; w != nil {
		in.Work, vendor = w.File, w.Vendor
		in.Local = append(in.Local, w.Use...)
		for _, q := range w.Use {
			if u := m.Usage.At(filepath.Join(q, "go.mod")); u != nil && u.Main != nil {
				for _, x := range u.Main.Replace {
					in.Local = append(in.Local, localDir(u.Main.Dir, x.New.Path, x.New.Version)...)
				}
			}
		}
		for _, x := range w.Replace {
			in.Local = append(in.Local, localDir(w.Dir, x.New.Path, x.New.Version)...)
		}
		if vendor != nil {
			in.Local = append(in.Local, vendor.Dir)
		}
	}
	in.Build.Vendor = vendor != nil && vendor.Used
	return in, nil
}

func replacedBy(dir string, list []*modfile.Replace) (out []string) {
	for _, x := range list {
		out = append(out, localDir(dir, x.New.Path, x.New.Version)...)
	}
	return out
}

// localDir is the directory that a replace line names by a path from its file. One that is named by an absolute path stays where
// it is, for both builds.
func localDir(dir, path, version string) []string {
	if version != "" || filepath.IsAbs(path) {
		return nil
	}
	return []string{filepath.Join(dir, filepath.FromSlash(path))}
}

// flagOf is a flag of GOFLAGS, the last as for go, or of the program that was given.
func flagOf(m *check.Machine, given *snapshot.Snapshot, name string) string {
	if given != nil {
		i := slices.IndexFunc(given.Flags, func(x snapshot.Setting) bool { return x.Key == name })
		if i < 0 {
			return ""
		}
		return given.Flags[i].Value
	}
	value, _ := goenv.LastFlag(m.Env.Value("GOFLAGS"), name)
	return value
}

func (a *app) printRebuilt(r *rebuild.Result, in *rebuild.Input, given *snapshot.Snapshot, started time.Time) error {
	p := r.Files[0].Program
	out := &report.Rebuild{Package: p.Package, GOOS: in.Build.GOOS, GOARCH: in.Build.GOARCH, Go: r.Files[0].Go, Flags: r.Flags, Environment: r.Set,
		Reproducible: r.Same(), Files: []report.Rebuilt{}, Parts: append([]string{}, r.Parts...), Reason: r.Reason}
	for i := range r.Files {
		out.Files = append(out.Files, report.Rebuilt{SHA256: r.Files[i].Program.SHA256, Bytes: r.Files[i].Program.Size, DurationMS: r.Took[i].Milliseconds()})
	}
	d := report.Bare("binary", version())
	d.Host.Go, d.Rebuild = r.Files[0].Go, out
	var sum report.CompareSummary
	if given != nil {
		r.Files[0].Name = "rebuilt"
		out.Given = &report.Given{Name: given.Name, SHA256: given.Program.SHA256, Same: given.Program.SHA256 == p.SHA256}
		d.WithDifferences(given, r.Files[0], compare.Of(given, r.Files[0]))
		sum = d.Summary.(report.CompareSummary)
	} else {
		d.Summary = map[string]bool{"reproducible": out.Reproducible}
	}
	if !out.Reproducible || out.Given != nil && !out.Given.Same {
		a.code = ExitFindings
	}
	d.Started, d.DurationMS = started.UTC(), time.Since(started).Milliseconds()
	return a.print(d, func(p *plain.Printer) {
		p.Rebuilt(out)
		if out.Given != nil && !out.Given.Same {
			p.Compared(sum, d.Differences)
		}
	})
}
