package project

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"godoctor/scan/gomod"
)

// FuzzWork: a go.work file that package modfile takes says the same here, and of one that it refuses every use line that
// stands alone in its line is named all the same.
func FuzzWork(f *testing.F) {
	f.Add("go 1.24\n\ntoolchain go1.26.8\n\nuse (\n\t.\n\t./a // b\n\t\"../c d\"\n)\n\nreplace a.b/c v1.0.0 => d.e/f v1.2.0\n")
	f.Add("use ./a\nuse /x/a\nuse ./b/..\nreplace a.b/c => ./x\n")
	f.Add("use ./a\n<<<<<<< HEAD\nuse ./b\n=======\nuse ./c\n>>>>>>> x\n")
	f.Add("go 1.x\nuse a b\ngodebug x=y\nuse (\n")
	f.Add("go 1.24\r\nuse ./a\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		s := newTable().parseWork("go.work", "/x", []byte(text))
		if !slices.IsSorted(s.use) {
			t.Errorf("%q is not sorted", s.use)
		}
		for _, dir := range s.use {
			if !filepath.IsAbs(dir) || filepath.Clean(dir) != dir {
				t.Errorf("%q is used", dir)
			}
		}
		want, err := gomod.ParseWork("go.work", []byte(text), canonicalOnly)
		if err != nil {
			return
		}
		if len(s.doubts) > 0 && slices.ContainsFunc(s.doubts, func(d Doubt) bool { return d.Kind == DoubtSyntax }) {
			t.Fatalf("go takes it, and here it is %+v", s.doubts)
		}
		var dirs []string
		for _, u := range want.Use {
			dirs = append(dirs, filepath.Join("/x", u.Path))
			if filepath.IsAbs(u.Path) {
				dirs[len(dirs)-1] = filepath.Clean(u.Path)
			}
		}
		slices.Sort(dirs)
		same(t, "uses", s.use, slices.Compact(dirs))
		if want.Go != nil && s.goLine != want.Go.Version || want.Toolchain != nil && s.toolchain != want.Toolchain.Name {
			t.Errorf("go %q, toolchain %q", s.goLine, s.toolchain)
		}
		if len(s.replace) != len(want.Replace) {
			t.Errorf("%v replaces, want %d", s.replace, len(want.Replace))
		}
	})
}

// canonicalOnly is a modfile.VersionFixer of who asks nobody.
func canonicalOnly(_, version string) (string, error) {
	if module.CanonicalVersion(version) != version {
		return "", &module.InvalidVersionError{Version: version}
	}
	return version, nil
}

// FuzzVendor compares what modules.txt says with modload.readVendorList.
func FuzzVendor(f *testing.F) {
	f.Add("## workspace\n# example.com/a v1.0.0\n## explicit; go 1.24\nexample.com/a\nexample.com/a/b\n# example.com/b v1.0.0 => ./b\n## explicit\n# example.com/c => example.com/d v1.2.0\n")
	f.Add("# example.com/a v1.0.0\n# x\n## explicit\nexample.com/a\n")
	f.Add("# a v1.0.0 => b c d\n# a v1 => b\n# a =>\n# a b\n## explicit\n#a v1.0.0\n")
	f.Add("# example.com/a v1.0.0\r\n## explicit\r\nexample.com/a\r\n# example.com/a v1.0.0\n../a\n")
	f.Fuzz(func(t *testing.T, text string) {
		var v Vendor
		v.parse(newTable(), text)
		want, packages := vendorList(text)
		got := 0
		for _, m := range v.Modules {
			got += m.Packages
			w, ok := want[m.Version]
			if !ok || w.explicit != m.Explicit || w.replacement != (module.Version{}) && w.replacement != m.Actual || w.replacement == (module.Version{}) && m.Actual != m.Version {
				t.Errorf("%+v, go reads %+v", m, w)
			}
			delete(want, m.Version)
		}
		if got != packages {
			t.Errorf("%d packages, go reads %d", got, packages)
		}
		for m, w := range want {
			t.Errorf("%v is not read: %+v", m, w)
		}
	})
}

type vendored struct {
	explicit    bool
	replacement module.Version
}

// vendorList is modload.readVendorList, word for word, but for what it keeps.
func vendorList(text string) (meta map[module.Version]vendored, packages int) {
	meta = map[module.Version]vendored{}
	var mod module.Version
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "# ") {
			f := strings.Fields(line)
			if len(f) < 3 {
				continue
			}
			if semver.IsValid(f[2]) {
				mod = module.Version{Path: f[1], Version: f[2]}
				f = f[3:]
			} else if f[2] == "=>" {
				mod = module.Version{Path: f[1]}
				f = f[2:]
			} else {
				mod = module.Version{}
				continue
			}
			m := meta[mod]
			if len(f) >= 2 && f[0] == "=>" {
				if len(f) == 2 {
					m.replacement = module.Version{Path: f[1]}
				} else if len(f) == 3 && semver.IsValid(f[2]) {
					m.replacement = module.Version{Path: f[1], Version: f[2]}
				}
			}
			meta[mod] = m
			continue
		}
		if mod.Path == "" {
			continue
		}
		if annotations, ok := strings.CutPrefix(line, "## "); ok {
			m := meta[mod]
			for entry := range strings.SplitSeq(annotations, ";") {
				m.explicit = m.explicit || strings.TrimSpace(entry) == "explicit"
			}
			meta[mod] = m
			continue
		}
		if f := strings.Fields(line); len(f) == 1 && module.CheckImportPath(f[0]) == nil {
			packages++
		}
	}
	return meta, packages
}

// FuzzLead: a .git file leads to one directory, in one spelling, never to another machine, and a text is scanned for what it
// names without a word that is not in it.
func FuzzLead(f *testing.F) {
	for _, s := range []string{"../x\n", "/a/../b", `\\host\share`, "//host/share", "", "\n", "a\x00b", "module \"x\"\nuse (\n./a\n)\ngo 1.24\n", "replace a => ../b\ntoolchain go1.26.8\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if to, err := lead("/top", text); err == nil && (!filepath.IsAbs(to) || filepath.Clean(to) != to || strings.HasPrefix(to, `\\`)) {
			t.Errorf("%q leads to %q", text, to)
		}
		text = strings.ReplaceAll(text, "\x00", "") // as UTF-16 is read
		s := scanLines(text)
		for _, w := range append(s.dirs, s.module, s.goLine, s.toolchain) {
			if !strings.Contains(text, w) && !strings.ContainsAny(text, "\"`\\") {
				t.Errorf("%q is not in %q", w, text)
			}
		}
		for _, m := range newTable().names(text) {
			if !strings.Contains(text, m.Path) || !strings.Contains(text, m.Version) {
				t.Errorf("%v is not in %q", m, text)
			}
		}
	})
}
