package toolchain

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// unwrap finds out what a program called go that stands in no tree is, and which tree it runs.
func (m *Machine) unwrap(c *command) {
	base := strings.TrimSuffix(filepath.Base(c.real), ".exe")
	switch {
	case base == "snap" && c.real != c.path:
		c.shim = "snap"
		for _, dir := range m.snapDirs() {
			if root := filepath.Join(dir, "go", "current"); c.root == "" && isDir(root) {
				c.root = root
			}
		}
		return
	case base == "mise" || base == "rtx":
		m.shimOf(c, "mise")
		return
	case m.scoopShim(c):
		return
	}
	if startsWithHash(c.real) {
		m.unwrapScript(c)
		return
	}
	// golang.org/dl/go1.26.8 and its like: a program that runs the tree of its name in ~/sdk.
	if info := buildInfo(c.real); info != nil && strings.HasPrefix(info.Path, "golang.org/dl/") {
		c.shim = "golang.org/dl"
		if root := m.InHome("sdk", strings.TrimPrefix(info.Path, "golang.org/dl/")); isDir(root) {
			c.root = root
		}
	}
}

// goInScript is the path of a go command in a wrapper script.
var goInScript = regexp.MustCompile(`/[^\s"'$;|&]+/bin/go(?:\.exe)?\b`)

// unwrapScript recognises the shims of version managers by the text that they all have, and searches other
// scripts for the go that they run.
func (m *Machine) unwrapScript(c *command) {
	text, _ := readHead(c.real, textMax)
	for _, manager := range []string{"goenv", "asdf", "mise", "rtx"} {
		if regexp.MustCompile(`\b` + manager + `(\.sh|"|')?\s+(exec|x)\b`).MatchString(text) {
			m.shimOf(c, strings.Replace(manager, "rtx", "mise", 1))
			return
		}
	}
	c.shim = "script"
	if c.root != "" { // a script at the place of bin/go in a tree
		return
	}
	var roots []string
	for _, file := range goInScript.FindAllString(text, 100) {
		if root := treeOf(file); root != "" && file != c.path && !slices.Contains(roots, root) {
			roots = append(roots, root)
		}
	}
	if len(roots) == 1 {
		c.root, c.note = roots[0], "a guess: it is the one go that the script names"
	}
}

// scoopShim reads the file that Scoop puts beside its shims: path = "C:\...\go.exe".
func (m *Machine) scoopShim(c *command) bool {
	text, err := readHead(strings.TrimSuffix(c.path, filepath.Ext(c.path))+".shim", textMax)
	if err != nil {
		return false
	}
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(line, "=")
		if strings.TrimSpace(key) == "path" {
			c.shim, c.root = "scoop", treeOf(strings.Trim(strings.TrimSpace(value), `"`))
		}
	}
	return c.shim != ""
}

// shimOf finds what the shim of a version manager runs outside any project: the version of its variable or
// of its global file.
func (m *Machine) shimOf(c *command, manager string) {
	c.shim, c.root = manager, ""
	version, from := m.shimVersion(manager)
	switch {
	case version == "":
		c.note = "no version is set for use outside projects"
		return
	case version == "system":
		c.note, c.system = from+" says system: the next go in PATH", true
		return
	}
	c.note = from + " says " + version
	if c.root = m.installed(manager, version); c.root == "" {
		c.note += ", which is not installed"
	}
}

// shimVersion is the version that a manager would run in a directory without settings, and who says so.
func (m *Machine) shimVersion(manager string) (version, from string) {
	toolVersions := func(names ...string) (string, string) {
		file := m.InHome(".tool-versions")
		return m.toolVersion(file, names...), file
	}
	switch manager {
	case "goenv":
		if v := m.Var("GOENV_VERSION"); v != "" {
			return v, "GOENV_VERSION"
		}
		for _, dir := range m.goenvDirs() {
			if v := firstWord(filepath.Join(dir, "version")); v != "" {
				return v, filepath.Join(dir, "version")
			}
		}
	case "asdf":
		if v := m.Var("ASDF_GOLANG_VERSION"); v != "" {
			return v, "ASDF_GOLANG_VERSION"
		}
		return toolVersions("golang", "go")
	case "mise":
		if v := m.Var("MISE_GO_VERSION"); v != "" {
			return v, "MISE_GO_VERSION"
		}
		if v, file := m.miseConfig(); v != "" {
			return v, file
		}
		return toolVersions("go", "golang")
	}
	return "", ""
}

// toolVersion reads a line "golang 1.26.8 1.25.0" of a .tool-versions file: the first that is there counts.
func (m *Machine) toolVersion(file string, names ...string) string {
	text, err := readHead(file, textMax)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		if f := strings.Fields(line); len(f) > 1 && slices.Contains(names, f[0]) {
			return f[1]
		}
	}
	return ""
}

// miseGo is the line of mise's configuration that names versions of go: go = "1.26", go = ["1.26", "1.25"] or
// go = { version = "1.26" }.
var miseGo = regexp.MustCompile(`^\s*"?(?:core:)?go(?:lang)?"?\s*=\s*(?:\[\s*|\{[^}]*version\s*=\s*)?(?:"([^"']+)"|'([^"']+)')`)

// miseConfig reads mise's global configuration as far as go is concerned. It is TOML; a line is enough here,
// and a file that has more than that is not understood rather than misread.
func (m *Machine) miseConfig() (version, file string) {
	file = m.Dir("MISE_GLOBAL_CONFIG_FILE")
	if file == "" {
		if file = m.Dir("MISE_CONFIG_DIR", "config.toml"); file == "" {
			if file = m.Dir("XDG_CONFIG_HOME", "mise", "config.toml"); file == "" {
				file = m.InHome(".config", "mise", "config.toml")
			}
		}
	}
	text, err := readHead(file, textMax)
	if err != nil {
		return "", file
	}
	section := ""
	for line := range strings.Lines(text) {
		if s := strings.TrimSpace(line); strings.HasPrefix(s, "[") {
			if section = strings.TrimSpace(strings.Trim(s, "[]")); strings.HasPrefix(s, "[[") {
				section = "" // one of many tables of a name, which tools are not
			}
		} else if match := miseGo.FindStringSubmatch(line); match != nil && section == "tools" {
			return match[1] + match[2], file // one of them is empty
		}
	}
	return "", file
}

// installed returns the tree of a version that a manager has: the one of that name, or the newest whose name
// begins so, "latest" included.
func (m *Machine) installed(manager, version string) string {
	var list []Candidate
	switch manager {
	case "goenv":
		list = sourceGoenv.Find(m)
	case "asdf":
		list = sourceAsdf.Find(m)
	case "mise":
		list = sourceMise.Find(m)
	}
	best, newest := "", parsed{}
	for _, c := range list {
		name := filepath.Base(strings.TrimSuffix(c.Root, string(os.PathSeparator)+"go"))
		if name == version {
			return c.Root
		}
		p := parse(name)
		if p.kind == release && (version == "latest" || strings.HasPrefix(name, version+".")) && compare(p, newest) > 0 {
			best, newest = c.Root, p
		}
	}
	return best
}

// firstWord is the first word of a small file.
func firstWord(file string) string {
	text, _ := readHead(file, textMax)
	if f := strings.Fields(text); len(f) > 0 {
		return f[0]
	}
	return ""
}
