package toolchain

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"godoctor/scan/regular"
)

// needed are directories of the standard library that every release has: who lacks one of them lacks more.
var needed = []string{"runtime", "internal/abi", "fmt", "bytes", "os", "net/http", "testing"}

// Lacks lists what a GOROOT lacks that builds for its own platform need, with slashes; at most one entry for its sources.
// Distributions split a release into packages, and some copies leave things out. A link to a part is that part.
func Lacks(root, goos, goarch string) []string {
	var list []string
	there := func(path string) bool {
		_, err := os.Stat(filepath.Join(root, filepath.FromSlash(path)))
		return err == nil
	}
	exe := ""
	if goos == "windows" {
		exe = ".exe"
	}
	tools := "pkg/tool/" + goos + "_" + goarch
	switch {
	case !there(tools):
		list = append(list, tools)
	default:
		for _, tool := range []string{"compile", "link", "asm"} {
			if !there(tools + "/" + tool + exe) {
				list = append(list, tools+"/"+tool+exe)
			}
		}
	}
	if !there("pkg/include/textflag.h") {
		list = append(list, "pkg/include")
	}
	if !there("src") {
		return append(list, "src")
	}
	for _, dir := range needed {
		if !there("src/" + dir) {
			return append(list, "src/"+dir)
		}
	}
	return list
}

// A Mix is what tells that parts of a GOROOT come from more than one release.
type Mix struct {
	File     string   // what VERSION says; "" where there is none
	Go       string   // what bin/go says of itself
	Compiler string   // what the compiler says of itself
	Left     []string // files of another release that lie among the sources, below the root, with slashes; at most 100
	More     int      // files beside those
}

// Mixed reports whether there is more than one release in it.
func (x *Mix) Mixed() bool {
	return x.Go != "" && x.File != "" && !same(x.File, x.Go) || x.Go != "" && x.Compiler != "" && !same(x.Compiler, x.Go) || len(x.Left) > 0
}

// rivals are files that never were in one release: internal/abi and runtime had another map in Go 1.24 and 1.25.
var rivals = [][2]string{
	{"src/internal/abi/map.go", "src/internal/abi/map_swiss.go"},
	{"src/internal/abi/map.go", "src/internal/abi/map_noswiss.go"},
	{"src/runtime/map.go", "src/runtime/map_swiss.go"},
	{"src/runtime/map.go", "src/runtime/map_noswiss.go"},
}

// Mingled looks for parts of other releases in a GOROOT: what happens when an archive is unpacked over an older Go.
//
// All files of an archive since go1.21 have one modification time, which its VERSION file names. Where VERSION still has it,
// a Go file of the standard library that is older is left over from a release before. Where it has another, as in copies and
// in packages of distributions, only files that are known never to stand together are found. It walks the sources but for
// commands, tests and testdata, some 3,000 files, and reads two programs.
func Mingled(root string) Mix {
	g := look(root)
	x := Mix{File: g.version, Compiler: g.compiler()}
	if g.info != nil {
		x.Go = g.info.GoVersion
	}
	for _, pair := range rivals {
		a, errA := os.Stat(filepath.Join(root, filepath.FromSlash(pair[0])))
		b, errB := os.Stat(filepath.Join(root, filepath.FromSlash(pair[1])))
		if errA != nil || errB != nil {
			continue
		}
		left := pair[0]
		if b.ModTime().Before(a.ModTime()) || a.ModTime().Equal(b.ModTime()) {
			left = pair[1]
		}
		x.add(left)
	}
	if released, ok := releasedAt(root); ok {
		src := filepath.Join(root, "src")
		if real, err := filepath.EvalSymlinks(src); err == nil {
			src = real
		}
		x.walk(src, "src", released, 0)
	}
	slices.Sort(x.Left)
	x.Left = slices.Compact(x.Left)
	return x
}

const leftMax = 100

func (x *Mix) add(file string) {
	if len(x.Left) >= leftMax {
		x.More++
		return
	}
	x.Left = append(x.Left, file)
}

// walk collects Go files that are older than the release.
func (x *Mix) walk(dir, rel string, released time.Time, deep int) {
	entries, err := os.ReadDir(dir)
	if err != nil || deep > 8 {
		return
	}
	for _, e := range entries {
		name, path := e.Name(), rel+"/"+e.Name()
		switch {
		case e.IsDir():
			if name != "testdata" && path != "src/cmd" {
				x.walk(filepath.Join(dir, name), path, released, deep+1)
			}
		case e.Type().IsRegular() && strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go"):
			if fi, err := e.Info(); err == nil && fi.ModTime().Before(released) {
				x.add(path)
			}
		}
	}
}

// releasedAt is the time in VERSION, if the file has that modification time still.
func releasedAt(root string) (time.Time, bool) {
	file := filepath.Join(root, "VERSION")
	text, err := regular.ReadFile(file, versionMax)
	if err != nil {
		return time.Time{}, false
	}
	fi, err := os.Stat(file)
	if err != nil {
		return time.Time{}, false
	}
	for line := range strings.Lines(string(text)) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), "time "); ok {
			t, err := time.Parse(time.RFC3339, v)
			return t, err == nil && fi.ModTime().Unix() == t.Unix()
		}
	}
	return time.Time{}, false
}
