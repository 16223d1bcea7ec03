// Package pins reads which Go version other machines use for a project, from the files that tell them: workflows of GitHub
// and GitLab, Dockerfiles, and the files of version managers.
//
// Nothing is evaluated but what is written out: an expression that names a matrix is followed to its list, any other one
// is a Pin without a version. Who follows go.mod (go-version-file of actions/setup-go) names none. Files are bounded and
// only regular ones are read. What they say is raw.
package pins

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"godoctor/scan/regular"
)

// A Pin is one place that says which Go is used.
type Pin struct {
	File string // absolute, raw
	Line int    // from 1
	Kind Kind
	Text string // as written, raw: "1.22", "golang:1.22-alpine", "${{ matrix.go }}"

	// Version is what Text means: "1.22.3" exactly, "1.22" the newest patch of that release; "" where it names no number,
	// like stable, or a variable.
	Version string
	// AtLeast says that a newer one may be used: ">=1.22", "^1.22".
	AtLeast bool
	// Unquoted says that the file has a number, not a text: YAML makes 1.2 of 1.20, and that is Version.
	Unquoted bool
	// Local says that this place keeps go from switching to another toolchain: the official images set GOTOOLCHAIN=local.
	Local bool
}

// A Kind is what a Pin is read from.
type Kind string

// The kinds.
const (
	Workflow     Kind = "GitHub workflow"
	GitLab       Kind = ".gitlab-ci.yml"
	CircleCI     Kind = "CircleCI configuration"
	Image        Kind = "Dockerfile"
	ToolVersions Kind = ".tool-versions"
	GoVersion    Kind = ".go-version"
	Mise         Kind = "mise.toml"
)

const (
	fileMax  = 1 << 20
	filesMax = 200
	pinsMax  = 500
)

// Read reads the pins of a project: of its own directory, and of the top of its repository, which may be the same or "".
// They are sorted by file and line, 500 at most.
func Read(repo, dir string) []Pin {
	r := &reader{seen: make(map[string]bool)}
	dirs := []string{dir}
	if repo != "" && repo != dir {
		dirs = append(dirs, repo)
	}
	for _, d := range dirs {
		r.files(filepath.Join(d, ".github", "workflows"), func(name string) bool {
			return strings.HasSuffix(name, ".yml") || strings.HasSuffix(name, ".yaml")
		}, r.workflow)
		r.file(filepath.Join(d, ".gitlab-ci.yml"), r.gitlab)
		r.file(filepath.Join(d, ".circleci", "config.yml"), r.circle)
		r.file(filepath.Join(d, ".tool-versions"), r.toolVersions)
		r.file(filepath.Join(d, ".go-version"), r.goVersion)
		for _, name := range []string{"mise.toml", ".mise.toml", filepath.Join(".config", "mise.toml")} {
			r.file(filepath.Join(d, name), r.mise)
		}
		r.dockerfiles(d)
	}
	slices.SortStableFunc(r.out, func(a, b Pin) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line)) })
	return r.out
}

// reader is one call of Read.
type reader struct {
	seen  map[string]bool
	count int
	out   []Pin
}

func (r *reader) add(p Pin) {
	if len(r.out) < pinsMax {
		r.out = append(r.out, p)
	}
}

// file reads one file, once.
func (r *reader) file(path string, read func(path string, data []byte)) {
	if r.seen[path] || r.count >= filesMax {
		return
	}
	r.seen[path] = true
	data, err := regular.ReadFile(path, fileMax)
	if err != nil {
		return // it is not there, or not ours to judge
	}
	r.count++
	read(path, data)
}

func (r *reader) files(dir string, match func(name string) bool, read func(path string, data []byte)) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !e.IsDir() && match(e.Name()) {
			r.file(filepath.Join(dir, e.Name()), read)
		}
	}
}

// dockerfiles reads those of a directory and of the directories in it.
func (r *reader) dockerfiles(dir string) {
	r.files(dir, isDockerfile, r.docker)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if name := e.Name(); e.IsDir() && name != "vendor" && name != "node_modules" && name != "testdata" && name[0] != '.' {
			r.files(filepath.Join(dir, name), isDockerfile, r.docker)
		}
	}
}

func isDockerfile(name string) bool {
	return name == "Dockerfile" || name == "Containerfile" || strings.HasPrefix(name, "Dockerfile.") ||
		strings.HasSuffix(name, ".Dockerfile") || strings.HasSuffix(name, ".dockerfile")
}

var number = regexp.MustCompile(`^1\.[0-9]{1,3}(\.[0-9]{1,3})?((rc|beta)[0-9]{1,2})?$`)

// meant reads a version as setup-go, version managers and image tags write it: 1.22, 1.22.x, v1.22.3, go1.22, ^1.22, >=1.22.0.
func meant(text string) (version string, atLeast bool) {
	s := strings.TrimSpace(text)
	for _, prefix := range []string{">=", "^", "~", ">"} {
		if rest, ok := strings.CutPrefix(s, prefix); ok {
			s, atLeast = strings.TrimSpace(rest), prefix != "~"
			break
		}
	}
	s = strings.TrimPrefix(strings.TrimPrefix(s, "v"), "go")
	s = strings.TrimSuffix(strings.TrimSuffix(s, ".x"), ".*")
	if !number.MatchString(s) {
		return "", false
	}
	return s, atLeast
}

// lines calls a func with each line of a file and its number.
func lines(data []byte, each func(n int, line string)) {
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		each(n, strings.TrimRight(line, "\r\n"))
	}
}
