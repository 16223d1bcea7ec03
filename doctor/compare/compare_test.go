package compare

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"godoctor/doctor/snapshot"
)

// machine is a healthy machine with a project on it. n tells two of them apart, by all that does not matter.
func machine(n string) *snapshot.Snapshot {
	s := &snapshot.Snapshot{Kind: snapshot.Machine, Name: n, Go: "go1.26.8", Host: "linux/amd64",
		Selection: &snapshot.Selection{Toolchain: "go1.26.8", From: "local", Local: "go1.26.8"},
		Project:   &snapshot.Project{Module: "example.com/app", Dir: "~/" + n + "/app", Go: "1.25.0", Vendor: "none"},
		Compilers: []snapshot.Compiler{{Key: "CC", Command: "gcc", Path: "/usr/bin/gcc", Real: "/usr/bin/gcc-12", Version: "12"}},
		Modules: []snapshot.Module{{Path: "example.com/a", Version: "v1.0.0", Sum: "h1:a="}, {Path: "example.com/b", Version: "v1.2.0", Sum: "h1:b="},
			{Path: "example.com/c", Version: "v0.3.0", Sum: "h1:c="}},
		Toolchains: []snapshot.Toolchain{{Version: "go1.26.8", Platform: "linux/amd64", Root: "/opt/" + n, Active: true}}}
	for _, kv := range []string{"CC=gcc", "CGO_CFLAGS=-O2 -g", "CGO_ENABLED=1", "GO111MODULE=", "GOAMD64=v1", "GOARCH=amd64", "GODEBUG=", "GOEXPERIMENT=",
		"GOFIPS140=off", "GOFLAGS=", "GOHOSTARCH=amd64", "GOHOSTOS=linux", "GOINSECURE=", "GOOS=linux", "GOPRIVATE=", "GOPROXY=https://proxy.example.com,direct",
		"GOSUMDB=sum.golang.org", "GOTOOLCHAIN=auto", "GOVERSION=go1.26.8", "GOWORK=",
		"GOCACHE=/cache/" + n, "GOMODCACHE=/mod/" + n, "GOPATH=/go/" + n, "GOROOT=/opt/" + n, "GOTMPDIR=/tmp/" + n, "GOBIN=/bin/" + n, "GOENV=/etc/" + n} {
		set(s, kv)
	}
	return s
}

func set(s *snapshot.Snapshot, kv string) {
	key, value, _ := strings.Cut(kv, "=")
	for i := range s.Settings {
		if s.Settings[i].Key == key {
			s.Settings[i].Value, s.Settings[i].Origin = value, "environment"
			return
		}
	}
	s.Settings = append(s.Settings, snapshot.Setting{Key: key, Value: value, Origin: "default"})
}

func flag(s *snapshot.Snapshot, kv string) {
	key, value, _ := strings.Cut(kv, "=")
	s.Flags = append(s.Flags, snapshot.Setting{Key: key, Value: value})
}

type side = *snapshot.Snapshot

// made are differences that were made on purpose, and the first line of what is told of each.
var made = []struct {
	name  string
	make  func(s side)
	first string // subject and name
	will  Effect
	why   string // a part of the sentence
}{
	{"tags", func(s side) { flag(s, "-tags=integration,postgres") }, "flag -tags", Code, "which files"},
	{"cgo", func(s side) { set(s, "CGO_ENABLED=0") }, "setting CGO_ENABLED", Code, "import \"C\""},
	{"replaced by a directory", func(s side) { s.Modules[1].Replace, s.Modules[1].Sum = &snapshot.Module{Path: "../b"}, "" }, "replace example.com/b", Code, "stands in the place"},
	{"replaced by a fork", func(s side) {
		s.Modules[1].Replace = &snapshot.Module{Path: "example.com/fork", Version: "v1.2.1"}
		s.Modules[1].Sum = "h1:f="
	}, "replace example.com/b", Code, "stands in the place"},
	{"toolchain line", func(s side) {
		s.Project.Toolchain, s.Go = "go1.27.4", "go1.27.4"
		s.Selection = &snapshot.Selection{Toolchain: "go1.27.4", From: "module-cache", Decides: "toolchain go1.27.4", Where: "go.mod:5"}
	}, "go ", Code, "another release"},
	{"toolchain line that is not heard", func(s side) { s.Project.Toolchain = "go1.24.0" }, "toolchain line ", Code, "chooses the Go"},
	{"go.work", func(s side) { s.Project.Work, s.Project.Members = "../go.work", []string{"app", "lib"} }, "go.work ", Code, "members"},
	{"instructions", func(s side) { set(s, "GOAMD64=v3") }, "setting GOAMD64", Output, "older processor"},
	{"another content", func(s side) { s.Modules[2].Sum = "h1:other=" }, "hash example.com/c@v0.3.0", Code, "two contents"},
	{"another version", func(s side) { s.Modules[0].Version, s.Modules[0].Sum = "v1.1.0", "h1:a1=" }, "module example.com/a", Code, "another version"},
	{"a module more", func(s side) {
		s.Modules = append(s.Modules, snapshot.Module{Path: "example.com/d", Version: "v1.0.0", Sum: "h1:d="})
	}, "module example.com/d", Code, "only one side"},
	{"system", func(s side) { set(s, "GOOS=darwin") }, "setting GOOS", Code, "target"},
	{"architecture", func(s side) { set(s, "GOARCH=arm64") }, "setting GOARCH", Code, "target"},
	{"release", func(s side) { s.Go, s.Selection.Local = "go1.25.14", "go1.25.14" }, "go ", Code, "another release"},
	{"vendor", func(s side) { s.Project.Vendor = "used" }, "vendor ", Code, "vendor directory"},
	{"-mod", func(s side) { flag(s, "-mod=mod") }, "flag -mod", Code, "build list"},
	{"-overlay", func(s side) { flag(s, "-overlay=o.json") }, "flag -overlay", Code, "source"},
	{"modules off", func(s side) { set(s, "GO111MODULE=off") }, "setting GO111MODULE", Code, "GOPATH"},
	{"experiment", func(s side) { set(s, "GOEXPERIMENT=jsonv2") }, "setting GOEXPERIMENT", Code, "experiments"},
	{"go line", func(s side) { s.Project.Go = "1.21.0" }, "go line ", Code, "language"},
	{"godebug line", func(s side) { s.Project.Godebug = []snapshot.Setting{{Key: "panicnil", Value: "1"}} }, "godebug panicnil", Run, "standard library"},
	{"GODEBUG", func(s side) { set(s, "GODEBUG=http2client=0") }, "setting GODEBUG", Run, "behave"},
	{"FIPS", func(s side) { set(s, "GOFIPS140=latest") }, "setting GOFIPS140", Code, "cryptographic"},
	{"C compiler", func(s side) { s.Compilers[0].Real, s.Compilers[0].Version = "/usr/bin/gcc-14", "14" }, "compiler CC", Output, "other code"},
	{"CC", func(s side) { set(s, "CC=clang") }, "setting CC", Output, "other code"},
	{"C flags", func(s side) { set(s, "CGO_CFLAGS=-O0") }, "setting CGO_CFLAGS", Output, "with C"},
	{"-trimpath", func(s side) { flag(s, "-trimpath=true") }, "flag -trimpath", Output, "directories"},
	{"-ldflags", func(s side) { flag(s, "-ldflags=-s -w") }, "flag -ldflags", Output, "linker"},
	{"-race", func(s side) { flag(s, "-race=true") }, "flag -race", Code, "build tags"},
	{"checkout", func(s side) { s.Project.Checkout = true }, "checkout ", Output, "revision"},
	{"GOTOOLCHAIN", func(s side) { set(s, "GOTOOLCHAIN=local") }, "setting GOTOOLCHAIN", Source, "another release"},
	{"GOPROXY", func(s side) { set(s, "GOPROXY=direct") }, "setting GOPROXY", Source, "asked for"},
	{"GOSUMDB", func(s side) { set(s, "GOSUMDB=off") }, "setting GOSUMDB", Source, "vouches"},
	{"GOPRIVATE", func(s side) { set(s, "GOPRIVATE=corp.example") }, "setting GOPRIVATE", Source, "past the proxy"},
	{"HTTP proxy", func(s side) {
		s.Environment = append(s.Environment, snapshot.Setting{Key: "https_proxy", Value: "http://proxy.example.com"})
	}, "environment https_proxy", Source, "network"},
	{"a toolchain more", func(s side) {
		s.Toolchains = append(s.Toolchains, snapshot.Toolchain{Version: "go1.24.13", Platform: "linux/amd64"})
	}, "toolchain go1.24.13", Source, "one side only"},
}

// TestMattersFirst makes one difference that matters between two machines that differ in seven places that do not.
func TestMattersFirst(t *testing.T) {
	for _, c := range made {
		for _, swapped := range []bool{false, true} {
			a, b := machine("a"), machine("b")
			if c.make(b); swapped {
				a, b = b, a
			}
			r := Of(a, b)
			if len(r.Differences) < 8 {
				t.Errorf("%s: only %d differences", c.name, len(r.Differences))
				continue
			}
			d := &r.Differences[0]
			if got := d.Subject + " " + d.Name; got != c.first || d.Effect != c.will || !strings.Contains(d.Why, c.why) {
				t.Errorf("%s: the first is %q (%s: %s), want %q (%s: %s)", c.name, got, d.Effect, d.Why, c.first, c.will, c.why)
			}
			for i := range r.Differences {
				if r.Differences[i].Why == "" || r.Differences[i].A == r.Differences[i].B {
					t.Errorf("%s: %+v", c.name, r.Differences[i])
				}
			}
		}
	}
	if len(made) < 25 {
		t.Errorf("only %d made differences", len(made))
	}
}

// TestOrder makes all the differences at once: what changes the code comes before what changes nothing.
func TestOrder(t *testing.T) {
	a, b := machine("a"), machine("b")
	for _, c := range made {
		c.make(b)
	}
	order := []Effect{Code, Output, Run, Source, Nothing}
	last := 0
	for _, d := range Of(a, b).Differences {
		at := slices.Index(order, d.Effect)
		if d.Effect == Nothing && d.Rank < len(order) || at < 0 {
			t.Errorf("%+v", d)
		}
		if d.Effect == Source && last < 1 || d.Effect == Nothing && last < 3 {
			t.Errorf("%s %s comes before what matters more", d.Subject, d.Name)
		}
		last = max(last, at)
	}
	if r := Of(a, machine("a")); len(r.Differences) != 0 || r.Same < 30 {
		t.Errorf("the same machine: %v, %d alike", r.Differences, r.Same)
	}
}

// TestSilent: what one side cannot know is no difference, and is said.
func TestSilent(t *testing.T) {
	env := map[string]string{}
	a := machine("a")
	for _, x := range a.Settings {
		env[x.Key] = x.Value
	}
	env["GOFLAGS"], env["GOAMD64"] = "-tags=x", "v2"
	text, err := json.Marshal(env)
	if err != nil {
		t.Fatal(err)
	}
	b, err := snapshot.Read("colleague", text)
	if err != nil {
		t.Fatal(err)
	}
	r := Of(a, b)
	var got []string
	for _, d := range r.Differences {
		got = append(got, d.Subject+" "+d.Name)
	}
	if want := []string{"flag -tags", "setting GOAMD64"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if !slices.Contains(r.Silent, "B says nothing of modules") || !slices.Contains(r.Silent, "B says nothing of a project") {
		t.Errorf("silent: %q", r.Silent)
	}
}

// TestMachineAndProgram compares a project with what was built from it elsewhere.
func TestMachineAndProgram(t *testing.T) {
	a := machine("a")
	b, err := snapshot.Read("version", []byte("app: go1.26.8\n\tpath\texample.com/app/cmd\n\tmod\texample.com/app\tv1.0.0\th1:x=\n"+
		"\tdep\texample.com/a\tv1.0.0\th1:a=\n\tdep\texample.com/b\tv1.2.0\n\t=>\texample.com/fork\tv1.2.1\th1:f=\n"+
		"\tbuild\t-buildmode=exe\n\tbuild\t-compiler=gc\n\tbuild\t-tags=x\n\tbuild\tCGO_ENABLED=1\n\tbuild\tCGO_CFLAGS=\n\tbuild\tGOARCH=amd64\n\tbuild\tGOOS=linux\n\tbuild\tGOAMD64=v1\n"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range Of(a, b).Differences {
		got = append(got, d.Subject+" "+d.Name)
	}
	if want := []string{"replace example.com/b", "flag -tags"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestReason: where two programs say the same of their builds, what differs in the files names the input.
func TestReason(t *testing.T) {
	program := func(flags string, cgo string, sections ...string) *snapshot.Snapshot {
		s := &snapshot.Snapshot{Kind: snapshot.Program, Go: "go1.26.8", Program: &snapshot.Built{Package: "p", SHA256: strings.Join(sections, " ")}}
		for f := range strings.FieldsSeq(flags) {
			flag(s, f)
		}
		set(s, "CGO_ENABLED="+cgo)
		for _, x := range sections {
			name, sum, _ := strings.Cut(x, "=")
			s.Program.Sections = append(s.Program.Sections, snapshot.Section{Name: name, Size: 1, SHA256: sum})
		}
		return s
	}
	for _, c := range []struct {
		flags, cgo string
		a, b       string
		want       string
	}{
		{"", "0", ".text=1", ".text=2", "directory of the source"},
		{"vcs.revision=abc", "0", ".text=1", ".text=2", "directory of the checkout"},
		{"-trimpath=true", "1", ".text=1", ".text=2", "__DATE__"},
		{"-trimpath=true", "0", ".text=1 .symtab=1", ".text=2", "-ldflags=-s or -w"},
		{"-trimpath=true", "0", ".text=1", ".text=2", "the code differs"},
		{"-trimpath=true", "0", ".text=1 .rodata=1", ".text=1 .rodata=2", "the constants differ"},
		{"-trimpath=true", "0", ".note.go.buildid=1", ".note.go.buildid=2", "only the ID"},
		{"-trimpath=true", "0", ".debug_line=1", ".debug_line=2", "debuggers"},
		{"-trimpath=true", "0", ".x=1", ".x=1 ", "a signature"},
	} {
		a, b := program(c.flags, c.cgo, strings.Fields(c.a)...), program(c.flags, c.cgo, strings.Fields(c.b)...)
		a.Program.SHA256, b.Program.SHA256 = "1", "2"
		r := Of(a, b)
		if len(r.Differences) != 1 || r.Differences[0].Subject != "file" || r.Differences[0].Effect != Output || !strings.Contains(r.Differences[0].Why, c.want) {
			t.Errorf("%+v: %+v", c, r.Differences)
		}
	}
}
