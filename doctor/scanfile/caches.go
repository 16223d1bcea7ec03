package scanfile

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/scan"
	"godoctor/scan/gocache"
	"godoctor/scan/modcache"
	"godoctor/scan/tree"
)

// inventory is what is there. The index and the statistics of the scan are not kept: they are for the next one.
func (c *coder) inventory(inv *scan.Inventory) {
	c.time("started", &inv.Started)
	c.time("finished", &inv.Finished)
	c.flag("exact", &inv.Exact)
	c.time("since", &inv.Since)
	list(c, "roots", fewMax, &inv.Roots, (*coder).root)
	list(c, "stores", fewMax, &inv.Stores, (*coder).store)
	list(c, "problems", fewMax, &inv.Problems, (*coder).problem)
	c.unreadable("unreadable", &inv.Unreadable)
	num(c, "unread", &inv.Unread)
	list(c, "odd", listMax, &inv.Odd, (*coder).odd)
	num(c, "odds", &inv.Odds)
	c.env(inv)
	maybe(c, "modcache", &inv.ModCache, (*coder).modCache)
	maybe(c, "gocache", &inv.BuildCache, (*coder).buildCache)
	maybe(c, "toolchains", &inv.Toolchains, (*coder).toolchains)
	maybe(c, "binaries", &inv.Binaries, (*coder).binaries)
	list(c, "related", listMax, &inv.Related, (*coder).related)
	maybe(c, "projects", &inv.Projects, (*coder).found)
}

func (c *coder) root(r *scan.Root) {
	c.str("name", &r.Name)
	c.str("path", &r.Path)
	c.str("real", &r.Real)
	num(c, "disk_total", &r.Disk.Total)
	num(c, "disk_free", &r.Disk.Free)
}

func (c *coder) store(s *scan.Store) {
	word(c, "name", &s.Name)
	c.str("path", &s.Path)
	c.size("size", &s.Size)
	num(c, "items", &s.Items)
	c.flag("exact", &s.Exact)
}

func (c *coder) problem(p *scan.Problem) {
	c.str("subject", &p.Subject)
	c.str("path", &p.Path)
	num(c, "line", &p.Line)
	c.say("message", &p.Message)
	c.flag("fatal", &p.Fatal)
}

// unreadable is a field that is places which could not be read.
func (c *coder) unreadable(name string, p *[]tree.Unreadable) {
	each(c, name, listMax, p, func(c *coder, u *tree.Unreadable) {
		object(c, u, func(c *coder, u *tree.Unreadable) {
			c.str("path", &u.Path)
			c.because("error", &u.Err)
		})
		u.Err = cmp.Or(u.Err, errNoReason)
	})
}

var kinds = wordsOf(tree.Mount + 1)

func (c *coder) odd(o *tree.Odd) {
	c.str("path", &o.Path)
	of(c, "kind", &o.Kind, kinds)
}

func (c *coder) modCache(m *modcache.Cache) {
	c.str("root", &m.Root)
	c.flag("exact", &m.Exact)
	c.flag("done", &m.Done)
	c.stores(len(m.Stores), func(i int) (string, *tree.Size, *int64, *bool) {
		s := &m.Stores[i]
		s.Store = modcache.Store(i)
		return s.Store.String(), &s.Size, &s.Items, &s.Exact
	})
	list(c, "leftovers", listMax, &m.Leftovers, func(c *coder, it *modcache.Item) { c.item(&it.Path, &it.What, &it.Size) })
	list(c, "aliens", listMax, &m.Aliens, func(c *coder, it *modcache.Item) { c.item(&it.Path, &it.What, &it.Size) })
	list(c, "module_versions", versionsMax, &m.Versions, func(c *coder, v *modcache.Version) { c.version(v, m.Root) })
}

// item is what belongs to nothing.
func (c *coder) item(path, what *string, size *tree.Size) {
	c.str("path", path)
	word(c, "what", what)
	c.size("size", size)
}

// A kept is a store of one of the two caches.
type kept struct {
	name  string
	size  tree.Size
	items int64
	exact bool
}

// stores is a field that is the stores of a cache, of which there is a fixed number. at gives what one is made of.
func (c *coder) stores(n int, at func(i int) (name string, size *tree.Size, items *int64, exact *bool)) {
	var all []kept
	for i := range n {
		name, size, items, exact := at(i)
		all = append(all, kept{name, *size, *items, *exact})
	}
	read := all
	if c.out == nil {
		read = nil
	}
	list(c, "stores", fewMax, &read, func(c *coder, k *kept) {
		word(c, "name", &k.name)
		c.size("size", &k.size)
		num(c, "items", &k.items)
		c.flag("exact", &k.exact)
	})
	if c.out != nil {
		return
	}
	for _, k := range read { // one that this godoctor does not know is passed over
		if i := slices.IndexFunc(all, func(a kept) bool { return a.name == k.name }); i >= 0 {
			_, size, items, exact := at(i)
			*size, *items, *exact = k.size, k.items, k.exact
		}
	}
}

// parts are the words for what is there of a module version.
var parts = []struct {
	word string
	part modcache.Parts
}{
	{"dir", modcache.HasDir}, {"zip", modcache.HasZip}, {"ziphash", modcache.HasZiphash}, {"mod", modcache.HasMod},
	{"info", modcache.HasInfo}, {"lock", modcache.HasLock}, {"partial", modcache.HasPartial},
}

func partWords(p modcache.Parts) string {
	var b strings.Builder
	for _, w := range parts {
		if p.Has(w.part) {
			b.WriteString(" ")
			b.WriteString(w.word)
		}
	}
	return strings.TrimPrefix(b.String(), " ")
}

func partsOf(words string) (p modcache.Parts) {
	for _, w := range parts {
		for word := range strings.FieldsSeq(words) {
			if word == w.word {
				p |= w.part
			}
		}
	}
	return p
}

func (c *coder) version(v *modcache.Version, root string) {
	words := ""
	if c.out != nil {
		words = partWords(v.Parts)
	}
	word(c, "path", &v.Path)
	word(c, "version", &v.Version)
	if word(c, "parts", &words); c.out == nil && words != "" {
		p, known := c.parts[words]
		if !known {
			p = partsOf(words)
			c.parts[words] = p
		}
		v.Parts = p
	}
	c.size("sources", &v.Sources)
	c.size("zip", &v.ZipSize)
	c.size("meta", &v.Meta)
	c.flag("exact", &v.Exact)
	c.flag("done", &v.Done)
	c.time("fetched", &v.Fetched)
	c.flag("toolchain", &v.Toolchain)
	c.places(v, root)
}

// places are where a version lies. They follow from its name, by the rule of the module cache, and are written only where
// they do not.
func (c *coder) places(v *modcache.Version, root string) {
	if c.out == nil {
		c.str("dir", &v.Dir)
		c.str("zip_file", &v.Zip)
		return
	}
	dir, zip := c.placesOf(v, root)
	if v.Dir != dir {
		c.str("dir", &v.Dir)
	}
	if v.Zip != zip {
		c.str("zip_file", &v.Zip)
	}
}

// placesOf are the extracted directory and the zip of a version; empty where its name is none.
func (c *coder) placesOf(v *modcache.Version, root string) (dir, zip string) {
	path, err := module.EscapePath(v.Path)
	version, err2 := module.EscapeVersion(v.Version)
	if err != nil || err2 != nil {
		return "", ""
	}
	root = strings.TrimSuffix(root, c.separate) + c.separate
	if path = strings.ReplaceAll(path, "/", c.separate); path == "" {
		return "", ""
	}
	at := c.separate + "@v" + c.separate
	return root + path + "@" + version, root + "cache" + c.separate + "download" + c.separate + path + at + version + ".zip"
}

func (c *coder) buildCache(b *gocache.Cache) {
	c.str("root", &b.Root)
	c.flag("exact", &b.Exact)
	c.flag("done", &b.Done)
	c.flag("headers", &b.Headers)
	c.flag("looks", &b.Looks)
	c.say("reason", &b.Reason)
	c.flag("last_trimmed_known", &b.LastTrimmedKnown)
	c.time("trim_time", &b.TrimTime)
	c.time("test_expire", &b.TestExpire)
	num(c, "actions", &b.Actions)
	num(c, "outputs", &b.Outputs)
	num(c, "alien_count", &b.AlienCount)
	c.stores(len(b.Stores), func(i int) (string, *tree.Size, *int64, *bool) {
		s := &b.Stores[i]
		s.Store = gocache.Store(i)
		return s.Store.String(), &s.Size, &s.Items, &s.Exact
	})
	list(c, "groups", listMax, &b.Groups, (*coder).group)
	list(c, "build_aliens", listMax, &b.Aliens, func(c *coder, it *gocache.Item) { c.item(&it.Path, &it.What, &it.Size) })
	list(c, "fuzz", listMax, &b.Fuzz, (*coder).fuzz)
}

var ages = wordsOf(gocache.NumAges)

func (c *coder) group(g *gocache.Group) {
	word(c, "kind", &g.Kind)
	word(c, "go", &g.GoVersion)
	word(c, "os", &g.GOOS)
	word(c, "arch", &g.GOARCH)
	of(c, "age", &g.Age, ages)
	num(c, "entries", &g.Entries)
	c.size("size", &g.Size)
}

func (c *coder) fuzz(f *gocache.FuzzTarget) {
	c.str("package", &f.Package)
	c.str("target", &f.Target)
	num(c, "entries", &f.Entries)
	c.size("size", &f.Size)
}
