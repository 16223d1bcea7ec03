package sum

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/scan/cachetest"
)

var (
	benchCache   = flag.String("modcache", "", "module cache of the benchmark, as testdata/bench/make-cache.sh makes it; one of a few files if empty")
	benchProject = flag.String("project", "", "directory of a module whose build list is in that cache: go mod verify is run there, in turn")
	benchFiles   = flag.Int("files", 2000, "small files of one module in the cache that the benchmark makes")
	benchMode    = flag.String("hash", "", "hash -modcache instead of running tests: both, dir or zip; a benchmark runs itself so")
)

// TestMain is the program that the benchmark measures, if it is asked to be.
func TestMain(m *testing.M) {
	flag.Parse()
	if *benchMode == "" {
		os.Exit(m.Run())
	}
	jobs, err := cachedJobs(*benchCache, *benchProject, *benchMode)
	if err == nil {
		err = hashAll(jobs)
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	fmt.Println(mem.Sys) // only ever grows
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// hashAll compares with .ziphash what it finds, as go mod verify does.
func hashAll(jobs []Job) error {
	var bad error
	err := Run(context.Background(), jobs, Options{}, func(r *Result) {
		j := jobs[r.Job]
		want, err := os.ReadFile(ziphash(*benchCache, j))
		if err != nil {
			bad = err
		}
		for _, h := range []*Hashed{r.Zip, r.Dir} {
			if h != nil && h.H1 != strings.TrimSpace(string(want)) {
				bad = fmt.Errorf("%s@%s: %q, %v, and not %s", j.Path, j.Version, h.H1, h.Err, want)
			}
		}
	})
	if err != nil {
		return err
	}
	return bad
}

func ziphash(cache string, j Job) string {
	path, _ := module.EscapePath(j.Path)
	version, _ := module.EscapeVersion(j.Version)
	return filepath.Join(cache, "cache", "download", filepath.FromSlash(path), "@v", version+".ziphash")
}

// cachedJobs makes jobs of all versions in a module cache that have a zip, or of those that the go.sum of a project
// names.
func cachedJobs(cache, project, mode string) ([]Job, error) {
	var ids []module.Version
	root := filepath.Join(cache, "cache", "download")
	err := filepath.WalkDir(root, func(p string, e fs.DirEntry, err error) error {
		if dir := filepath.Dir(p); err == nil && filepath.Base(dir) == "@v" && strings.HasSuffix(p, ".zip") {
			rel, _ := filepath.Rel(root, filepath.Dir(dir))
			path, err1 := module.UnescapePath(filepath.ToSlash(rel))
			version, err2 := module.UnescapeVersion(strings.TrimSuffix(e.Name(), ".zip"))
			if err1 == nil && err2 == nil {
				ids = append(ids, module.Version{Path: path, Version: version})
			}
		}
		return err
	})
	if project != "" && err == nil {
		var text []byte
		text, err = os.ReadFile(filepath.Join(project, "go.sum"))
		ids = slices.DeleteFunc(ids, func(id module.Version) bool {
			return !strings.Contains("\n"+string(text), "\n"+id.Path+" "+id.Version+" ")
		})
	}
	var jobs []Job
	for _, id := range ids {
		path, _ := module.EscapePath(id.Path)
		version, _ := module.EscapeVersion(id.Version)
		j := Job{Path: id.Path, Version: id.Version, Toolchain: id.Path == "golang.org/toolchain"}
		if mode != "dir" {
			j.Zip = filepath.Join(root, filepath.FromSlash(path), "@v", version+".zip")
		}
		if dir := filepath.Join(cache, filepath.FromSlash(path)+"@"+version); mode != "zip" {
			if _, err := os.Stat(dir); err == nil {
				j.Dir = dir
			}
		}
		jobs = append(jobs, j)
	}
	return jobs, err
}

// BenchmarkModuleCache hashes a module cache, in a process of its own, and go mod verify does in turn:
//
//	bash testdata/bench/make-cache.sh small DIR
//	go test ./scan/sum -run '^$' -bench ModuleCache -benchtime 5x -modcache DIR/mod -project PROJECT
//
// Without a project only what is measured of this package is told; without a cache it makes one, in which a module has
// -files files.
func BenchmarkModuleCache(b *testing.B) {
	cache := *benchCache
	if cache == "" {
		m, err := cachetest.New(b.TempDir())
		if err == nil {
			err = m.Install(append(manyModules(20, 20), smallFiles(*benchFiles))...)
		}
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { m.RemoveAll() })
		cache = m.GOMODCACHE
	}
	for _, mode := range []string{"both", "dir", "zip"} {
		b.Run(mode, func(b *testing.B) {
			var own, peer []cost
			for b.Loop() {
				own = append(own, measure(b, os.Args[0], "-hash", mode, "-modcache", cache, "-project", *benchProject))
				if *benchProject != "" {
					peer = append(peer, measure(b, "go", "mod", "verify"))
				}
			}
			o, p := median(own), median(peer)
			b.ReportMetric(o.wall.Seconds(), "wall-s")
			b.ReportMetric(o.cpu.Seconds(), "cpu-s")
			b.ReportMetric(float64(o.memory)/(1<<20), "MiB")
			b.ReportMetric(0, "ns/op")
			if *benchProject != "" {
				b.ReportMetric(p.wall.Seconds(), "peer-wall-s")
				b.ReportMetric(p.cpu.Seconds(), "peer-cpu-s")
				b.ReportMetric(o.wall.Seconds()/p.wall.Seconds(), "wall-ratio")
				b.ReportMetric(o.cpu.Seconds()/p.cpu.Seconds(), "cpu-ratio")
			}
		})
	}
}

type cost struct {
	wall, cpu time.Duration
	memory    int64 // bytes
}

// smallFiles makes a module of n small files.
func smallFiles(n int) cachetest.Module {
	m := cachetest.Module{Path: "example.com/small", Version: modVers, Files: map[string]string{}}
	for i := range n {
		m.Files[fmt.Sprintf("some/directory/with/a/longer/name%d/file%d.go", i/100, i)] = fmt.Sprint("package p", i)
	}
	return m
}

func measure(b *testing.B, program string, args ...string) cost {
	c := exec.Command(program, args...)
	c.Dir = *benchProject
	c.Env = append(os.Environ(), "GOMODCACHE="+*benchCache, "GOFLAGS=-mod=mod", "GOPROXY=off", "GOSUMDB=off", "GOWORK=off")
	start := time.Now()
	out, err := c.CombinedOutput()
	if err != nil {
		b.Fatalf("%v: %v: %s", c, err, out)
	}
	memory, _ := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	return cost{time.Since(start), c.ProcessState.UserTime() + c.ProcessState.SystemTime(), memory}
}

func median(all []cost) (c cost) {
	if len(all) == 0 {
		return c
	}
	slices.SortFunc(all, func(a, b cost) int { return int(a.wall - b.wall) })
	c.wall = all[len(all)/2].wall
	slices.SortFunc(all, func(a, b cost) int { return int(a.cpu - b.cpu) })
	c.cpu, c.memory = all[len(all)/2].cpu, all[len(all)/2].memory
	return c
}
