package goenv

import (
	"path/filepath"
	"runtime"
)

// A Running is a process whose settings are asked for, by what the system tells of it.
type Running struct {
	// Environ is its environment as os.Environ would give it there.
	Environ []string
	// Dir is its working directory, absolute; "" where it is not known. Then GOMOD and GOWORK are not looked for.
	Dir string
	// Goroot is the tree of the go command that it is; "" for another program, which uses the go command that its
	// PATH finds.
	Goroot string
	// Read reads a settings file, by its absolute path as the process sees it. nil: from the file tree of this
	// process, 1 MiB at most.
	Read func(path string) ([]byte, error)
}

// LoadRunning computes the settings of a process by the rules of Load, but only those that say which caches and
// modules it works with: GOROOT, GOPATH, GOMODCACHE, GOCACHE, GO111MODULE, GOFLAGS, GOTOOLCHAIN, GOMOD and GOWORK. It
// is cheap, reads at most two small files, does not look into the go command and tells no Problems.
func LoadRunning(in Running) *Env {
	m := machine{goos: runtime.GOOS, goarch: runtime.GOARCH}
	r := &resolver{machine: m, dir: in.Dir, env: parseEnviron(m.goos, in.Environ), settings: map[string]Setting{}, read: in.Read}
	r.readUserFile()
	if in.Goroot == "" && in.Read == nil {
		if file, ok := r.lookPath("go"); ok {
			in.Goroot = treeOf(m.goos, file)
		}
	}
	s, ok := r.lookup("GOROOT")
	switch {
	case !ok:
		s.Value, s.Origin = in.Goroot, OriginDerived
	case s.Origin != OriginEnvironment:
		s.Value = filepath.Clean(s.Value)
	}
	r.set(s)
	r.readGorootFile()
	for _, key := range []string{"GO111MODULE", "GOFLAGS", "GOTOOLCHAIN"} {
		r.plain(key, "", OriginDefault)
	}
	r.resolvePaths()
	if in.Dir != "" {
		r.resolveModule()
	}
	return &Env{goos: m.goos, settings: r.settings, cacheState: r.cacheState}
}

// Words splits the value of a setting that holds several words, such as GOFLAGS, as go does.
func Words(value string) ([]string, error) { return splitQuoted(value) }
