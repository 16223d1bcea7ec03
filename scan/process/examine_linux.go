package process

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"godoctor/scan/goenv"
	"godoctor/scan/regular"
)

// memoAge is how long it counts what follows from the settings files of a process that stays as it is.
const memoAge = time.Second

// A memo is what a process tells of itself, and what follows from that.
type memo struct {
	texts
	when time.Time

	unknown    string // why nothing is known of its caches, or ""
	mod, build string // why it uses the module cache, the build cache, or ""
	foreign    bool   // it sees another file tree

	line      commandLine // of a go command
	toolchain string      // GOTOOLCHAIN without what follows a plus sign
	at        []directory // where it may look for a module
}

// texts are what a process tells of itself.
type texts struct {
	started                    int64
	exe, cmdline, environ, cwd string
	root, mount                string // its root directory and mount namespace; "" where they cannot be read
}

// A directory is what a go command that works in it takes for its module and workspace.
type directory struct {
	mods    []string // go.mod files, and the one of -modfile
	work    string   // the go.work file, or ""
	unknown string   // why that may not be all, or ""
}

// examine reads what a process tells of itself. It is nil for one that ended.
func (g *Gate) examine(t *table, c *candidate) *memo {
	m := &memo{when: t.now}
	err := m.texts.read(t, c)
	for range 2 {
		if err == errChanged && g.renew(t, c) {
			err = m.texts.read(t, c)
		}
	}
	switch {
	case err != nil && (isGone(err) || t.ended(c.pid)):
		return nil
	case errors.Is(err, fs.ErrPermission):
		m.unknown = unseen
		return m
	case err != nil:
		m.unknown = "what it says of itself cannot be read: " + err.Error()
		return m
	}
	if old := g.memos[c.pid]; old != nil && old.texts == m.texts && t.now.Sub(old.when) < memoAge {
		return old
	}
	g.memos[c.pid] = m
	m.foreign = g.isForeign(c.pid, &m.texts)
	switch {
	case m.cmdline == "":
		m.unknown = "its command line is empty" // it is just starting
		return m
	case m.cwd == "":
		m.unknown = "its directory cannot be read"
		return m
	}
	g.settings(m, c)
	return m
}

// renew looks again at what a process runs. A go command that starts the compiler is seen as a second one just before.
func (g *Gate) renew(t *table, c *candidate) bool {
	exe, err := t.link(c.pid, "exe")
	if err != nil {
		return false
	}
	c.exe = strings.TrimSuffix(exe, deleted)
	c.name, c.slow, c.cwd = filepath.Base(c.exe), g.slowly(t, c.pid, c.exe), t.directory(c.pid)
	c.kind = c.slow.kind
	t.kinds[c.pid] = c.kind
	return true
}

var errChanged = errors.New("it has just started another program")

// read reads the texts. The order matters: a command line that is there tells that the environment is, too, and the
// program is read once more at the end.
func (x *texts) read(t *table, c *candidate) error {
	*x = texts{started: t.stat(c.pid).started, exe: c.exe, cwd: c.cwd}
	for _, f := range []struct {
		name string
		to   *string
	}{{"cmdline", &x.cmdline}, {"environ", &x.environ}} {
		data, err := t.read(c.pid, f.name)
		if err != nil {
			return err
		}
		*f.to = string(data)
	}
	x.root, _ = t.link(c.pid, "root")
	x.mount, _ = t.link(c.pid, "ns/mnt")
	again, err := t.link(c.pid, "exe")
	if err == nil && strings.TrimSuffix(again, deleted) != x.exe {
		err = errChanged
	}
	return err
}

// isForeign reports whether a process sees another file tree than this one, so that paths mean something else there. One
// in a mount namespace of its own, as sandboxes for desktop programs and services have it, does not if the module cache
// and its directory are where they are here.
func (g *Gate) isForeign(pid int, x *texts) bool {
	if (x.root == "" || x.root == "/") && (x.mount == "" || g.mount == "" || x.mount == g.mount) {
		return false
	}
	root, err := g.rootOf(pid)
	if err != nil {
		return true
	}
	defer root.Close()
	return !alike(root, g.mod.real) || !alike(root, x.cwd)
}

// rootOf opens the file tree that a process sees.
func (g *Gate) rootOf(pid int) (*os.Root, error) {
	return os.OpenRoot(g.proc + "/" + strconv.Itoa(pid) + "/root")
}

// alike reports whether a path leads to the same file in another file tree.
func alike(root *os.Root, file string) bool {
	there, err1 := root.Stat(inRoot(file))
	here, err2 := os.Stat(file)
	return err1 == nil && err2 == nil && os.SameFile(there, here)
}

// settings finds out which caches a process uses, and where it looks for its module.
func (g *Gate) settings(m *memo, c *candidate) {
	in := goenv.Running{Environ: split(m.environ), Dir: m.cwd, Goroot: gorootOf(c.exe, c.kind)}
	is := (*place).is
	if m.foreign {
		root, err := g.rootOf(c.pid)
		if err != nil {
			m.unknown = "its file tree cannot be seen: " + err.Error()
			return
		}
		defer root.Close()
		in.Dir, in.Read = "", func(name string) ([]byte, error) { return readIn(root, name) }
		is = func(p *place, dir string) bool { return p.isIn(root, dir) }
	}
	env := goenv.LoadRunning(in)
	if c.kind == kindCommand {
		m.line = parseCommand(split(m.cmdline), env.Value("GOFLAGS"))
		m.toolchain, _, _ = strings.Cut(env.Value("GOTOOLCHAIN"), "+")
	}
	if dir, err := env.ModCache(); err != nil {
		m.mod = "which module cache it uses is not known"
		m.line.all(m.mod)
	} else if is(g.mod, dir) {
		m.mod = "it uses this module cache"
	}
	if dir, err := env.BuildCache(); g.build != nil && (err != nil || is(g.build, dir)) {
		m.build = "it uses this build cache"
	}
	if m.mod == "" || m.foreign {
		return
	}
	m.at = append(m.at, directoryOf(env, m.cwd, m.line.modfile))
	if m.line.chdir != "" {
		// It may have gone there already: then the relative path leads to nothing.
		in.Dir = m.line.chdir
		if !filepath.IsAbs(in.Dir) {
			in.Dir = filepath.Join(m.cwd, in.Dir)
		}
		if fi, err := os.Stat(in.Dir); err == nil && fi.IsDir() {
			m.at = append(m.at, directoryOf(goenv.LoadRunning(in), in.Dir, m.line.modfile))
		}
	}
}

// directoryOf tells what go takes for the module and workspace of a directory.
func directoryOf(env *goenv.Env, dir, modfile string) (d directory) {
	if env.Value("GO111MODULE") == "off" {
		return d
	}
	if file := env.Value("GOMOD"); file != "" && file != os.DevNull {
		d.mods = append(d.mods, file)
	}
	if modfile != "" {
		if !filepath.IsAbs(modfile) {
			modfile = filepath.Join(dir, modfile)
		}
		if _, err := os.Stat(modfile); err == nil {
			d.mods = append(d.mods, modfile)
		} else {
			d.unknown = "the file of its -modfile is not found"
		}
	}
	switch work := env.Value("GOWORK"); {
	case work == "" || work == "off":
	case !filepath.IsAbs(work):
		d.unknown = "its GOWORK is not an absolute path"
	default:
		d.work = work
	}
	return d
}

// sumBeside names the go.sum file that belongs to a go.mod file (modload).
func sumBeside(mod string) string { return strings.TrimSuffix(mod, ".mod") + ".sum" }

// gorootOf gives the tree that a program of Go's stands in: bin/go, pkg/tool/GOOS_GOARCH/NAME.
func gorootOf(exe string, k kind) string {
	switch k {
	case kindCommand:
		return filepath.Join(exe, "../..")
	case kindTool:
		return filepath.Join(exe, "../../../..")
	}
	return ""
}

// split takes apart what the kernel gives with NUL bytes behind each.
func split(s string) []string { return strings.Split(strings.TrimSuffix(s, "\x00"), "\x00") }

// isIn reports whether a path in another file tree leads to the place. What cannot be found out counts as that.
func (p *place) isIn(root *os.Root, dir string) bool {
	fi, err := root.Stat(inRoot(dir))
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && p.info == nil:
		return false
	case err != nil:
		return true
	}
	return os.SameFile(fi, p.info)
}

// settingsMax is as much of a settings file as package goenv reads.
const settingsMax = 1 << 20

// readIn reads a settings file in another file tree.
func readIn(root *os.Root, name string) ([]byte, error) {
	f, err := root.OpenFile(inRoot(name), os.O_RDONLY|regular.Nonblock, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if fi, err := f.Stat(); err != nil || !fi.Mode().IsRegular() {
		return nil, fs.ErrInvalid
	}
	return io.ReadAll(io.LimitReader(f, settingsMax))
}

func inRoot(name string) string {
	if rel := strings.TrimPrefix(filepath.Clean(name), "/"); rel != "" {
		return rel
	}
	return "."
}
