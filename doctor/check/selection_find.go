package check

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/scan/modcache"
	"godoctor/scan/regular"
)

const toolchainModule = "golang.org/toolchain"

// find looks for a toolchain as toolchain.Exec does: a program of its name in PATH, then the module cache, then the network.
func (s *selector) find(o *Outcome, mode string) {
	if file := s.m.program(o.Name); file != "" {
		o.From, o.Path = FromPath, file
		return
	}
	o.Path = ""
	if mode == "path" {
		o.From, o.Fails, o.Error = FromNowhere, FailsPath, fmt.Sprintf("cannot find %q in PATH", o.Name)
		return
	}
	mod := module.Version{Path: toolchainModule, Version: "v0.0.1-" + o.Name + "." + s.goos + "-" + s.goarch}
	if v := s.m.cached(mod); v != nil {
		switch p := v.Parts; {
		case p.Has(modcache.HasDir|modcache.HasZiphash) && !p.Has(modcache.HasPartial):
			o.From, o.Path = FromModCache, v.Dir
		case p.Has(modcache.HasZip | modcache.HasZiphash):
			o.From, o.Module = FromZip, mod.String()
		}
	}
	if o.From == FromModCache || o.From == FromZip {
		s.prove(o, mod)
		return
	}
	o.From, o.Module = FromNetwork, mod.String()
	if o.Fails, o.Blocked = s.blocked(o, mod); o.Blocked != "" {
		o.From = FromNowhere
	}
}

// blocked says why a toolchain cannot come, as far as settings tell, and what go prints.
func (s *selector) blocked(o *Outcome, mod module.Version) (Failure, string) {
	proxies := s.m.Env.Value("GOPROXY")
	first, _, _ := strings.Cut(strings.ReplaceAll(proxies, "|", ","), ",")
	direct := module.MatchPrefixPatterns(s.m.Env.Value("GONOPROXY"), mod.Path)
	switch {
	case language(o.Name):
		o.Error = fmt.Sprintf("invalid toolchain: %s is a language version but not a toolchain version (%s.x)", o.Name, o.Name)
		return FailsName, "no release is called " + o.Name + ": go1.21 and later have a patch in their name, like " + o.Name + ".0"
	case strings.TrimSpace(first) == "off" && !direct:
		o.Error = fmt.Sprintf("download %s for %s/%s: toolchain not available", o.Name, s.goos, s.goarch)
		return FailsBlocked, "GOPROXY=off, or a list that begins with it: nothing is downloaded"
	case s.proved() && s.m.Env.Value("GOSUMDB") == "off":
		o.Error = fmt.Sprintf("download %s: %s: verifying module: checksum database disabled by GOSUMDB=off", o.Name, mod)
		return FailsBlocked, noSumDB
	}
	return "", ""
}

const noSumDB = "GOSUMDB=off: a toolchain is always held against the checksum database, whatever GONOSUMDB and GOPRIVATE say"

// proved reports whether go holds toolchains against the checksum database: always, but where GOPROXY is one single directory
// (modfetch.useSumDB).
func (s *selector) proved() bool {
	proxies := s.m.Env.Value("GOPROXY")
	return !strings.HasPrefix(proxies, "file://") || strings.ContainsAny(proxies, ",|")
}

// prove says what go needs to use a toolchain that is in the module cache: its signed record, of which the module cache keeps
// a copy.
func (s *selector) prove(o *Outcome, mod module.Version) {
	if !s.proved() {
		return
	}
	db := s.m.Env.Value("GOSUMDB")
	if db == "off" {
		o.Fails, o.Error, o.Blocked = FailsBlocked, mod.String()+": verifying module: checksum database disabled by GOSUMDB=off", noSumDB
		return
	}
	name, _, _ := strings.Cut(db, " ")
	name, _, _ = strings.Cut(name, "+")
	if name == "" || !filepath.IsLocal(name) {
		return
	}
	record := filepath.Join(s.m.Inventory.ModCache.Root, "cache", "download", "sumdb", name, "lookup", filepath.FromSlash(mod.Path)+"@"+mod.Version)
	if _, err := os.Stat(record); err != nil {
		o.Asks = name
	}
}

// cached is a module version in the module cache, or nil.
func (m *Machine) cached(mod module.Version) *modcache.Version {
	if m.Inventory.ModCache == nil {
		return nil
	}
	list := versionsOf(m.Inventory.ModCache, mod.Path)
	for i := range list {
		if list[i].Version == mod.Version {
			return &list[i]
		}
	}
	return nil
}

// program is the file in PATH that runs when a name is typed; "" where there is none. Relative entries are left out: go does
// not run what it finds through them.
func (m *Machine) program(name string) string {
	ext := []string{""}
	if m.System.GOOS == "windows" {
		ext = strings.Split(strings.ToLower(m.Getenv("PATHEXT")), ";")
		if ext[0] == "" {
			ext = []string{".com", ".exe", ".bat", ".cmd"}
		}
	}
	for _, dir := range filepath.SplitList(m.Getenv("PATH")) {
		if !filepath.IsAbs(dir) {
			continue
		}
		for _, e := range ext {
			file := filepath.Join(dir, name+e)
			if fi, err := os.Stat(file); err == nil && fi.Mode().IsRegular() && regular.MayExecute(file, fi) {
				return file
			}
		}
	}
	return ""
}
