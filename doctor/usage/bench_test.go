package usage

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"godoctor/scan"
	"godoctor/scan/goenv"
	"godoctor/scan/modcache"
	"godoctor/scan/modgraph"
	"godoctor/scan/project"
)

// The size of the machine of the benchmark, and the mix of its projects: most need little, some need hundreds.
const (
	benchProjects = 2000
	benchModules  = 1250
	benchVersions = 4 // of each module
)

// A benchMachine is made up: go.mod files of 5,000 module versions in a module cache, and projects with go.sum.
type benchMachine struct {
	cache string
	src   string
	all   []module.Version
	needs map[module.Version][]module.Version
}

func newBenchMachine(b *testing.B) *benchMachine {
	b.Helper()
	dir := b.TempDir()
	m := &benchMachine{cache: filepath.Join(dir, "mod"), src: filepath.Join(dir, "src"), needs: make(map[module.Version][]module.Version)}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range benchModules {
		for v := range benchVersions {
			m.add(b, r, i, v)
		}
	}
	for i := range benchProjects {
		m.project(b, r, i)
	}
	return m
}

func (m *benchMachine) name(i, v int) module.Version {
	return module.Version{Path: fmt.Sprintf("example.com/group%d/module%d", i%37, i), Version: fmt.Sprintf("v1.%d.0", v*3)}
}

// add makes a version that needs a few of the modules with much smaller numbers, so that what one needs in all are some
// dozens, as in the wild.
func (m *benchMachine) add(b *testing.B, r *rand.Rand, i, v int) {
	id := m.name(i, v)
	m.all = append(m.all, id)
	goLine := "1.21"
	if i%9 == 0 {
		goLine = "1.16"
	}
	var needs []module.Version
	for range r.IntN(5) {
		if i >= 4 {
			needs = append(needs, m.name(r.IntN(i/4), min(v+r.IntN(2), benchVersions-1)))
		}
	}
	m.needs[id] = needs
	name, err := modgraph.ModFile(m.cache, id)
	must(b, err)
	write(b, name, "module "+id.Path+"\n\ngo "+goLine+"\n"+requires(needs))
}

func requires(list []module.Version) string {
	var s strings.Builder
	s.WriteString("\nrequire (\n")
	seen := make(map[string]bool)
	for _, n := range list {
		if !seen[n.Path] {
			seen[n.Path] = true
			fmt.Fprintf(&s, "\t%s %s // indirect\n", n.Path, n.Version)
		}
	}
	return s.String() + ")\n"
}

// project makes a project with everything that it needs in its go.mod and go.sum, as go mod tidy leaves it.
func (m *benchMachine) project(b *testing.B, r *rand.Rand, i int) {
	direct := 2 + r.IntN(10)
	switch {
	case i%10 == 0:
		direct = 60 + r.IntN(60)
	case i%10 < 4:
		direct = 12 + r.IntN(30)
	}
	selected := make(map[string]string)
	var sum []string
	var need func(id module.Version)
	need = func(id module.Version) {
		if old, ok := selected[id.Path]; ok && semver.Compare(old, id.Version) >= 0 {
			return
		}
		selected[id.Path] = id.Version
		sum = append(sum, fmt.Sprintf("%s %s/go.mod h1:%044d", id.Path, id.Version, len(sum)))
		for _, n := range m.needs[id] {
			need(n)
		}
	}
	for range direct {
		need(m.name(r.IntN(benchModules), r.IntN(benchVersions)))
	}
	var list []module.Version
	for path, version := range selected {
		list = append(list, module.Version{Path: path, Version: version})
		sum = append(sum, fmt.Sprintf("%s %s h1:%044d", path, version, len(sum)))
	}
	slices.SortFunc(list, func(a, b module.Version) int { return strings.Compare(a.Path, b.Path) })
	slices.Sort(sum)
	dir := filepath.Join(m.src, fmt.Sprintf("team%d", i%20), fmt.Sprintf("project%d", i))
	write(b, filepath.Join(dir, "go.mod"), fmt.Sprintf("module corp.example/p%d\n\ngo 1.24\n%s", i, requires(list)))
	write(b, filepath.Join(dir, "go.sum"), strings.Join(sum, "\n")+"\n")
}

// inventory is what a scan would say, without the scan.
func (m *benchMachine) inventory(found *project.Found) *scan.Inventory {
	inv := &scan.Inventory{Projects: found, Finished: time.Now(), Env: goenv.Load(goenv.Input{
		Environ: []string{"HOME=" + m.src, "GOMODCACHE=" + m.cache, "PATH=/nowhere"}, Dir: m.src})}
	inv.ModCache = &modcache.Cache{Root: m.cache, Exact: true, Done: true}
	for _, id := range m.all {
		inv.ModCache.Versions = append(inv.ModCache.Versions, modcache.Version{Path: id.Path, Version: id.Version,
			Parts: modcache.HasDir | modcache.HasZip | modcache.HasZiphash | modcache.HasMod})
	}
	slices.SortFunc(inv.ModCache.Versions, func(a, b modcache.Version) int {
		if c := strings.Compare(a.Path, b.Path); c != 0 {
			return c
		}
		return semver.Compare(a.Version, b.Version)
	})
	return inv
}

// BenchmarkLook is the usage of 5,000 module versions by 2,000 projects, each go.mod file of the cache parsed once, in
// a second at most; the projects are parsed before. It says how much memory that takes.
func BenchmarkLook(b *testing.B) {
	m := newBenchMachine(b)
	found := project.Find(b.Context(), project.Input{Roots: []string{m.src}})
	inv := m.inventory(found)
	var r *Result
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		r = Look(b.Context(), &Input{Inventory: inv, Now: time.Now()})
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	lines := 0
	for _, p := range found.Projects {
		lines += len(p.Sums)
	}
	uses := 0
	for i := range r.Versions {
		uses += len(r.Versions[i].Uses)
	}
	if len(r.Projects) != benchProjects || r.Unsure {
		b.Errorf("%d projects, doubts %v", len(r.Projects), r.Doubts)
	}
	b.ReportMetric(float64(lines), "sumlines")
	b.ReportMetric(float64(uses), "uses")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MiB-kept")
	runtime.KeepAlive(r)
}

// BenchmarkFind is finding and parsing the 2,000 projects.
func BenchmarkFind(b *testing.B) {
	m := newBenchMachine(b)
	for b.Loop() {
		if f := project.Find(b.Context(), project.Input{Roots: []string{m.src}}); len(f.Projects) != benchProjects {
			b.Fatal(len(f.Projects))
		}
	}
}
