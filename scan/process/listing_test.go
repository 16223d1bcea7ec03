package process

import (
	"slices"
	"testing"
)

// TestSums: a go.sum file is split at white space of any kind, and lines that say nothing are passed over.
func TestSums(t *testing.T) {
	l := &listing{file: "go.sum"}
	text := "example.com/a v1.0.0 h1:x=\r\n" +
		"example.com/a v1.1.0/go.mod h1:x=\r\n" +
		"\n  example.com/b\t v1.0.0   h1:x=\n" +
		"one\n \n" +
		"example.com/c v1.0.0\n" + // half a line: what it names counts
		"example.com/e\u2003v1.0.0 h1:x= \n" + // white space that ASCII does not have (FuzzListing)
		"example.com/d v1.0.0 h1:x=" // no line end
	if err := l.parse([]byte(text)); err != nil {
		t.Fatal(err)
	}
	var got []string
	for k := range l.versions {
		got = append(got, k)
	}
	slices.Sort(got)
	want := []string{"example.com/a v1.0.0", "example.com/a v1.1.0", "example.com/b v1.0.0", "example.com/c v1.0.0", "example.com/d v1.0.0", "example.com/e v1.0.0"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestListings: files are forgotten when they take too much, and what a hostile one says is an error or nothing.
func TestListings(t *testing.T) {
	for _, text := range []string{"\x00\xff", "require (", "go 1.x\n", "use ( a b )", "module \"", "replace a => b v1"} {
		for _, name := range []string{"go.mod", "go.work", "go.sum"} {
			l := &listing{file: name}
			if err := l.parse([]byte(text)); err == nil && len(l.versions) > 1 {
				t.Errorf("%q as %s names %v", text, name, l.versions)
			}
		}
	}
}

func FuzzVersionAt(f *testing.F) {
	f.Add("example.com/!a@v1.0.0/x")
	f.Add("cache/download/example.com/a/@v/v1.0.0.zip")
	f.Fuzz(func(t *testing.T, rel string) {
		if key, ok := versionAt(rel); ok != (key != "") {
			t.Errorf("%q: %q, %v", rel, key, ok)
		}
	})
}
