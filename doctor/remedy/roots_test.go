package remedy

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godoctor/doctor/plan"
	"godoctor/scan/cachetest"
)

// A wrongRoot is something that GOMODCACHE or GOCACHE may name by mistake.
type wrongRoot struct{ what, path string }

// wrongRoots makes what they name. Nothing of it is a cache that may be opened.
func wrongRoots(t testing.TB, m *cachetest.Machine) []wrongRoot {
	t.Helper()
	at := func(elem ...string) string { return filepath.Join(append([]string{m.Home, "wrong"}, elem...)...) }
	dir := func(elem ...string) string {
		if err := os.MkdirAll(at(elem...), 0o755); err != nil {
			t.Fatal(err)
		}
		return at(elem...)
	}
	cache := func(name string) string { // one that would be right but for what is done to it
		dir(name, "cache", "download")
		return at(name)
	}
	with := func(name, file string) string {
		write(t, filepath.Join(cache(name), file), "mine")
		return at(name)
	}
	mode := func(name string, mode os.FileMode) string {
		if err := os.Chmod(cache(name), mode); err != nil {
			t.Fatal(err)
		}
		return at(name)
	}
	link := func(name, to string) string {
		dir()
		if err := os.Symlink(to, at(name)); err != nil {
			t.Fatal(err)
		}
		return at(name)
	}
	dir("git", "cache", "download")
	dir("git", ".git")
	dir("hg", "cache", "download")
	dir("hg", ".hg")
	write(t, at("documents", "letter"), "mine")
	write(t, at("cachefile", "cache"), "")
	write(t, at("downloadfile", "cache", "download"), "")
	link("away", cache("real"))
	dir("linked")
	if err := os.Symlink(at("real", "cache"), at("linked", "cache")); err != nil {
		t.Fatal(err)
	}
	file := write(t, at("file"), "mine")
	stranger := "/usr/bin" // root's
	if os.Geteuid() == 0 {
		stranger = cache("stranger")
		if err := os.Chown(stranger, 65534, 65534); err != nil {
			t.Fatal(err)
		}
	}
	return []wrongRoot{
		{"the top", "/"}, {"the top, longer", "/."}, {"the top, twice", "//"}, {"the top, from below", "/usr/.."},
		{"near the top", "/usr"}, {"near the top, a slash", "/etc/"}, {"near the top, tmp", "/tmp"},
		{"home", m.Home}, {"home with a slash", m.Home + "/"}, {"home with a dot", m.Home + "/."},
		{"home from below", m.Home + "/wrong/.."}, {"above home", m.Root}, {"far above home", filepath.Dir(m.Root)},
		{"the temporary directory", os.TempDir()}, {"above that", filepath.Dir(os.TempDir())},
		{"link to home", link("tohome", m.Home)}, {"link to the top", link("totop", "/")}, {"link to above home", link("above", "../..")},
		{"loop of links", link("loop", "loop")}, {"dangling link", link("dangling", "nothing")},
		{"relative", "go/pkg/mod"}, {"here", "."}, {"above here", ".."}, {"tilde", "~"}, {"tilde path", "~/go/pkg/mod"},
		{"variable", "$HOME/go/pkg/mod"}, {"space", " "}, {"word", "off"},
		{"missing", at("missing")}, {"missing below", at("missing", "pkg", "mod")}, {"file", file}, {"below a file", filepath.Join(file, "mod")},
		{"device", "/dev/null"}, {"line break", dir("two\nlines")}, {"carriage return", dir("back\rwards")}, {"NUL", m.GOMODCACHE + "\x00"},
		{"git", at("git")}, {"git work tree", with("worktree", ".git")}, {"mercurial", at("hg")}, {"fossil", with("fossil", ".fslckout")},
		{"module", with("module", "go.mod")}, {"workspace", with("work", "go.work")},
		{"documents", at("documents")}, {"GOPATH", m.GOPATH}, {"GOPATH/pkg", filepath.Dir(m.GOMODCACHE)}, {"projects", m.Projects},
		{"cache is a file", at("cachefile")}, {"download is a file", at("downloadfile")}, {"cache is a link", at("linked")},
		{"everybody writes", mode("open", 0o777)}, {"another's", stranger},
		{"system directory", "/proc/1"},
	}
}

// A path that is none of a root's is refused before it is followed, and nothing of it comes back.
func TestRealRoot(t *testing.T) {
	r := &Remover{}
	for _, name := range []string{"", "x", "./x/y", "a/b/c", "/a/b\nc", "/", "/usr"} {
		if real, err := r.realRoot(name); err == nil || real != "" {
			t.Errorf("%q is %q, %v", name, real, err)
		}
	}
}

// A group that can write is no stranger where it is the user's own (umask 002), and is one else.
func TestGroupWrites(t *testing.T) {
	for _, c := range []struct {
		mode      os.FileMode
		gid       int
		strangers bool
	}{
		{0o755, 5, false}, {0o777, os.Getegid(), true}, {0o777 | os.ModeSticky, 5, false}, {0o775, os.Geteuid() + 1, true},
		{0o775, os.Getegid(), os.Getegid() != os.Geteuid()},
	} {
		if got := (stat{mode: c.mode, uid: os.Geteuid(), gid: c.gid}).strangers(); got != c.strangers {
			t.Errorf("mode %v of group %d: %v", c.mode, c.gid, got)
		}
	}
}

// Whatever the settings name by mistake is refused, as either cache, and nothing changes.
func TestWrongRoots(t *testing.T) {
	m := made(t)
	write(t, filepath.Join(m.Projects, "p", "go.mod"), "module p\n")
	if err := m.BuildCacheFiles(long, long); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", m.Tmp)
	for _, dir := range []string{m.Home, m.Root, m.Tmp} { // nothing but their place says that they are no caches
		if err := os.MkdirAll(filepath.Join(dir, "cache", "download"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	list := wrongRoots(t, m)
	if len(list) < 40 {
		t.Fatalf("%d roots", len(list))
	}
	was := tree(t, m.Root)
	opt := Options{Home: m.Home, Before: func(op, path string) error {
		t.Errorf("%s %q", op, path)
		return nil
	}}
	refused := func(what, path string, opt Options) {
		r, err := Open(opt)
		if err == nil {
			r.Close()
			t.Errorf("%s: %q was opened", what, path)
		} else if !errors.Is(err, ErrRoot) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, w := range append(list, wrongRoot{"build cache", m.GOCACHE}) {
		opt.ModCache, opt.GoCache = w.path, ""
		refused(w.what, w.path, opt)
	}
	for _, w := range append(list, wrongRoot{"module cache", m.GOMODCACHE}) {
		opt.ModCache, opt.GoCache = "", w.path
		refused(w.what, w.path, opt)
		opt.ModCache = m.GOMODCACHE // one right root does not help the other
		refused(w.what, w.path, opt)
	}
	sameTree(t, "after", was, tree(t, m.Root))
}

// What is refused is refused for its fault: without it the same directory is opened. No root is no error, and nothing
// can be removed then.
func TestRightRoots(t *testing.T) {
	m := made(t)
	wrongRoots(t, m)
	at := func(name string) string { return filepath.Join(m.Home, "wrong", name) }
	for _, opt := range []Options{{ModCache: m.GOMODCACHE}, {ModCache: at("real")}, {ModCache: at("away")}, {GoCache: m.GOCACHE},
		{ModCache: at("open"), Shared: true}} {
		opt.Home = m.Home
		r, err := Open(opt)
		if err != nil {
			t.Error(err)
			continue
		}
		r.Close()
	}
	r, err := Open(Options{Home: m.Home})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, it := range []plan.Item{item(t, m, "example.com/a", "v1.0.0", plan.Version), {Part: plan.VCS, Name: strings.Repeat("0", 64)},
		{Part: plan.Leftover, Name: "example.com/a@v1.0.0.tmp-1"}, {Part: plan.Fuzz, Name: "p/FuzzA"}, {Part: plan.Entry, Name: "0a"},
		{Part: plan.SDK, Name: "go1.20", Root: m.Home}, {Part: plan.Archive, Root: m.Home}, {Part: plan.Related, Root: m.Home}, {Part: "none"}} {
		if o := one(t, r, it); o.Result != plan.Failed || o.Err == nil {
			t.Errorf("%s: %+v", it.Part, o)
		}
	}
}

// A home directory full of names like module versions stays: no zip, .ziphash or .info says that go made them.
func TestNamedLikeModules(t *testing.T) {
	m := madeIn(t, quick(t))
	var items []plan.Item
	mine := make(map[string]map[string]string)
	for _, dir := range []string{"docs@v1", "docs@v1.0.0", "a.example.com/c@v1.0.0", "example.com/a@v1.2.0", "golang.org/toolchain@v0.0.1-go1.22.1.linux-amd64"} {
		root := filepath.Join(m.GOMODCACHE, filepath.FromSlash(dir))
		for i := range 200 {
			write(t, filepath.Join(root, "letters", string(rune('a'+i%26)), strings.Repeat("x", i/26+1)), dir)
		}
		mine[root] = tree(t, root)
		path, version, _ := strings.Cut(dir, "@")
		for _, part := range []plan.Part{plan.Sources, plan.Zip, plan.Version, plan.Forget} {
			items = append(items, plan.Item{Module: path, Version: version, Part: part, Dir: stampOf(t, root)})
		}
	}
	for _, local := range []string{"../x", "/etc", "./y", "C:\\x", "vendor", "std", ""} { // replace => ../x, and the like
		items = append(items, plan.Item{Module: local, Version: "v1.0.0", Part: plan.Version})
	}
	r := remover(t, m, Options{})
	for round := range 2 {
		run := apply(r, items...)
		for i, o := range run.Outcomes {
			if o.Result != plan.Skipped && o.Result != plan.Failed || o.Err == nil {
				t.Errorf("%s: %+v", items[i].Label(), o)
			}
		}
		for root, was := range mine {
			sameTree(t, root, was, tree(t, root))
		}
		if round == 0 { // once more where the directories are there that hold zips
			write(t, filepath.Join(m.GOMODCACHE, "cache/download/docs/@v/list"), "")
			write(t, filepath.Join(m.GOMODCACHE, "cache/download/a.example.com/c/@v/v1.1.0.info"), "")
			write(t, filepath.Join(m.GOMODCACHE, "cache/download/golang.org/toolchain/@v/list"), "")
		}
	}
}
