//go:build linux && amd64

package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"godoctor/scan/cachetest"
)

// A clinic is a machine with a project whose modules are damaged and mended, and a proxy from which they come.
type clinic struct {
	*world
	sick    []cachetest.Module // the project needs all of them
	tool    cachetest.Module   // a Go release that the proxy has, and the machine has not
	project string
	proxy   *counter
	hurts   map[string]string // what was done to which module
	before  *result           // go build of what was damaged
}

// What the tests of repairs need of go.
var offline = []string{"GOPROXY=off", "GOFLAGS=-mod=readonly"}

// newClinic makes the machine in dir, adds files to those that each module has, and keeps a copy of it. The build cache lies beside, and stays.
func newClinic(t *tools, dir string, modules int, add func(n int, files map[string]string)) (*clinic, error) {
	return newClinicOn(t, dir, dir, modules, add)
}

// newClinicOn makes it in dir, which may lie on another file system, and keeps what is to stay in aside.
func newClinicOn(t *tools, dir, aside string, modules int, add func(n int, files map[string]string)) (*clinic, error) {
	w := &world{tools: t, dir: dir, aside: aside, fresh: filepath.Join(aside, "fresh")}
	c := &clinic{world: w, hurts: make(map[string]string)}
	if err := errors.Join(os.MkdirAll(filepath.Join(dir, "w"), 0o755), os.MkdirAll(aside, 0o755)); err != nil {
		return nil, err
	}
	var err error
	if w.m, err = cachetest.New(w.root()); err != nil {
		return nil, err
	}
	w.m.GOCACHE = filepath.Join(filepath.Dir(filepath.Dir(aside)), "build") // of all parts: the standard library is compiled once
	if aside != dir {
		w.m.ProxyDir = filepath.Join(aside, "proxy") // the proxy is another machine: its power stays
	}
	if err := errors.Join(os.MkdirAll(w.m.GOCACHE, 0o755), os.MkdirAll(w.m.ProxyDir, 0o755), c.furnish(modules, add)); err != nil {
		return nil, fmt.Errorf("the machine cannot be made: %w", err)
	}
	if c.proxy, err = newCounter(w.m, append(c.sick[:len(c.sick):len(c.sick)], c.tool)); err != nil {
		return nil, err
	}
	if r, says := c.compile(nil); r.code != 0 || says != c.well() {
		return nil, fmt.Errorf("the machine is no good: %q, %s", says, r)
	}
	return c, w.keep(w.fresh)
}

// furnish publishes and installs the modules, and makes the project.
func (c *clinic) furnish(modules int, add func(n int, files map[string]string)) (err error) {
	old := time.Now().Add(-48 * time.Hour)
	var require, imports, calls strings.Builder
	for n := range modules {
		name := fmt.Sprintf("m%d", n)
		m := cachetest.Module{Path: "sick.test/M/" + name, Version: "v1.2.0", Fetched: old, GoMod: "module sick.test/M/" + name + "\n\ngo 1.24\n",
			Files: map[string]string{name + ".go": source(name, "well"), "sub/sub.go": "package sub\n", "README": strings.Repeat("a line of text\n", 400)}}
		add(n, m.Files)
		c.sick = append(c.sick, m)
		fmt.Fprintf(&require, "require %s %s\n", m.Path, m.Version)
		fmt.Fprintf(&imports, "import %s %q\n", name, m.Path)
		fmt.Fprintf(&calls, "\tprintln(%s.Name())\n", name)
	}
	c.tool = release()
	err = errors.Join(c.m.Publish(append(c.sick, c.tool)...), c.m.Install(c.sick...), c.m.InstallSumDB(c.sick...))
	if err == nil {
		c.project, err = c.m.Project("p", "module project.test/p\n\ngo 1.24\n\n"+require.String(),
			map[string]string{"p.go": fmt.Sprintf("package main\n\n%s\nfunc main() {\n%s}\n", &imports, &calls)})
	}
	return err
}

func source(name, says string) string {
	return fmt.Sprintf("package %s\n\n// Name says how it is.\nfunc Name() string { return \"%s is %s\" }\n", name, name, says)
}

// noise is a text that does not pack well.
func noise(seed uint64, size int) string {
	b := make([]byte, size)
	rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)}).Read(b)
	return base64.StdEncoding.EncodeToString(b)
}

// release is a made-up Go for this platform, as it is published.
func release() cachetest.Module {
	m := cachetest.ToolchainModule("go1.99.1", "linux", "amd64")
	for name := range m.Files {
		if top, _, _ := strings.Cut(name, "/"); top == "api" || top == "doc" || top == "misc" || top == "test" {
			delete(m.Files, name)
		}
	}
	m.Files["src/fmt/data.txt"] = noise(99, 200<<10)
	return m
}

// well is what the program of the project says when all modules are what they were.
func (c *clinic) well() string {
	var out strings.Builder
	for n := range c.sick {
		fmt.Fprintf(&out, "m%d is well\n", n)
	}
	return out.String()
}

// compile builds the program of the project without a network, and runs it.
func (c *clinic) compile(attr *syscall.SysProcAttr) (r *result, says string) {
	program := filepath.Join(c.aside, "program")
	os.Remove(program)
	r = c.run(append(c.environ(offline...), "PWD="+c.project), c.project, attr, c.tools.gocmd, "build", "-ldflags=-s -w", "-o", program, ".")
	if r.code == 0 {
		says = c.run(c.environ(), c.aside, attr, program).err
	}
	return r, says
}

// hurt damages a module and notes that.
func (c *clinic) hurt(m cachetest.Module, how *damage) error {
	if err := how.do(&patient{c, m}); err != nil {
		return fmt.Errorf("%s: %w", how.name, err)
	}
	c.hurts[filepath.Base(m.Path)] = how.name
	return nil
}

// anew puts everything back, and forgets what the proxy was asked for.
func (c *clinic) anew() error {
	clear(c.hurts)
	if err := c.back(c.fresh); err != nil {
		return err
	}
	return c.proxy.open(c.m, append(c.sick[:len(c.sick):len(c.sick)], c.tool))
}

// repair runs godoctor repair.
func (c *clinic) repair(attr *syscall.SysProcAttr, args ...string) *result {
	return c.run(c.environ(), c.m.Home, attr, c.tools.godoctor, c.arguments(append([]string{"repair", "--yes"}, args...)...)...)
}

// healthy says what is not as it has to be after a repair: verify is clean, the real go builds without a network, the program says
// that all is well, and nothing of ours lies in the cache.
func (c *clinic) healthy(attr *syscall.SysProcAttr) string {
	if r := c.run(c.environ(), c.m.Home, attr, c.tools.godoctor, c.arguments("verify")...); r.code != 0 {
		return "verify still finds something: " + r.String()
	}
	if r, says := c.compile(attr); r.code != 0 || says != c.well() {
		return fmt.Sprintf("go cannot build without a network, or another program: %q, %s", says, r)
	}
	if left := c.litter(); len(left) > 0 {
		return "left: " + strings.Join(left, ", ")
	}
	return ""
}

// describe names what was damaged.
func (c *clinic) describe() string {
	var list []string
	for n := range c.sick {
		if how := c.hurts[fmt.Sprintf("m%d", n)]; how != "" {
			list = append(list, fmt.Sprintf("m%d: %s", n, how))
		}
	}
	return strings.Join(list, "; ")
}
