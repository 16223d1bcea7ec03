package cli

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"godoctor/doctor/check"
	"godoctor/doctor/compare"
	"godoctor/doctor/report"
	"godoctor/scan/cachetest"
	"godoctor/scan/goenv"
)

// warm is the build cache that these tests were built with: to compile package runtime anew takes longer than all of them.
var warm = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "env", "GOCACHE").Output()
	return strings.TrimSpace(string(out)), err
})

// goBuild runs the real go build in a directory of the machine and gives the file that it made.
func (l *checkLab) goBuild(dir, name, env string, flags ...string) string {
	l.t.Helper()
	cache, err := warm()
	l.must(err)
	file := filepath.Join(l.m.Root, "built", name)
	cmd := exec.Command("go", append(append([]string{"build", "-buildvcs=false", "-o", file}, flags...), ".")...)
	cmd.Dir = dir
	cmd.Env = append(append(l.m.Environ(), "GOCACHE="+cache, "CGO_ENABLED=0", "GOSUMDB=off", "GOFLAGS="), strings.Fields(env)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		l.t.Fatalf("go build: %v\n%s", err, out)
	}
	return file
}

// program makes a program in a project that needs example.com/dep.
func (l *checkLab) program(name, main string) string {
	dir, err := l.m.Project(name, "module example.com/app\n\ngo 1.21\n\nrequire example.com/dep v1.2.0\n",
		map[string]string{"go.sum": l.m.GoSum(l.dep), "main.go": main})
	l.must(err)
	return dir
}

const printsNothing = "package main\n\nimport _ \"example.com/dep\"\n\nfunc main() {}\n"

// TestBinary looks at real programs for three systems, and holds the hashes in them against all who know one.
func TestBinary(t *testing.T) {
	l := newCheckLab(t)
	dir := l.program("app", printsNothing)
	for _, c := range []struct{ env, format, machine, goos, goarch string }{
		{"GOOS=linux GOARCH=amd64", "ELF", "EM_X86_64", "linux", "amd64"},
		{"GOOS=windows GOARCH=amd64", "PE", "IMAGE_FILE_MACHINE_AMD64", "windows", "amd64"},
		{"GOOS=darwin GOARCH=arm64", "Mach-O", "CpuArm64", "darwin", "arm64"},
	} {
		file := l.goBuild(dir, "app-"+c.goos, c.env, "-tags=x")
		d := l.document(0, "binary", file)
		if len(d.Binaries) != 1 || d.Binaries[0].Program == nil {
			t.Fatalf("%+v", d)
		}
		b, x := d.Binaries[0], d.Binaries[0].Program
		if x.Format != c.format || x.Machine != c.machine || b.GOOS != c.goos || b.GOARCH != c.goarch || len(x.SHA256) != 64 || x.SupportText == "" {
			t.Errorf("%s: %+v %+v", c.env, b, x)
		}
		if !slices.Contains(x.Settings, report.Variable{Key: "-tags", Value: "x"}) || len(x.Modules) != 2 {
			t.Errorf("%s: %+v", c.env, x)
		}
		dep := x.Modules[1]
		if dep.Path != "example.com/dep" || dep.State != "agrees" || len(dep.Evidence) == 0 || x.Modules[0].State != "local" {
			t.Errorf("%s: modules %+v", c.env, x.Modules)
		}
	}
	file := filepath.Join(l.m.Root, "built", "app-windows")
	out, _ := l.run(0, "binary", file)
	if !strings.Contains(out, "  format          PE, IMAGE_FILE_MACHINE_AMD64\n") || !strings.Contains(out, "agrees  ") {
		t.Errorf("%s", out)
	}

	// The cache, and then the checksum database, have another hash.
	ziphash := l.m.CachePath(l.dep, "ziphash")
	os.Chmod(ziphash, 0o666)
	l.must(os.WriteFile(ziphash, []byte("h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), 0o666))
	if d := l.document(3, "binary", file); len(d.Findings) != 1 || d.Findings[0].Check != "gosum-unsettled" || d.Findings[0].Witnesses["binary"] == "" {
		t.Errorf("the cache has another hash: %+v", d.Findings)
	}
	if d := l.document(4, "binary", l.write("none", "hello")); d.Binaries[0].Problem == "" {
		t.Errorf("no program: %+v", d.Binaries)
	}
	l.run(2, "binary", "--sumdb")
	l.run(2, "binary", file, "--goos", "linux")
	l.run(1, "binary", filepath.Join(l.m.Root, "nothing"))
}

// TestBinarySumDB asks a checksum database on loopback: its record is the last word.
func TestBinarySumDB(t *testing.T) {
	l := newCheckLab(t)
	l.must(l.m.Publish(l.dep))
	p, err := l.m.Serve()
	l.must(err)
	defer p.Close()
	file := l.goBuild(l.program("app", printsNothing), "app", "GOOS=windows GOARCH=amd64")
	l.env = append(l.env, "GOPROXY="+p.URL, "GOSUMDB="+cachetest.SumDBKey(), "GOENV=off")
	if d := l.document(0, "binary", file); d.Binaries[0].Program.Modules[1].State != "agrees" {
		t.Errorf("not asked: %+v", d.Binaries[0].Program.Modules)
	}
	if n := len(p.Requests()); n > 0 {
		t.Errorf("%d requests were made without --sumdb", n)
	}
	d := l.document(0, "binary", file, "--sumdb")
	if d.Binaries[0].Program.Modules[1].State != "proved" {
		t.Errorf("asked: %+v", d.Binaries[0].Program.Modules)
	}

	// A record that lies in the module cache proves it without a question.
	p.Forget()
	l.must(l.m.InstallSumDB(l.dep))
	if d := l.document(0, "binary", file); d.Binaries[0].Program.Modules[1].State != "proved" || len(p.Requests()) > 0 {
		t.Errorf("with a record in the cache: %+v, %d requests", d.Binaries[0].Program.Modules, len(p.Requests()))
	}

	// A program that was built from a module of the same name and version with another content.
	other := l.dep
	other.Files = map[string]string{"dep.go": "package dep\n\nconst Evil = 1\n"}
	m, err := cachetest.New(filepath.Join(t.TempDir(), "m"))
	l.must(err)
	defer m.RemoveAll()
	l.must(m.Install(other))
	evil := &checkLab{t: t, m: m, dep: other}
	file = evil.goBuild(evil.program("app", printsNothing), "evil", "GOOS=windows GOARCH=amd64")
	d = l.document(3, "binary", file, "--sumdb")
	if len(d.Findings) != 1 || d.Findings[0].Check != "sumdb-mismatch" || d.Binaries[0].Program.Modules[1].State != "differs" {
		t.Errorf("built from something else: %+v %+v", d.Findings, d.Binaries[0].Program.Modules)
	}
}

// TestComparePrograms explains why two builds of the same sources differ.
func TestComparePrograms(t *testing.T) {
	l := newCheckLab(t)
	const win = "GOOS=windows GOARCH=amd64"
	dir, copied := l.program("app", printsNothing), l.program("elsewhere/app", printsNothing)
	plain := l.goBuild(dir, "plain.exe", win, "-trimpath")
	same := l.goBuild(copied, "same.exe", win, "-trimpath")
	if d := l.document(0, "compare", plain, same, "--exit-code"); len(d.Differences) != 0 {
		t.Errorf("the same program: %+v", d.Differences)
	}
	for _, c := range []struct {
		name, env string
		flags     []string
		first     string
		effect    compare.Effect
		code      int
	}{
		{"tags", win, []string{"-trimpath", "-tags=x"}, "flag -tags", compare.Code, 3},
		{"system", "GOOS=linux GOARCH=amd64", nil, "setting GOOS", compare.Code, 3},
		{"paths", win, nil, "flag -trimpath", compare.Output, 3},
		{"debug", win, []string{"-trimpath", "-ldflags=-w"}, "file sha256", compare.Output, 3}, // with -trimpath go does not write -ldflags down
	} {
		b := l.goBuild(dir, c.name+".exe", c.env, c.flags...)
		d := l.document(c.code, "compare", plain, b, "--exit-code")
		if len(d.Differences) == 0 || d.Differences[0].Subject+" "+d.Differences[0].Name != c.first || d.Differences[0].Effect != c.effect {
			t.Errorf("%s: %+v", c.name, d.Differences)
		}
		if c.name == "debug" && !strings.Contains(d.Differences[0].Why, "-ldflags") {
			t.Errorf("%s: %s", c.name, d.Differences[0].Why)
		}
	}

	// Nothing that is written down differs: the parts of the file tell it.
	x, y := l.goBuild(dir, "x.exe", win), l.goBuild(copied, "y.exe", win)
	d := l.document(3, "compare", x, y, "--exit-code")
	if len(d.Differences) != 1 || d.Differences[0].Name != "sha256" || !strings.Contains(d.Differences[0].Why, "without -trimpath") {
		t.Errorf("two directories: %+v", d.Differences)
	}

	// What go version -m says of one of them is as good, but for the file itself.
	out, err := exec.Command("go", "version", "-m", plain).Output()
	l.must(err)
	l.stdin = string(out)
	text, _ := l.run(0, "compare", "-", filepath.Join(l.m.Root, "built", "tags.exe"), "--json")
	d = new(report.Document)
	l.must(json.Unmarshal([]byte(text), d))
	if len(d.Differences) != 1 || d.Differences[0].Name != "-tags" || d.Differences[0].B != "x" {
		t.Errorf("go version -m: %+v", d.Differences)
	}
}

// TestRebuildCommand builds a program for Windows twice and compares it with one that was built elsewhere. What the two builds are
// like is tested in package rebuild.
func TestRebuildCommand(t *testing.T) {
	l := newCheckLab(t)
	const win = "GOOS=windows GOARCH=amd64"
	file := l.goBuild(l.program("app", printsNothing), "app.exe", win, "-trimpath")
	dir := l.program("elsewhere/app", printsNothing)
	l.env = append(l.env, "PATH="+os.Getenv("PATH"), "GOFLAGS=-toolexec=/nowhere -tags=x")
	d := l.document(0, "binary", file, "--rebuild", dir)
	r := d.Rebuild
	if r == nil || !r.Reproducible || r.Given == nil || !r.Given.Same || r.GOOS != "windows" || r.Package != "example.com/app" || len(r.Files) != 2 {
		t.Errorf("%+v", r)
	}
	if slices.Contains(r.Flags, "-tags=x") || !slices.Contains(r.Flags, "-trimpath") {
		t.Errorf("built with %q: the flags of the program count", r.Flags)
	}
}

// TestFlagOf insists that a flag of GOFLAGS is read as go reads it: of several the last, with one hyphen or two.
func TestFlagOf(t *testing.T) {
	for flags, want := range map[string]string{"": "", "-v -tags=a,b": "a,b", "--tags=a": "a", "-tags=a -tags=b": "b", "-tags=a--b": "a--b"} {
		m := &check.Machine{Env: goenv.Load(goenv.Input{Environ: []string{"GOENV=off", "GOFLAGS=" + flags}, Dir: t.TempDir()})}
		if got := flagOf(m, nil, "-tags"); got != want {
			t.Errorf("GOFLAGS=%s: %q, want %q", flags, got, want)
		}
	}
}
