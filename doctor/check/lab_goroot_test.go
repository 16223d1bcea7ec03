package check

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
)

// thisGo is the version of the go command of the tests, like go1.26.8.
var thisGo = sync.OnceValue(func() string {
	cmd := exec.Command("go", "env", "GOVERSION")
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN=local")
	out, err := cmd.Output()
	if err != nil {
		panic(err)
	}
	name, _, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	return name
})

// first puts a directory in front of PATH.
func (l *lab) first(dir string) {
	for _, e := range l.env {
		if path, ok := strings.CutPrefix(e, "PATH="); ok {
			l.set("PATH", dir+string(os.PathListSeparator)+path)
			return
		}
	}
}

// tree makes a GOROOT below the home directory out of the one that runs the tests: links to its parts, with a go command of
// its own. With a version that is as long as the true one its go command and compiler say that they are it.
func (l *lab) tree(name, version string) string {
	l.t.Helper()
	dir, real := filepath.Join(l.Home, name), goroot()
	for _, d := range []string{"bin", "src", "pkg/tool/" + runtime.GOOS + "_" + runtime.GOARCH} {
		must(l.t, os.MkdirAll(filepath.Join(dir, d), 0o755))
	}
	l.linkAll(real, dir, "bin", "src", "pkg")
	l.linkAll(filepath.Join(real, "src"), filepath.Join(dir, "src"))
	l.linkAll(filepath.Join(real, "pkg"), filepath.Join(dir, "pkg"), "tool")
	tools := filepath.Join("pkg", "tool", runtime.GOOS+"_"+runtime.GOARCH)
	l.linkAll(filepath.Join(real, tools), filepath.Join(dir, tools), "compile")
	for _, file := range []string{"bin/go", tools + "/compile"} {
		switch from, to := filepath.Join(real, file), filepath.Join(dir, file); {
		case version != "":
			l.patch(from, to, thisGo(), version)
		case file == "bin/go": // a copy: a link would make it the same go command
			l.patch(from, to, "", "")
		default:
			must(l.t, os.Symlink(from, to))
		}
	}
	if version != "" {
		must(l.t, os.Remove(filepath.Join(dir, "VERSION")))
		l.write(filepath.Join(dir, "VERSION"), version+"\ntime 2025-08-08T17:33:23Z\n")
	}
	return dir
}

// linkAll links the entries of a directory into another one, but some.
func (l *lab) linkAll(from, to string, but ...string) {
	l.t.Helper()
	list, err := os.ReadDir(from)
	must(l.t, err)
	for _, e := range list {
		if !strings.Contains(" "+strings.Join(but, " ")+" ", " "+e.Name()+" ") {
			must(l.t, os.Symlink(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())))
		}
	}
}

// patch copies a program, with one text in place of another of the same length.
func (l *lab) patch(from, to, old, new string) {
	l.t.Helper()
	if len(old) != len(new) {
		l.t.Fatalf("%q is not as long as %q", new, old)
	}
	f, err := os.Open(from)
	must(l.t, err)
	defer f.Close()
	b, err := io.ReadAll(f)
	must(l.t, err)
	if old != "" {
		if !bytes.Contains(b, []byte(old)) {
			l.t.Fatalf("%s has no %q", from, old)
		}
		b = bytes.ReplaceAll(b, []byte(old), []byte(new))
	}
	must(l.t, os.WriteFile(to, b, 0o755))
}

// older puts a go command first in PATH that says it is another release: the version begins with prefix and is filled up to
// the length of the true one.
func (l *lab) older(prefix string) (dir, version string) {
	l.t.Helper()
	n := len(thisGo()) - len(prefix)
	if n < 1 {
		l.t.Fatalf("%q is too long for %q", prefix, thisGo())
	}
	version = prefix + strconv.Itoa(1)
	for len(version) < len(thisGo()) {
		version += "0"
	}
	dir = l.tree(version, version)
	l.first(filepath.Join(dir, "bin"))
	return dir, version
}
