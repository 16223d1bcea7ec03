package verify

import (
	"testing"

	"golang.org/x/mod/module"
)

// What is said to be hashed is not read again, and is compared with what everybody else says of it as ever; without zip or
// directory nobody can have hashed both.
func TestHashed(t *testing.T) {
	l := newLab(t)
	good, err := l.mod.Sum()
	must(t, err)
	say := ""
	opt := Options{Hashed: func(m module.Version) string {
		if m == l.mod.ID() {
			return say
		}
		return ""
	}}
	l.write(l.file("dir")+"/sick.go", "package sick // edited\n")
	for _, c := range []struct {
		say   string
		whole bool
	}{{"", false}, {good, true}, {"h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", false}} {
		say = c.say
		if r := l.verify(opt); (len(r.Findings) == 0) != c.whole || r.Modules != 2 {
			t.Errorf("it is said to be %q: %d modules, %+v", c.say, r.Modules, r.Findings)
		}
	}
	say = good
	l.write(l.file("ziphash"), "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
	if r := l.verify(opt); len(r.Findings) == 0 {
		t.Error("a wrong .ziphash is not found")
	}
	l.write(l.file("ziphash"), good)
	l.remove(l.file("zip"))
	if r := l.verify(opt); len(r.Findings) == 0 {
		t.Error("there is no zip, and the edited file is not found")
	}
}
