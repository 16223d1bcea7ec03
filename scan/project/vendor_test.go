package project

import (
	"os"
	"strings"
	"testing"
)

// TestVendor: go uses, or refuses, the vendor directories that we say it does.
func TestVendor(t *testing.T) {
	const good = "# example.com/a v1.0.0\n## explicit; go 1.20\nexample.com/a\n"
	for _, c := range []struct {
		name, mod, txt string
		used           bool
		asks           bool // go reads it at all
	}{
		{"good", mod("1.20", "v1.0.0"), good, true, true},
		{"other version", mod("1.20", "v1.1.0"), good, false, true},
		{"not required", "module m\n\ngo 1.20\n", good, false, true},
		{"not explicit", mod("1.20", "v1.0.0"), "# example.com/a v1.0.0\nexample.com/a\n", false, true},
		{"no modules.txt", mod("1.20", "v1.0.0"), "", false, true},
		{"nothing to vendor", "module m\n\ngo 1.20\n", "", true, true},
		{"replaced by a directory", mod("1.20", "v1.0.0") + "replace example.com/a => ./a\n",
			"# example.com/a v1.0.0 => ./a\n## explicit; go 1.20\nexample.com/a\n# example.com/a => ./a\n", true, true},
		{"replaced by another version", mod("1.20", "v1.0.0") + "replace example.com/a v1.0.0 => example.com/b v1.2.0\n",
			"# example.com/a v1.0.0 => example.com/b v1.2.0\n## explicit; go 1.20\nexample.com/a\n", true, true},
		{"replaced, and not marked", mod("1.20", "v1.0.0") + "replace example.com/a => ./a\n", good, false, true},
		{"marked, and not replaced", mod("1.20", "v1.0.0"),
			"# example.com/a v1.0.0 => ./a\n## explicit; go 1.20\nexample.com/a\n", false, true},
		{"old go line", mod("1.13", "v1.0.0"), good, false, false},
		{"no go line", "module m\nrequire example.com/a v1.0.0\n", good, false, false},
		{"of a workspace", mod("1.20", "v1.0.0"), "## workspace\n" + good, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.file("go.mod", c.mod)
			w.file("m.go", "package m\n")
			w.file("a/go.mod", "module example.com/a\n\ngo 1.20\n")
			w.file("vendor/example.com/a/a.go", "package a\n")
			if c.txt != "" {
				w.file("vendor/modules.txt", c.txt)
			}
			v := w.one(w.find(nil), "go.mod").Vendor
			if v == nil || v.Used != c.used || (v.Why == "") != v.Used {
				t.Fatalf("%+v", v)
			}
			out, err := goSays(t, w.dir, "list", "-f", "{{.ImportPath}}", ".")
			if inconsistent := strings.Contains(out, "inconsistent vendoring"); c.asks && (inconsistent == c.used || c.used && err != nil) || !c.asks && inconsistent {
				t.Errorf("we say used %v (%s), go says %v: %s", v.Used, v.Why, err, out)
			}
		})
	}
}

func TestVendorModules(t *testing.T) {
	w := newWorld(t)
	w.file("go.mod", mod("1.20", "v1.0.0"))
	w.file("vendor/modules.txt", "# example.com/a v1.0.0\n## explicit\nexample.com/a\nexample.com/a/b\n# example.com/c v0.1.0 => example.com/d v0.2.0\n## go 1.20\n# x\nexample.com/c\n# x y\nignored\n")
	v := w.one(w.find(nil), "go.mod").Vendor
	if len(v.Modules) != 2 || v.Modules[0].Packages != 2 || !v.Modules[0].Explicit || v.Modules[1].Actual != versions("example.com/d@v0.2.0")[0] || v.Modules[1].Packages != 1 {
		t.Errorf("%+v", v.Modules)
	}
}

// TestVendorWorkspace: the vendor directory of a workspace is compared with all members.
func TestVendorWorkspace(t *testing.T) {
	w := newWorld(t)
	w.file("go.work", "go 1.24.0\n\nuse (\n\t./x\n\t./y\n)\n")
	w.file("x/go.mod", "module x\n\ngo 1.24.0\n\nrequire example.com/a v1.0.0\n\nreplace example.com/a => ../a\n")
	w.file("y/go.mod", "module y\n\ngo 1.24.0\n")
	w.file("vendor/modules.txt", "## workspace\n# example.com/a v1.0.0 => ./a\n## explicit; go 1.20\nexample.com/a\n# example.com/a => ./a\n")
	if v := w.one(w.find(nil), "go.work").Vendor; v == nil || !v.Used {
		t.Errorf("%+v", v)
	}
	w.file("y/go.mod", "module y\n\ngo 1.24.0\n\nrequire example.com/b v1.0.0\n")
	if v := w.one(w.find(nil), "go.work").Vendor; v.Used || !strings.Contains(v.Why, "example.com/b") {
		t.Errorf("%+v", v)
	}
	w.must(os.Remove(w.path("y/go.mod")))
	if v := w.one(w.find(nil), "go.work").Vendor; v.Used {
		t.Errorf("a member is missing: %+v", v)
	}
}
