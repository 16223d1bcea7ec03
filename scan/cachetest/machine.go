package cachetest

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"golang.org/x/mod/module"
)

// A Machine is one made-up machine: a home directory, both Go caches, projects and a proxy tree,
// all below Root. Its methods are safe for use by one goroutine at a time.
type Machine struct {
	Root       string
	Home       string
	GOPATH     string
	GOMODCACHE string
	GOCACHE    string
	GOBIN      string
	ProxyDir   string // a GOPROXY tree
	Projects   string // the directory that Project makes its directories in
	Tmp        string // TMPDIR of what runs on this machine

	// GOPROXY is what Environ says. New sets it to the file:// address of ProxyDir, Serve to the
	// address it listens on; a test may set it to "off" or to anything else on loopback.
	GOPROXY string

	goenv string    // the settings file; empty: off
	now   time.Time // modification time of files that ask for none; zero means the present

	mu    sync.Mutex
	known map[module.Version]record
}

// record is what the machine remembers of a version that it published or installed: enough to write
// go.sum even after a test has damaged the files.
type record struct {
	mod         string // text of the .mod file
	sum, modSum string // sum is "" for a version that is known by its go.mod only
}

// marker names the file that says a directory is ours to remove.
const marker = ".cachetest"

// New makes an empty machine below root, which must not exist or be empty: what lies below root is
// written and removed without asking, so a directory with something in it is refused.
func New(root string) (*Machine, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(root)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if len(entries) > 0 {
		return nil, fmt.Errorf("making a machine in %q: the directory is not empty; name a new one", root)
	}
	m := &Machine{
		Root:     root,
		Home:     filepath.Join(root, "home"),
		ProxyDir: filepath.Join(root, "proxy"),
		Tmp:      filepath.Join(root, "tmp"),
		known:    make(map[module.Version]record),
	}
	m.GOPATH = filepath.Join(m.Home, "go")
	m.GOMODCACHE = filepath.Join(m.GOPATH, "pkg", "mod")
	m.GOBIN = filepath.Join(m.GOPATH, "bin")
	m.GOCACHE = filepath.Join(m.Home, ".cache", "go-build")
	m.Projects = filepath.Join(m.Home, "src")
	m.GOPROXY = fileURL(m.ProxyDir)
	for _, dir := range []string{m.GOMODCACHE, m.GOCACHE, m.GOBIN, m.ProxyDir, m.Projects, m.Tmp} {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return nil, err
		}
	}
	if err := os.WriteFile(filepath.Join(root, marker), nil, 0o666); err != nil {
		return nil, err
	}
	return m, m.telemetryOff()
}

// telemetryOff keeps the go command from leaving a child behind that writes counters into the home
// directory: it would still be writing while a test removes the tree.
func (m *Machine) telemetryOff() error {
	dir := filepath.Join(m.configHome(), "go", "telemetry")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "mode"), []byte("off 2024-01-01\n"), 0o666)
}

// configHome is what os.UserConfigDir says inside Environ.
func (m *Machine) configHome() string {
	switch runtime.GOOS {
	case "windows":
		return filepath.Join(m.Home, "AppData", "Roaming")
	case "darwin":
		return filepath.Join(m.Home, "Library", "Application Support")
	}
	return filepath.Join(m.Home, ".config")
}

// kept names the variables that a program cannot start without; everything else is the machine's own.
var kept = []string{"PATH", "GOCOVERDIR", "SYSTEMROOT", "SystemDrive", "COMSPEC", "PATHEXT", "WINDIR"}

// Environ returns the whole environment of a program on this machine, in the form of os.Environ.
// Nothing of the real user's settings is in it, and no host but loopback: where a build needs what
// the machine does not hold, it fails instead of asking the network.
func (m *Machine) Environ() []string {
	var env []string
	for _, name := range kept {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	home := func(elem ...string) string { return filepath.Join(append([]string{m.Home}, elem...)...) }
	return append(env,
		"HOME="+m.Home, "USERPROFILE="+m.Home,
		"APPDATA="+home("AppData", "Roaming"), "LOCALAPPDATA="+home("AppData", "Local"),
		"XDG_CONFIG_HOME="+home(".config"), "XDG_CACHE_HOME="+home(".cache"),
		"XDG_DATA_HOME="+home(".local", "share"), "XDG_STATE_HOME="+home(".local", "state"),
		"TMPDIR="+m.Tmp, "TEMP="+m.Tmp, "TMP="+m.Tmp,
		"GOPATH="+m.GOPATH, "GOMODCACHE="+m.GOMODCACHE, "GOCACHE="+m.GOCACHE, "GOBIN="+m.GOBIN,
		"GOENV="+cmp.Or(m.goenv, "off"), "GOTOOLCHAIN=local", "GOFLAGS=", "GOWORK=", "GO111MODULE=", "GOEXPERIMENT=",
		"GOPROXY="+m.GOPROXY, "GOSUMDB=off", "GONOSUMDB=", "GOPRIVATE=", "GONOPROXY=", "GOINSECURE=",
		"GOVCS=*:off", "GOAUTH=off", "GODEBUG=", "GOCACHEPROG=", "CGO_ENABLED=0",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C", "TZ=UTC",
	)
}

// fileURL returns the file:// address of an absolute path.
func fileURL(path string) string {
	p := filepath.ToSlash(path)
	if p[0] != '/' {
		p = "/" + p // a drive letter: file:///C:/...
	}
	return (&url.URL{Scheme: "file", Path: p}).String()
}

// RemoveAll removes the machine. Module directories are 0555, in which an ordinary user cannot
// remove anything, so every directory is made writable first. Links are removed, never followed.
func (m *Machine) RemoveAll() error {
	if _, err := os.Lstat(filepath.Join(m.Root, marker)); err != nil {
		if _, rootErr := os.Lstat(m.Root); errors.Is(rootErr, fs.ErrNotExist) {
			return nil
		}
		return fmt.Errorf("removing %q: it is not a directory made by this package: %w", m.Root, err)
	}
	if err := thaw(m.Root); err != nil {
		return err
	}
	return os.RemoveAll(m.Root)
}

// thaw makes every directory below root readable and writable for its owner. WalkDir reports a
// directory before it reads it and reports a link as a link, so both rules above hold.
func thaw(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !d.IsDir() {
			return nil
		}
		info, err := d.Info()
		if err != nil || info.Mode().Perm()&0o700 == 0o700 {
			return err
		}
		return os.Chmod(path, info.Mode().Perm()|0o700)
	})
}
