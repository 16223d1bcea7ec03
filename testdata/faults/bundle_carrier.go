//go:build linux && amd64

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"godoctor/scan/cachetest"
)

// A carrier is a machine with empty caches on which bundles are made, from a proxy, and applied, without a network.
type carrier struct {
	*clinic
	out     string             // where bundles are made
	packed  []cachetest.Module // versions with a zip in the bundle
	whole   listing            // the module cache after a whole apply
	extract map[string]listing // the extracted directory of each version after it
}

// bundleNames are what is made: an archive and a directory.
var bundleNames = []string{"offline.tar", "offline"}

// newCarrier makes the machine in dir, and keeps whole bundles and what else is to stay in aside.
func newCarrier(t *tools, dir, aside string) (*carrier, error) {
	data := func(n int, files map[string]string) { files["data.txt"] = noise(uint64(n), (40+n*30)<<10) }
	clinic, err := newClinicOn(t, dir, aside, 4, data)
	if err != nil {
		return nil, err
	}
	c := &carrier{clinic: clinic, out: filepath.Join(clinic.m.Home, "out"), extract: make(map[string]listing)}
	if err := c.needMore(); err != nil {
		return nil, err
	}
	if err := errors.Join(c.reset(), os.MkdirAll(c.made(""), 0o755)); err != nil {
		return nil, err
	}
	for _, name := range bundleNames {
		if r := c.doctor(newMaking(c, name).args()...); r.code != 0 {
			return nil, errors.New(r.String())
		}
		if err := copyTree(filepath.Join(c.out, name), c.made(name)); err != nil {
			return nil, err
		}
	}
	return c, c.know()
}

// needMore lets the project need a module of which it needs an older version too, for its go.mod file alone.
func (c *carrier) needMore() error {
	older := c.sick[0]
	older.Version, older.Files = "v1.1.0", map[string]string{"m0.go": source("m0", "old")}
	graph := cachetest.Module{Path: "sick.test/graph", Version: "v0.1.0", Fetched: time.Now().Add(-48 * time.Hour),
		Files: map[string]string{"graph.go": "package graph\n"},
		GoMod: "module sick.test/graph\n\ngo 1.16\n\nrequire " + older.Path + " " + older.Version + "\n"}
	c.packed = append(append(c.packed, c.sick...), graph, c.tool)
	program, err := os.ReadFile(filepath.Join(c.project, "p.go"))
	if err != nil {
		return err
	}
	var gomod strings.Builder
	gomod.WriteString("module project.test/p\n\ngo 1.24\n\n")
	for _, m := range append(c.sick[:len(c.sick):len(c.sick)], graph) {
		fmt.Fprintf(&gomod, "require %s %s\n", m.Path, m.Version)
	}
	if err := c.m.Publish(graph, older); err != nil {
		return err
	}
	if _, err := c.m.Project("p", gomod.String(), map[string]string{"p.go": string(program)}); err != nil {
		return err
	}
	return c.proxy.open(c.m, append(c.packed[:len(c.packed):len(c.packed)], older))
}

// made is the place of a whole bundle.
func (c *carrier) made(name string) string { return filepath.Join(c.aside, "made", name) }

// reset empties the caches and all that godoctor keeps, and forgets what the proxy was asked for.
func (c *carrier) reset() error {
	for _, dir := range []string{c.m.GOPATH, c.state(), filepath.Join(c.m.Home, ".cache", "godoctor"), c.m.Tmp, c.out} {
		if err := removeTree(dir); err != nil {
			return err
		}
	}
	c.m.GOPROXY = c.proxy.url
	c.proxy.forget()
	c.proxy.proxy.Forget()
	return errors.Join(os.MkdirAll(c.m.GOMODCACHE, 0o755), os.MkdirAll(c.m.Tmp, 0o755), os.MkdirAll(c.out, 0o755))
}

// know applies a bundle, and remembers what the module cache is then.
func (c *carrier) know() error {
	if err := c.reset(); err != nil {
		return err
	}
	a := newApplying(c, "offline.tar")
	if why := a.ends(); why != "" {
		return errors.New("the machine is no good: " + why)
	}
	var err error
	if c.whole, err = contents(c.m.GOMODCACHE); err != nil {
		return err
	}
	for _, m := range c.packed {
		l, err := contents(c.m.Dir(m))
		if err != nil || len(l) < 3 {
			return fmt.Errorf("%s has %d entries: %w", m, len(l), err)
		}
		c.extract[m.String()] = l
	}
	return nil
}

// contents lists the files of a directory without their modes: go makes a toolchain executable, and gives it its go.mod files, when
// it first runs it, and takes the right to write from a directory last of all. Lock files come and go. A go command that is killed leaves
// temporary files, and a list of versions that it was just writing, which it makes anew with the next version: that is go's to mend.
func contents(dir string) (listing, error) {
	ends := []string{".lock", ".tmp", "/@v/list", "cache/lock", "src/go.mod", "src/cmd/go.mod"}
	l, err := list(dir, false, func(name string) bool {
		return slices.ContainsFunc(ends, func(end string) bool { return strings.HasSuffix(name, end) })
	})
	for name, line := range l {
		_, rest, _ := strings.Cut(line, " ")
		l[name] = rest
	}
	return l, err
}

// verifies says why a bundle is not whole.
func (c *carrier) verifies(bundle string) string {
	if r := c.doctor("bundle", "verify", bundle); r.code != 0 {
		return "there is a bundle, and verify does not accept it: " + r.String()
	}
	return ""
}
