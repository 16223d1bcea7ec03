package project

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"godoctor/scan/tree"
)

// entries is how many directory entries the tree of the benchmarks has: 500000 for the figures that count.
var entries = flag.Int("entries", 50000, "directory entries in the tree of the benchmarks")

// BenchmarkFind compares looking for projects with walking the same tree for its sizes, which may take as
// long, and a fifth more at most:
//
//	go test ./scan/project -run '^$' -bench Find -entries 500000
func BenchmarkFind(b *testing.B) {
	dir := made(b)
	b.Run("projects", func(b *testing.B) {
		for b.Loop() {
			f := Find(b.Context(), Input{Roots: []string{dir}})
			if f.Entries < int64(*entries)*9/10 || len(f.Projects) == 0 {
				b.Fatalf("%d entries, %d projects", f.Entries, len(f.Projects))
			}
		}
	})
	b.Run("sizes", func(b *testing.B) {
		for b.Loop() {
			r := tree.Walk(b.Context(), []tree.Root{{Path: dir, Place: tree.Place{Cost: new(tree.Cost)}}}, tree.Options{})
			if r.Entries < int64(*entries)*9/10 {
				b.Fatal(r.Entries)
			}
		}
	})
}

// made makes a tree: directories of ten files each, every hundredth a project of its own with 60 requirements.
func made(b *testing.B) string {
	b.Helper()
	w := newWorld(b)
	for i := range *entries / 11 {
		sub := fmt.Sprintf("%d/%d/%d", i/1000, i/30%34, i%30)
		w.must(os.MkdirAll(w.path(sub), 0o777))
		for j := range 10 {
			w.must(os.WriteFile(w.path(fmt.Sprintf("%s/file%d.go", sub, j)), nil, 0o666))
		}
		if i%100 == 0 {
			w.file(sub+"/go.mod", madeMod(i))
			w.file(sub+"/go.sum", madeSum(i))
		}
	}
	return w.dir
}

func madeMod(i int) string {
	var s strings.Builder
	fmt.Fprintf(&s, "module example.com/p%d\n\ngo 1.24.0\n\nrequire (\n", i)
	for j := range 60 {
		fmt.Fprintf(&s, "\tgithub.com/owner%d/module%d v1.%d.0 // indirect\n", j, j, (i+j)%40)
	}
	return s.String() + ")\n"
}

// madeSum has 300 lines.
func madeSum(i int) string {
	var s strings.Builder
	for j := range 150 {
		h := fmt.Sprintf("h1:%043d=", j*100+(i+j)%40)
		v := fmt.Sprintf("github.com/owner%d/module%d v1.%d.0", j, j, (i+j)%40)
		s.WriteString(v + " " + h + "\n" + v + "/go.mod " + h + "\n")
	}
	return s.String()
}

// BenchmarkParse reads 2,000 projects with 60 requirements and 300 lines in go.sum, and says what they hold.
func BenchmarkParse(b *testing.B) {
	w := &world{b, b.TempDir()}
	for i := range 2000 {
		w.file(fmt.Sprintf("%d/go.mod", i), madeMod(i))
		w.file(fmt.Sprintf("%d/go.sum", i), madeSum(i))
	}
	var f *Found
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		f = Find(b.Context(), Input{Roots: []string{w.dir}})
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MB-held")
	if len(f.Projects) != 2000 || len(f.Projects[7].Sums) != 300 {
		b.Fatal(len(f.Projects))
	}
}

// BenchmarkBranches reads the branches of 100 repositories.
func BenchmarkBranches(b *testing.B) {
	w := newWorld(b)
	for i := range 100 {
		dir := fmt.Sprint(i)
		w.file(dir+"/go.mod", madeMod(i))
		w.file(dir+"/go.sum", madeSum(i))
		w.git(dir, "init", "-q")
		w.commit(dir)
		w.git(dir, "branch", "other")
		w.file(dir+"/go.mod", madeMod(i+1))
	}
	var f *Found
	for b.Loop() {
		f = w.branches(nil)
	}
	if f.Branches.Read != 200 {
		b.Fatalf("%+v", f.Branches)
	}
}
