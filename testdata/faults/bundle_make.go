//go:build linux && amd64

package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A making is a bundle create that is broken off.
type making struct {
	*carrier
	name  string
	there bool           // the bundle has its name
	kept  map[string]int // by path, how often the proxy had been asked for what was whole when a run was broken off
	tries int
	lost  bool // what was written may be lost
}

func newMaking(c *carrier, name string) *making { return &making{carrier: c, name: name} }

func (m *making) target() string  { return filepath.Join(m.out, m.name) }
func (m *making) staging() string { return filepath.Join(m.out, "."+m.name+".godoctor") }

func (m *making) args() []string {
	m.tries++
	return []string{"bundle", "create", "-o", m.target(), "--project", m.project, "--module", m.sick[3].String(), "--toolchain", "go1.99.1"}
}

// left says what is wrong with what a run has left: a bundle that is not whole, anything else beside its directory, and
// something that was fetched again though it was there.
func (m *making) left(whole bool) string {
	m.lost = m.lost || !whole
	if why := m.again(); why != "" {
		return why
	}
	names, err := os.ReadDir(m.out)
	if err != nil {
		return err.Error()
	}
	for _, e := range names {
		switch e.Name() {
		case m.name:
			m.there = true
			if why := m.verifies(m.target()); why != "" {
				return why
			}
		case filepath.Base(m.staging()):
		default:
			return "beside the bundle there is " + e.Name()
		}
	}
	m.kept, err = m.keeps()
	if err != nil {
		return err.Error()
	}
	return ""
}

// keeps lists which files that the proxy has are whole in the directory that a run has left.
func (m *making) keeps() (map[string]int, error) {
	out := make(map[string]int)
	for _, dir := range []string{"tree", "old"} {
		top := filepath.Join(m.staging(), dir)
		err := filepath.WalkDir(top, func(name string, d fs.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil
			}
			if err != nil || d.IsDir() || !slices.Contains([]string{".zip", ".mod", ".info"}, filepath.Ext(name)) {
				return err
			}
			rel, err := filepath.Rel(top, name)
			if err != nil {
				return err
			}
			have, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			if want, err := os.ReadFile(filepath.Join(m.m.ProxyDir, rel)); err == nil && bytes.Equal(have, want) {
				path := "/" + filepath.ToSlash(rel)
				out[path] = m.proxy.proxy.Count(path)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// again names what was asked for though it had been there.
func (m *making) again() string {
	var out []string
	for path, n := range m.kept {
		if now := m.proxy.proxy.Count(path); now > n {
			out = append(out, path)
		}
	}
	if len(out) == 0 {
		return ""
	}
	slices.Sort(out)
	few := strings.Join(out[:min(3, len(out))], ", ")
	return fmt.Sprintf("%d of %d files are asked for again though they were there: %s", len(out), len(m.kept), few)
}

// ends lets the command come to its end. The bundle is the same, byte by byte, as one that nothing has disturbed.
func (m *making) ends() string {
	r := m.doctor(m.args()...)
	switch said := "there is something of that name already"; {
	case m.there && (r.code != 1 || !strings.Contains(r.err, said)):
		return "the bundle was there, whole, and it is not said: " + r.String()
	case !m.there && r.code != 0:
		return "the same command fails: " + r.String()
	}
	if why := m.again(); why != "" {
		return why
	}
	if why := m.verifies(m.target()); why != "" {
		return why
	}
	was, err := list(m.made(m.name), false, nil)
	if err != nil {
		return err.Error()
	}
	is, err := list(m.target(), false, nil)
	if err != nil {
		return err.Error()
	}
	if diff := differ(was, is); diff != "" {
		return "it is another bundle: " + diff
	}
	if names, _ := os.ReadDir(m.out); len(names) != 1 {
		return fmt.Sprintf("beside the bundle there is still %v", names)
	}
	return m.weigh()
}

// weigh says which zip was sent too often over all runs.
func (m *making) weigh() string {
	p := m.proxy
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.files) != len(m.packed) {
		return fmt.Sprintf("%d zips were asked for, want %d", len(p.files), len(m.packed))
	}
	for path, f := range p.files {
		fi, err := os.Stat(filepath.Join(m.m.ProxyDir, filepath.FromSlash(path)))
		if err != nil {
			return err.Error()
		}
		again := f.requests - 1
		if !m.lost && f.bytes > fi.Size()*102/100+int64(again)*lostByKill || again >= m.tries {
			return fmt.Sprintf("%s: %d bytes were sent of %d, in %d answers, in %d runs", path, f.bytes, fi.Size(), f.requests, m.tries)
		}
	}
	return ""
}

// endured says whether the bundle is not there any more.
func (m *making) endured() string {
	if !m.there {
		return "the bundle was made, and is not there any more"
	}
	return ""
}
