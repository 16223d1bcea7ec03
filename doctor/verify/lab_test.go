package verify

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godoctor/doctor/config"
	"godoctor/doctor/finding"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/cachetest"
	"godoctor/scan/project"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A lab is a machine with a project that needs two modules, of which one is to be damaged.
type lab struct {
	*cachetest.Machine
	t       *testing.T
	mod     cachetest.Module // that is damaged
	other   cachetest.Module // that is not
	project string
	gocache string // shared by all cases: the runtime is compiled once
}

func newLab(t *testing.T) *lab {
	t.Helper()
	m, err := cachetest.New(filepath.Join(t.TempDir(), "machine"))
	must(t, err)
	t.Cleanup(func() {
		if err := m.RemoveAll(); err != nil {
			t.Error(err)
		}
	})
	l := &lab{Machine: m, t: t}
	l.mod = cachetest.Module{Path: "example.com/Sick", Version: "v1.2.0", Files: map[string]string{
		"sick.go": "// Package sick is made up.\npackage sick\n\n// Name is it.\nfunc Name() string { return \"sick\" }\n",
		"README":  strings.Repeat("a line of text\n", 400), "sub/x.go": "package sub\n"}}
	l.other = cachetest.Module{Path: "example.com/well", Version: "v1.0.0", Files: map[string]string{
		"well.go": "package well\n\nfunc Name() string { return \"well\" }\n"}}
	must(t, m.Publish(l.mod, l.other))
	must(t, m.Install(l.mod, l.other))
	l.project, err = m.Project("p", "module p.example/p\n\ngo 1.20\n\nrequire (\n\texample.com/Sick v1.2.0\n\texample.com/well v1.0.0\n)\n",
		map[string]string{"p.go": "package p\n\nimport (\n\t\"example.com/Sick\"\n\t\"example.com/well\"\n)\n\n// Names are both.\nfunc Names() string { return sick.Name() + well.Name() }\n"})
	must(t, err)
	return l
}

// look scans the machine.
func (l *lab) look() (*scan.Inventory, *usage.Result) {
	l.t.Helper()
	inv := scan.Run(l.t.Context(), scan.Options{Environ: l.Environ(), Dir: l.Home, Projects: &project.Input{Roots: []string{l.Home}}})
	return inv, usage.Look(l.t.Context(), &usage.Input{Inventory: inv, Config: config.Default(), Now: time.Now()})
}

// verify scans the machine and verifies everything.
func (l *lab) verify(opt Options) *Result {
	l.t.Helper()
	inv, use := l.look()
	opt.Usage = use
	return Run(l.t.Context(), inv, opt, nil)
}

// file is a part of the damaged version: dir, zip, ziphash, mod, info, lock.
func (l *lab) file(part string) string {
	if part == "dir" {
		return l.Dir(l.mod)
	}
	return l.CachePath(l.mod, part)
}

func (l *lab) write(file, text string) {
	l.t.Helper()
	must(l.t, cachetest.Overwrite(file, text))
}

// remove removes a file or tree, though go has taken away the permission to.
func (l *lab) remove(name string) {
	l.t.Helper()
	must(l.t, cachetest.Remove(name))
}

// examine looks at all that godoctor verify does: content, go.sum files, indexes, what lies about.
func (l *lab) examine(db Database) []finding.Finding {
	l.t.Helper()
	inv, use := l.look()
	list := Run(l.t.Context(), inv, Options{DB: db, Usage: use}, nil).Findings
	list = append(list, Indexes(l.t.Context(), inv, ModuleDirs(inv, list), nil).Findings...)
	list = append(list, Litter(l.t.Context(), inv.ModCache)...)
	finding.Sort(list)
	return list
}

// runs the real go command with the lab's own proxy on loopback, or with none.
func (l *lab) goCommand(online bool, args ...string) error {
	cmd := exec.Command("go", args...)
	cmd.Dir = l.project
	cmd.Env = append(l.Environ(), "GOFLAGS=-mod=readonly", "GOCACHE="+l.gocache)
	if !online {
		cmd.Env = append(cmd.Env, "GOPROXY=off")
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		l.t.Logf("go %q: %s", args, out)
	}
	return err
}

// replaceZip puts the zip of another module in the place of the damaged one's, and gives its hash.
func (l *lab) replaceZip(evil cachetest.Module) string {
	l.t.Helper()
	other, err := cachetest.New(filepath.Join(l.t.TempDir(), "evil"))
	must(l.t, err)
	defer other.RemoveAll()
	must(l.t, other.Install(evil))
	data, err := os.ReadFile(other.CachePath(evil, "zip"))
	must(l.t, err)
	l.write(l.file("zip"), string(data))
	h, err := evil.Sum()
	must(l.t, err)
	return h
}

// All of a healthy machine is verified, toolchains included; fips140 has nothing that its hash could be compared with.
func TestHealthy(t *testing.T) {
	l := newLab(t)
	_, err := l.Toolchain("go1.99.0", "linux", "amd64", time.Now(), nil)
	must(t, err)
	_, err = l.FIPS140("v1.0.0", time.Now())
	must(t, err)
	must(t, l.InstallModOnly(cachetest.Module{Path: "example.com/graph", Version: "v1.0.0"}))
	r := l.verify(Options{})
	if len(r.Findings) != 0 || r.Verified != 4 || r.Modules != 4 || r.Bytes == 0 {
		t.Errorf("%+v", r)
	}
}
