package compare

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"godoctor/doctor/snapshot"
)

// A key names a fact.
type key struct{ subject, name string }

// A fact is what one side says.
type fact struct{ text, from string }

// facts are what a snapshot says, and what it can say at all.
type facts struct {
	values map[key]fact
	knows  map[string]bool // subjects of which it says everything: what is not there is not set
}

// groups are the subjects that a side may know nothing of.
var groups = []struct{ key, words string }{
	{"program", "a program"}, {"go.work", "a project"}, {"module", "modules"}, {"compiler", "C compilers"},
	{"environment", "the environment beside the settings of go"}, {"origin", "where its settings come from"},
}

// tells reports whether a side says anything of a fact, be it that nothing is set.
func (f *facts) tells(k key) bool {
	_, ok := f.values[k]
	return ok || f.knows[k.subject]
}

func union(a, b *facts) []key {
	all := maps.Clone(a.values)
	maps.Copy(all, b.values)
	return slices.SortedFunc(maps.Keys(all), func(p, q key) int {
		return cmp.Or(cmp.Compare(p.subject, q.subject), cmp.Compare(p.name, q.name))
	})
}

// unasked are settings that are told as something else, or that hold a place of one run.
var unasked = map[string]bool{"GOFLAGS": true, "GOMOD": true, "GOWORK": true, "GOVERSION": true, "GOGCCFLAGS": true,
	"GOTOOLDIR": true, "GOEXE": true, "CHANGED": true}

func factsOf(s *snapshot.Snapshot) *facts {
	f := &facts{values: make(map[key]fact), knows: map[string]bool{"flag": true}}
	put := func(subject, name, text, from string) { f.values[key{subject, name}] = fact{text, from} }
	for _, x := range s.Settings {
		if !unasked[x.Key] {
			put("setting", x.Key, x.Value, origin(&x))
		}
	}
	where := ""
	if x, ok := s.Setting("GOFLAGS"); ok {
		where = origin(&x)
	}
	flags := make(map[string]string)
	for _, x := range s.Flags {
		flags[x.Key] = strings.TrimSpace(flags[x.Key] + " " + x.Value) // of -gcflags there may be several
	}
	for k, v := range flags {
		put("flag", k, normal(k, v), where)
	}
	release, _, _ := strings.Cut(s.Go, " X:") // experiments are a setting of their own
	put("go", "", release, "")
	if c := s.Selection; c != nil && c.Decides != "" {
		put("go", "", release, strings.TrimSpace(c.Decides+" "+c.Where))
	}
	switch s.Kind {
	case snapshot.Machine:
		f.machine(s, put)
	case snapshot.Program, snapshot.Version:
		f.program(s, put)
	}
	if len(s.Modules) > 0 || s.Project != nil || s.Program != nil {
		f.knows["module"], f.knows["hash"], f.knows["replace"] = true, false, true
		for i := range s.Modules {
			putModule(&s.Modules[i], put)
		}
	}
	return f
}

// origin says where a setting comes from.
func origin(x *snapshot.Setting) string {
	switch x.Origin {
	case "environment":
		return "the environment"
	case "goenv-file":
		return fmt.Sprintf("go env -w, line %d", x.Line)
	case "goroot":
		return "GOROOT/go.env"
	case "default":
		return "go's default"
	}
	return ""
}

// normal writes a flag as the linker does: a list of tags has no order that counts.
func normal(name, value string) string {
	if name == "-tags" {
		list := strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
		slices.Sort(list)
		return strings.Join(slices.Compact(list), ",")
	}
	return value
}

// asBuilt makes the facts of a program fit to be compared with those of a place where programs are built. A program has the
// modules that it needs, of a longer build list; it names what differs from the default, and what every build sets anyway.
func (f *facts) asBuilt(place *facts) {
	f.knows["module"], f.knows["replace"] = false, false
	for k, v := range f.values {
		_, told := place.values[k]
		switch {
		case k.subject == "setting" && strings.HasPrefix(k.name, "CGO_") && v.text == "",
			k.subject == "flag" && !told && builtOnly(k.name):
			delete(f.values, k)
		}
	}
	for k := range place.values {
		if k.subject == "flag" && !recorded[k.name] {
			delete(place.values, k)
		}
	}
	for name, value := range map[string]string{"GOEXPERIMENT": "", "GOFIPS140": "off"} {
		k := key{"setting", name}
		if _, ok := f.values[k]; !ok {
			f.values[k] = fact{text: value}
		}
	}
}

// recorded are the flags that the linker writes into a program (cmd/go/internal/load: setBuildInfo).
var recorded = map[string]bool{"-asan": true, "-asmflags": true, "-buildmode": true, "-compiler": true, "-cover": true, "-covermode": true,
	"-coverpkg": true, "-gccgoflags": true, "-gcflags": true, "-ldflags": true, "-msan": true, "-pgo": true, "-race": true, "-tags": true, "-trimpath": true}

// builtOnly are the settings that every build writes down, and no GOFLAGS has to say.
func builtOnly(name string) bool {
	return name == "-buildmode" || name == "-compiler" || name == "DefaultGODEBUG" || strings.HasPrefix(name, "vcs")
}

type putter = func(subject, name, text, from string)

func (f *facts) machine(s *snapshot.Snapshot, put putter) {
	f.knows["environment"], f.knows["compiler"], f.knows["origin"] = true, true, true
	f.knows["godebug"] = s.Project != nil
	for _, x := range s.Environment {
		put("environment", x.Key, x.Value, "")
	}
	for _, c := range s.Compilers {
		text := cmp.Or(c.Real, "not there")
		if c.Version != "" {
			text += " (" + c.Version + ")"
		}
		put("compiler", c.Key, text, "")
	}
	for i := range s.Toolchains {
		if t := &s.Toolchains[i]; t.Platform == s.Host {
			put("toolchain", t.Version, "installed", "")
		}
	}
	f.knows["toolchain"] = true
	p := s.Project
	if p == nil {
		return
	}
	f.knows["go.work"] = true
	put("main module", "", p.Module, "")
	put("go line", "", p.Go, "")
	put("toolchain line", "", p.Toolchain, "")
	work := "none"
	if p.Work != "" {
		work = p.Work + ", with " + strings.Join(p.Members, " ")
	}
	put("go.work", "", work, "")
	put("vendor", "", p.Vendor, p.VendorWhy)
	for _, x := range p.Godebug {
		put("godebug", x.Key, x.Value, "")
	}
	put("checkout", "", map[bool]string{true: "in a working tree", false: "in none"}[p.Checkout], "")
}

func (f *facts) program(s *snapshot.Snapshot, put putter) {
	b := s.Program
	f.knows["program"] = true
	put("main module", "", b.Module, "")
	put("program", "package", b.Package, "")
	put("program", "version", b.Version, "")
	put("program", "hash of the main module", b.Sum, "")
	if b.SHA256 != "" {
		put("file", "format", b.Format, "")
		put("file", "sha256", b.SHA256, "")
	}
}

func putModule(m *snapshot.Module, put putter) {
	put("module", m.Path, m.Version, "")
	over, hash := "", m.Sum
	if r := m.Replace; r != nil {
		over = strings.TrimSuffix(r.Path+"@"+r.Version, "@")
		hash = cmp.Or(r.Sum, m.Sum)
	}
	put("replace", m.Path, over, "")
	if hash != "" { // by the version too: another version has another hash
		put("hash", strings.TrimSuffix(m.Path+"@"+m.Version+" "+over, " "), hash, "")
	}
}
