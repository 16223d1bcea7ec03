package gocache

import (
	"path"
	"sync"
	"sync/atomic"
	"time"

	"godoctor/scan/tree"
)

// A Scan collects what a walk finds in one build cache. Its methods may be called from many goroutines.
type Scan struct {
	root    string
	now     time.Time // ages are counted from here
	verdict verdict

	top  tree.Cost // the directory itself and the state files in it
	fuzz tree.Cost // directories above fuzz targets, and what lies beside those
	more tree.Cost // aliens beyond itemMax
	dirs [256]hexDir
	late atomic.Pointer[late] // what the second look found

	mu      sync.Mutex
	aliens  []*alien
	listed  map[string]*alien // of aliens, by path below the root
	alienN  int64
	targets []*target
	trim    time.Time
	expire  time.Time
}

// hexDir is one of the 256 directories. All in it is paid for by one account, so that an index needs
// to keep one sum a directory; the tally splits that sum by what the names tell.
type hexDir struct {
	cost     tree.Cost
	recalled atomic.Bool
	tally    [numSlots][NumAges]tree.Cost // charged by hand
}

// slot is what the first look can tell an entry to be.
type slot uint8

const (
	slotAction slot = iota
	slotOutput
	slotExe // an output that is a directory; Dirs counts them
	slotAlien
	slotDir // the directory itself
	numSlots
)

var slotKinds = [numSlots]string{KindAction, KindOutput, KindExecutable, KindAlien, KindDirectory}

// alien is an entry that is not the go command's.
type alien struct {
	rel, what string
	inside    bool // in one of the 256 directories, whose account pays for it
	cost      tree.Cost
}

// target is a directory of fuzz inputs.
type target struct {
	pkg, name string
	recalled  atomic.Bool
	cost      tree.Cost
}

// New prepares the scan of the build cache at root, an absolute path. It reads the names in root, to
// know whether this is a build cache at all.
func New(root string) *Scan {
	s := &Scan{root: root, now: time.Now(), verdict: inspect(root), listed: make(map[string]*alien)}
	s.top.Rank, s.more.Rank, s.fuzz.Rank = Build.rank(), Build.rank(), Fuzz.rank()
	for i := range s.dirs {
		s.dirs[i].cost.Rank = Build.rank()
		s.dirs[i].cost.Key = hexName(byte(i))
	}
	return s
}

// Place is the meaning of the root, for the walk.
func (s *Scan) Place() tree.Place {
	return tree.Place{Cost: &s.top, Watch: topWatch{s}}
}

// alien lists an entry that is not the go command's and gives its account.
func (s *Scan) alien(rel, what string, inside bool) *tree.Cost {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.alienN++
	if len(s.aliens) >= itemMax {
		if inside {
			return new(tree.Cost)
		}
		return &s.more
	}
	a := &alien{rel: rel, what: what, inside: inside, cost: tree.Cost{Rank: Build.rank(), Key: rel}}
	s.aliens = append(s.aliens, a)
	s.listed[rel] = a
	return &a.cost
}

// target makes the account of a directory of fuzz inputs.
func (s *Scan) target(rel string) tree.Place {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.targets) >= itemMax {
		return tree.Place{Cost: &s.fuzz}
	}
	t := &target{pkg: path.Dir(rel), name: path.Base(rel), cost: tree.Cost{Rank: Fuzz.rank(), Key: rel}}
	s.targets = append(s.targets, t)
	return tree.Place{Cost: &t.cost, Whole: true, Seen: func(_ *tree.Stat, l *tree.Listing) {
		t.recalled.Store(l != nil)
	}}
}

// charge counts an entry of one of the 256 directories.
func (d *hexDir) charge(k slot, a Age, size tree.Size) { d.tally[k][a].Charge(size) }

// sizeOf is the size of an entry that is no directory.
func sizeOf(e *tree.Entry) tree.Size { return tree.Size{Bytes: e.Bytes, Disk: e.Disk, Files: 1} }

// ownSize is the size of a directory itself.
func ownSize(st *tree.Stat) tree.Size { return tree.Size{Bytes: st.Bytes, Disk: st.Disk, Dirs: 1} }

// hexName is the name of one of the 256 directories.
func hexName(b byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[b>>4], digits[b&15]})
}
