// Package plan decides what a cleanup removes, and sees it done.
//
// A [Plan] is made by [New] from the facts of a scan and what usage says of them, shown, perhaps saved and loaded, and
// applied once. It holds module versions with their parts, build-cache entries and toolchains, never paths: a path in
// it is for people to read. [Apply] gives its items to an [Ops], the only thing that touches the disk. The dry run is
// the same plan in the hands of an [Ops] that holds nothing to write with, so it can neither differ nor slip.
//
// # What may be removed
//
// What a policy names and nothing keeps. A version that is needed, pinned, young or of which too little is known is
// kept, and counted with the reason. [Prove] then hashes what is to go, in this run: the tier free is promised only
// where the zip's hash was recomputed and agrees with .ziphash and with every go.sum line that is known, and an
// extracted directory that differs from its zip is kept: somebody may have worked in it.
//
// # Once made, fixed
//
// Applying a plan removes its items or fewer. What changed since is skipped and said ([Recheck], and the stamps that
// an Ops compares under the lock), never added.
package plan

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/usage"
)

// A Part is what of a thing is removed. Its text is part of the JSON contract.
type Part string

// The parts. Those of a module version come first.
const (
	Sources Part = "sources" // the extracted directory; zip and .ziphash stay
	Zip     Part = "zip"     // the zip; the extracted directory and .ziphash stay
	Version Part = "version" // extracted directory, zip and .ziphash; .mod and .info stay
	Forget  Part = "forget"  // those and .mod and .info: no graph names the version

	SDK       Part = "sdk"        // a toolchain that golang.org/dl has put into ~/sdk; Name is "go1.22.1"
	VCS       Part = "vcs"        // a clone under cache/vcs; Name is its hash
	Leftover  Part = "leftover"   // what broken-off work left in the module cache; Name is its place below the root
	Entry     Part = "entry"      // build-cache entries; Name is the directory, "0a", Names are the files in it
	Test      Part = "test"       // test results; likewise
	Fuzz      Part = "fuzz"       // inputs of a fuzz function; Name is package and function, "example.com/p/FuzzX"
	Archive   Part = "gopath-pkg" // archives that go before 1.20 made; Name is the directory, "linux_amd64"
	Related   Part = "related"    // a cache of a tool beside go; Name is that of its place
	Abandoned Part = "abandoned"  // a whole cache that no setting points to; Name is its path
)

// OfVersion reports whether the part belongs to a module version.
func (p Part) OfVersion() bool {
	return p == Sources || p == Zip || p == Version || p == Forget
}

// parts are all of them.
var parts = []Part{Sources, Zip, Version, Forget, SDK, VCS, Leftover, Entry, Test, Fuzz, Archive, Related, Abandoned}

// InModCache and InGoCache report which of the two roots a part lies in. Those that lie in neither have Item.Root.
func (p Part) InModCache() bool { return p.OfVersion() || p == VCS || p == Leftover }

// InGoCache reports whether the part lies in the build cache.
func (p Part) InGoCache() bool { return p == Entry || p == Test || p == Fuzz }

// A Stamp is how a thing looked when the plan was made: what differs later is not removed. The zero value of a field
// says that nothing was there.
type Stamp struct {
	Inode uint64 `json:"inode,omitempty"`
	Mtime int64  `json:"mtime,omitempty"` // Unix nanoseconds
	Size  int64  `json:"size,omitempty"`  // of a file
}

// An Item is one thing to remove. Only [New] makes items from facts; what [Decode] reads is not applied before
// [Recheck] has found each of its items among the facts again.
type Item struct {
	Module  string
	Version string
	Part    Part
	Name    string   // which one, where it is no module version; see the parts
	Names   []string // of entries
	Root    string   // of SDK, Archive, Related and Abandoned: the directory or file itself, absolute, as a look found it
	Path    string   // for people; nothing follows it
	Bytes   int64    // apparent
	Disk    int64    // allocated: what removing it frees, at most
	Tier    usage.Tier
	Rule    string    // the policy that chose it: "orphans", "sources", ...
	Why     string    // in words, raw
	Hash    string    // h1 of the zip, where this run knows it: what comes back has to have it
	Fetch   int64     // what getting it back downloads, in bytes
	Changed time.Time // when it was downloaded, used or changed last; zero if not known

	Dir, ZipFile Stamp // of the extracted directory or the thing itself, and of the zip
	Proved       bool  // hashes were recomputed in this run and agree
	Modified     bool  // the directory differs from its zip, and a person insists
	Insisted     bool  // a person named the version and insists: it goes though something keeps it
}

// Label names the item for people: a module version, or what it is. Raw.
func (it *Item) Label() string {
	switch {
	case it.Module != "":
		return it.Module + "@" + it.Version
	case len(it.Names) == 1:
		return it.Names[0]
	case len(it.Names) > 0:
		return fmt.Sprintf("%d entries in %s", len(it.Names), it.Name)
	case it.Part == Archive, it.Part == Related:
		return it.Name + " " + it.Root
	}
	return it.Name
}

// Later reports whether the item waits in the quarantine before its space is free.
func (it *Item) Later() bool { return it.Tier == usage.Hold || it.Modified }

// A Kept says why something that a policy could name is not in the plan.
type Kept struct {
	Reason string // "in use", "pinned", "young", ...
	Items  int
	Disk   int64
	First  []string // labels of some, raw
}

// A Plan is what is to be removed. It does not change once it is made, but for [Plan.Without].
type Plan struct {
	ID       string // the time it was made, "20261126-214501"
	Made     time.Time
	ModCache string // the roots that the items lie in, links resolved; empty: none of them does
	GoCache  string
	Policies []string // in words of the command line
	Items    []Item   // by rule, then by size, the biggest first
	Kept     []Kept   // by size, the biggest first

	Versions int   // of the module cache, whether planned or not
	Total    int64 // allocated bytes of both caches

	loaded  bool  // from a file, and not compared with fresh facts
	applied int32 // 1 once Apply has it; atomic
}

// Now and Later are the bytes on disk that are free at once, and when the quarantine is emptied.
func (p *Plan) Now() (n int64) {
	for i := range p.Items {
		if !p.Items[i].Later() {
			n += p.Items[i].Disk
		}
	}
	return n
}

// Later is what the plan frees when the quarantine is emptied, in bytes on disk.
func (p *Plan) Later() (n int64) {
	for i := range p.Items {
		if p.Items[i].Later() {
			n += p.Items[i].Disk
		}
	}
	return n
}

// Without gives the plan without the items for which drop is true.
func (p *Plan) Without(drop func(*Item) bool) *Plan {
	q := p.copy()
	for i := range p.Items {
		if !drop(&p.Items[i]) {
			q.Items = append(q.Items, p.Items[i])
		}
	}
	return q
}

// copy is the plan without its items. Of a plan that was applied it is one that was applied.
func (p *Plan) copy() *Plan {
	return &Plan{ID: p.ID, Made: p.Made, ModCache: p.ModCache, GoCache: p.GoCache, Policies: p.Policies, Kept: p.Kept,
		Versions: p.Versions, Total: p.Total, loaded: p.loaded, applied: atomic.LoadInt32(&p.applied)}
}

// A Weight is how much a plan asks of a person before it runs.
type Weight uint8

// The weights.
const (
	Mild   Weight = iota // at most 1 GiB, all of it made again offline
	Normal               // what can be fetched or built again
	Severe               // more than half of the cache, or something that may not come back: the count has to be typed
)

// Weigh says how much the plan asks.
func (p *Plan) Weigh() Weight {
	versions, free := 0, true
	for i := range p.Items {
		it := &p.Items[i]
		if it.Later() || it.Part == Fuzz || it.Part == Abandoned {
			return Severe
		}
		if it.Part == Version || it.Part == Forget {
			versions++
		}
		free = free && it.Tier == usage.Free
	}
	now := p.Now()
	if p.Total > 0 && now > p.Total/2 || p.Versions > 1 && versions > p.Versions/2 {
		return Severe
	}
	if free && now <= 1<<30 {
		return Mild
	}
	return Normal
}

// Below are the names of a module version below the root of a module cache, with slashes: derived from the version,
// and proved to lead back to it.
type Below struct{ Dir, Zip, Ziphash, Mod, Info, Lock, Partial string }

// Places derives the names of a module version (modfetch.DownloadDir and CachePath). An error: the version is none
// that the go command could have made names of.
func Places(m module.Version) (Below, error) {
	if err := module.Check(m.Path, m.Version); err != nil {
		return Below{}, err
	}
	if module.CanonicalVersion(m.Version) != m.Version {
		return Below{}, fmt.Errorf("%q is not a whole version", m.Version)
	}
	path, err := module.EscapePath(m.Path)
	if err != nil {
		return Below{}, err
	}
	version, err := module.EscapeVersion(m.Version)
	if err != nil {
		return Below{}, err
	}
	backPath, err1 := module.UnescapePath(path)
	backVersion, err2 := module.UnescapeVersion(version)
	dir := path + "@" + version
	if err1 != nil || err2 != nil || backPath != m.Path || backVersion != m.Version || !filepath.IsLocal(dir) || strings.Contains(dir, "//") {
		return Below{}, fmt.Errorf("%s@%s has no name in a module cache that leads back to it", m.Path, m.Version)
	}
	at := "cache/download/" + path + "/@v/" + version
	return Below{Dir: dir, Zip: at + ".zip", Ziphash: at + ".ziphash", Mod: at + ".mod", Info: at + ".info",
		Lock: at + ".lock", Partial: at + ".partial"}, nil
}
