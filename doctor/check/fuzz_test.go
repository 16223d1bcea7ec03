package check

import (
	"path"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"godoctor/scan/gomod"
)

// FuzzVulncheck: of what govulncheck prints only what names a module version is told, each vulnerability of a module once, in
// one order, and no more than can be read.
func FuzzVulncheck(f *testing.F) {
	f.Add([]byte(`{"config":{}}{"osv":{"id":"GO-2026-0001","summary":"x"}}{"finding":{"osv":"GO-2026-0001","fixed_version":"v1.1.0","trace":[{"module":"example.com/a","version":"v1.0.0","package":"example.com/a","function":"F"},{"module":"m","position":{"filename":"x.go","line":7}}]}}`))
	f.Add([]byte(`{"finding":{"osv":"x","trace":[{"module":"stdlib","version":"go1.26.8"}]}}{"finding":{"osv":"x","trace":[]}} {"finding":null}`))
	f.Add([]byte(`{"finding":{"osv":"\u001b[31m","trace":[{"module":"../x","version":"v1"}]}}`))
	f.Add([]byte("govulncheck: loading packages: \n"))
	f.Fuzz(func(t *testing.T, out []byte) {
		list, err := vulnerabilities(out)
		if err != nil && list != nil || len(list) > vulnMax {
			t.Fatalf("%d and %v", len(list), err)
		}
		seen := map[string]bool{}
		for i, v := range list {
			if key := v.ID + " " + v.Module; seen[key] || i > 0 && list[i-1].ID > v.ID {
				t.Fatalf("%+v", list)
			} else {
				seen[key] = true
			}
			if v.Module != "stdlib" && module.Check(v.Module, v.Version) != nil {
				t.Fatalf("%+v is told", v)
			}
		}
	})
}

// FuzzSettings: GOVCS is split and GOTOOLCHAIN taken apart as the go command does, and a rule that names a path decides for it.
func FuzzSettings(f *testing.F) {
	for _, s := range []string{"github.com:git,evil.com:off,*:git|hg", "private:all,public:off", "a:git,a:hg", ":git", "a:", "./x:git", "a:git||hg", " a : git | hg ", "auto", "path", "go1.26.8+auto", "local+path", "go1.x", "+auto", "go1.26.8+", "local"} {
		f.Add(s, "github.com/x/y.git")
	}
	f.Fuzz(func(t *testing.T, s, root string) {
		rules, err := parseGOVCS(s)
		if err != nil && rules != nil {
			t.Fatalf("%v and %v", rules, err)
		}
		for i, r := range rules {
			if r.pattern == "" || len(r.allowed) == 0 || slices.Contains(r.allowed, "") || strings.ContainsAny(r.pattern, ",:") || slices.ContainsFunc(rules[:i], func(q govcsRule) bool { return q.pattern == r.pattern }) {
				t.Fatalf("%q is %+v", s, rules)
			}
		}
		if len(rules) > 0 && rules[0].pattern != "private" && rules[0].pattern != "public" && module.MatchPrefixPatterns(rules[0].pattern, root) {
			for _, program := range []string{"git", "hg", "svn"} {
				if want := slices.Contains(rules[0].allowed, program) || slices.Contains(rules[0].allowed, "all"); govcsAllows(rules, root, true, program) != want {
					t.Fatalf("%q: %s is allowed for %q: %v", s, program, root, !want)
				}
			}
		}
		least, mode, bad := readSetting(s, "go1.26.8")
		switch {
		case bad != "" && (least != "" || mode != ""), bad == "" && least == "":
			t.Fatalf("%q is %q, %q, %q", s, least, mode, bad)
		case bad == "" && mode != "" && mode != "auto" && mode != "path":
			t.Fatalf("%q is %q", s, mode)
		case bad == "" && least != "go1.26.8" && goVersion(least) == "":
			t.Fatalf("%q is %q", s, least)
		}
	})
}

// FuzzLines: the go and toolchain lines that decide which toolchain runs are those that the go command finds before it parses,
// and what package modfile takes without complaint says the same here.
func FuzzLines(f *testing.F) {
	f.Add("module m\n\ngo 1.24 // x\n\ntoolchain go1.26.8\n", "vendor/")
	f.Add("go\t1.24\r\ngo 1.25\ntoolchain\ngoo 1\n", "/*.go")
	f.Add("  go 1.24//\ngo //x\n", "!a")
	f.Add("  go 1.24nn", "")
	f.Add("use ./a\nretract v1.0.0\n", "[a\\")
	f.Fuzz(func(t *testing.T, text, pattern string) {
		for _, key := range []string{"go", "toolchain"} {
			d := lookupLine(text, key, "/x/go.mod")
			want, n := goModLookup(text, key)
			if len(want) > nameMax {
				want = ""
			}
			if d.value() != want || want != "" && d.Line != n {
				t.Fatalf("%s is %+v, want %q in line %d", key, d, want, n)
			}
		}
		gomod.Parse("go.mod", []byte(text), nil)
		if f, err := gomod.ParseLax("go.mod", []byte(text), nil); err == nil && f.Go != nil && strings.Count(text, "go") == 1 {
			d := lookupLine(text, "go", "") // "1.24nn" is 1.24 for ParseLax, and no version for the go command
			if modfile.GoVersionRE.MatchString(d.value()) && d.value() != f.Go.Version && !strings.ContainsAny(text, "\"`(/") {
				t.Fatalf("go is %q, and %q for package modfile", d.value(), f.Go.Version)
			}
		}
		if ignores(pattern, "vendor/a.b/c") {
			if p := strings.Trim(pattern, "/"); p != "" && path.Base(p) == p && !strings.ContainsAny(p, `*?[\`) && p != "vendor" && p != "a.b" && p != "c" {
				t.Fatalf("%q ignores it", pattern)
			}
		}
	})
}

// goModLookup is gover.GoModLookup, word for word, but for the line that it also gives.
func goModLookup(text, key string) (string, int) {
	for n, line := range strings.Split(text, "\n") {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), key)
		if !ok || rest == "" || rest[0] != ' ' && rest[0] != '\t' {
			continue
		}
		rest, _, _ = strings.Cut(rest, "//")
		return strings.TrimSpace(rest), n + 1
	}
	return "", 0
}
