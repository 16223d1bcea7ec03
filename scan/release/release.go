// Package release tells what a Go release knows: flags, experiments, settings, ports. Each release knows others, and none says
// so without being run; but the sources of the go command lie in GOROOT/src. They are read, not compiled.
//
// Whoever asks is told when the sources do not say: some packagers leave them out. Then nothing is known, not even that
// something is unknown.
package release

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"godoctor/scan/regular"
)

// Limits of what is read.
const (
	fileMax  = 4 << 20 // bytes of one file
	filesMax = 2000
)

// A Release is a GOROOT, absolute. Its methods may be called by many goroutines at once.
type Release string

func (r Release) read(name string) ([]byte, bool) {
	if r == "" {
		return nil, false
	}
	text, err := regular.ReadFile(filepath.Join(string(r), "src", filepath.FromSlash(name)), fileMax)
	return text, err == nil
}

// experiments are the names that GOEXPERIMENT may have, in lower case, without those that begin with "no"
// (internal/buildcfg.ParseGOEXPERIMENT: the fields of goexperiment.Flags, each of which has a file exp_NAME_on.go).
func (r Release) experiments() (names []string, known bool) {
	if r == "" {
		return nil, false
	}
	list, err := os.ReadDir(filepath.Join(string(r), "src", "internal", "goexperiment"))
	for _, e := range list {
		if name, ok := strings.CutSuffix(e.Name(), "_on.go"); ok && strings.HasPrefix(name, "exp_") {
			names = append(names, name[len("exp_"):])
		}
	}
	return names, err == nil && len(names) > 0
}

// UnknownExperiment is the first experiment of a GOEXPERIMENT that the release does not know; "" where it knows all of them, or
// nobody can say.
func (r Release) UnknownExperiment(value string) string {
	names, known := r.experiments()
	if !known {
		return ""
	}
	for _, w := range strings.Split(value, ",") {
		if w == "" || w == "none" {
			continue
		}
		w = strings.TrimPrefix(w, "no")
		if w != "regabi" && !slices.Contains(names, w) { // regabi is an alias for several
			return w
		}
	}
	return ""
}

// Setting reports whether the go command knows the key of a setting (internal/cfg.KnownEnv).
func (r Release) Setting(key string) (has, known bool) {
	text, ok := r.read("internal/cfg/cfg.go")
	_, list, found := bytes.Cut(text, []byte("KnownEnv = `"))
	list, _, end := bytes.Cut(list, []byte("`"))
	if !ok || !found || !end {
		return false, false
	}
	return slices.Contains(strings.Fields(string(list)), key), true
}

var portEntry = regexp.MustCompile(`(?m)^\t\{"([a-z0-9]+)", "([a-z0-9]+)"\},`)

// Port reports whether the release builds for a system and architecture (internal/platform.List, since Go 1.21).
func (r Release) Port(goos, goarch string) (has, known bool) {
	text, _ := r.read("internal/platform/zosarch.go")
	for _, m := range portEntry.FindAllSubmatch(text, -1) {
		known = true
		has = has || string(m[1]) == goos && string(m[2]) == goarch
	}
	return has, known
}

// definition is what stands before the name where a flag is defined: the call, and no other text.
var definition = regexp.MustCompile(`(Var|Bool|String|Int|Uint|Int64|Uint64|Float64|Duration|Func)\([^"]*$`)

// defines reports whether a source file defines a flag, or has its name as the key of a table.
func defines(text []byte, name string) bool {
	const far = 200 // bytes between the call and the name
	quoted := []byte(`"` + name + `"`)
	for at := 0; ; {
		i := bytes.Index(text[at:], quoted)
		if i < 0 {
			return false
		}
		i += at
		at = i + len(quoted)
		if bytes.HasPrefix(text[at:], []byte(":")) || definition.Match(text[max(0, i-far):i]) {
			return true
		}
	}
}

// UnknownFlag reports that no command of the go command has a flag of a name: nowhere in its sources is one defined, or
// listed among those that go test passes on. False where that may be, or nobody can say.
func (r Release) UnknownFlag(name string) bool {
	name = strings.TrimPrefix(name, "test.")
	build, ok := r.read("cmd/go/internal/work/build.go")
	if !ok || name == "" || strings.ContainsAny(name, "\"`\\") {
		return false
	}
	if defines(build, name) { // where most of them are
		return false
	}
	dir := filepath.Join(string(r), "src", "cmd", "go", "internal")
	packages, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	seen := 0
	for _, p := range packages {
		files, _ := os.ReadDir(filepath.Join(dir, p.Name()))
		for _, f := range files {
			if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
				continue
			}
			if seen++; seen > filesMax {
				return false
			}
			text, ok := r.read("cmd/go/internal/" + p.Name() + "/" + f.Name())
			if !ok || defines(text, name) {
				return false
			}
		}
	}
	return true
}

// BuildValue reports whether a value stands in the sources that judge GOAMD64, GOARM and their like
// (internal/buildcfg): it may not be one of the setting that is asked about, so only what is not there is sure.
func (r Release) BuildValue(value string) (has, known bool) {
	text, known := r.read("internal/buildcfg/cfg.go")
	for _, w := range strings.Split(value, ",") {
		if !bytes.Contains(text, []byte(`"`+w+`"`)) && !bytes.Contains(text, []byte("'"+w+"'")) {
			return false, known
		}
	}
	return known, known
}
