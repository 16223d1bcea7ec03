package bundle

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/mod/module"

	"godoctor/doctor/fetch"
	"godoctor/doctor/sumdb"
	"godoctor/scan/meter"
	"godoctor/scan/modgraph"
	"godoctor/scan/regular"
	"godoctor/scan/sum"
)

// A Making says what bundle is to be made, and from what.
type Making struct {
	Target     string // absolute; an archive if it ends in .tar, else a directory. It must not be there
	Projects   []*Project
	Modules    []module.Version // with what they need
	Toolchains []module.Version // of golang.org/toolchain
	Older      [][]byte         // signed tree heads that receivers have seen
	Without    *Bundle          // what it has is left out; nil: nothing

	Client   *fetch.Client
	DB       *sumdb.DB // of GOSUMDB; nil: nothing has a record, and go.sum files are all that is known
	ModCache string    // what is in it already is not fetched; ""
	Go       Rehearsal

	Meter *meter.Meter
	// Downloading is told of the queue before it runs, and calls its result when it is through. It may be nil.
	Downloading func(q *fetch.Queue) (end func())
	Stage       func(what string) // is told what begins; may be nil
}

// A Made is a bundle that was made.
type Made struct {
	Manifest *Manifest
	Head     int64 // records in the pinned tree; 0: none
	Bytes    int64 // of the bundle on the disk
	Fetched  int64 // that came over the network
	Zips     int   // versions with a zip
	Reused   int   // zips that were in the module cache, or left by a run that was broken off
	Left     int   // versions that the other bundle has
}

// A maker is a bundle in the making.
type maker struct {
	*Making
	stage   *staging
	needs   []Need
	modules []Module
	records []sumdb.Record
	came    map[module.Version]bool // their zips were fetched before all others
	made    Made

	mu      sync.Mutex
	mods    map[module.Version][]byte // go.mod files that came from a proxy, as they were read for the graphs
	modSize int
}

func newMaker(in *Making, st *staging) *maker {
	return &maker{Making: in, stage: st, came: make(map[module.Version]bool)}
}

// errUnknown says that nobody knows the hash of a version.
var errUnknown = errors.New("neither the checksum database nor a go.sum file knows its hash: what cannot be proved is not put into a bundle")

// Make makes a bundle. Errors of the network and of a full disk leave what came, in the directory beside the target: the same
// call goes on there. The context ends it early.
func Make(ctx context.Context, in *Making) (*Made, error) {
	st, err := openStaging(in.Target)
	if err != nil {
		return nil, err
	}
	m := newMaker(in, st)
	err = m.make(ctx)
	return &m.made, errors.Join(err, st.close(err == nil))
}

func (m *maker) make(ctx context.Context) error {
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"reading go.mod files", m.resolve},
		{"asking the checksum database", m.record},
		{"fetching", m.fetch},
		{"writing proofs", m.pin},
		{"checking", m.check},
		{"rehearsing", m.rehearse},
		{"writing", m.publish},
	} {
		if m.Stage != nil {
			m.Stage(step.what)
		}
		if err := ctxErr(ctx); err != nil { // not after the last one: the bundle has its name then
			return err
		}
		if err := step.do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Resolve computes what a bundle would hold, and writes nothing. Of modules that are named it fetches the zip to a temporary
// directory, where the module cache does not have it.
func Resolve(ctx context.Context, in *Making) ([]Need, error) {
	dir, err := os.MkdirTemp("", "godoctor-bundle-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	m := newMaker(in, &staging{dir: dir})
	err = m.resolve(ctx)
	return m.needs, err
}

// resolve finds out what is to be in the bundle.
func (m *maker) resolve(ctx context.Context) error {
	cache := modgraph.NewCacheFunc(m.readMod(ctx))
	var lists [][]Need
	for _, p := range m.Projects {
		list, err := p.Need(cache)
		if err != nil {
			return m.explain(ctx, err)
		}
		lists = append(lists, list)
	}
	for _, v := range m.Modules {
		zip, err := m.zipOf(ctx, v)
		if err != nil {
			return m.explain(ctx, fmt.Errorf("%s: %w", v, err))
		}
		list, err := needOfModule(ctx, v, zip, cache)
		if err != nil {
			return m.explain(ctx, err)
		}
		lists = append(lists, list)
	}
	for _, v := range m.Toolchains {
		lists = append(lists, []Need{{v, true}})
	}
	m.needs = merge(lists...)
	if m.Without != nil {
		all := len(m.needs)
		m.needs = slices.DeleteFunc(m.needs, func(n Need) bool { return m.Without.Manifest.has(n) })
		m.made.Left = all - len(m.needs)
	}
	if len(m.needs) == 0 {
		return errors.New("there is nothing to put into a bundle: nothing is needed, or the other bundle has it all")
	}
	return ctxErr(ctx)
}

// has reports whether a bundle has what is needed.
func (m *Manifest) has(n Need) bool {
	x := m.module(place{path: n.Path, version: n.Version.Version})
	return x.Path != "" && (x.Zip != "" || !n.Zip)
}

// explain gives the reason of a stop in place of what it led to.
func (m *maker) explain(ctx context.Context, err error) error {
	if stop := ctxErr(ctx); stop != nil {
		return stop
	}
	return err
}

// cached is a file of the module cache, or "".
func (m *maker) cached(v module.Version, ext string) string {
	s, err := stem(v)
	if err != nil || m.ModCache == "" {
		return ""
	}
	return filepath.Join(m.ModCache, "cache", "download", filepath.FromSlash(s+ext))
}

// readMod gives go.mod files of versions: those in the module cache, else what a proxy says. They are proved later, by their
// hash. What stands in for a module on this machine is read where it is.
func (m *maker) readMod(ctx context.Context) func(module.Version) ([]byte, error) {
	return func(v module.Version) ([]byte, error) {
		if v.Version == "" {
			return regular.ReadFile(filepath.Join(v.Path, "go.mod"), MaxMod)
		}
		if err := checkVersion(v); err != nil {
			return nil, err
		}
		m.Meter.Working(v.String())
		data, err := regular.ReadFile(m.cached(v, ".mod"), MaxMod)
		if err != nil {
			data = m.left(v)
		}
		if data == nil {
			if data, err = m.Client.Mod(ctx, v); err != nil {
				return nil, err
			}
			m.remember(v, data)
		}
		m.Meter.Add(1, int64(len(data)))
		return data, nil
	}
}

// left is the go.mod file of a version that an earlier run has fetched, where a go.sum file of the projects has its hash: of the
// others nobody can tell yet. nil: there is none.
func (m *maker) left(v module.Version) []byte {
	s, err := stem(v)
	if err != nil {
		return nil
	}
	data, err := regular.ReadFile(m.stage.old(s+".mod"), MaxMod)
	if err != nil {
		return nil
	}
	h := sum.Mod(data)
	for _, p := range m.Projects {
		if slices.Contains(p.Sums[module.Version{Path: v.Path, Version: v.Version + "/go.mod"}], h) {
			return data
		}
	}
	return nil
}

// remember keeps a go.mod file for when it is written.
func (m *maker) remember(v module.Version, data []byte) {
	const most = 64 << 20
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.modSize += len(data); m.modSize > most {
		return
	}
	if m.mods == nil {
		m.mods = make(map[module.Version][]byte)
	}
	m.mods[v] = data
}

// zipOf gives the zip of a version that somebody named, before it is proved: only its go.sum is read, to see which versions
// are needed.
func (m *maker) zipOf(ctx context.Context, v module.Version) (string, error) {
	if name := m.cached(v, ".zip"); name != "" {
		if fi, err := os.Stat(name); err == nil && fi.Mode().IsRegular() {
			return name, nil
		}
	}
	s, err := stem(v)
	if err != nil {
		return "", err
	}
	old := m.stage.old(s + ".zip")
	if _, err := hashZip(ctx, v, old); err == nil {
		return old, nil
	}
	p, err := m.Client.Download(ctx, v, fetch.Downloads{Dir: m.stage.parts(), Progress: m.Meter})
	if err != nil {
		return "", err
	}
	m.made.Fetched += p.Fetched
	m.came[v] = true
	return old, errors.Join(os.MkdirAll(filepath.Dir(old), 0o755), p.Move(old)) // where it is found when zips are fetched
}

// record asks for the record of every version, and settles the hashes.
func (m *maker) record(ctx context.Context) error {
	sums := make(map[module.Version][]string)
	for _, p := range m.Projects {
		for v, list := range p.Sums {
			sums[v] = append(sums[v], list...)
		}
	}
	results, err := m.lookup(ctx)
	if err != nil {
		return err
	}
	for i, n := range m.needs {
		x := Module{Path: n.Path, Version: n.Version.Version}
		if r := results[i]; r.Err == nil {
			x.Mod, x.Recorded = r.Record.GoMod, true
			if n.Zip {
				x.Zip = r.Record.Zip
			}
			m.records = append(m.records, r.Record)
		} else if err := x.fromSums(sums, n.Zip); err != nil {
			return fmt.Errorf("%s: %w", n.Version, errors.Join(err, r.Err))
		}
		c := Checked{Module: x}
		if c.sums(sums); c.Err != nil {
			return fmt.Errorf("%s: %w", n.Version, c.Err)
		}
		m.modules = append(m.modules, x)
	}
	return nil
}

// lookup asks the checksum database. That it has no record of a version, or may not be asked for it, is its answer.
func (m *maker) lookup(ctx context.Context) ([]sumdb.Result, error) {
	list := make([]module.Version, len(m.needs))
	for i, n := range m.needs {
		list[i] = n.Version
	}
	if m.DB == nil {
		out := make([]sumdb.Result, len(list))
		for i, v := range list {
			out[i] = sumdb.Result{Module: v, Err: sumdb.ErrOff}
		}
		return out, nil
	}
	results := m.DB.LookupAll(ctx, list, m.Meter)
	if err := ctxErr(ctx); err != nil {
		return nil, err
	}
	for _, r := range results {
		if r.Err != nil && !errors.Is(r.Err, sumdb.ErrPrivate) && !errors.Is(r.Err, sumdb.ErrNotFound) {
			return nil, fmt.Errorf("%s: %w", r.Module, r.Err)
		}
	}
	return results, nil
}

// fromSums takes the hashes from go.sum files. A toolchain has none there.
func (x *Module) fromSums(sums map[module.Version][]string, zip bool) error {
	one := func(version string) string {
		list := sums[module.Version{Path: x.Path, Version: version}]
		i := slices.IndexFunc(list, func(h string) bool { return strings.HasPrefix(h, "h1:") })
		if i < 0 {
			return ""
		}
		return list[i]
	}
	x.Mod = one(x.Version + "/go.mod")
	if zip {
		x.Zip = one(x.Version)
	}
	if x.Toolchain() || x.Mod == "" || zip && x.Zip == "" {
		return errUnknown
	}
	return nil
}

// hashZip computes the h1 of a zip in a file.
func hashZip(ctx context.Context, v module.Version, file string) (string, error) {
	r := sum.One(ctx, sum.Job{Path: v.Path, Version: v.Version, Zip: file}, sum.Options{})
	if r == nil {
		return "", context.Cause(ctx)
	}
	return r.Zip.H1, r.Zip.Err
}

// isGone reports whether a file is not there.
func isGone(err error) bool { return errors.Is(err, fs.ErrNotExist) }
