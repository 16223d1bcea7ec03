package toolchain

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"godoctor/scan/goenv"
	"godoctor/scan/tree"
)

// A Machine is what a source looks at. It is safe for use by several goroutines at once.
type Machine struct {
	ctx context.Context
	in  Input

	commands []command // the go commands along PATH, found once

	mu         sync.Mutex
	unreadable []tree.Unreadable
}

func newMachine(ctx context.Context, in Input) *Machine {
	if in.GOOS == "" {
		in.GOOS = runtime.GOOS
	}
	if in.GOARCH == "" {
		in.GOARCH = runtime.GOARCH
	}
	if in.Now.IsZero() {
		in.Now = time.Now()
	}
	if in.Table == nil {
		in.Table = &Known
	}
	m := &Machine{ctx: ctx, in: in}
	if m.in.Home == "" {
		m.in.Home = m.Var("HOME")
		if in.GOOS == "windows" {
			m.in.Home = m.Var("USERPROFILE")
		}
	}
	if m.in.ModCache == "" {
		m.in.ModCache = m.setting("GOMODCACHE").Value
	}
	m.commands = m.inPath("go")
	return m
}

// Var returns a variable of the process environment.
func (m *Machine) Var(name string) string { return goenv.Getenv(m.in.GOOS, m.in.Environ, name) }

// Dir returns the directory that a variable names, joined with elem, or "" if it names none. A relative one
// is none: what it is relative to is not known.
func (m *Machine) Dir(variable string, elem ...string) string {
	if v := m.Var(variable); filepath.IsAbs(v) {
		return filepath.Join(append([]string{v}, elem...)...)
	}
	return ""
}

// setting returns an effective setting of the go command.
func (m *Machine) setting(key string) goenv.Setting {
	if m.in.Env == nil {
		return goenv.Setting{Key: key}
	}
	s, _ := m.in.Env.Lookup(key)
	return s
}

// Sys returns a path of the system, which begins at the root of this machine.
func (m *Machine) Sys(path string) string {
	if m.in.Root == "" {
		return filepath.FromSlash(path)
	}
	return filepath.Join(m.in.Root, filepath.FromSlash(path))
}

// InHome returns a path below the home directory, or "" where there is none.
func (m *Machine) InHome(elem ...string) string {
	if m.in.Home == "" {
		return ""
	}
	return filepath.Join(append([]string{m.in.Home}, elem...)...)
}

// namesMax is how many names of one directory are looked through. A Nix store has some 100,000.
const namesMax = 1 << 20

// Names returns the names in a directory that match, in the order of the directory. What is not there has no
// names; what cannot be read is noted.
func (m *Machine) Names(dir string, match func(name string) bool) []string {
	if dir == "" || m.ctx.Err() != nil {
		return nil
	}
	names, err := listDir(dir, namesMax, match)
	if err != nil {
		m.lost(dir, err)
	}
	return names
}

// Below returns dir joined with each name in it that match accepts, and with elem behind that.
func (m *Machine) Below(dir string, match func(name string) bool, elem ...string) []string {
	var list []string
	for _, name := range m.Names(dir, match) {
		list = append(list, filepath.Join(append([]string{dir, name}, elem...)...))
	}
	return list
}

// lost notes a place that could not be read. What is not there is not worth a word.
func (m *Machine) lost(path string, err error) {
	if errors.Is(err, fs.ErrNotExist) || isNotDirectory(err) {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.unreadable = append(m.unreadable, tree.Unreadable{Path: path, Err: cause(err)})
}

// cause is the reason in err without the path, which stands beside it.
func cause(err error) error {
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// hasPrefix makes a match for Names.
func hasPrefix(prefixes ...string) func(string) bool {
	return func(name string) bool {
		for _, p := range prefixes {
			if strings.HasPrefix(name, p) {
				return true
			}
		}
		return false
	}
}
