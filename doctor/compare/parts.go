package compare

import (
	"slices"
	"strings"

	"godoctor/doctor/snapshot"
)

// Parts are the names of the sections in which two programs differ, in the order of the first. A program that is longer or
// shorter outside of any section has "outside the sections".
func Parts(a, b *snapshot.Built) []string {
	at := make(map[string]string)
	for _, s := range b.Sections {
		at[s.Name] += s.SHA256
	}
	var out []string
	mine := make(map[string]string)
	for _, s := range a.Sections {
		mine[s.Name] += s.SHA256
	}
	add := func(name string) {
		if mine[name] != at[name] && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, s := range a.Sections {
		add(s.Name)
	}
	for _, s := range b.Sections {
		add(s.Name)
	}
	if out == nil && a.SHA256 != b.SHA256 {
		out = append(out, "outside the sections")
	}
	return out
}

// Reason says which input of a build is the likely one where two programs say the same of their builds and differ in parts.
func Reason(s, other *snapshot.Snapshot, parts []string) string {
	flag := func(name string) string {
		for _, x := range s.Flags {
			if x.Key == name {
				return x.Value
			}
		}
		return ""
	}
	has := func(names ...string) bool {
		return slices.ContainsFunc(parts, func(p string) bool {
			return slices.ContainsFunc(names, func(n string) bool { return strings.Contains(p, n) })
		})
	}
	switch {
	case flag("-trimpath") != "true" && flag("vcs.revision") == "":
		return "they were built without -trimpath, so the directory of the source is in them"
	case flag("-trimpath") != "true":
		return "they were built without -trimpath, so the directory of the checkout is in them"
	case cgo(s) == "1":
		return "cgo was on: what the C compiler and its linker made is in them, with the paths and, by __DATE__ and __TIME__, the time"
	case stripped(s.Program, other.Program):
		return "only one of them has what debuggers need: -ldflags=-s or -w was given, which go does not write down with -trimpath"
	case has("text"):
		return "the code differs: another source, a generated or embedded file, a value that -ldflags stamped in, or a compiler that was changed"
	case has("rodata", "data"):
		return "the constants differ: an embedded file, or a value that was stamped in with -ldflags"
	case has("buildid", "UUID"):
		return "only the ID of the build differs: -ldflags=-buildid= sets it"
	case has("debug", "symtab"):
		return "only what debuggers need differs"
	}
	return "a signature or an appendix that was added after the build"
}

// stripped reports whether one of two programs lacks sections for debuggers that the other one has.
func stripped(a, b *snapshot.Built) bool {
	debug := func(p *snapshot.Built) bool {
		return slices.ContainsFunc(p.Sections, func(s snapshot.Section) bool {
			return strings.Contains(s.Name, "debug_info") || strings.Contains(s.Name, "symtab") && !strings.Contains(s.Name, "gosymtab")
		})
	}
	return debug(a) != debug(b)
}
