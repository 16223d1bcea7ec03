package scanfile

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"slices"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/gocache"
	"godoctor/scan/goenv"
	"godoctor/scan/modcache"
	"godoctor/scan/modgraph"
	"godoctor/scan/project"
	"godoctor/scan/tree"
)

// big is a made-up machine of a size: so many module versions in the cache, a tenth of that projects with build lists of
// 300 and as many lines of go.sum, each version with 40 requirements.
func big(t testing.TB, n int) *File {
	t.Helper()
	end := time.Date(2026, 11, 12, 12, 41, 0, 0, time.UTC)
	env := &goenv.Record{GOOS: "linux", Settings: []goenv.Setting{{Key: "GOMODCACHE", Value: "/home/ford/go/pkg/mod"}, {Key: "GOVERSION", Value: "go1.26.8"}}}
	inv := &scan.Inventory{Started: end.Add(-time.Second), Finished: end, Done: true, Exact: true, Env: env.Env(),
		ModCache: &modcache.Cache{Root: "/home/ford/go/pkg/mod", Exact: true, Done: true}, BuildCache: &gocache.Cache{Root: "/home/ford/.cache/go-build", Looks: true},
		Projects: &project.Found{}}
	use := &usage.Result{Asked: true}
	graphs := new(modgraph.Record)
	c := &coder{separate: "/"}
	for i := range n {
		v := modcache.Version{Path: fmt.Sprintf("github.com/team%04d/module%05d", i/7%500, i/3), Version: fmt.Sprintf("v1.%d.%d", i%3, i%11),
			Parts: modcache.HasDir | modcache.HasZip | modcache.HasZiphash | modcache.HasMod | modcache.HasInfo | modcache.HasLock, Exact: true, Done: true,
			Sources: tree.Size{Bytes: int64(i) * 977, Disk: int64(i) * 1024, Files: int64(i % 900), Dirs: int64(i % 60)},
			ZipSize: tree.Size{Bytes: int64(i) * 211, Disk: int64(i) * 256, Files: 1}, Meta: tree.Size{Bytes: 900, Disk: 20480, Files: 5, Dirs: 1},
			Fetched: end.Add(-time.Duration(i) * 977 * time.Second)}
		v.Dir, v.Zip = c.placesOf(&v, inv.ModCache.Root)
		inv.ModCache.Versions = append(inv.ModCache.Versions, v)
	}
	slices.SortStableFunc(inv.ModCache.Versions, func(a, b modcache.Version) int { return bytes.Compare([]byte(a.Path), []byte(b.Path)) })
	for i, v := range inv.ModCache.Versions {
		graphs.Names = append(graphs.Names, module.Version{Path: v.Path, Version: v.Version})
		said := modgraph.Said{Name: int32(i), Go: "1.24.0"}
		for j := range 40 {
			said.Require = append(said.Require, int32((i*31+j*577)%n))
		}
		graphs.Said = append(graphs.Said, said)
		use.Versions = append(use.Versions, usage.Version{State: usage.InUse, Tier: usage.Keep, Hash: usage.HashInSum})
	}
	var sums [2]map[int]*project.Sum
	sums[0], sums[1] = make(map[int]*project.Sum), make(map[int]*project.Sum)
	for i := range n / 10 {
		dir := fmt.Sprintf("/home/ford/src/team%d/project%d", i%40, i)
		p := &project.Project{File: dir + "/go.mod", Dir: dir, Module: fmt.Sprintf("corp.example.com/project%d", i), Go: "1.24.0", SumFile: dir + "/go.sum", SumState: project.SumOK}
		p.Main = &modgraph.Main{Path: p.Module, Dir: dir, Go: p.Go}
		for j := range 300 {
			at := (i*131 + j*7) % n
			m := graphs.Names[at]
			if j < 100 {
				p.Main.Require = append(p.Main.Require, m)
			}
			for k, mod := range []bool{false, true} {
				if sums[k][at] == nil {
					sums[k][at] = &project.Sum{Path: m.Path, Version: m.Version, GoMod: mod}
				}
				p.Sums = append(p.Sums, project.SumLine{Line: int32(2*j + k + 1), Sum: sums[k][at]})
			}
			use.Versions[at].Uses = append(use.Versions[at].Uses, usage.Use{Project: int32(i)})
		}
		inv.Projects.Projects = append(inv.Projects.Projects, p)
		use.Projects = append(use.Projects, usage.Project{Project: p, Needed: 300, Present: 299, Selected: 310, GoSum: "ok", Deps: "1.24.0", Selects: "go1.26.8", Decides: "the go command in PATH is new enough"})
	}
	if err := use.Restore(inv, graphs, end); err != nil {
		t.Fatal(err)
	}
	return &File{Program: "bench", Host: Host{Name: "ford", OS: "linux", Arch: "amd64", Home: "/home/ford"}, Inventory: inv, Usage: use}
}

func BenchmarkEncode(b *testing.B) {
	f := big(b, 20_000)
	for b.Loop() {
		if err := f.Encode(io.Discard, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	text := encoded(b, big(b, 20_000), Options{})
	b.SetBytes(int64(len(text)))
	b.ReportMetric(float64(len(text))/(1<<20), "MiB")
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var f *File
	for b.Loop() {
		f = decoded(b, text)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MiB-kept")
	runtime.KeepAlive(f)
}
