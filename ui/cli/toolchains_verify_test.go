package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"godoctor/scan/cachetest"
)

// A goLab is a machine with a made-up Go in ~/sdk, whose zip and record a proxy on loopback has.
type goLab struct {
	t     *testing.T
	m     *cachetest.Machine
	proxy *cachetest.Proxy
	mod   cachetest.Module
	root  string
}

func newGoLab(t *testing.T) *goLab {
	t.Helper()
	m, err := cachetest.New(filepath.Join(t.TempDir(), "m"))
	if err != nil {
		t.Fatal(err)
	}
	l := &goLab{t: t, m: m, mod: cachetest.ToolchainModule("go1.99.1", "linux", "amd64"), root: filepath.Join(m.Home, "sdk", "go1.99.1")}
	maps.DeleteFunc(l.mod.Files, func(name, _ string) bool {
		top, _, _ := strings.Cut(name, "/")
		return slices.Contains([]string{"api", "doc", "misc", "test"}, top)
	})
	for name, text := range l.mod.Files {
		l.write(strings.Replace(name, "_go.mod", "go.mod", 1), text)
	}
	if err := m.Publish(l.mod); err != nil {
		t.Fatal(err)
	}
	if l.proxy, err = m.Serve(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(l.proxy.Close(), m.RemoveAll()); err != nil {
			t.Error(err)
		}
	})
	return l
}

func (l *goLab) write(name, text string) {
	l.t.Helper()
	file := filepath.Join(l.root, filepath.FromSlash(name))
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o777), os.WriteFile(file, []byte(text), 0o777)); err != nil {
		l.t.Fatal(err)
	}
}

type verdict struct {
	Verdict struct {
		State, Why, Signed string
		Files              []struct{ Path, Change string }
	}
}

func differs(v verdict) bool { return v.Verdict.State == "differs" }

// answer is what verify says of toolchains, as far as it is looked at here.
type answer struct {
	ExitCode   int `json:"exit_code"`
	Toolchains []verdict
	Findings   []struct {
		Check, Detail string
		Evidence      []struct{ Says string }
	}
	Summary struct{ Genuine, Differs, Unknown int }
}

// run runs the program with --json, and insists that it leaves nothing of what it fetched.
func (l *goLab) run(args ...string) answer {
	l.t.Helper()
	var out, errs bytes.Buffer
	environ := append([]string{"GOSUMDB=" + cachetest.SumDBKey()}, l.m.Environ()...)
	code := Run(l.t.Context(), IO{Args: append(args, "--json"), Environ: environ, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs})
	var a answer
	if err := json.Unmarshal(out.Bytes(), &a); err != nil || a.ExitCode != code {
		l.t.Fatalf("%q: %v, exit code %d, %s%s", args, err, code, out.String(), errs.String())
	}
	err := filepath.WalkDir(l.m.Root, func(path string, d fs.DirEntry, err error) error {
		if strings.HasPrefix(d.Name(), "godoctor-zip-") {
			l.t.Errorf("%q left %s", args, path)
		}
		return err
	})
	if err != nil {
		l.t.Error(err)
	}
	return a
}

// Over a network: the record is asked for, the zip is fetched, proved, used and removed. A zip that is not the one that
// was published is not used.
func TestVerifyToolchainsOnline(t *testing.T) {
	l := newGoLab(t)
	zip := "/golang.org/toolchain/@v/" + l.mod.Version + ".zip"
	if a := l.run("toolchains", "verify", l.root); a.ExitCode != 0 || a.Summary.Unknown != 1 || len(l.proxy.Requests()) != 0 {
		t.Errorf("without --sumdb: %+v, %v", a, l.proxy.Requests())
	}
	if a := l.run("toolchains", "verify", "--sumdb", "--fetch", l.root); a.ExitCode != 0 || a.Summary.Genuine != 1 || a.Toolchains[0].Verdict.Signed == "" || l.proxy.Count(zip) != 0 {
		t.Errorf("genuine: %+v, %v", a, l.proxy.Requests())
	}
	l.write("src/fmt/print.go", "package fmt // !\n")
	l.write("src/fmt/more.go", "package fmt\n")
	a := l.run("toolchains", "verify", "--sumdb", "--fetch", l.root)
	if a.ExitCode != ExitFindings || a.Summary.Differs != 1 || len(a.Findings) != 1 || a.Findings[0].Check != "toolchain-damaged" || l.proxy.Count(zip) != 1 {
		t.Fatalf("changed: %+v, %v", a, l.proxy.Requests())
	}
	if f := a.Toolchains[0].Verdict.Files; len(f) != 2 || f[0].Path != "src/fmt/more.go" || f[0].Change != "extra" || f[1].Path != "src/fmt/print.go" {
		t.Errorf("files %+v", f)
	}
	for name, fault := range map[string]cachetest.Fault{
		"forged": {Flip: true, FlipAt: 100}, "cut": {Cut: true, CutAt: 100}, "gone": {Status: 404, Body: "no"}, "elsewhere": {Status: 302, Header: map[string]string{"Location": "file:///etc/passwd"}},
	} {
		l.proxy.Forget()
		l.proxy.Misbehave(zip, fault)
		a := l.run("toolchains", "verify", "--sumdb", "--fetch", l.root)
		if a.ExitCode != ExitFindings || len(a.Toolchains[0].Verdict.Files) != 0 || !strings.Contains(a.Toolchains[0].Verdict.Why, "cannot be told") {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

// After one lie nothing of the database counts in that run: neither for modules nor for toolchains.
func TestVerifyLyingDatabase(t *testing.T) {
	l := newGoLab(t)
	mod := cachetest.Module{Path: "example.com/m", Version: "v1.0.0", Files: map[string]string{"a.go": "package m\n"}}
	if err := l.m.Install(mod); err != nil {
		t.Fatal(err)
	}
	l.write("src/fmt/print.go", "package fmt // !\n")
	if a := l.run("verify", "--sumdb", "--toolchains"); !slices.ContainsFunc(a.Toolchains, differs) {
		t.Fatalf("before the lie: %+v", a)
	}
	l.proxy.Hook(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/lookup/example.com/m@v1.0.0") {
			return false
		}
		w.Write([]byte("7\nexample.com/m v1.0.0 h1:x\n\ngo.sum database tree\n9\nAAAA\n\n— " + cachetest.SumDBName + " AAAA\n"))
		return true
	})
	a := l.run("verify", "--sumdb", "--fresh", "--toolchains")
	if a.ExitCode != ExitFindings || len(a.Findings) != 1 || a.Findings[0].Check != "sumdb-untrusted" || slices.ContainsFunc(a.Toolchains, differs) {
		t.Fatalf("%+v", a)
	}
	if e := a.Findings[0].Evidence; len(e) == 0 || !strings.Contains(e[0].Says, "go.sum database tree") {
		t.Errorf("evidence %+v", e)
	}
	l.proxy.Forget()
	l.proxy.Misbehave("/sumdb/*", cachetest.Fault{Status: 500})
	if a := l.run("verify", "--sumdb", "--fresh"); a.ExitCode != 0 || len(a.Findings) != 0 {
		t.Errorf("a database that is down: %+v", a)
	}
}
