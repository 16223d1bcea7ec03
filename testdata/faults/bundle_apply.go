//go:build linux && amd64

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// An applying is a bundle apply, on a machine without a network, that is broken off.
type applying struct {
	*carrier
	name string
}

func newApplying(c *carrier, name string) *applying {
	c.m.GOPROXY = "off"
	return &applying{c, name}
}

func (a *applying) args() []string { return []string{"bundle", "apply", "--yes", a.made(a.name)} }

// left says what is wrong with the module cache that a run has left: go takes something for installed that is not whole, or it
// neither builds the right program nor says what it lacks. After a power failure go finds its own files empty, for it syncs nothing
// (golang/go#36568): until the same command has gone on it may fail as it likes, but builds no other program.
func (a *applying) left(whole bool) string {
	if why := a.trusted(); whole && why != "" {
		return why
	}
	r, says := a.compile(nil)
	switch {
	case r.code == 0 && says != a.well():
		return fmt.Sprintf("go builds a program that says %q", says)
	case whole && r.code != 0 && !strings.Contains(r.err, "GOPROXY=off"):
		return "go does not build, and not for what it lacks: " + r.String()
	}
	return ""
}

// trusted names what go takes for installed, by the rule of modfetch.DownloadDir, and is not whole.
func (a *applying) trusted() string {
	for _, m := range a.packed {
		zip := a.m.CachePath(m, "zip")
		if !exists(a.m.CachePath(m, "ziphash")) {
			continue
		}
		have, err := os.ReadFile(zip)
		if err != nil && !os.IsNotExist(err) {
			return err.Error()
		}
		if want, werr := m.Zip(); err == nil && (werr != nil || !bytes.Equal(have, want)) {
			return fmt.Sprintf("the zip of %s has a .ziphash, and is not whole", m)
		}
		if a.whole == nil || exists(a.m.CachePath(m, "partial")) || !exists(a.m.Dir(m)) {
			continue
		}
		is, err := contents(a.m.Dir(m))
		if err != nil {
			return err.Error()
		}
		if diff := differ(a.extract[m.String()], is); diff != "" {
			return fmt.Sprintf("go takes %s for installed, and it is not whole: %s", m, diff)
		}
	}
	return ""
}

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

// ends lets the command come to its end, and looks whether all is there: for go, and as after an apply that nothing has
// disturbed.
func (a *applying) ends() string {
	if r := a.doctor(a.args()...); r.code != 0 {
		return "the same command fails: " + r.String()
	}
	for _, look := range []func() string{a.trusted, a.carried, a.same} {
		if why := look(); why != "" {
			return why
		}
	}
	r := a.doctor(a.args()...)
	if r.code != 0 || !strings.Contains(r.out, "0 installed, ") {
		return "once more installs something: " + r.String()
	}
	return ""
}

// carried says why go cannot build, verify or run the toolchain without a network.
func (a *applying) carried() string {
	if r, says := a.compile(nil); r.code != 0 || says != a.well() {
		return fmt.Sprintf("go cannot build without a network, or another program: %q, %s", says, r)
	}
	if r := a.gocommand(a.project, a.environ("GOPROXY=off"), "mod", "verify"); r.code != 0 {
		return "go mod verify is not content: " + r.String()
	}
	if r := a.doctor("verify"); r.code != 0 {
		return "godoctor verify finds something: " + r.String()
	}
	return a.toolWorks()
}

// same says what is different from an apply that nothing has disturbed.
func (a *applying) same() string {
	if left := a.litter(); len(left) > 0 {
		return "left: " + strings.Join(left, ", ")
	}
	if rest, _ := os.ReadDir(filepath.Join(a.quarantine(), "staging")); len(rest) > 0 {
		return fmt.Sprintf("left in the staging: %v", rest)
	}
	if a.whole == nil {
		return ""
	}
	is, err := contents(a.m.GOMODCACHE)
	if err != nil {
		return err.Error()
	}
	if diff := differ(a.whole, is); diff != "" {
		return "the module cache is another one: " + diff
	}
	return ""
}

// endured says what go cannot do any more.
func (a *applying) endured() string { return a.carried() }
