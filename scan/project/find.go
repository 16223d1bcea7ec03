package project

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"godoctor/scan/modgraph"
	"godoctor/scan/tree"
)

// find does the work of Find.
func find(ctx context.Context, in *Input) *Found {
	start := time.Now()
	w := newWalk(ctx, in)
	f := &finder{ctx: ctx, in: in, table: newTable(), known: make(map[string]*Project), ids: make(map[fileID]bool)}
	out := &Found{Roots: w.start()}
	w.run(workers(in.Workers))
	f.read(w.found)
	f.read(f.asked())
	f.read(f.members())
	f.judge()
	out.Projects = slices.SortedFunc(maps.Values(f.known), func(a, b *Project) int { return cmp.Compare(a.File, b.File) })
	out.Branches = f.branches(out.Projects)
	out.Gone = slices.Compact(slices.Sorted(slices.Values(f.gone)))
	out.Unreadable, out.Unread, out.Entries = w.unread.list, w.unread.n, w.entries.Load()
	for _, why := range slices.Sorted(maps.Keys(w.skipped)) {
		s := w.skipped[why]
		out.Skipped = append(out.Skipped, Skipped{why, s.n, s.list})
	}
	out.Elapsed, out.Interrupted = time.Since(start), ctx.Err() != nil
	return out
}

// A finder reads the files that were found.
type finder struct {
	ctx context.Context
	in  *Input
	*table
	known map[string]*Project // by File
	ids   map[fileID]bool     // of those
	gone  []string
}

// A fileID is the identity of a file's directory, and its name.
type fileID struct {
	dir  tree.ID
	name string
}

// asked are the files that the caller names, as far as they are there and not known yet.
func (f *finder) asked() []candidate {
	var list []candidate
	for _, p := range f.in.Modfiles {
		list = append(list, candidate{file: filepath.Clean(p.File), kind: Modfile, dir: p.Dir, sum: p.Sum})
	}
	for _, file := range f.in.Seen {
		c := candidate{file: filepath.Clean(file)}
		switch filepath.Base(file) {
		case "go.mod":
		case "go.work":
			c.kind = Workspace
		default:
			c.kind = Modfile
		}
		list = append(list, c)
	}
	return slices.DeleteFunc(list, func(c candidate) bool {
		_, err := os.Lstat(c.file)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotDir) {
			f.gone = append(f.gone, c.file)
			return true
		}
		return f.known[c.file] != nil
	})
}

// members are the go.mod files that workspaces name and that were not found: those outside the roots. What is
// not there is a doubt of the workspace.
func (f *finder) members() []candidate {
	var list []candidate
	for _, file := range slices.Sorted(maps.Keys(f.known)) {
		p := f.known[file]
		for _, dir := range p.Use {
			name := filepath.Join(dir, "go.mod")
			if f.known[name] != nil {
				continue
			}
			if _, err := os.Lstat(name); err != nil {
				if !slices.ContainsFunc(p.Doubts, func(d Doubt) bool { return d.Kind == DoubtSyntax }) {
					p.Doubts = append(p.Doubts, Doubt{Kind: DoubtMember, File: p.File, Bounded: gone(err), Message: fmt.Sprintf(
						"%q uses %q, where no go.mod file can be found: restore it, or run \"go work edit -dropuse\"", p.File, dir)})
				}
				continue
			}
			list = append(list, candidate{file: name})
		}
	}
	return list
}

// read reads files, several at a time, each once.
func (f *finder) read(list []candidate) {
	slices.SortFunc(list, func(a, b candidate) int { return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.kind, b.kind)) })
	list = slices.DeleteFunc(list, func(c candidate) bool { return !f.fresh(&c) })
	projects := make([]*Project, len(list))
	turns := tree.Turns(context.Background(), len(list)) // of who is not read any more that is said
	tree.Together(min(workers(f.in.Workers), len(list)), func(int) {
		r := new(reader)
		for i := range turns {
			projects[i] = f.project(r, &list[i])
			f.in.Meter.Done(1)
		}
	})
	for _, p := range projects {
		if p != nil {
			f.known[p.File] = p
		}
	}
}

// fresh reports whether a file was not read before, under this or another path.
func (f *finder) fresh(c *candidate) bool {
	if f.known[c.file] != nil {
		return false
	}
	if c.id == (tree.ID{}) {
		id, err := dirID(filepath.Dir(c.file))
		if err != nil {
			return true // reading it says why
		}
		c.id = id
	}
	k := fileID{c.id, filepath.Base(c.file)}
	if f.ids[k] {
		return false
	}
	f.ids[k] = true
	return true
}

// project reads one project; nil where it is not there any more.
func (f *finder) project(r *reader, c *candidate) *Project {
	p := &Project{File: c.file, Kind: c.kind, Dir: cmp.Or(c.dir, filepath.Dir(c.file)), Weak: inTestdata(c.file)}
	p.SumFile = cmp.Or(c.sum, sumFile(c.file))
	p.SumState = SumAbsent
	if err := f.ctx.Err(); err != nil {
		p.Doubts = append(p.Doubts, Doubt{Kind: DoubtInterrupted, File: p.File,
			Message: fmt.Sprintf("%q was not read: the look was interrupted: look again", p.File)})
		return p
	}
	data, doubt, err := r.read(p.File, modLimit)
	switch {
	case err != nil:
		return nil
	case doubt != nil:
		p.Doubts = append(p.Doubts, *doubt)
	default:
		p.take(f.parse(p, data))
	}
	f.sum(r, p)
	if p.Kind != Modfile {
		v, doubt := f.readVendor(r, p.Dir)
		p.Vendor = v
		if doubt != nil {
			p.Doubts = append(p.Doubts, *doubt)
		}
	}
	return p
}

func (f *finder) parse(p *Project, data []byte) *said {
	if p.Kind == Workspace {
		return f.parseWork(p.File, p.Dir, data)
	}
	return f.parseMod(p.File, p.Dir, data)
}

// take fills a project with what its file says.
func (p *Project) take(s *said) {
	p.Module, p.Go, p.Toolchain = s.module, s.goLine, s.toolchain
	p.Main, p.Use, p.Replace, p.Tools = s.main, s.use, s.replace, s.tools
	p.Named, p.Doubts = s.named, append(p.Doubts, s.doubts...)
}

// sum reads the go.sum file of a project.
func (f *finder) sum(r *reader, p *Project) {
	data, doubt, err := r.read(p.SumFile, sumLimit)
	switch {
	case err != nil:
		return
	case doubt != nil:
		p.SumState = SumUnread
		p.Doubts = append(p.Doubts, *doubt)
		return
	}
	s := f.sums(data)
	p.SumState, p.Sums = SumOK, s.lines
	doubts, named := s.doubts(f.table, p.SumFile)
	switch {
	case s.none:
		p.SumState = SumUnread
	case slices.ContainsFunc(s.bad, func(b badLine) bool { return b.fields != 3 }):
		p.SumState = SumMalformed
	}
	if len(doubts) > 0 {
		p.Doubts = append(p.Doubts, doubts...)
		p.Named = canonical(append(p.Named, named...))
	}
}

// sumFile is where go keeps the hashes that belong to a file (modload.Init: go.work.sum; modfetch.GoSumFile).
func sumFile(file string) string {
	if filepath.Base(file) == "go.work" {
		return file + ".sum"
	}
	return strings.TrimSuffix(file, ".mod") + ".sum"
}

// inTestdata reports whether an element of a path is testdata.
func inTestdata(path string) bool {
	return slices.Contains(strings.Split(filepath.ToSlash(path), "/"), "testdata")
}

// judge says what only all files together tell.
func (f *finder) judge() {
	for _, p := range f.known {
		if p.SumState == SumOK && conflicts(p.Sums) {
			p.SumState = SumConflict
		}
		if p.Vendor == nil {
			continue
		}
		c := vendorCheck{goLine: p.Go, mains: []*modgraph.Main{p.Main}, unsound: p.unsound()}
		if p.Kind == Workspace {
			c.mains, c.work, c.replace = nil, p.Dir, p.Replace
			for _, dir := range p.Use {
				m := f.known[filepath.Join(dir, "go.mod")]
				if m == nil || m.Main == nil {
					c.unsound = true
					continue
				}
				c.mains = append(c.mains, m.Main)
				c.unsound = c.unsound || m.unsound()
			}
		}
		p.Vendor.Why = c.judge(p.Vendor)
		p.Vendor.Used = p.Vendor.Why == ""
	}
}

// unsound reports whether the file does not say, or not to us, all that go would take from it.
func (p *Project) unsound() bool {
	return p.Kind != Workspace && p.Main == nil || slices.ContainsFunc(p.Doubts, func(d Doubt) bool { return d.File == p.File })
}
