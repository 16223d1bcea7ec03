package modgraph_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/module"
)

// A universe is a made-up world of modules with a project in it: all of it text, made from a number.
type universe struct {
	*rand.Rand
	mods  map[module.Version]string // what the proxy serves
	files map[string]string         // the project, by path below its directory
	mains []string                  // directories of the main modules
	work  bool

	paths    []string
	versions map[string][]string
	replaced []string // paths
	goLines  []string // what a dependency may have
	mainGo   string
}

var (
	plainVersions = []string{
		"v0.0.0-20200102030405-abcdefabcdef", "v0.0.0-20210102030405-abcdefabcde0", "v0.1.0", "v0.2.0-rc.1",
		"v0.2.0", "v0.2.1-0.20220102030405-0123456789ab", "v1.0.0", "v1.1.0-pre", "v1.1.0", "v1.1.1", "v1.1.10",
		"v1.1.1-rc1", "v1.2.0-rc.1.0.20230102030405-0123456789ab", "v2.0.0+incompatible", "v3.1.0+incompatible",
		"v2.0.1-0.20230102030405-0123456789ab+incompatible",
	}
	secondVersions = []string{"v2.0.0", "v2.0.1-0.20220102030405-0123456789ab", "v2.1.0-beta.1", "v2.1.0", "v2.10.0"}
	somePaths      = []string{
		"ex.test/main", "ex.test/other", "ex.test/third", "ex.test/a", "ex.test/a/v2", "ex.test/a/nested",
		"ex.test/Upper/Case", "ex.test/b", "ex.test/b/v2", "gopkg.in/yaml.v2", "ex.test/c", "ex.test/d",
		"ex.test/e.e", "ex.test/f_f", "ex.test/g-g",
	}
	oldLines = []string{"", "", "1.9", "1.11", "1.12", "1.16", "1.17rc1", "1.17", "1.18", "1.20"}
	newLines = append([]string{"1.21", "1.21rc2", "1.21.0", "1.22.3", "1.24.0", "1.24rc1", "1.25.0"}, oldLines...)
)

func newUniverse(seed uint64) *universe {
	u := &universe{
		Rand: rand.New(rand.NewPCG(seed, 5)), mods: make(map[module.Version]string),
		files: make(map[string]string), versions: make(map[string][]string),
	}
	// What a module may say of its Go is bound to what the main module says: go refuses a dependency that
	// is newer than the main module, and this Go refuses what is newer than itself.
	switch seed % 6 {
	case 0:
		u.mainGo, u.goLines = pick(u, []string{"", "1.12", "1.16", "1.17rc1"}), oldLines
	case 1:
		u.mainGo, u.goLines = pick(u, []string{"1.17", "1.18", "1.20"}), oldLines
	case 2, 3:
		u.mainGo, u.goLines = "1.25.0", newLines
	case 4, 5:
		u.mainGo, u.goLines, u.work = "1.25.0", newLines, true
	}
	n := 5 + u.IntN(11)
	u.paths = slices.Clone(somePaths[:3])
	rest := slices.Clone(somePaths[3:])
	u.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	u.paths = append(u.paths, rest[:n-3]...)
	for _, p := range u.paths {
		u.versions[p] = u.some(pool(p), 2+u.IntN(4))
	}
	for _, p := range u.paths {
		for _, v := range u.versions[p] {
			u.publish(module.Version{Path: p, Version: v})
		}
	}
	if u.work {
		u.workspace()
	} else {
		u.project()
	}
	return u
}

// pool gives the versions that a path may have.
func pool(path string) []string {
	if strings.HasSuffix(path, "v2") {
		return secondVersions
	}
	return plainVersions
}

func pick[T any](u *universe, list []T) T { return list[u.IntN(len(list))] }

func (u *universe) some(list []string, n int) []string {
	list = slices.Clone(list)
	u.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:min(n, len(list))]
}

func (u *universe) chance(percent int) bool { return u.IntN(100) < percent }

// any is some version of some module, of the main modules too.
func (u *universe) any() module.Version {
	p := pick(u, u.paths)
	return module.Version{Path: p, Version: pick(u, u.versions[p])}
}

func (u *universe) publish(m module.Version) {
	if strings.HasSuffix(m.Version, "+incompatible") && u.chance(80) {
		u.mods[m] = "module " + m.Path + "\n"
		return
	}
	u.mods[m] = u.goMod(m.Path, pick(u, u.goLines), u.IntN(5)) + u.chaff()
}

// goMod is a go.mod file with n requirements. Of a path it names one version, as go does itself.
func (u *universe) goMod(path, goLine string, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "module %s\n\n", path)
	if goLine != "" {
		fmt.Fprintf(&b, "go %s\n\n", goLine)
	}
	seen := map[string]bool{path: !u.chance(5)} // some require a version of themselves
	for range n {
		m := u.any()
		if seen[m.Path] {
			continue
		}
		seen[m.Path] = true
		fmt.Fprintf(&b, "require %s %s%s\n", m.Path, m.Version, pick(u, []string{"", " // indirect"}))
	}
	return b.String()
}

// chaff is what counts in a main module only.
func (u *universe) chaff() string {
	var b strings.Builder
	if u.chance(20) {
		m, to := u.any(), u.any()
		fmt.Fprintf(&b, "replace %s %s => %s %s\n", m.Path, m.Version, to.Path, to.Version)
	}
	if u.chance(20) {
		m := u.any()
		fmt.Fprintf(&b, "exclude %s %s\n", m.Path, m.Version)
	}
	if u.chance(20) {
		b.WriteString("retract [v0.1.0, v1.0.0]\n")
	}
	return b.String()
}

func (u *universe) project() {
	u.mains = []string{"."}
	text := u.goMod("ex.test/main", u.mainGo, 2+u.IntN(6))
	if u.chance(25) { // a path twice
		for m := u.any(); ; m = u.any() {
			if m.Path != "ex.test/main" {
				text += fmt.Sprintf("require %s %s\n", m.Path, m.Version)
				break
			}
		}
	}
	if u.mainGo == "1.25.0" && u.chance(30) {
		text += "toolchain go1.25.1\n"
	}
	u.files["go.mod"] = text + u.replaces(".") + u.excludes()
}

// requiresItself reports whether the main module requires a version of itself.
func (u *universe) requiresItself() bool {
	return strings.Contains(u.files["go.mod"], "\nrequire ex.test/main ")
}

func (u *universe) workspace() {
	work, replaces := "go 1.25.0\n", u.replaces(".")
	for i, p := range u.paths[:1+u.IntN(3)] {
		dir := pick(u, []string{"", "deep/"}) + fmt.Sprintf("m%d", i)
		u.mains = append(u.mains, dir)
		work += "use ./" + dir + "\n"
		text := u.goMod(p, pick(u, u.goLines), 1+u.IntN(5))
		if u.chance(60) {
			text += u.replaces(dir)
		}
		u.files[dir+"/go.mod"] = text + u.excludes()
	}
	u.files["go.work"] = work + replaces
}

func (u *universe) excludes() string {
	var b strings.Builder
	for range u.IntN(3) {
		m := u.any()
		fmt.Fprintf(&b, "exclude %s %s\n", m.Path, m.Version)
	}
	return b.String()
}

// replaces are replace lines of a file in dir: of a version or of all, by a version, another module or a
// directory.
func (u *universe) replaces(dir string) string {
	var b strings.Builder
	seen := make(map[module.Version]bool)
	for i := range u.IntN(4) {
		m := u.any()
		if len(u.replaced) > 0 && u.chance(50) { // what another line or file replaces
			m.Path = pick(u, u.replaced)
			m.Version = pick(u, u.versions[m.Path])
		}
		u.replaced = append(u.replaced, m.Path)
		old := m
		if u.chance(50) {
			old.Version = ""
		}
		if seen[old] {
			continue
		}
		seen[old] = true
		to := module.Version{Path: m.Path, Version: pick(u, u.versions[m.Path])}
		if u.chance(25) {
			to = module.Version{Path: "ex.test/fork", Version: fmt.Sprintf("v1.0.%d", u.IntN(3))}
			if u.mods[to] == "" { // a fork keeps the name, or has its own
				u.mods[to] = u.goMod(pick(u, []string{m.Path, to.Path}), pick(u, u.goLines), u.IntN(4))
			}
			if !strings.HasPrefix(u.mods[to], "module "+to.Path) && !strings.HasPrefix(u.mods[to], "module "+m.Path+"\n") {
				continue // go refuses a fork that is named after a third
			}
		} else if u.chance(50) {
			name := fmt.Sprintf("local/%s%d", strings.ReplaceAll(dir, ".", "top"), i)
			u.files[name+"/go.mod"] = u.goMod(m.Path, pick(u, u.goLines), u.IntN(4)) + u.chaff()
			back := "./"
			if dir != "." {
				back = strings.Repeat("../", 1+strings.Count(dir, "/"))
			}
			to = module.Version{Path: back + name}
		}
		fmt.Fprintf(&b, "replace %s => %s\n", strings.TrimSpace(old.Path+" "+old.Version), strings.TrimSpace(to.Path+" "+to.Version))
	}
	return b.String()
}

// write makes the project and a proxy that serves the universe.
func (u *universe) write(t *testing.T, project, proxy string) {
	t.Helper()
	var sum []string
	for m, text := range u.mods {
		path, err := module.EscapePath(m.Path)
		must(t, err)
		version, err := module.EscapeVersion(m.Version)
		must(t, err)
		at := filepath.Join(proxy, filepath.FromSlash(path), "@v", version)
		put(t, at+".mod", text)
		put(t, at+".info", fmt.Sprintf(`{"Version":%q,"Time":"2023-01-02T03:04:05Z"}`, m.Version))
		sum = append(sum, fmt.Sprintf("%s %s/go.mod %s\n", m.Path, m.Version, h1(text)))
	}
	for name, text := range u.files {
		put(t, filepath.Join(project, filepath.FromSlash(name)), text)
	}
	if !u.work {
		slices.Sort(sum)
		put(t, filepath.Join(project, "go.sum"), strings.Join(sum, ""))
	}
}

// h1 is the hash of a go.mod file in go.sum.
func h1(text string) string {
	line := fmt.Sprintf("%x  go.mod\n", sha256.Sum256([]byte(text)))
	all := sha256.Sum256([]byte(line))
	return "h1:" + base64.StdEncoding.EncodeToString(all[:])
}

func put(t *testing.T, name, text string) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(name), 0o755))
	must(t, os.WriteFile(name, []byte(text), 0o644))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
