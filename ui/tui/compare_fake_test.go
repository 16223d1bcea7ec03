package tui

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/config"
	"godoctor/doctor/report"
	"godoctor/doctor/snapshot"
)

// A fakeComparer stands for what looks at machines: it knows what is made up here, and reads no disk.
type fakeComparer struct {
	sides  map[string]*snapshot.Snapshot // by argument
	saved  []SavedSnapshot
	paths  []PathName
	fail   error // nothing can be saved, or listed
	looked []string
	kept   []string // sides that were saved
	pace   func(ctx context.Context)
}

func (f *fakeComparer) comparer() *Comparer {
	return &Comparer{
		Side: func(ctx context.Context, arg string) (Side, error) {
			f.looked = append(f.looked, arg)
			if f.pace != nil {
				f.pace(ctx)
			}
			s := f.sides[arg]
			if s == nil {
				return Side{}, fmt.Errorf("%q cannot be read: no such file", arg)
			}
			return Side{arg, s.Kind == snapshot.Machine && (arg == "here" || strings.HasPrefix(arg, "/home/u/src/")), s}, ctx.Err()
		},
		Paths: func(_ context.Context, typed string) []PathName { return f.namesAfter(typed) },
		Saved: func() ([]SavedSnapshot, error) { return f.saved, f.fail },
		Save: func(_ context.Context, side string) (string, report.SnapshotSummary, error) {
			f.kept = append(f.kept, side)
			return "/home/u/.local/state/godoctor/snapshots/2026-11-22-ledger.json", report.SnapshotSummary{Settings: 44, Modules: 2, Project: "example.com/ledger"}, f.fail
		},
	}
}

// namesAfter are the names of one directory that go on from what was typed.
func (f *fakeComparer) namesAfter(typed string) []PathName {
	var out []PathName
	for _, p := range f.paths {
		rest, ok := strings.CutPrefix(p.Path, typed)
		if !ok || rest == "" {
			continue
		}
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			p = PathName{typed + rest[:i], true}
		}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// machineSnapshot is a machine with a project on it.
func machineSnapshot(name string) *snapshot.Snapshot {
	s := &snapshot.Snapshot{Kind: snapshot.Machine, Name: name, Go: "go1.26.8", Host: "linux/amd64", Taken: noon.Add(-50 * time.Hour),
		Project: &snapshot.Project{Module: "example.com/ledger", Go: "1.26.0", Vendor: "none"}}
	for _, kv := range []string{"CC=gcc", "CGO_ENABLED=1", "GOAMD64=v1", "GOARCH=amd64", "GODEBUG=", "GOEXPERIMENT=", "GOFIPS140=off", "GOHOSTARCH=amd64", "GOHOSTOS=linux",
		"GOOS=linux", "GOPROXY=https://proxy.example.io,direct", "GOSUMDB=sum.example.io", "GOTOOLCHAIN=auto", "GOMODCACHE=~/go/pkg/mod", "GOCACHE=~/.cache/go-build"} {
		key, value, _ := strings.Cut(kv, "=")
		s.Settings = append(s.Settings, snapshot.Setting{Key: key, Value: value, Origin: "default"})
	}
	s.Modules = []snapshot.Module{{Path: "example.com/alpha", Version: "v1.0.0", Sum: "h1:alpha="}, {Path: "example.com/beta", Version: "v2.1.0+incompatible", Sum: "h1:beta="}}
	return s
}

func setTo(s *snapshot.Snapshot, key, value, origin string) {
	for i := range s.Settings {
		if s.Settings[i].Key == key {
			s.Settings[i].Value, s.Settings[i].Origin, s.Settings[i].Line = value, origin, 3
		}
	}
}

// colleague is another machine, on which this and that differs.
func colleague() *snapshot.Snapshot {
	s := machineSnapshot("colleague.json")
	s.Flags = []snapshot.Setting{{Key: "-tags", Value: "integration"}}
	s.Modules[0].Version, s.Modules[0].Sum = "v1.1.0", "h1:alpha11="
	setTo(s, "CGO_ENABLED", "0", "environment")
	setTo(s, "GOAMD64", "v3", "goenv-file")
	setTo(s, "GODEBUG", "http2client=0", "environment")
	setTo(s, "GOPROXY", "https://goproxy.corp.example,direct", "goenv-file")
	setTo(s, "GOMODCACHE", "/big/mod", "environment")
	setTo(s, "GOCACHE", "/big/build", "environment")
	return s
}

// goEnv is what somebody without godoctor sends.
func goEnv() *snapshot.Snapshot {
	s := machineSnapshot("env.txt")
	s.Kind, s.Project, s.Modules, s.Taken = snapshot.GoEnv, nil, nil, time.Time{}
	setTo(s, "GOPROXY", "direct", "")
	return s
}

// hostileSide has names that a terminal could take for commands.
func hostileSide() *snapshot.Snapshot {
	s := machineSnapshot(hostile[1])
	s.Host, s.Project.Module = hostile[0], hostile[8]
	for i, n := range hostile {
		s.Settings = append(s.Settings, snapshot.Setting{Key: fmt.Sprint("GO", i) + n, Value: n})
		s.Flags = append(s.Flags, snapshot.Setting{Key: "-" + n, Value: strings.Repeat(n, 1+i*20)})
		s.Modules = append(s.Modules, snapshot.Module{Path: "m/" + n, Version: n, Sum: n, Replace: &snapshot.Module{Path: n, Version: n}})
		s.Environment = append(s.Environment, snapshot.Setting{Key: n, Value: n, Origin: "environment"})
	}
	s.Modules[0].Version = strings.Repeat("9", 16<<10)
	return s
}

const (
	colleagueFile = "/home/u/Downloads/colleague.json"
	envFile       = "/home/u/Downloads/env.txt"
	ledgerDir     = "/home/u/src/ledger"
)

// newFakeComparer knows a colleague, what go env says somewhere, and this machine with two projects.
func newFakeComparer() *fakeComparer {
	here := machineSnapshot("here")
	other := machineSnapshot("p01")
	other.Project.Module = "example.com/p01"
	f := &fakeComparer{sides: map[string]*snapshot.Snapshot{"here": here, colleagueFile: colleague(), envFile: goEnv(), "/home/u/src/hostile": hostileSide(),
		"/home/u/src/p01": other, ledgerDir: here},
		saved: []SavedSnapshot{{"/home/u/.local/state/godoctor/snapshots/2026-11-20-example.com-ledger.json", noon.Add(-48 * time.Hour)}},
		paths: []PathName{{colleagueFile, false}, {envFile, false}, {"/home/u/Downloads/\x1b[2Jenv.txt", false}}}
	return f
}

// comparing gives a program what it compares with.
func comparing(f *fakeComparer) func(*root) {
	return func(r *root) {
		r.Use = useOf(config.Default())
		load(r, withProjects(inventory(20), 3))
		r.Compare = f.comparer()
	}
}

// compareStates are what the screen Compare can be in.
var compareStates = []struct {
	name string
	make func(*root, *fakeComparer)
}{
	{"choice", func(r *root, f *fakeComparer) { do(r, "C") }},
	{"typing", func(r *root, f *fakeComparer) {
		do(r, "C", "/")
		typePath(r, "/home/u/Downloads/")
		press(r, "down", "down")
	}},
	{"hostile choice", func(r *root, f *fakeComparer) {
		for _, n := range hostile {
			f.saved = append(f.saved, SavedSnapshot{filepath.Join("/x", n), noon})
			f.paths = append(f.paths, PathName{"/h" + n, len(n)%2 == 0})
		}
		do(r, "C", "/")
		typePath(r, "/h")
	}},
	{"no list", func(r *root, f *fakeComparer) { f.fail = errors.New("no room \x1b[2J"); do(r, "C", "J") }},
	{"running", func(r *root, f *fakeComparer) { do(r, "C"); r.compareNow(colleagueFile, "here") }},
	{"stopping", func(r *root, f *fakeComparer) { do(r, "C"); r.compareNow(colleagueFile, "here"); press(r, "ctrl+c") }},
	{"result", func(r *root, f *fakeComparer) { do(r, "C"); work(r, r.compareNow(colleagueFile, "here")) }},
	{"silent", func(r *root, f *fakeComparer) { do(r, "C"); work(r, r.compareNow(envFile, "here")) }},
	{"hostile", func(r *root, f *fakeComparer) { do(r, "C"); work(r, r.compareNow("/home/u/src/hostile", "here")) }},
	{"same", func(r *root, f *fakeComparer) { do(r, "C"); work(r, r.compareNow(ledgerDir, "here")) }},
	{"error", func(r *root, f *fakeComparer) { do(r, "C"); work(r, r.compareNow("/no/\x1b[31mfile\u202e", "here")) }},
}

// typePath types letter by letter, each with its answer.
func typePath(r *root, s string) {
	for _, c := range s {
		do(r, string(c))
	}
}

// compareNow begins to compare, as taking two rows does.
func (r *root) compareNow(a, b string) tea.Cmd {
	c := r.screens[compareScreen].(*comparison)
	c.setSide(0, a)
	c.setSide(1, b)
	return c.start([2]*Side{})
}
