package binary

import (
	"cmp"
	"context"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"godoctor/scan/tree"
)

// Find looks at every installed program. Places that cannot be read are data in the result.
func Find(ctx context.Context, in Input) *Found {
	f := &finder{in: in, host: hostOf(in)}
	f.search = newSearch(f.host.goos, in.Environ)
	f.findDirs()
	f.list(ctx)
	f.readAll(ctx)
	f.found.Size = f.cost.Size()
	f.found.Interrupted = ctx.Err() != nil
	return &f.found
}

// A finder is one call of Find.
type finder struct {
	in     Input
	host   platform
	search search
	cost   tree.Cost // of all directories together, so that a hard link counts once
	found  Found

	mu    sync.Mutex
	files []file
}

// A file is an entry of a directory, before it is read.
type file struct {
	tree.Entry
	dir   string
	on    bool // dir is on PATH
	cross bool // for another system: nobody types its name
}

// hostOf is the machine that the programs are to run on.
func hostOf(in Input) platform {
	p := platform{cmp.Or(in.GOOS, runtime.GOOS), runtime.GOARCH}
	if in.Env != nil {
		// An amd64 build of this program may itself run emulated on arm64; go knows better.
		p.goarch = cmp.Or(in.Env.Value("GOHOSTARCH"), p.goarch)
	}
	return p
}

// list reads the names in the directories, and adds up what they take.
func (f *finder) list(ctx context.Context) {
	var roots []tree.Root
	named := len(f.found.Dirs)
	for _, d := range f.found.Dirs {
		if d.Exists && d.Problem == "" {
			w := watch{f, d.Path, d.OnPath, false}
			roots = append(roots, tree.Root{Path: d.Path, Place: tree.Place{Cost: &f.cost, Watch: w}})
		}
	}
	res := tree.Walk(ctx, roots, tree.Options{Workers: f.in.Workers})
	f.found.Unreadable = res.Unreadable
	slices.SortFunc(f.found.Unreadable, func(a, b tree.Unreadable) int { return cmp.Compare(a.Path, b.Path) })
	// What the walk found itself came in no particular order.
	slices.SortFunc(f.found.Dirs[named:], func(a, b Dir) int { return cmp.Compare(a.Path, b.Path) })
}

// A watch takes the entries of one directory.
type watch struct {
	f     *finder
	dir   string
	on    bool
	cross bool
}

// Dir takes the directories that go install makes for other systems, and leaves all others alone.
func (w watch) Dir(name string) (tree.Place, bool) {
	if w.cross || !isPlatform(name) {
		return tree.Place{}, false
	}
	dir := filepath.Join(w.dir, name)
	w.f.mu.Lock()
	defer w.f.mu.Unlock()
	if slices.ContainsFunc(w.f.found.Dirs, func(d Dir) bool { return d.Path == dir }) {
		return tree.Place{}, false // somebody named it: the walk comes there by itself
	}
	w.f.found.Dirs = append(w.f.found.Dirs, Dir{Path: dir, Source: SourceCross, Exists: true})
	return tree.Place{Cost: &w.f.cost, Watch: watch{w.f, dir, false, true}}, true
}

// File takes an entry.
func (w watch) File(e tree.Entry) *tree.Cost {
	w.f.mu.Lock()
	defer w.f.mu.Unlock()
	w.f.files = append(w.f.files, file{e, w.dir, w.on, w.cross})
	return &w.f.cost
}

// readAll reads the files, several at once, and puts them in order.
func (f *finder) readAll(ctx context.Context) {
	list := make([]Binary, len(f.files))
	workers := f.in.Workers
	if workers <= 0 {
		workers = min(max(2, runtime.GOMAXPROCS(0)), 8)
	}
	turns := tree.Turns(context.Background(), len(list)) // one that is not read has its name and its size
	tree.Together(min(workers, len(list)), func(int) {
		for i := range turns {
			list[i] = f.read(ctx, &f.files[i])
		}
	})
	list = slices.DeleteFunc(list, func(b Binary) bool { return b.shim })
	slices.SortFunc(list, func(a, b Binary) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Path, b.Path))
	})
	f.found.Binaries = list
}

// read makes a Binary of a file.
func (f *finder) read(ctx context.Context, e *file) Binary {
	b := Binary{
		Path: filepath.Join(e.dir, e.Name), Name: e.Name, OnPath: e.on, Time: time.Unix(0, e.Mtime),
		Size: tree.Size{Bytes: e.Bytes, Disk: e.Disk, Files: 1},
	}
	if ext := filepath.Ext(e.Name); f.host.goos == "windows" && strings.EqualFold(ext, ".exe") {
		b.Name = strings.TrimSuffix(e.Name, ext)
	}
	switch {
	case ctx.Err() != nil:
		b.Problem = "not read: the scan was stopped"
		return b
	case e.Kind != tree.File && e.Kind != tree.Link:
		b.Problem = "a " + e.Kind.String() + ", not a program"
		return b
	}
	if err := b.load(e.Kind == tree.Link, f.host); err != nil {
		b.Problem = cause(err).Error()
	}
	if !e.cross {
		b.Shadowed = f.search.instead(&b)
	}
	return b
}
