package verify

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/doctor/sumdb"
	"godoctor/scan"
	"godoctor/scan/meter"
	"godoctor/scan/modcache"
	"godoctor/scan/sum"
)

// A ToolchainState is what is known of a toolchain.
type ToolchainState string

// The states of a toolchain.
const (
	Genuine       ToolchainState = "genuine"               // every file is as it was published
	GenuineButEnv ToolchainState = "genuine except go.env" // somebody has edited the defaults of the go command
	Unofficial    ToolchainState = "not an official build" // a distribution has built it: there is nothing to compare with
	Differs       ToolchainState = "differs"               // it says that it is official, and is not what was published
	Unsigned      ToolchainState = "unknown"               // no signed record of it is here, or it could not be read
)

// A ToolchainVerdict is what came of one installed toolchain or one downloaded archive.
type ToolchainVerdict struct {
	Path         string // of the directory or archive
	Archive      bool
	InCache      bool // the go command has downloaded it
	Version      string
	GOOS, GOARCH string
	Module       module.Version // as which it was published; zero where none can be named
	State        ToolchainState
	Why          string         // in words: what was edited, what differs, why nothing is known; raw
	Env          []string       // of GenuineButEnv: settings as they are now, "GOTOOLCHAIN=local"
	Hash         string         // as it is
	Signed       string         // as it was published; "" where that is not known
	Files        []finding.File // of Differs, if the toolchain's zip is in the module cache
	More         int            // files beside those
	Bytes        int64          // that were hashed
}

// String is the verdict in words: "genuine except go.env: GOTOOLCHAIN=local". Raw.
func (v *ToolchainVerdict) String() string {
	if v.Why == "" {
		return string(v.State)
	}
	return string(v.State) + ": " + v.Why
}

// A ToolchainResult says what came of all.
type ToolchainResult struct {
	Verdicts []ToolchainVerdict // installed ones, those in the module cache, archives; each in the order of the inventory
	Findings []finding.Finding  // toolchain-damaged; sorted
	Bytes    int64              // that were hashed
	Stopped  bool               // the context ended before the look did
}

// CheckToolchains compares every installed Go, every toolchain in the module cache and every downloaded archive, or those
// that are named, with the signed record of golang.org/toolchain for its version and platform. Nothing is downloaded for
// that: the module has the files of the distribution, less some, under other names (cmd/distpack: modArch), so that its
// hash can be computed from any GOROOT.
//
// Without a record a toolchain outside the module cache is not read. One inside is compared with its .ziphash, which
// the go command itself compares with the checksum database at each switch (modfetch: useSumDB); what was unpacked it
// never looks at again. A toolchain in the module cache that differs or lacks what it cannot run without is a finding;
// of the others the verdict is all, unless the options say otherwise: whoever installed them has to mend them.
func CheckToolchains(ctx context.Context, inv *scan.Inventory, opt ToolchainOptions) *ToolchainResult {
	t := &toolchains{ctx: ctx, inv: inv, opt: opt, meter: opt.Meter, res: &ToolchainResult{}}
	t.collect()
	if opt.Paths != nil {
		t.named(opt.Paths)
	}
	t.ask(opt.DB)
	t.meter.Expect(int64(len(t.list)))
	for _, s := range t.list {
		if ctx.Err() != nil {
			break
		}
		t.meter.Working(s.Path)
		t.look(s)
		t.report(s)
		t.meter.Done(1)
		if ctx.Err() == nil { // else it is half a verdict
			t.res.Verdicts = append(t.res.Verdicts, s.ToolchainVerdict)
			t.res.Bytes += s.Bytes
		}
	}
	t.res.Stopped = ctx.Err() != nil
	finding.Sort(t.res.Findings)
	return t.res
}

// toolchainPath is the module that toolchains are published as.
const toolchainPath = "golang.org/toolchain"

// toolchains is one call of CheckToolchains.
type toolchains struct {
	ctx   context.Context
	inv   *scan.Inventory
	opt   ToolchainOptions
	meter *meter.Meter
	list  []*subject
	envs  []string // the go.env files of all of them, once they are needed
	read  bool     // envs was filled
	zips  map[module.Version]*releaseFiles
	res   *ToolchainResult
}

// A subject is a toolchain on its way to a verdict.
type subject struct {
	ToolchainVerdict
	packaged bool              // a package manager's
	cached   *modcache.Version // of one in the module cache
	noRecord string            // why there is no signed record
	noName   string            // why nothing says which release it is
	asked    bool              // a person has named it
	zipHere  bool              // its zip is in the module cache, and was proved
	broken   string            // what it lacks that it cannot run without
	source   string            // who knows what it should be
}

// release is the version of an official release.
var release = regexp.MustCompile(`^go1(\.[0-9]+){0,2}((rc|beta)[0-9]+)?$`)

// collect lists what is to be looked at.
func (t *toolchains) collect() {
	below := ""
	if t.inv.ModCache != nil {
		below = filepath.Join(t.inv.ModCache.Root, "golang.org") + string(filepath.Separator)
	}
	if f := t.inv.Toolchains; f != nil {
		for i := range f.Toolchains {
			c := &f.Toolchains[i]
			if below == "" || !strings.HasPrefix(c.Root, below) {
				t.add(&subject{packaged: c.Owner == "package manager", ToolchainVerdict: ToolchainVerdict{
					Path: c.Root, Version: c.Version, GOOS: c.GOOS, GOARCH: c.GOARCH}})
			}
		}
	}
	if c := t.inv.ModCache; c != nil {
		for i := range c.Versions {
			v := &c.Versions[i]
			if v.Toolchain && v.Parts.Has(modcache.HasDir) && !v.Parts.Has(modcache.HasPartial) {
				t.add(&subject{cached: v, ToolchainVerdict: cachedVerdict(v)})
			}
		}
	}
	if f := t.inv.Toolchains; f != nil {
		for i := range f.Archives {
			a := &f.Archives[i]
			t.add(&subject{ToolchainVerdict: ToolchainVerdict{Path: a.Path, Archive: true, Version: a.Version, GOOS: a.GOOS, GOARCH: a.GOARCH}})
		}
	}
}

// cachedVerdict takes the version of a module apart: v0.0.1-go1.26.8.linux-amd64.
func cachedVerdict(v *modcache.Version) ToolchainVerdict {
	out := ToolchainVerdict{Path: v.Dir, InCache: true, Module: module.Version{Path: v.Path, Version: v.Version}}
	name := strings.TrimPrefix(v.Version, "v0.0.1-")
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		out.Version = name[:i]
		out.GOOS, out.GOARCH, _ = strings.Cut(name[i+1:], "-")
	}
	return out
}

// add names the module that a toolchain was published as.
func (t *toolchains) add(s *subject) {
	if s.Module.Path == "" && release.MatchString(s.Version) && s.GOOS != "" && s.GOARCH != "" {
		s.Module = module.Version{Path: toolchainPath, Version: "v0.0.1-" + s.Version + "." + s.GOOS + "-" + s.GOARCH}
	}
	t.list = append(t.list, s)
}

// ask asks for the signed records, each once.
func (t *toolchains) ask(db Database) {
	list := t.modules()
	var records []Record
	if db != nil && len(list) > 0 {
		records = db.LookupAll(t.ctx, list, nil)
	}
	for _, s := range t.list {
		i := slices.Index(list, s.Module)
		switch {
		case i < 0:
		case i >= len(records) && beforeModules(s.Version):
			s.noRecord = oldRelease
		case i >= len(records):
			s.noRecord = "no checksum database was asked"
		case records[i].Err != nil && beforeModules(s.Version):
			s.noRecord = oldRelease
		case records[i].Err != nil:
			s.noRecord = whyNone(records[i].Err)
		default:
			s.Signed = records[i].Zip
		}
	}
}

// whyNone says in few words why there is no record: the module that was looked up is told beside it.
func whyNone(err error) string {
	switch {
	case errors.Is(err, sumdb.ErrNotCached):
		return "no signed record of it is here: --sumdb asks for it"
	case errors.Is(err, sumdb.ErrNotFound):
		return "the checksum database knows no toolchain of that name"
	case errors.Is(err, sumdb.ErrSecurity):
		return "the checksum database is not to be believed"
	}
	return err.Error()
}

// look makes the verdict on one.
func (t *toolchains) look(s *subject) {
	switch {
	case !s.InCache && s.Version != "" && !release.MatchString(s.Version):
		s.State, s.Why = Unofficial, fmt.Sprintf("its version is %q", s.Version)
	case s.Archive && !canHash(s.Path):
		s.State, s.Why = Unsigned, "only .tar.gz and .zip archives can be compared"
	case s.noName != "":
		s.State, s.Why = Unsigned, s.noName
	case s.Module.Path == "":
		s.State, s.Why = Unsigned, "its version and platform are not known"
	case s.InCache:
		t.inCache(s)
	case s.Signed == "":
		s.State, s.Why = Unsigned, s.noRecord
	case s.Archive:
		t.archive(s)
	default:
		t.goroot(s)
	}
}

// prefix is what the names in the hash begin with.
func (s *subject) prefix() string { return s.Module.Path + "@" + s.Module.Version + "/" }

// inCache judges what the go command has downloaded: its files are those of the zip, but for the copies of _go.mod.
func (t *toolchains) inCache(s *subject) {
	want, from := s.Signed, "the checksum database"
	if says := readZiphash(beside(s.cached.Zip, "ziphash")); want == "" && says.State == Whole {
		want, from = says.Hash, ".ziphash"
	}
	r := sum.One(t.ctx, sum.Job{Path: s.Module.Path, Version: s.Module.Version, Dir: s.Path, Toolchain: true}, sum.Options{Files: true, Meter: t.meter})
	if r == nil || r.Dir == nil {
		return
	}
	s.Bytes += r.Dir.Bytes
	s.Hash = r.Dir.H1
	broken := lacks(s, r.Dir.Contents)
	s.broken, s.source = broken, from
	switch {
	case r.Dir.H1 == "" && broken == "":
		s.State, s.Why = Unsigned, fmt.Sprintf("it could not be hashed: %v", r.Dir.Err)
	case want != "" && r.Dir.H1 != want:
		s.State = Differs
		t.listFiles(s, want, r.Dir.Contents)
	case broken != "":
		s.State, s.Why = Differs, broken
	case s.Signed == "":
		s.State, s.Why = Unsigned, "it is as .ziphash says, and no signed record says the same: "+s.noRecord
	default:
		s.State = Genuine
	}
}

// oldRelease is why there is no record of a release before go1.21.
const oldRelease = "there is nothing to compare it with: toolchains are published as modules since go1.21"

// report makes a finding of what differs, where that is asked for.
func (t *toolchains) report(s *subject) {
	if s.State == Differs && t.ctx.Err() == nil && (s.InCache || s.asked || t.opt.Every) {
		t.res.Findings = append(t.res.Findings, s.damage())
	}
}

// damage is the finding of a toolchain that differs.
func (s *subject) damage() finding.Finding {
	fixes := []finding.Fix{{ID: "fetch-again", Title: "fetch the toolchain again", NeedsNetwork: true}}
	if s.zipHere { // and right
		fixes = slices.Insert(fixes, 0, finding.Fix{ID: "unpack-again", Title: "have go unpack it again from the zip, offline"})
	}
	detail := fmt.Sprintf("its files are not those that %s knows, and go runs them without looking", s.source)
	switch {
	case s.Archive:
		fixes = []finding.Fix{{ID: "fetch-again", Title: "remove the archive, and download it again from where releases are published", NeedsNetwork: true}}
		detail = fmt.Sprintf("it does not hold the files of the signed record of %s@%s: do not install it; %s", s.Module.Path, s.Module.Version, s.Why)
	case !s.InCache:
		fixes = []finding.Fix{{ID: "install-again", Title: "install " + s.Version + " again the way it was installed, into an empty directory", NeedsNetwork: true}}
		detail = fmt.Sprintf("its files are not those of the signed record of %s@%s, and what was put there runs in every build; %s", s.Module.Path, s.Module.Version, s.Why)
	case s.broken != "":
		detail = s.broken + ": go fails when a go.mod file makes it switch to this version"
	}
	at := finding.Target{Path: s.Path}
	if s.InCache {
		at.Module, at.Version = s.Module.Path, s.Module.Version
	}
	f := more("toolchain-damaged", at, detail, fixes...)
	f.Files, f.More = s.Files, s.More
	for _, w := range []finding.Witness{{Name: "sumdb", Says: s.Signed}, {Name: "dir", Says: s.Hash, From: s.Path, Lies: true}} {
		if w.Says != "" {
			f.Witnesses = append(f.Witnesses, w)
		}
	}
	return f
}

// lacks says which program of a toolchain is missing or empty that it cannot work without; "" if none is.
func lacks(s *subject, list []sum.File) string {
	exe := ""
	if s.GOOS == "windows" {
		exe = ".exe"
	}
	for _, name := range []string{"bin/go" + exe, "pkg/tool/" + s.GOOS + "_" + s.GOARCH + "/compile" + exe} {
		i := slices.IndexFunc(list, func(f sum.File) bool { return f.Name == name })
		switch {
		case i < 0:
			return fmt.Sprintf("%q is missing", name)
		case list[i].Size == 0:
			return fmt.Sprintf("%q is empty", name)
		}
	}
	return ""
}
