package tui

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"

	"golang.org/x/mod/module"

	"godoctor/doctor/config"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/goenv"
	"godoctor/scan/modcache"
	"godoctor/scan/modgraph"
	"godoctor/scan/project"
	"godoctor/scan/toolchain"
	"godoctor/scan/tree"
)

// hereFile is the project that the made-up program was started in.
const hereFile = "/home/u/src/p003/go.mod"

// useOf asks who needs what on a made-up machine. No file of it exists.
func useOf(c *config.Config) func(context.Context, *scan.Inventory) (*usage.Result, *usage.Project) {
	return func(ctx context.Context, inv *scan.Inventory) (*usage.Result, *usage.Project) {
		copied := *c // pins that are set later are not in an earlier answer
		copied.Pins = slices.Clone(c.Pins)
		r := usage.Look(ctx, &usage.Input{Inventory: inv, Config: &copied, Now: noon, Workers: 1})
		return r, r.At(hereFile)
	}
}

// withProjects adds projects to a made-up machine. Each needs some of its modules, the third one doubts itself, the
// fourth is the one that the program was started in.
func withProjects(inv *scan.Inventory, n int) *scan.Inventory {
	f := &project.Found{Roots: []project.Root{{Path: "/home/u", Exists: true}, {Path: "/srv/none"}},
		Gone:     []string{"/home/u/src/gone/go.mod"},
		Skipped:  []project.Skipped{{Reason: project.SkipVendor, Count: 3, Examples: []string{"/home/u/src/x/vendor"}}},
		Branches: project.Branches{Asked: true, Read: 4}}
	versions := inv.ModCache.Versions
	for i := range n {
		dir := fmt.Sprintf("/home/u/src/p%03d", i)
		p := &project.Project{File: dir + "/go.mod", Dir: dir, Module: fmt.Sprintf("example.com/team%d/p%03d", i%3, i), Go: "1.24.0",
			SumFile: dir + "/go.sum", SumState: project.SumOK}
		p.Main = &modgraph.Main{Path: p.Module, Dir: dir, Go: p.Go}
		switch i % 7 {
		case 4:
			p.Go = "1.99.0" // a toolchain that is not there
		case 5: // it needs nothing
			f.Projects = append(f.Projects, p)
			continue
		case 6:
			p.Vendor = &project.Vendor{Dir: dir + "/vendor", Used: true}
		}
		for k := i * 15; k < i*15+12 && k < len(versions); k += 2 {
			m := module.Version{Path: versions[k].Path, Version: versions[k].Version}
			p.Main.Require = append(p.Main.Require, m)
			p.Sums = append(p.Sums, sumLine(m, false, k), sumLine(m, true, k))
		}
		if i%2 == 0 { // what was never downloaded
			m := module.Version{Path: "example.com/far/away", Version: fmt.Sprintf("v1.0.%d", i)}
			p.Main.Require = append(p.Main.Require, m)
			p.Sums = append(p.Sums, sumLine(m, false, 1), sumLine(m, true, 1))
		}
		if i == 2 {
			p.Doubts = []project.Doubt{{Kind: project.DoubtSum, File: p.SumFile, Line: 7, Message: "line 7 of its go.sum is malformed", Bounded: true}}
		}
		f.Projects = append(f.Projects, p)
	}
	inv.Projects = f
	inv.Toolchains = toolchains2(inv)
	// Whatever Go the test runs on, and with.
	inv.Env = goenv.Load(goenv.Input{Dir: "/", Environ: append(slices.Clone(settings[:len(settings)-1]), "GOTOOLCHAIN=go1.24.9+auto")})
	return inv
}

func sumLine(m module.Version, gomod bool, line int) project.SumLine {
	return project.SumLine{Sum: &project.Sum{Path: m.Path, Version: m.Version, GoMod: gomod, Hash: "h1:AAAA="}, Line: int32(line + 1)}
}

// toolchains2 are two toolchains: one that projects select, one in the module cache that nobody does.
func toolchains2(inv *scan.Inventory) *toolchain.Found {
	dir := "/home/u/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.22.0.linux-amd64"
	inv.ModCache.Versions = append(inv.ModCache.Versions, modcache.Version{Path: "golang.org/toolchain", Dir: dir, Toolchain: true,
		Version: filepath.Base(dir)[len("toolchain@"):], Parts: modcache.HasDir | modcache.HasZip, Fetched: noon.AddDate(-1, 0, 0),
		Sources: tree.Size{Disk: 1 << 28}})
	return &toolchain.Found{Toolchains: []toolchain.Toolchain{
		{Version: "go1.24.9", As: "go1.24.9", Root: "/opt/go1.24.9", GOOS: runtime.GOOS, GOARCH: runtime.GOARCH, Source: "official"},
		{Version: "go1.22.0", Root: dir, GOOS: "linux", GOARCH: "amd64", Source: "modcache", Removable: true},
	}}
}

// hostileProjects adds projects whose every text is hostile, and whose every file is in doubt.
func hostileProjects(inv *scan.Inventory) *scan.Inventory {
	withProjects(inv, 2)
	f := inv.Projects
	for i, n := range hostile {
		dir := fmt.Sprintf("/x/%s/%d", n, i)
		m := module.Version{Path: n, Version: "v1.1.0"}
		p := &project.Project{File: dir + "/go.mod", Dir: dir, Module: n, Go: n, Toolchain: n, Kind: project.Kind(i % 3), Weak: i%2 == 0,
			SumFile: dir + "/go.sum", SumState: project.SumOK, Sums: []project.SumLine{sumLine(m, false, i)},
			Branches: []project.Branch{{Refs: []string{"refs/heads/" + n}, Named: []module.Version{{Path: n, Version: "v1.2.0"}}}},
			Main:     &modgraph.Main{Path: n, Dir: dir, Require: []module.Version{m}, Replace: []modgraph.Replace{{Old: m, New: module.Version{Path: "../" + n}}}}}
		for k := range i * 3 {
			p.Doubts = append(p.Doubts, project.Doubt{Kind: project.DoubtSyntax, File: p.File, Line: k, Message: "odd " + n, Bounded: i%2 == 0})
		}
		f.Projects = append(f.Projects, p)
		f.Gone = append(f.Gone, n)
		f.Roots = append(f.Roots, project.Root{Path: n, Exists: true, Err: errors.New(n)})
		f.Skipped = append(f.Skipped, project.Skipped{Reason: project.SkipReason(n), Count: 1, Examples: []string{n}})
		f.Branches.Repositories = append(f.Branches.Repositories, project.Repository{Dir: n, Why: n, Left: i})
		inv.Toolchains.Toolchains = append(inv.Toolchains.Toolchains, toolchain.Toolchain{Version: n, Root: n, GOOS: n, Why: n, Problems: []string{n}})
	}
	f.Unread, f.Unreadable = 3, []tree.Unreadable{{Path: hostile[0], Err: errors.New(hostile[1])}}
	return inv
}
