package project

import (
	"cmp"
	"fmt"
	"go/version"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"godoctor/scan/modgraph"
	"godoctor/scan/regular"
)

// readVendor reads vendor/modules.txt in a directory; nil where there is no vendor directory.
func (t *table) readVendor(r *reader, dir string) (*Vendor, *Doubt) {
	v := &Vendor{Dir: filepath.Join(dir, "vendor")}
	if fi, err := os.Stat(v.Dir); err != nil || !fi.IsDir() {
		return nil, nil
	}
	data, doubt, err := r.read(filepath.Join(v.Dir, "modules.txt"), vendorLimit)
	if err != nil { // there is none
		return v, nil
	}
	if doubt != nil {
		v.unread, doubt.Bounded = true, true // go.mod names all modules that can be in it
		return v, doubt
	}
	v.parse(t, string(data))
	return v, nil
}

// parse reads modules.txt as modload.readVendorList does.
func (v *Vendor) parse(t *table, text string) {
	at := make(map[module.Version]int)
	now := -1
	for i, line := range strings.Split(text, "\n") {
		if i == 0 && slices.Contains(annotations(line), "workspace") {
			v.workspace = true
		}
		if strings.HasPrefix(line, "# ") {
			if f := strings.Fields(line); len(f) >= 3 { // else go passes over it, and what follows belongs to the module before
				now = v.moduleLine(t, at, f)
			}
			continue
		}
		if now < 0 {
			continue
		}
		if list := annotations(line); list != nil {
			v.Modules[now].Explicit = v.Modules[now].Explicit || slices.Contains(list, "explicit")
			continue
		}
		if f := strings.Fields(line); len(f) == 1 && module.CheckImportPath(f[0]) == nil {
			v.Modules[now].Packages++
		}
	}
}

// annotations are the parts of a line that begins with ##; nil for another line.
func annotations(line string) []string {
	rest, ok := strings.CutPrefix(line, "## ")
	if !ok {
		return nil
	}
	list := strings.Split(rest, ";")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return list
}

// moduleLine reads the words of "# PATH VERSION", "# PATH VERSION => ..." or "# PATH => ..." and gives the place of the
// module; -1 where the line is none of them.
func (v *Vendor) moduleLine(t *table, at map[module.Version]int, f []string) int {
	m := module.Version{Path: f[1]}
	switch {
	case semver.IsValid(f[2]):
		m.Version, f = f[2], f[3:]
	case f[2] == "=>":
		f = f[2:]
	default:
		return -1
	}
	i, known := at[m]
	if !known {
		m = t.version(m)
		i = len(v.Modules)
		at[m] = i
		v.Modules = append(v.Modules, VendorModule{Version: m, Actual: m})
	}
	if len(f) >= 2 && f[0] == "=>" {
		switch {
		case len(f) == 2:
			v.Modules[i].Actual = module.Version{Path: t.word(f[1])}
		case len(f) == 3 && semver.IsValid(f[2]):
			v.Modules[i].Actual = t.version(module.Version{Path: f[1], Version: f[2]})
		}
	}
	return i
}

// A vendorCheck compares modules.txt with go.mod, or with go.work and its members, as
// modload.checkVendorConsistency does.
type vendorCheck struct {
	goLine  string
	unsound bool // what it is compared with is not fully known
	mains   []*modgraph.Main
	work    string // the directory of go.work; "" outside a workspace
	replace []modgraph.Replace
}

// judge says why go would not use the vendor directory by itself; "" if it would.
func (c *vendorCheck) judge(v *Vendor) string {
	file := "go.mod"
	if c.work != "" {
		file = "go.work"
	}
	switch {
	case c.goLine == "":
		return fmt.Sprintf("%s has no go line", file)
	case version.Compare("go"+c.goLine, "go1.14") < 0:
		return fmt.Sprintf("the go line of %s is %s, below 1.14", file, c.goLine)
	case v.workspace != (c.work != ""):
		return fmt.Sprintf("modules.txt was not made for a %s", file)
	case c.unsound || v.unread:
		return "what says which modules it is to hold could not be read"
	}
	why := cmp.Or(c.requires(v), c.replaces(v))
	v.Stale = why != ""
	return why
}

// VendoredPackages are the import paths that modules.txt of a vendor directory lists, in its order. The error is for a
// file that cannot be read.
func VendoredPackages(v *Vendor) ([]string, error) {
	data, err := regular.ReadFile(filepath.Join(v.Dir, "modules.txt"), vendorLimit)
	if err != nil {
		return nil, err
	}
	var out []string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "#") && module.CheckImportPath(line) == nil {
			out = append(out, line)
		}
	}
	return out, nil
}

func (c *vendorCheck) requires(v *Vendor) string {
	explicit := make(map[module.Version]bool)
	for _, m := range v.Modules {
		if m.Explicit {
			explicit[m.Version] = true
		}
	}
	required := make(map[module.Version]bool)
	for _, main := range c.mains {
		for _, r := range main.Require {
			required[r] = true
			if !explicit[r] {
				return fmt.Sprintf("%q is required, but not marked as explicit in modules.txt: run \"go mod vendor\"", r)
			}
		}
	}
	for _, m := range v.Modules {
		if m.Explicit && m.Packages > 0 && !required[m.Version] {
			return fmt.Sprintf("%q is marked as explicit in modules.txt, but not required: run \"go mod vendor\"", m.Version)
		}
	}
	return ""
}

func (c *vendorCheck) replaces(v *Vendor) string {
	members := make(map[string]bool)
	replaced := make(map[module.Version]module.Version)
	for _, main := range c.mains {
		members[main.Path] = true
		c.add(replaced, main.Dir, main.Replace)
	}
	c.add(replaced, c.work, c.replace)
	marked := make(map[module.Version]module.Version)
	for _, m := range v.Modules {
		if m.Actual != m.Version {
			marked[m.Version] = m.Actual
		}
	}
	for _, old := range slices.SortedFunc(maps.Keys(replaced), compareVersions) {
		if marked[old] != replaced[old] && !members[old.Path] {
			return fmt.Sprintf("%q is replaced otherwise than modules.txt says: run \"go mod vendor\"", old)
		}
	}
	for _, old := range slices.SortedFunc(maps.Keys(marked), compareVersions) {
		_, exact := replaced[old]
		_, all := replaced[module.Version{Path: old.Path}]
		if !exact && !all {
			return fmt.Sprintf("%q is marked as replaced in modules.txt, but not replaced: run \"go mod vendor\"", old)
		}
	}
	return ""
}

// add takes replace lines as modules.txt writes them: in a workspace directories are relative to go.work
// (modload.canonicalizeReplacePath).
func (c *vendorCheck) add(to map[module.Version]module.Version, dir string, list []modgraph.Replace) {
	for _, r := range list {
		if c.work != "" && r.New.Version == "" && !filepath.IsAbs(r.New.Path) {
			rel, err := filepath.Rel(c.work, filepath.Join(dir, filepath.FromSlash(r.New.Path)))
			if err == nil {
				r.New.Path = filepath.ToSlash(rel)
				if !modfile.IsDirectoryPath(r.New.Path) {
					r.New.Path = "./" + r.New.Path
				}
			}
		}
		to[r.Old] = r.New
	}
}
