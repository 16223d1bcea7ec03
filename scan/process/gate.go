package process

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A GateInput says what a Gate stands before.
type GateInput struct {
	ModCache string // GOMODCACHE as spelled; links are resolved by the gate
	GoCache  string // GOCACHE as spelled; may be ""
	// Self is the own process. It and what it started are not looked for, nor a "go run" that only waits for it.
	Self int
	// Editors says whether any known project lists a module version: that is what an editor's language server and
	// other programs that read packages may need. nil: everything. It is called by Users.Of, in the caller's goroutine.
	Editors func(path, version string) bool
}

// A Gate knows which processes use one module cache, and which module versions each of them may need.
//
// Readers of the module cache take no lock (golang/go has none for them), so that a removal has to look whether there
// are any. A go command may need what the go.mod, go.sum, go.work and go.work.sum files of its directory name, and
// anything where its command line or its settings allow that. What cannot be found out counts as use.
//
// Limits: processes in another PID namespace that share the cache are not seen, nor are readers in another mount
// namespace that are neither go commands nor tools nor known readers. A process that is about to start a go command
// does not count before it has: whoever removes looks again afterwards.
//
// A Gate may be used by several goroutines; one Look runs at a time.
type Gate struct {
	in         GateInput
	mod, build *place
	system
}

// NewGate makes the gate of a module cache. It reads no process.
func NewGate(in GateInput) *Gate {
	return &Gate{in: in, mod: newPlace(in.ModCache), build: newPlace(in.GoCache), system: newSystem()}
}

// Look reads the process table once. Where the system does not tell, or the context ends, the answer is not Known.
func (g *Gate) Look(ctx context.Context) *Users { return g.look(ctx) }

// Users are the processes that use a module cache, as one Look found them. They do not change and may be used by many
// goroutines at once.
type Users struct {
	known   bool
	list    []*user
	editors func(path, version string) bool
}

// A User is a process that may need a module version or the build cache.
type User struct {
	PID     int
	Name    string    // of its program, raw: not cleaned for a terminal
	Started time.Time // zero where it is not known
	Why     string    // what makes it a user, raw
}

// Known reports whether the process table could be read. If not, Of and BuildCache find nobody, which means nothing.
func (u *Users) Known() bool { return u != nil && u.known }

// Of says which process may use a module version, or nil: none. Of several it is the one with the lowest number. Only
// processes that started before since count; zero: all. One whose start is not known counts always. Times of start are
// rounded down to the clock tick of the system, 10 ms.
func (u *Users) Of(path, version string, since ...time.Time) *User {
	if u == nil {
		return nil
	}
	q := query{path: path, version: version, key: key(path, version), toolchain: toolchainOf(path, version)}
	for _, one := range u.list {
		if len(since) > 0 && !since[0].IsZero() && !one.Started.Before(since[0]) {
			continue
		}
		if why := one.uses(&q, u.editors); why != "" {
			found := one.User
			found.Why = why
			return &found
		}
	}
	return nil
}

// BuildCache returns a process that may use the build cache, or nil: none.
func (u *Users) BuildCache() *User {
	if u == nil {
		return nil
	}
	for _, one := range u.list {
		if one.build != "" {
			found := one.User
			found.Why = one.build
			return &found
		}
	}
	return nil
}

// A query is a module version as it is looked for.
type query struct {
	path, version, key string
	toolchain          string // the name of the toolchain that it is, or ""
}

// A user is what one process may need.
type user struct {
	User
	all    string            // why it may need every version, or ""
	build  string            // why it may use the build cache, or ""
	here   map[string]string // versions that it stands in, has open or runs from -> why
	lists  []*listing        // files that name what it may need
	reader bool              // it may need what editors may need

	toolchain string // GOTOOLCHAIN of a go command
	command   bool
	nothing   bool // of what the lists name only the toolchains count
}

// uses says why a process may need a version, or "".
func (u *user) uses(q *query, editors func(path, version string) bool) string {
	if u.all != "" {
		return u.all
	}
	if why := u.here[q.key]; why != "" {
		return why
	}
	for _, l := range u.lists {
		if _, ok := l.versions[q.key]; ok && !u.nothing || u.command && l.switches(q.toolchain) {
			return quoted(l.file) + " names it"
		}
	}
	switch {
	case u.command && q.toolchain != "" && q.toolchain == u.toolchain:
		return "its GOTOOLCHAIN names it"
	case u.reader && editors == nil:
		return "it reads packages, and which is not known"
	case u.reader && editors(q.path, q.version):
		return "it reads packages, and a project needs this version"
	}
	return ""
}

// stands notes a version that the process is in.
func (u *user) stands(key, why string) {
	if u.here == nil {
		u.here = make(map[string]string)
	}
	u.here[key] = why
}

func key(path, version string) string { return path + " " + version }

// A place is a directory that can be spelled in several ways.
type place struct {
	spelled, real string
	info          os.FileInfo // nil: it does not exist
}

// newPlace looks at a directory. It is nil for "".
func newPlace(dir string) *place {
	if dir == "" {
		return nil
	}
	p := &place{spelled: filepath.Clean(dir)}
	p.real = p.spelled
	if real, err := filepath.EvalSymlinks(p.spelled); err == nil {
		p.real = real
	}
	if fi, err := os.Stat(p.real); err == nil {
		p.info = fi
	}
	return p
}

// is reports whether a path leads to the place, by its text or by what is there.
func (p *place) is(dir string) bool {
	if p == nil {
		return false
	}
	if dir = filepath.Clean(dir); dir == p.spelled || dir == p.real {
		return true
	}
	if p.info != nil {
		fi, err := os.Stat(dir)
		return err == nil && os.SameFile(fi, p.info)
	}
	real, err := filepath.EvalSymlinks(dir)
	return err == nil && real == p.real
}

// below gives the path of a file in the place, relative to it, with slashes.
func (p *place) below(file string) (rel string, ok bool) {
	if p == nil {
		return "", false
	}
	for _, dir := range []string{p.real, p.spelled} {
		if len(file) > len(dir) && strings.HasPrefix(file, dir) && os.IsPathSeparator(file[len(dir)]) {
			return filepath.ToSlash(file[len(dir)+1:]), true
		}
	}
	return "", false
}
