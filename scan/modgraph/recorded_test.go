package modgraph_test

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"godoctor/scan/modgraph"
)

// TestRecorded replays real projects: their go.mod files and those of what they need, and what go said of them.
// They come from the differential, which has more of them and needs the network:
//
//	bash .ci/differential DIR
//	DIR/compare record DIR scan/modgraph/testdata
func TestRecorded(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	must(t, err)
	if len(files) < 8 {
		t.Fatalf("%d projects in testdata: too few", len(files))
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(file)
			must(t, err)
			newRecording(t, a).replay(t)
		})
	}
}

// A recording is a project as testdata/differential/compare wrote it down.
type recording struct {
	root  string // where the project is said to be: nothing is there
	files map[string]string
}

func newRecording(t *testing.T, a *txtar.Archive) *recording {
	r := &recording{root: filepath.Join(t.TempDir(), "project"), files: make(map[string]string)}
	for _, f := range a.Files {
		r.files[f.Name] = string(f.Data)
	}
	return r
}

func (r *recording) replay(t *testing.T) {
	in := r.input(t, r.files["main"])
	g := modgraph.NewCacheFunc(r.read).Load(in)
	sameLines(t, "build list", r.buildList(g), r.list())

	loaded := make(map[string]bool) // by vertex
	for _, v := range g.Vertices {
		loaded[v.String()] = v.Loaded
	}
	for line := range strings.Lines(r.files["graph"]) {
		words := strings.Fields(line)
		for _, version := range words[1:] {
			version, requires := strings.CutSuffix(version, "*")
			is, named := loaded[words[0]+"@"+version]
			if !named || requires && !is {
				t.Errorf("%s %s is in the graph: %t, its requirements: %t; want true, %t", words[0], version, named, is, requires)
			}
		}
	}
	noneMissing(t, g)

	if before, ok := r.files["before/go.mod"]; ok {
		r.files[r.name(in.Mains[0].Dir)] = before
		g := modgraph.NewCacheFunc(r.read).Load(r.input(t, r.files["main"]))
		sameLines(t, "build list before go mended go.mod", r.buildList(g), r.list())
		noneMissing(t, g)
	}
}

// name is where the go.mod file of a directory is in the archive.
func (r *recording) name(dir string) string {
	rel, err := filepath.Rel(r.root, dir)
	if err != nil {
		return dir
	}
	return strings.ReplaceAll("project/"+filepath.ToSlash(rel)+"/go.mod", "/./", "/")
}

func (r *recording) read(m module.Version) ([]byte, error) {
	name := "mod/" + m.String()
	if m.Version == "" {
		name = r.name(m.Path)
	}
	text, ok := r.files[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return []byte(text), nil
}

// input is that of the main module in a directory, or of the workspace where none is given.
func (r *recording) input(t *testing.T, dir string) *modgraph.Input {
	t.Helper()
	if dir = strings.TrimSpace(dir); dir != "" {
		return &modgraph.Input{Mains: []modgraph.Main{r.main(t, dir)}}
	}
	in := &modgraph.Input{Workspace: true, WorkDir: r.root}
	f, err := modfile.ParseWork("go.work", []byte(r.files["project/go.work"]), nil)
	must(t, err)
	for _, use := range f.Use {
		in.Mains = append(in.Mains, r.main(t, use.Path))
	}
	for _, x := range f.Replace {
		in.Replace = append(in.Replace, modgraph.Replace{Old: x.Old, New: x.New})
	}
	return in
}

func (r *recording) main(t *testing.T, dir string) modgraph.Main {
	t.Helper()
	dir = filepath.Join(r.root, filepath.FromSlash(dir))
	text, err := r.read(module.Version{Path: dir})
	must(t, err)
	f, err := modfile.Parse("go.mod", text, nil)
	must(t, err)
	return modgraph.MainOf(dir, f)
}

func (r *recording) list() []string {
	return strings.Split(strings.TrimSpace(r.files["list"]), "\n")
}

// buildList prints the build list as it was recorded: directories as seen from the top of the project.
func (r *recording) buildList(g *modgraph.Graph) []string {
	var out []string
	for _, s := range g.Selected {
		if s.Actual.Version == "" {
			dir := strings.TrimSuffix(strings.TrimPrefix(r.name(s.Actual.Path), "project/"), "/go.mod")
			if dir == "go.mod" {
				dir = "."
			}
			s.Actual.Path = dir
		}
		out = append(out, selectedLine(s))
	}
	slices.Sort(out)
	return out
}

func noneMissing(t *testing.T, g *modgraph.Graph) {
	t.Helper()
	for _, m := range g.Missing {
		t.Errorf("missing %s: %v", m.Version, m.Err)
	}
}

func sameLines(t *testing.T, what string, got, want []string) {
	t.Helper()
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("%s: lacks %s", what, line)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("%s: has %s", what, line)
		}
	}
}
