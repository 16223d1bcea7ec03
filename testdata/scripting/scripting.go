// Package scripting is what the scripts in testdata/script can do beside the commands of testscript: made-up machines with a
// proxy, a checksum database, projects and a Go release.
package scripting

import (
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"godoctor/scan/cachetest"
)

// Commands are those of scripts, by name.
func Commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){"machine": machine, "age": age, "waited": waited}
}

// EmptyMachine gives a script a home directory with nothing in it and an environment with nothing of ours.
func EmptyMachine(env *testscript.Env) error {
	home := filepath.Join(env.WorkDir, "home")
	binary, err := exec.LookPath("godoctor")
	if err != nil {
		return err
	}
	env.Vars = []string{
		"WORK=" + env.WorkDir, "HOME=" + home, "USERPROFILE=" + home, "PATH=" + os.Getenv("PATH"),
		"XDG_CACHE_HOME=" + filepath.Join(home, ".cache"), "XDG_CONFIG_HOME=" + filepath.Join(home, ".config"),
		"LocalAppData=" + filepath.Join(home, ".cache"), "TMPDIR=" + filepath.Join(env.WorkDir, ".tmp"),
		"GOTOOLCHAIN=local", "SYSTEMROOT=" + os.Getenv("SYSTEMROOT"), ":=" + string(os.PathListSeparator), "/=" + string(os.PathSeparator),
		"devnull=" + os.DevNull, "GODOCTOR=" + binary,
	}
	if dir := os.Getenv("GOCOVERDIR"); dir != "" { // somebody counts what the program comes past
		env.Vars = append(env.Vars, "GOCOVERDIR="+dir)
	}
	return os.MkdirAll(home, 0o777)
}

// machine makes a machine with a few module versions and projects in $WORK/m and points the environment
// at it. With "odd" the module cache also holds entries with hostile names, and a fifo; with "go" there is a Go release,
// with "proxy" a proxy that has the modules, and no checksum database; with "serve" the same over http and https, with "bundle"
// a proxy with its checksum database, projects whose modules it has, and a Go release.
func machine(ts *testscript.TestScript, neg bool, args []string) {
	m, err := cachetest.New(ts.MkAbs("m"))
	ts.Check(err)
	ts.Defer(func() { ts.Check(m.RemoveAll()) })
	ts.Check(m.Install(
		Small("example.com/alpha", "v1.0.0", 3000), Small("example.com/alpha", "v1.1.0", 60000),
		Small("github.com/BurntSushi/toml", "v1.2.0", 9000), Small("golang.org/x/beta", "v0.1.0", 30000),
	))
	ts.Check(m.InstallModOnly(Small("example.com/graph", "v1.0.0", 1)))
	if len(args) > 0 && args[0] == "odd" {
		_, err := m.OddEntries(m.GOMODCACHE)
		ts.Check(err)
		if err := m.FIFO(filepath.Join(m.GOMODCACHE, "fifo")); !errors.Is(err, errors.ErrUnsupported) {
			ts.Check(err)
		}
	}
	if len(args) > 0 && args[0] == "proxy" {
		ts.Check(m.Publish(Small("example.com/alpha", "v1.0.0", 3000), Small("example.com/alpha", "v1.1.0", 60000), Small("github.com/BurntSushi/toml", "v1.2.0", 9000)))
		ts.Setenv("GOSUMDB", "off")
		ts.Setenv("GOPROXY", m.GOPROXY)
	}
	if len(args) > 0 && args[0] == "serve" {
		serve(ts, m)
	}
	if len(args) > 0 && args[0] == "bundle" {
		ts.Check(carried(m))
		p, err := m.Serve()
		ts.Check(err)
		ts.Defer(func() { p.Close() })
		ts.Setenv("GOPROXY", p.URL)
		ts.Setenv("PROXY", p.URL)
		ts.Setenv("GOSUMDB", cachetest.SumDBKey())
	}
	if len(args) > 0 && args[0] == "go" {
		ts.Check(release(m))
		ts.Setenv("GOSUMDB", cachetest.SumDBKey())
		ts.Setenv("GOPROXY", m.GOPROXY)
	}
	ts.Setenv("HOME", m.Home)
	ts.Setenv("GOMODCACHE", m.GOMODCACHE)
	ts.Setenv("GOCACHE", m.GOCACHE)
	ts.Setenv("GOPATH", m.GOPATH)
	ts.Setenv("PROJECTS", m.Projects)
}

// serve starts a proxy on loopback that relays a checksum database, at $PROXY, and over https at $TLSPROXY, with $WORK/root.pem.
func serve(ts *testscript.TestScript, m *cachetest.Machine) {
	beta := Small("golang.org/x/beta", "v0.1.0", 30000)
	ts.Check(errors.Join(m.Publish(beta), m.InstallSumDB(beta)))
	p, err := m.Serve()
	ts.Check(err)
	ts.Defer(func() { p.Close() })
	s := httptest.NewUnstartedServer(p)
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes that fail are meant to
	s.StartTLS()
	ts.Defer(s.Close)
	root := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	ts.Check(os.WriteFile(ts.MkAbs("root.pem"), root, 0o666))
	ts.Setenv("PROXY", p.URL)
	ts.Setenv("TLSPROXY", s.URL)
	ts.Setenv("SUMDBKEY", cachetest.SumDBKey())
}

// release unpacks the distribution of a made-up Go below ~/sdk; the proxy has its zip, and the machine its signed record.
func release(m *cachetest.Machine) error {
	mod := cachetest.ToolchainModule("go1.99.1", "linux", "amd64")
	for name, text := range mod.Files {
		if top, _, _ := strings.Cut(name, "/"); slices.Contains([]string{"api", "doc", "misc", "test"}, top) {
			delete(mod.Files, name) // no part of what is published
			continue
		}
		file := filepath.Join(m.Home, "sdk", "go1.99.1", filepath.FromSlash(strings.Replace(name, "_go.mod", "go.mod", 1)))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(text), 0o777); err != nil {
			return err
		}
	}
	return errors.Join(m.Publish(mod), m.InstallSumDB(mod))
}

// carried publishes what a project needs, and a Go release.
func carried(m *cachetest.Machine) error {
	far := cachetest.Module{Path: "example.com/far", Version: "v1.0.0", GoMod: "module example.com/far\n\ngo 1.21\n\nrequire example.com/near v1.0.0\n",
		Files: map[string]string{"far.go": "package far\n\nimport \"example.com/near\"\n\nconst Far = near.Near\n"}}
	near := cachetest.Module{Path: "example.com/near", Version: "v1.0.0", GoMod: "module example.com/near\n\ngo 1.21\n",
		Files: map[string]string{"near.go": "package near\n\nconst Near = 1\n"}}
	secret := cachetest.Module{Path: "corp.example.com/secret", Version: "v1.0.0", GoMod: "module corp.example.com/secret\n\ngo 1.21\n",
		Files: map[string]string{"s.go": "package secret\n\nconst Secret = 2\n"}}
	err := errors.Join(m.Publish(far, near, cachetest.ToolchainModule("go1.99.1", "linux", "amd64")), m.Install(secret))
	if err != nil {
		return err
	}
	_, err = m.Project("app", "module example.com/app\n\ngo 1.21\n\nrequire (\n\texample.com/far v1.0.0\n\texample.com/near v1.0.0\n)\n",
		map[string]string{"app.go": "package app\n\nimport \"example.com/far\"\n\nconst App = far.Far\n"})
	if err != nil {
		return err
	}
	_, err = m.Project("private", "module example.com/private\n\ngo 1.21\n\nrequire corp.example.com/secret v1.0.0\n",
		map[string]string{"p.go": "package private\n\nimport \"corp.example.com/secret\"\n\nconst P = secret.Secret\n"})
	return err
}

// Small is a module with one file of about size bytes.
func Small(path, version string, size int) cachetest.Module {
	text := make([]byte, size)
	for i := range text {
		text[i] = " abcdefghijklmnopqrstuvwxyz\n"[(i*i+7*i)%28]
	}
	return cachetest.Module{Path: path, Version: version, Files: map[string]string{
		"a.go": "package a\n", "data.txt": string(text)}}
}

// age makes everything below a directory look a day old, so that an index may keep it.
func age(ts *testscript.TestScript, neg bool, args []string) {
	then := time.Now().Add(-24 * time.Hour)
	ts.Check(filepath.Walk(ts.MkAbs(args[0]), func(p string, fi os.FileInfo, err error) error {
		if err != nil || fi.Mode()&os.ModeSymlink != 0 {
			return err
		}
		return os.Chtimes(p, then, then)
	}))
}

var made = regexp.MustCompile(`"made": "[^"]*"`)

// waited lets eight days go by for what is in the quarantine: no less than it waits.
func waited(ts *testscript.TestScript, neg bool, args []string) {
	list, err := filepath.Glob(filepath.Join(filepath.Dir(ts.Getenv("GOMODCACHE")), ".godoctor", "quarantine", "*", "*", "manifest.json"))
	ts.Check(err)
	if len(list) == 0 {
		ts.Fatalf("nothing is in the quarantine")
	}
	then := `"made": "` + time.Now().AddDate(0, 0, -8).UTC().Format(time.RFC3339) + `"`
	for _, name := range list {
		text, err := os.ReadFile(name)
		ts.Check(err)
		ts.Check(os.WriteFile(name, made.ReplaceAll(text, []byte(then)), 0o600))
	}
}
