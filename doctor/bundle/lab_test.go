package bundle

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/fetch"
	"godoctor/doctor/sumdb"
	"godoctor/scan/cachetest"
	"godoctor/scan/goenv"
)

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantErr checks the kind of an error, and that it says of what.
func wantErr(t testing.TB, err, kind error, names ...string) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Errorf("got %v; want one that is %q", err, kind)
		return
	}
	for _, n := range names {
		if !strings.Contains(err.Error(), n) {
			t.Errorf("got %v; it does not name %q", err, n)
		}
	}
}

func text(path, version, gomod string, files ...string) cachetest.Module {
	m := cachetest.Module{Path: path, Version: version, GoMod: "module " + path + "\n\ngo 1.21\n" + gomod, Files: map[string]string{}}
	for i := 0; i < len(files); i += 2 {
		m.Files[files[i]] = files[i+1]
	}
	return m
}

// The modules of the lab: app needs Beta, which needs gamma v1.1.0, of which v1.0.0 is needed for its go.mod file alone.
var (
	gamma0 = text("example.com/gamma", "v1.0.0", "", "g.go", "package gamma\n\nconst G = 0\n")
	gamma1 = text("example.com/gamma", "v1.1.0", "", "g.go", "package gamma\n\nconst G = 1\n")
	beta   = text("example.com/Beta", "v0.1.0-RC1", "require example.com/gamma v1.1.0\n", "b.go", "package beta\n\nimport \"example.com/gamma\"\n\nconst B = gamma.G\n")
	delta  = text("corp.example.com/delta", "v0.0.0-20240305120000-abcdefabcdef", "", "d.go", "package delta\n\nconst D = 4\n")
	tool   = cachetest.ToolchainModule("go1.99.1", "linux", "amd64")
)

const gomod = "module example.com/app\n\ngo 1.21\n\nrequire (\n\texample.com/Beta v0.1.0-RC1\n\texample.com/gamma v1.1.0\n)\n"

// A lab is a machine with a project, a proxy and a checksum database.
type lab struct {
	t     testing.TB
	m     *cachetest.Machine
	proxy *cachetest.Proxy
	app   string
	out   string
}

func newLab(t testing.TB) *lab {
	t.Helper()
	m, err := cachetest.New(filepath.Join(t.TempDir(), "m"))
	check(t, err)
	t.Cleanup(func() { m.RemoveAll() })
	check(t, m.Publish(gamma0, gamma1, beta, delta, tool))
	p, err := m.Serve()
	check(t, err)
	t.Cleanup(func() { p.Close() })
	l := &lab{t: t, m: m, proxy: p, out: filepath.Join(m.Root, "out")}
	check(t, os.MkdirAll(l.out, 0o777))
	l.app, err = m.Project("app", gomod, map[string]string{"app.go": "package app\n\nimport beta \"example.com/Beta\"\n\nconst A = beta.B\n"})
	check(t, err)
	return l
}

// environ is that of the machine, with its checksum database.
func (l *lab) environ(more ...string) []string {
	more = append([]string{"GOSUMDB=" + cachetest.SumDBKey(), "GONOSUMDB=", "GOPRIVATE=", "GOFLAGS=", "GOENV=off"}, more...)
	set := make(map[string]string)
	for _, kv := range append(l.m.Environ(), more...) {
		k, v, _ := strings.Cut(kv, "=")
		set[k] = v
	}
	var out []string
	for k, v := range set {
		out = append(out, k+"="+v)
	}
	return out
}

func goCommand(t testing.TB) string {
	t.Helper()
	name, err := exec.LookPath("go")
	check(t, err)
	return name
}

// making is one of everything that the project needs.
func (l *lab) making(target string, more ...string) *Making {
	l.t.Helper()
	environ := l.environ(more...)
	env := goenv.Load(goenv.Input{Environ: environ})
	client := fetch.New(fetch.SettingsOf(env, environ), fetch.Options{})
	l.t.Cleanup(client.Close)
	in := &Making{Target: filepath.Join(l.out, target), Client: client, ModCache: l.m.GOMODCACHE,
		Go: Rehearsal{Go: goCommand(l.t), Environ: environ, GOSUMDB: env.Value("GOSUMDB")}}
	db, err := sumdb.Open(sumdb.SettingsOf(env), l.m.GOMODCACHE, l.m.GOPATH, client, sumdb.Options{Online: true})
	if err == nil {
		in.DB = db
	} else if !errors.Is(err, sumdb.ErrOff) {
		l.t.Fatal(err)
	}
	p, err := ReadProject(l.t.Context(), l.app)
	check(l.t, err)
	in.Projects = []*Project{p}
	return in
}

// witness is that of a machine which has nothing but the key.
func (l *lab) witness(b *Bundle) Witness {
	l.t.Helper()
	db, err := sumdb.Open(sumdb.Settings{GOSUMDB: cachetest.SumDBKey()}, "", filepath.Join(l.m.Root, "nowhere"), nil, sumdb.Options{Files: b.SumFile})
	check(l.t, err)
	return Witness{DB: db, Key: db.Key()}
}

// checked opens a bundle and checks it.
func (l *lab) checked(path string) (*Bundle, *Report) {
	l.t.Helper()
	b, err := Open(path)
	check(l.t, err)
	l.t.Cleanup(func() { b.Close() })
	r, err := b.Check(l.t.Context(), l.witness(b), nil)
	check(l.t, err)
	return b, r
}

func id(m cachetest.Module) module.Version { return m.ID() }

// run runs the go command of this machine in a project, without a network, and gives what it says.
func (l *lab) run(dir string, environ []string, args ...string) (string, error) {
	cmd := exec.Command(goCommand(l.t), args...)
	cmd.Dir, cmd.Env = dir, append(environ, "GOTOOLCHAIN=local")
	out, err := cmd.CombinedOutput()
	return string(out), err
}
