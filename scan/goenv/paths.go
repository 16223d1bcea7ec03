package goenv

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// Errors of ModCache and BuildCache, for callers that want to tell them apart with errors.Is.
var (
	// ErrNoHome: the setting is not made, and there is no home directory to take the default from.
	ErrNoHome = errors.New("no home directory")
	// ErrRelative: the setting is not an absolute path.
	ErrRelative = errors.New("not an absolute path")
	// ErrBuildCacheOff: GOCACHE=off, which go has refused since 1.12.
	ErrBuildCacheOff = errors.New("GOCACHE is off")
)

// A cacheState is what the value of GOCACHE does not tell, which is "off" for several reasons.
type cacheState struct {
	cacheRaw  string // what somebody set, or ""
	cacheHome error  // why there is no default
}

// resolvePaths resolves GOPATH, GOMODCACHE and GOCACHE.
func (r *resolver) resolvePaths() {
	gopath := r.plain("GOPATH", r.defaultGopath(), OriginDefault)
	origin := OriginDerived
	if gopath.Origin == OriginDefault {
		origin = OriginDefault
	}
	def := ""
	if list := splitList(r.goos, gopath.Value); len(list) > 0 && list[0] != "" {
		def = filepath.Join(list[0], "pkg/mod")
	}
	r.plain("GOMODCACHE", def, origin)
	if gopath.Origin == OriginDefault && r.dropsGopath(gopath.Value) {
		gopath.Value = ""
		r.set(gopath)
	}
	r.resolveGocache()
}

// defaultGopath is $HOME/go, unless that is the GOROOT that the process environment names or that is linked
// into the go command (go/build.defaultGOPATH).
func (r *resolver) defaultGopath() string {
	home := r.env[homeVariable(r.goos)]
	if home == "" {
		return ""
	}
	def := filepath.Join(home, "go")
	root := r.env[envKey(r.goos, "GOROOT")]
	if root == "" {
		root = r.command.baked
	}
	if root != "" && def == filepath.Clean(root) {
		return ""
	}
	return def
}

// dropsGopath reports whether go forgets a GOPATH that it inferred, because an entry of it is relative. It
// does so after it has computed GOMODCACHE from it (cmd/go main).
func (r *resolver) dropsGopath(gopath string) bool {
	if filepath.Clean(gopath) == filepath.Clean(r.value("GOROOT")) {
		return false
	}
	for _, p := range splitList(r.goos, gopath) {
		if strings.HasPrefix(p, "~") {
			return false // go stops here
		}
		if p != "" && !isAbs(r.goos, p) {
			return true
		}
	}
	return false
}

// resolveGocache resolves GOCACHE (cache.DefaultDir).
func (r *resolver) resolveGocache() {
	def := "off"
	dir, err := r.env.userCacheDir(r.goos)
	if err == nil {
		def = filepath.Join(dir, "go-build")
	}
	s := r.plain("GOCACHE", def, OriginDefault)
	if s.Origin == OriginDefault {
		r.cacheHome = err
		return
	}
	r.cacheRaw = s.Value
	if !isAbs(r.goos, s.Value) {
		s.Value = "off"
		r.set(s)
	}
}

// ModCache returns the directory of the module cache. The error says what to do about a GOMODCACHE that go
// cannot use.
func (e *Env) ModCache() (dir string, err error) {
	s := e.settings["GOMODCACHE"]
	switch {
	case s.Value == "" && e.Value("GOPATH") == "":
		return "", fmt.Errorf("module cache not found: %w, and neither GOMODCACHE nor GOPATH is set: set GOMODCACHE to a directory", ErrNoHome)
	case s.Value == "":
		return "", fmt.Errorf("module cache not found: the first entry of GOPATH %q is empty: set GOMODCACHE to a directory", e.Value("GOPATH"))
	case !isAbs(e.goos, s.Value):
		return "", fmt.Errorf("GOMODCACHE %q is %w, and go refuses it: %s", s.Value, ErrRelative, e.remedy(s, "GOPATH"))
	}
	return filepath.Clean(s.Value), nil
}

// BuildCache returns the directory of the build cache. The error says what to do about a GOCACHE that go
// cannot use.
func (e *Env) BuildCache() (dir string, err error) {
	s := e.settings["GOCACHE"]
	switch {
	case e.cacheHome != nil:
		return "", fmt.Errorf("build cache not found: %w (%v), and GOCACHE is not set: set one of them", ErrNoHome, e.cacheHome)
	case s.Origin == OriginDefault && !isAbs(e.goos, s.Value):
		return "", fmt.Errorf("build cache %q is %w, because the home directory is not one: set HOME or GOCACHE to an absolute path", s.Value, ErrRelative)
	case s.Value == "off" && e.cacheRaw != "off":
		return "", fmt.Errorf("GOCACHE %q is %w, and go refuses it: %s", e.cacheRaw, ErrRelative, e.remedy(s, ""))
	case s.Value == "off":
		return "", fmt.Errorf("%w, and go has needed a build cache since 1.12: %s", ErrBuildCacheOff, e.remedy(s, ""))
	}
	return filepath.Clean(s.Value), nil
}

// remedy says how to be rid of a setting. A value that nobody set comes from a key named in behind.
func (e *Env) remedy(s Setting, behind string) string {
	switch s.Origin {
	case OriginEnvironment:
		return fmt.Sprintf("unset %s in the environment, or set it to an absolute path", s.Key)
	case OriginFile, OriginGoroot:
		return fmt.Sprintf("correct line %d of %q", s.Line, s.File)
	}
	return fmt.Sprintf("set %s to an absolute path, or correct %s", s.Key, behind)
}
