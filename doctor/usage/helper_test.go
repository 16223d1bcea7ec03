package usage

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godoctor/doctor/config"
	"godoctor/scan"
	"godoctor/scan/cachetest"
	"godoctor/scan/gocmd"
	"godoctor/scan/project"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func machine(t testing.TB) *cachetest.Machine {
	t.Helper()
	m, err := cachetest.New(filepath.Join(t.TempDir(), "machine"))
	must(t, err)
	t.Cleanup(func() {
		if err := m.RemoveAll(); err != nil {
			t.Error(err)
		}
	})
	return m
}

// library is a module with one package and a test, which uses the packages of the modules that it needs. A need is
// path@version; one with a ! before it is required and not imported.
func library(path, version, goLine string, needs ...string) cachetest.Module {
	var imports, uses, requires strings.Builder
	for i, need := range needs {
		need, unused := strings.CutPrefix(need, "!")
		p, v, _ := strings.Cut(need, "@")
		fmt.Fprintf(&requires, "\t%s %s\n", p, v)
		if !unused {
			fmt.Fprintf(&imports, "import p%d %q\n", i, p)
			fmt.Fprintf(&uses, " + p%d.Name()", i)
		}
	}
	gomod := "module " + strings.TrimSuffix(path, "+incompatible") + "\n"
	if goLine != "" {
		gomod += "\ngo " + goLine + "\n"
	}
	if requires.Len() > 0 {
		gomod += "\nrequire (\n" + requires.String() + ")\n"
	}
	if strings.HasSuffix(version, "+incompatible") {
		gomod = ""
	}
	return cachetest.Module{Path: path, Version: version, GoMod: gomod, Files: map[string]string{
		"lib.go": "// Package lib is made up.\npackage lib\n\n" + imports.String() +
			"\n// Name is what it is.\nfunc Name() string { return \"" + path + "@" + version + "\"" + uses.String() + " }\n",
		"data.txt": strings.Repeat("some text\n", 500),
	}}
}

// program is the source of a project that uses packages.
func program(paths ...string) map[string]string {
	var imports, uses strings.Builder
	for i, p := range paths {
		fmt.Fprintf(&imports, "import p%d %q\n", i, p)
		fmt.Fprintf(&uses, "\tprintln(p%d.Name())\n", i)
	}
	return map[string]string{
		"main.go":      "package main\n\n" + imports.String() + "\nfunc main() {\n" + uses.String() + "}\n",
		"main_test.go": "package main\n\nvar _ = main\n",
	}
}

// runGo runs the real go command on the machine.
func runGo(t testing.TB, m *cachetest.Machine, dir string, env []string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(append(m.Environ(), "GOFLAGS="), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// compiling is what a project has to survive. go vet type-checks tests too, with what they import compiled; that the
// tests link is for .ci/differential to see, which takes real projects: here the package testing alone would take
// longer to compile than everything else.
var compiling = [][]string{{"build", "./..."}, {"vet", "./..."}}

// fill makes a project tidy and everything that it needs present, by the real go command.
func fill(t testing.TB, m *cachetest.Machine, dir string) {
	t.Helper()
	for _, args := range append([][]string{{"mod", "tidy"}}, compiling...) {
		if out, err := runGo(t, m, dir, nil, args...); err != nil {
			t.Fatalf("go %s in %s: %v\n%s", strings.Join(args, " "), dir, err, out)
		}
	}
}

// works builds, vets and compiles the tests of a project without a network.
func works(t testing.TB, m *cachetest.Machine, dir string) error {
	t.Helper()
	for _, args := range compiling {
		out, err := runGo(t, m, dir, []string{"GOPROXY=off"}, args...)
		if err != nil {
			return fmt.Errorf("go %s in %s: %v\n%s", strings.Join(args, " "), dir, err, out)
		}
	}
	return nil
}

// lookAt scans the machine and finds out who needs what.
func lookAt(t testing.TB, m *cachetest.Machine, change func(*Input)) *Result {
	t.Helper()
	return lookWith(t, m, nil, change)
}

// lookWith is lookAt with more variables in the environment.
func lookWith(t testing.TB, m *cachetest.Machine, env []string, change func(*Input)) *Result {
	t.Helper()
	return lookInput(t, append(env, m.Environ()...), m, project.Input{Roots: []string{m.Home}}, change)
}

// lookGit is lookAt with git branches.
func lookGit(t testing.TB, m *cachetest.Machine, git *gocmd.Git) *Result {
	t.Helper()
	return lookInput(t, m.Environ(), m, project.Input{Roots: []string{m.Home}, Git: git}, nil)
}

func lookInput(t testing.TB, environ []string, m *cachetest.Machine, where project.Input, change func(*Input)) *Result {
	t.Helper()
	inv := scan.Run(t.Context(), scan.Options{Environ: environ, Dir: m.Home, Projects: &where})
	in := &Input{Inventory: inv, Config: &config.Config{Branches: true}, Now: time.Now()}
	if change != nil {
		change(in)
	}
	return Look(t.Context(), in)
}

// stateOf is the state of a version.
func stateOf(r *Result, path, version string) State {
	if v := r.Of(path, version); v != nil {
		return v.State
	}
	return "not in the cache"
}

func write(t testing.TB, file, text string) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(file), 0o777))
	must(t, os.WriteFile(file, []byte(text), 0o666))
}
