package toolchain

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"godoctor/scan/tree"
)

// A site is one directory that sources proposed, under all the names that they had for it.
type site struct {
	real  string // links resolved
	stat  os.FileInfo
	names []proposal
	*goroot
}

// A proposal is a candidate and the source that had it.
type proposal struct {
	Candidate
	source string
}

// Find looks at every place of the table. What cannot be read is data in the result; if ctx ends early, the
// result holds what was found by then.
func Find(ctx context.Context, in Input) *Found {
	m := newMachine(ctx, in)
	sites := m.sites()
	m.lookAll(sites)
	f := &Found{}
	f.Toolchains, f.Partials = m.toolchains(sites)
	m.choose(f)
	f.Commands, f.Table = m.commandsOf(f), *m.in.Table
	f.Archives = m.archives(f)
	slices.SortStableFunc(f.Toolchains, func(a, b Toolchain) int { return before(&a, &b) })
	if st, err := tree.StatRoot(m.in.ModCache); err == nil && m.in.ModCache != "" {
		f.skip = append(f.skip, tree.ID{Dev: st.Dev, Ino: st.Ino})
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	f.Unreadable = m.unreadable
	return f
}

// before orders the list: the active one first, then the newest version, then by path.
func before(a, b *Toolchain) int {
	switch {
	case a.Active != b.Active && a.Active:
		return -1
	case a.Active != b.Active:
		return 1
	}
	if c := compare(parse(b.Version), parse(a.Version)); c != 0 {
		return c
	}
	return strings.Compare(a.Root, b.Root)
}

// sites asks every source and joins what leads to the same directory: by its path with links resolved, and by
// the file's identity, which also sees bind mounts and names that differ in case only.
func (m *Machine) sites() []*site {
	var list []*site
	byPath := map[string]*site{}
	for _, source := range Sources() {
		if m.ctx.Err() != nil {
			break
		}
		for _, c := range source.Find(m) {
			real, info := m.resolve(c.Root)
			if info == nil {
				continue
			}
			s := byPath[real]
			if s == nil {
				i := slices.IndexFunc(list, func(s *site) bool { return os.SameFile(s.stat, info) })
				if i < 0 {
					list = append(list, &site{real: real, stat: info})
					i = len(list) - 1
				}
				s = list[i]
				byPath[real] = s
			}
			s.names = append(s.names, proposal{c, source.Name})
		}
	}
	return list
}

// resolve returns a directory with links resolved, or nil. What is simply not there is passed over; a link
// that leads nowhere or in a circle is noted, because somebody wanted it to lead to a Go.
func (m *Machine) resolve(dir string) (string, os.FileInfo) {
	info, err := os.Stat(dir)
	if err != nil {
		m.lost(dir, err)
		if os.IsNotExist(err) && isLink(dir) {
			m.mu.Lock()
			m.unreadable = append(m.unreadable, tree.Unreadable{Path: dir, Err: errDangling})
			m.mu.Unlock()
		}
		return "", nil
	}
	if !info.IsDir() {
		return "", nil
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil { // Windows cannot resolve some junctions that it follows
		real = filepath.Clean(dir)
	}
	if abs, err := filepath.Abs(real); err == nil {
		real = abs
	}
	return real, info
}

// lookAll reads the sites, several at a time: what costs is waiting for the disk.
func (m *Machine) lookAll(sites []*site) {
	turns := tree.Turns(m.ctx, len(sites))
	tree.Together(min(len(sites), max(2, min(runtime.GOMAXPROCS(0), 8))), func(int) {
		for i := range turns {
			sites[i].goroot = look(sites[i].real)
		}
	})
}

// toolchains makes the list of those sites that have the signature, and of those that have some of it.
func (m *Machine) toolchains(sites []*site) (list []Toolchain, partials []Partial) {
	home := map[string]*site{} // by the real path of bin/go
	for _, s := range sites {
		if s.goroot != nil && s.isToolchain() && within(s.goroot.real, s.real) {
			home[s.goroot.real] = s
		}
	}
	var whole []*site
	for _, s := range sites {
		switch {
		case s.goroot == nil: // ctx ended
		case !s.isToolchain():
			if s.denied != nil {
				m.lost(s.real, s.denied)
			}
			if p, ok := s.partial(); ok {
				partials = append(partials, p)
			}
		case home[s.goroot.real] != nil && home[s.goroot.real] != s:
			// A tree made of links to another one, such as Bazel's of a local Go.
			other := home[s.goroot.real]
			other.names = append(other.names, s.names...)
		default:
			whole = append(whole, s)
		}
	}
	for _, s := range whole {
		list = append(list, m.toolchain(s))
	}
	slices.SortFunc(partials, func(a, b Partial) int { return strings.Compare(a.Path, b.Path) })
	return list, partials
}

func (s *site) isToolchain() bool { return signature-len(s.missing) >= enough }

// partial tells of a directory with too little in it. A lone bin/go or VERSION is nothing: a GOPATH may have
// the first and any project the second.
func (s *site) partial() (Partial, bool) {
	there := signature - len(s.missing)
	lone := !slices.Contains(s.missing, "bin/go") || !slices.Contains(s.missing, "VERSION")
	if there == 0 || there == 1 && lone {
		return Partial{}, false
	}
	return Partial{Path: s.real, Source: s.names[0].source, Missing: s.missing}, true
}

// toolchain tells what a site is.
func (m *Machine) toolchain(s *site) Toolchain {
	first := s.own()
	t := Toolchain{
		Version: s.version, VersionFile: s.version, Root: s.real, Source: first.source, Also: s.also(first),
		Owner: first.Owner, Removable: first.Removable, Time: s.time, parts: s.parts,
	}
	t.GOOS, t.GOARCH = s.platform(m.in.GOOS, m.in.GOARCH)
	if s.info != nil {
		t.Version = s.info.GoVersion
	}
	t.Problems = append(slices.Clone(first.Problems), s.judged(&t)...)
	if promise := first.Promise; promise != "" && t.Version != "" && !same(promise, t.Version) {
		t.Problems = append(t.Problems, fmt.Sprintf("its name says %q, but it is %q", promise, t.Version))
	}
	if p := first.Platform; p != "" && t.GOOS != "" && p != t.GOOS+"-"+t.GOARCH {
		t.Problems = append(t.Problems, fmt.Sprintf("its name says %q, but it was built for %s/%s", p, t.GOOS, t.GOARCH))
	}
	if text := m.foreign(t.GOOS, t.GOARCH); text != "" {
		t.Problems = append(t.Problems, text)
	}
	// What the go command downloaded becomes executable when it first switches to it.
	if first.Owner != ownerGo && s.command != "" && m.in.GOOS != "windows" && t.GOOS != "windows" {
		if fi, err := os.Stat(s.command); err == nil && fi.Mode()&0o111 == 0 {
			t.Problems = append(t.Problems, "bin/go is not executable")
		}
	}
	t.Support, t.SupportText = Judge(t.Version, *m.in.Table, m.in.Now)
	return t
}

// judged is what is wrong with a tree in itself. A development tree has no VERSION, and none is missing.
func (s *site) judged(t *Toolchain) []string {
	list := s.problems
	if parse(t.Version).kind == devel {
		list = slices.DeleteFunc(slices.Clone(list), func(p string) bool { return p == "no VERSION" })
	}
	if s.info != nil && s.version != "" && !same(s.version, t.Version) {
		list = append(list, fmt.Sprintf("VERSION says %q, but bin/go is %q", s.version, t.Version))
	}
	if platform := t.GOOS + "_" + t.GOARCH; s.info != nil && len(s.tools) > 0 && !slices.Contains(s.tools, platform) {
		list = append(list, fmt.Sprintf("no tools for its own platform: bin/go was built for %q, and pkg/tool has %q", platform, s.tools))
	}
	return list
}

// own returns the proposal that speaks for a site: the first that named the directory itself, else the first
// that was no link, else the first.
func (s *site) own() proposal {
	for _, p := range s.names {
		if filepath.Clean(p.Root) == s.real && p.Path == "" {
			return p
		}
	}
	for _, p := range s.names {
		if !isLink(p.Root) && p.Path == "" {
			return p
		}
	}
	return s.names[0]
}

// also lists the other ways that lead to a site.
func (s *site) also(own proposal) []string {
	var list []string
	for _, p := range s.names {
		path := p.Path
		if path == "" {
			path = filepath.Clean(p.Root)
		}
		entry := p.source + " " + path
		if p.source == own.source && path == s.real || slices.Contains(list, entry) {
			continue
		}
		list = append(list, entry)
	}
	return list
}

// leads reports whether a path is the directory of a toolchain, under whatever name.
func (t *Toolchain) leads(path string) bool {
	if path == "" {
		return false
	}
	if filepath.Clean(path) == t.Root {
		return true
	}
	a, err := os.Stat(path)
	if err != nil {
		return false
	}
	b, err := os.Stat(t.Root)
	return err == nil && os.SameFile(a, b)
}
