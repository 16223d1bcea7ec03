package process

import (
	"context"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"godoctor/scan/binary"
)

// A system is what a Gate keeps from one Look to the next.
type system struct {
	proc  string // where the process table is
	mount string // the mount namespace of this process

	asked  bool // whether hidden and mount are known
	hidden bool // the table hides the processes of others

	mu       sync.Mutex
	slow     map[int]*slow   // by process
	memos    map[int]*memo   // by process
	programs map[fileID]bool // whether a program was built with golang.org/x/tools
	listings listings        // go.mod, go.sum and go.work files
}

func newSystem() system {
	return system{proc: "/proc", slow: make(map[int]*slow), memos: make(map[int]*memo), programs: make(map[fileID]bool)}
}

// slowAge is how long it counts what programs that have nothing to do with Go have open, where they stand, and what
// their files say. A removal harms none of them; to look takes some 10 ms on a machine with many.
const slowAge = time.Second

// A slow is what is not looked at anew in every Look.
type slow struct {
	exe   string
	at    time.Time
	kind  kind
	cwd   string            // of a program that is none of ours
	open  map[string]string // versions that it has open -> why
	build bool              // it has files of the build cache open
}

// A fileID is a file as it is.
type fileID struct {
	dev, ino    uint64
	size, mtime int64
}

func (g *Gate) look(ctx context.Context) *Users {
	g.mu.Lock()
	defer g.mu.Unlock()
	none := &Users{}
	t, err := openTable(g.proc)
	if err != nil {
		return none
	}
	defer t.close()
	pids, err := t.pids()
	if !g.asked {
		g.asked, g.hidden = true, hidesOthers(g.proc)
		g.mount, _ = os.Readlink(g.proc + "/self/ns/mnt")
	}
	slices.Sort(pids)
	if err != nil || g.hidden || len(pids) == 0 || pids[0] != 1 { // every table has a first process, unless it hides it
		return none
	}
	g.listings.begin()
	found, ok := g.first(ctx, t, pids)
	if !ok {
		return none
	}
	u := &Users{known: true, editors: g.in.Editors}
	for i := range found {
		if one := g.judge(t, &found[i]); one != nil {
			u.list = append(u.list, one)
		}
	}
	g.forget(pids)
	return u
}

// A candidate is a process that may be a user.
type candidate struct {
	pid  int
	exe  string // "": it cannot be seen
	name string
	kind kind
	slow *slow // of a process that is nothing but what it has open
	cwd  string
}

// first looks at every process once, and keeps those that may be users.
func (g *Gate) first(ctx context.Context, t *table, pids []int) (found []candidate, ok bool) {
	for _, pid := range pids {
		if ctx.Err() != nil {
			return nil, false
		}
		if pid == g.in.Self {
			continue
		}
		exe, err := t.link(pid, "exe")
		if err != nil && isGone(err) {
			continue
		}
		if err != nil { // of another user
			name, err := t.name(pid)
			if err != nil && !isGone(err) {
				return nil, false // hidepid=1
			}
			if isGoName(name) && !t.ended(pid) {
				if isCommand(name) {
					t.kinds[pid] = kindCommand
				}
				found = append(found, candidate{pid: pid, name: name})
			}
			continue
		}
		exe = strings.TrimSuffix(exe, deleted)
		s := g.slowly(t, pid, exe)
		t.kinds[pid] = s.kind
		c := candidate{pid: pid, exe: exe, name: path.Base(exe), kind: s.kind, slow: s}
		if c.cwd = s.cwd; s.kind != kindOther {
			c.cwd = t.directory(pid)
		}
		if s.kind != kindOther || s.build || len(s.open) > 0 || g.inCache(exe) || g.inCache(c.cwd) {
			found = append(found, c)
		}
	}
	return found, true
}

// inCache reports whether a path lies in one of the caches.
func (g *Gate) inCache(file string) bool {
	_, mod := g.mod.below(file)
	_, build := g.build.below(file)
	return mod || build
}

// slowly tells what kind of program a process runs, and what a program that is none of ours has open.
func (g *Gate) slowly(t *table, pid int, exe string) *slow {
	if s := g.slow[pid]; s != nil && s.exe == exe && t.now.Sub(s.at) < slowAge {
		return s
	}
	s := &slow{exe: exe, at: t.now, kind: kindOf(exe)}
	g.slow[pid] = s
	if s.kind == kindOther && g.readsPackages(pid) {
		s.kind = kindReader
	}
	if s.kind == kindOther {
		s.cwd = t.directory(pid)
		s.open, s.build, _ = g.opened(t, pid)
	}
	return s
}

// opened tells which versions a process has open, whether anything of the build cache, and whether that is all.
func (g *Gate) opened(t *table, pid int) (open map[string]string, build, whole bool) {
	whole = t.descriptors(pid, func(target string) {
		if rel, ok := g.mod.below(target); ok {
			if key, ok := versionAt(rel); ok {
				if open == nil {
					open = make(map[string]string)
				}
				open[key] = "it has " + quoted(target) + " open"
			}
		}
		if _, ok := g.build.below(target); ok {
			build = true
		}
	})
	return open, build, whole
}

// programsMax bounds how many programs are remembered.
const programsMax = 8192

// readsPackages reports whether the program of a process was built with golang.org/x/tools: then it may read packages
// (go/packages). What cannot be read, or is no Go program, does not.
func (g *Gate) readsPackages(pid int) bool {
	file := g.proc + "/" + strconv.Itoa(pid) + "/exe"
	fi, err := os.Stat(file)
	if err != nil || !fi.Mode().IsRegular() {
		return false
	}
	id := identify(fi)
	if is, known := g.programs[id]; known {
		return is
	}
	is := builtWithTools(file, fi.Size())
	if len(g.programs) >= programsMax {
		clear(g.programs)
	}
	g.programs[id] = is
	return is
}

// builtWithTools reads the build info of a program through the link of its process, which leads to the very file even
// where its name is gone or in another mount namespace.
func builtWithTools(file string, size int64) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	list, err := binary.Modules(f, size)
	return err == nil && slices.ContainsFunc(list, func(d binary.Dep) bool { return d.Path == "golang.org/x/tools" })
}

// forget drops what is known of processes that ended.
func (g *Gate) forget(pids []int) {
	gone := func(pid int) bool {
		_, found := slices.BinarySearch(pids, pid)
		return !found
	}
	for pid := range g.slow {
		if gone(pid) {
			delete(g.slow, pid)
		}
	}
	for pid := range g.memos {
		if gone(pid) {
			delete(g.memos, pid)
		}
	}
}

func identify(fi os.FileInfo) fileID {
	id := fileID{size: fi.Size(), mtime: fi.ModTime().UnixNano()}
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		id.dev, id.ino = uint64(st.Dev), uint64(st.Ino)
	}
	return id
}
