package process

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"

	"godoctor/scan/goenv"
)

// FuzzCommand: whatever a go command's line says, a version in it, -mod=mod in it and a verb that nobody knows need everything,
// and no line needs less for what is added to it.
func FuzzCommand(f *testing.F) {
	for _, s := range []string{"go\x00build\x00./...", "go\x00-C\x00/x\x00run\x00example.com/a@v1.0.0", "go\x00mod\x00tidy", "go\x00test\x00-mod=mod", "go\x00-C=/x\x00work\x00use",
		"go\x00build\x00-modfile\x00x.mod\x00--mod\x00mod", "go", "", "go\x00clean\x00-modcache", "go\x00env\x00a@b"} {
		f.Add(s, "-mod=vendor")
	}
	f.Add("go\x00build", "'-mod=mod")
	f.Add("go\x00vet", "'-mod=mod' \"-modfile=a b\"")
	f.Fuzz(func(t *testing.T, line, goflags string) {
		args := strings.Split(line, "\x00")
		c := parseCommand(args, goflags)
		if (c.need == needAll) != (c.why != "") {
			t.Fatalf("%q, %q: %+v", args, goflags, c)
		}
		known, ok := verbs[c.verb]
		switch {
		case !ok && c.need != needAll:
			t.Fatalf("%q: %q is not known, and needs %v", args, c.verb, c.need)
		case ok && c.need < known && !(known == needNone):
			t.Fatalf("%q: %q needs %v at least, and %v here", args, c.verb, known, c.need)
		}
		if words, err := goenv.Words(goflags); err != nil && c.need != needAll || err == nil && ok && known != needNone && slices.Contains(words, "-mod=mod") && c.need != needAll {
			t.Fatalf("%q, %q: %+v", args, goflags, c)
		}
		if more := parseCommand(append(slices.Clone(args), "x@v1.0.0"), goflags); len(args) > 1 && more.verb == c.verb && more.need < c.need {
			t.Fatalf("%q needs %v, and %v with a version behind it", args, c.need, more.need)
		}
	})
}

// FuzzListing: every version that package modfile reads in a go.mod or go.work file is one that a go command may need, and so
// is the first half of every line of a go.sum file.
func FuzzListing(f *testing.F) {
	f.Add("module m\n\ngo 1.24\n\ntoolchain go1.26.8\n\nrequire example.com/a v1.0.0\n\nreplace example.com/b => example.com/c v1.1.0\n")
	f.Add("go 1.24\nuse ./a\nreplace example.com/b v1.0.0 => example.com/c v1.1.0\n")
	f.Add("example.com/a v1.0.0 h1:x=\nexample.com/a v1.0.0/go.mod h1:x=\r\n a\tb c\n\u00a0a b\n")
	f.Add("a  v1.0.0 h1:x\n a v1 h\na\vb v1.0.0 x\na\u2003b v1 x\n")
	f.Fuzz(func(t *testing.T, text string) {
		sums := &listing{file: "go.sum"}
		if err := sums.parse([]byte(text)); err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(text, "\n") {
			if w := strings.Fields(line); len(w) >= 2 { // modfetch.readGoSum
				if _, ok := sums.versions[key(w[0], strings.TrimSuffix(w[1], "/go.mod"))]; !ok {
					t.Fatalf("%q is not read of the line %q: %q", w, line, sums.versions)
				}
			}
		}
		mod := &listing{file: "go.mod"}
		if err := mod.parse([]byte(text)); err == nil {
			file, err := modfile.Parse("go.mod", []byte(text), nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range file.Require {
				if _, ok := mod.versions[key(r.Mod.Path, r.Mod.Version)]; !ok {
					t.Fatalf("%v is not read", r.Mod)
				}
			}
			if file.Toolchain != nil && !mod.switches(file.Toolchain.Name) {
				t.Fatalf("%q is not read", file.Toolchain.Name)
			}
		}
		work := &listing{file: "go.work"}
		if err := work.parse([]byte(text)); err == nil && len(work.use) > strings.Count(text, "\n")+1 {
			t.Fatalf("%q are used", work.use)
		}
	})
}
