package sum

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/dirhash"

	"godoctor/scan/cachetest"
	"godoctor/scan/meter"
)

// A module cache as the go command leaves it: every hash is that of dirhash and of .ziphash, whatever the number of
// workers, and the results come in the order of the jobs.
func TestModuleCache(t *testing.T) {
	m, err := cachetest.New(t.TempDir())
	check(t, err)
	t.Cleanup(func() { check(t, m.RemoveAll()) })
	check(t, m.Install(manyModules(30, 25)...))
	jobs, err := cachedJobs(m.GOMODCACHE, "", "both")
	check(t, err)
	hashes := map[string]string{}
	for _, j := range jobs {
		hashes[j.Zip], err = dirhash.HashZip(j.Zip, dirhash.Hash1)
		check(t, err)
		asDirhash(t, j.Dir, One(t.Context(), Job{Path: modPath, Version: modVers, Dir: j.Dir}, Options{Files: true}).Dir)
	}
	for _, workers := range []int{1, 3, 0} {
		next, bytes := 0, int64(0)
		count := new(meter.Meter)
		err := Run(t.Context(), jobs, Options{Workers: workers, Meter: count}, func(r *Result) {
			j := jobs[r.Job]
			want, err := os.ReadFile(ziphash(m.GOMODCACHE, j))
			check(t, err)
			zip := hashes[j.Zip]
			if r.Job != next || !r.Same || r.Changed != 0 || r.Zip.H1 != string(want) || r.Dir.H1 != zip || zip != string(want) {
				t.Errorf("job %d of %s: same %v, %+v, %+v", r.Job, j.Path, r.Same, r.Zip, r.Dir)
			}
			next++
			bytes += r.Zip.Bytes + r.Dir.Bytes
		})
		s := count.Sample()
		if err != nil || next != 30 || s.Units != 30 || s.Total != 30 || s.Bytes != bytes || s.Entries < 600 {
			t.Errorf("%d workers: %v after %d results, %d bytes, the meter says %+v", workers, err, next, bytes, s)
		}
	}
}

func TestDirectory(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	trees := []map[string]string{
		{},
		{"empty/": "", "also/empty/": ""},
		{"a/b/c": "1", "a/b.c": "2", "a/b-c": "3", "a.b": "4", "a": "", "a0": "5", "A": "6"},
		{"ein Wort": "x", "größe/straße.go": "ß", "日本/語": "y", " ": "z", "-": "", "…": "u", "%": "v", "a'b": "w"},
		{"nfc-\u00e9": "1", "nfd-e\u0301": "2"},
		{strings.Repeat("d/", 40) + "deep": "x", strings.Repeat("n", 200): "long"},
	}
	delete(trees[2], "a") // the name of a directory
	sizes := map[string]string{}
	for _, n := range []int{1, 7, 8, 9, blockLen, wholeMax - 1, wholeMax, wholeMax + 1, 5*blockLen + 3, 2 << 20} {
		sizes[fmt.Sprint("size", n)] = words(rnd, n)
	}
	trees = append(trees, sizes)
	for range 10 {
		trees = append(trees, randomTree(rnd))
	}
	for i, files := range trees {
		dir := put(t, t.TempDir(), files)
		r := hashOf(t, Job{Dir: dir})
		asDirhash(t, dir, r.Dir)
		asDirhash(t, dir, byRoot(t, dir, Job{}))
		if r.Zip != nil || r.Same {
			t.Errorf("tree %d: a zip that nobody asked for: %+v", i, r)
		}
	}
}

// byRoot hashes a directory by os.Root, as the systems do that are not Linux.
func byRoot(t *testing.T, dir string, j Job) *Hashed {
	t.Helper()
	f, err := openRooted(dir)
	check(t, err)
	j.Path, j.Version = modPath, modVers
	return byFolder(t, f, j)
}

func byFolder(t *testing.T, f folder, j Job) *Hashed {
	t.Helper()
	defer f.close()
	none := func(int64) error { return nil }
	l, err := list(t.Context(), &j, f.reader(make([]byte, 1<<15)), false, none)
	check(t, err)
	k := &work{job: &j, folder: f}
	k.listed(l)
	for _, part := range k.tasks() {
		newWorker(t.Context(), nil).do(part)
	}
	return k.hashedDir(&Options{Changes: 100, Files: true})
}

func randomTree(rnd *rand.Rand) map[string]string {
	files := map[string]string{}
	for range rnd.IntN(60) {
		var name []string
		for range 1 + rnd.IntN(4) {
			name = append(name, "d"+string(rune(' '+rnd.IntN(90)))+string(rune('a'+rnd.IntN(3))))
		}
		clean := strings.NewReplacer("/", "", "\\", "", ":", "", "*", "", "?", "", "\"", "", "<", "", ">", "", "|", "").Replace(strings.Join(name, "\x00"))
		files[strings.ReplaceAll(clean, "\x00", "_/")+".x"] = words(rnd, rnd.IntN(3000))
	}
	return files
}

func TestMod(t *testing.T) {
	m := cachetest.Module{Path: modPath, Version: modVers, GoMod: "module " + modPath + "\n"}
	want, err := m.GoModSum()
	check(t, err)
	if got := Mod([]byte(m.GoMod)); got != want {
		t.Errorf("%s, and not %s", got, want)
	}
	if _, err := H1(prefix, []File{{Name: "a"}, {Name: "b"}, {Name: "a"}}); err != ErrDuplicate {
		t.Error(err)
	}
	if _, err := H1(prefix, []File{{Name: "a\nb"}}); err != ErrNewline {
		t.Error(err)
	}
}

func TestChanges(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	big := words(rnd, 600<<10)
	files := map[string]string{"go.mod": "module m\n", "a.go": "package a", "b/b.go": "package b", "b/c.go": "package c",
		"empty": "", "z/large": big, "z/large2": big + "2", "z/large3": big, "zero": "0123456789"}
	zip, dir := zipOf(t, files)
	r := hashOf(t, Job{Zip: zip, Dir: dir})
	if !r.Same || r.Changed != 0 || r.Zip.H1 != r.Dir.H1 {
		t.Fatalf("unchanged: %+v", r)
	}
	now := maps.Clone(files)
	now["a.go"] = "package x"                         // the same length
	now["b/b.go"] = ""                                // cut to nothing
	now["zero"] = strings.Repeat("\x00", 10)          // lost blocks
	now["z/large"] = big[:len(big)-1] + "\n"          // differs at the very end
	now["z/large2"] = strings.Repeat("\x00", 600<<10) // another length
	now["z/large3"] = strings.Repeat("\x00", 600<<10)
	now[".DS_Store"], now["b/b.go.orig"] = "store", "orig"
	delete(now, "empty")
	delete(now, "b/c.go")
	check(t, os.RemoveAll(dir))
	put(t, dir, now)
	r = hashOf(t, Job{Zip: zip, Dir: dir})
	asDirhash(t, dir, r.Dir)
	want := fmt.Sprintf(`extra .DS_Store -1 5
modified a.go 9 9
modified b/b.go 9 0
extra b/b.go.orig -1 4
missing b/c.go 9 -1
missing empty 0 -1
modified z/large %[1]d %[1]d
modified z/large2 %[2]d %[1]d
modified z/large3 %[1]d %[1]d zeros
modified zero 10 10 zeros
`, 600<<10, 600<<10+1)
	if got := told(r.Changes); r.Same || got != want || r.Changed != 10 || r.Zip.Err != nil || r.Dir.Err != nil {
		t.Errorf("same %v, %d changes:\n%swant:\n%s", r.Same, r.Changed, got, want)
	}
	few := One(t.Context(), Job{Path: modPath, Version: modVers, Zip: zip, Dir: dir}, Options{Changes: 2})
	if len(few.Changes) != 2 || few.Changed != 10 || few.Zip.H1 != r.Zip.H1 || few.Dir.H1 != r.Dir.H1 {
		t.Errorf("two changes of %d: %s", few.Changed, told(few.Changes))
	}
}

// The go command adds go.mod files to a toolchain; and a GOROOT is a toolchain whose _go.mod are called go.mod.
func TestToolchain(t *testing.T) {
	files := map[string]string{"src/_go.mod": "module std", "src/a/a.go": "a", "src/cmd/_go.mod": "module cmd", "bin/go": "go", "x/y": ""}
	zip, dir := zipOf(t, files)
	put(t, dir, map[string]string{"src/go.mod": "module std", "src/cmd/go.mod": "anything"})
	if r := hashOf(t, Job{Zip: zip, Dir: dir}); r.Same || told(r.Changes) != "extra src/cmd/go.mod -1 8\nextra src/go.mod -1 10\n" {
		t.Errorf("without the option: %s", told(r.Changes))
	}
	if r := hashOf(t, Job{Zip: zip, Dir: dir, Toolchain: true}); !r.Same || r.Dir.Left != 2 || r.Dir.H1 != r.Zip.H1 {
		t.Errorf("with the option: %s, %+v", told(r.Changes), r.Dir)
	}
	goroot := put(t, t.TempDir(), map[string]string{"src/go.mod": "module std", "src/a/a.go": "a", "src/cmd/go.mod": "module cmd",
		"bin/go": "go", "x/y": "", "test/more/a.go": "test", "api/go1.txt": "api", "test/go.mod": "no"})
	name := func(rel string) string {
		if strings.HasPrefix(rel, "test/") || strings.HasPrefix(rel, "api/") {
			return ""
		}
		if dir, ok := strings.CutSuffix(rel, "/go.mod"); ok {
			return dir + "/_go.mod"
		}
		return rel
	}
	if r := hashOf(t, Job{Zip: zip, Dir: goroot, Name: name}); !r.Same || r.Dir.Left != 2 {
		t.Errorf("GOROOT: %s, %+v", told(r.Changes), r.Dir)
	}
	twice := func(string) string { return "one" }
	if r := hashOf(t, Job{Dir: goroot, Name: twice}); r.Dir.Err == nil || r.Dir.H1 != "" {
		t.Errorf("one name for all: %+v", r.Dir)
	}
}

func TestFromBoth(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	files := map[string]string{"a.go": "package a", "b/large": words(rnd, 1<<20), "empty": ""}
	zip, dir := zipOf(t, files)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		a, err := FromZip(t.Context(), zip, modPath, modVers, name, 4<<20)
		b, err2 := FromDir(t.Context(), dir, name, 4<<20)
		if err != nil || err2 != nil || string(a) != files[name] || string(b) != files[name] {
			t.Errorf("%s: %v, %v", name, err, err2)
		}
	}
	for _, c := range []struct{ name, want string }{
		{"none", "file does not exist"}, {"b/none", "file does not exist"}, {"b/large", "too large"},
	} {
		_, err := FromZip(t.Context(), zip, modPath, modVers, c.name, 1000)
		_, err2 := FromDir(t.Context(), dir, c.name, 1000)
		if err == nil || err2 == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err2.Error(), c.want) {
			t.Errorf("%s: %v, %v", c.name, err, err2)
		}
	}
	for _, name := range []string{"../m.zip", "/etc/hostname", "b/../a.go", "", "b//large"} {
		if _, err := FromDir(t.Context(), dir, name, 1000); err != ErrName {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := FromDir(t.Context(), filepath.Join(dir, "a.go"), "x", 1); err == nil {
		t.Error("a file was taken for a directory")
	}
}
