package modcache

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"time"

	"godoctor/scan/meter"
	"godoctor/scan/regular"
	"godoctor/scan/tree"
)

// A Stamp tells whether anything of a module version was touched since an earlier stamp, without reading a byte of it.
//
// It is a digest of the name, kind, size, time of modification, time of change and inode of every entry of the extracted
// directory, of the directory itself, and of .zip, .ziphash, .mod, .info and .partial. Equal stamps say that nobody wrote by the
// ways that the system offers: the time of change (ctime) cannot be set back without changing the clock, writing past
// the file system, or being its server. Two stamps that differ say less: a chmod, a hard link more or a copy of the
// whole tree change times of change and inodes, and no hash. Permissions are no part of a hash and not in the digest.
// Access times are not in it either: reading changes nothing.
//
// Windows tells neither inode nor time of change without opening each file. There a stamp sees what changes a name,
// a size or a time of modification, and not a write after which that time was put back.
//
// The zero Stamp is that of a version that could not be looked at.
type Stamp struct {
	Sum     [sha256.Size]byte
	Newest  time.Time // the latest change in it, by the clock of the file system
	Entries int       // files and directories
	Parts   Parts     // what was there, a .lock aside: it may be more than when the cache was scanned
}

// IsZero reports whether nothing is known.
func (s Stamp) IsZero() bool { return s == Stamp{} }

// settle is how old the latest change has to be: file systems keep times by the tick of the kernel (4 ms), or by the second
// (ext3, HFS+), FAT by two. Within one tick a file can be read and then written without another time. cmd/go waits as
// long before it believes a time of modification (modindex.modTimeCutoff).
const settle = 2 * time.Second

// Settled reports whether a change after at would give another stamp, if the stamp was taken at that time or later. A
// version that is not settled, or was changed in the future, is not to be remembered.
func (s Stamp) Settled(at time.Time) bool { return !s.IsZero() && s.Newest.Before(at.Add(-settle)) }

// Limits of what is stamped: what is beyond them is no module and costs more than it tells.
const (
	stampDepth = 100     // directories inside each other, each of which stays open while those in it are read
	stampNames = 1 << 18 // entries of one directory: about 25 MiB
)

var (
	errStampDeep  = errors.New("too many directories inside each other")
	errStampLarge = errors.New("too many entries in a directory")
)

// Stamps stamps versions, workers at a time (0: one for each CPU), in the order of the list. Who could not be
// stamped has the zero Stamp: why, reading it will tell. The error is that of ctx, which is noticed between two
// entries. The meter counts entries and, as units, versions.
func Stamps(ctx context.Context, list []*Version, workers int, m *meter.Meter) ([]Stamp, error) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { // the large ones first: at the end no core waits for one of them
		return cmp.Compare(list[b].Sources.Files, list[a].Sources.Files)
	})
	out := make([]Stamp, len(list))
	turns := tree.Turns(ctx, len(order))
	tree.Together(min(workers, len(list)), func(int) {
		s := newStamper()
		for n := range turns {
			i := order[n]
			out[i], _ = s.version(ctx, list[i])
			m.Add(int64(out[i].Entries), 0)
			m.Done(1)
		}
	})
	return out, ctx.Err()
}

// A stamper belongs to one goroutine, and keeps its buffers from version to version.
type stamper struct {
	lister // how this system lists a directory

	sum     hash.Hash
	rec     []byte // what the digest has not taken yet
	newest  int64
	entries int
	rel     []byte   // path of the directory that is read, below the version's
	depth   int      // how many are open
	levels  []*level // one for each of them, and those that others needed
}

func newStamper() *stamper { return &stamper{sum: sha256.New()} }

// stampStat is what a stamp takes of one entry.
type stampStat struct {
	kind         uint32 // as the system numbers them; zero: there is none
	dir, file    bool
	size         int64
	mtime, ctime int64 // Unix nanoseconds; ctime is zero where there is none
	ino          uint64
}

// A level is the content of one directory. Names stand one behind the other, for there may be 100,000 of them.
type level struct {
	names   []byte
	entries []stampEntry
}

type stampEntry struct {
	from, to int32
	stampStat
}

func (l *level) name(e *stampEntry) []byte { return l.names[e.from:e.to] }

// add takes an entry.
func (l *level) add(name []byte, st *stampStat) error {
	if len(l.entries) >= stampNames {
		return errStampLarge
	}
	from := int32(len(l.names))
	l.names = append(l.names, name...)
	l.entries = append(l.entries, stampEntry{from, int32(len(l.names)), *st})
	return nil
}

// version makes the stamp of one version. What was not there is part of the stamp. What could not be looked at, or is no regular
// file beside the directory, is an error.
func (s *stamper) version(ctx context.Context, v *Version) (Stamp, error) {
	s.sum.Reset()
	s.newest, s.entries, s.rel, s.depth = 0, 0, s.rel[:0], 0
	parts, err := s.beside(v)
	if err != nil {
		return Stamp{}, err
	}
	st, err := statStamp(v.Dir)
	if err == nil {
		s.entry(nil, &st)
		if st.dir {
			parts |= HasDir
			err = s.tree(ctx, v.Dir)
		}
	}
	if err != nil {
		return Stamp{}, fmt.Errorf("%s: %w", v.Dir, err)
	}
	return s.stamp(parts), nil
}

// beside begins a stamp with the files beside the extracted directory, and says which there are.
func (s *stamper) beside(v *Version) (parts Parts, err error) {
	s.rec = append(s.rec[:0], "godoctor stamp 1\n"...)
	base := strings.TrimSuffix(v.Zip, ".zip")
	for _, p := range partSuffixes {
		st, err := statStamp(base + p.suffix)
		if err == nil && st.kind != 0 && !st.file {
			err = regular.ErrNot // what a link leads to may change while the link does not
		}
		if err != nil {
			return 0, fmt.Errorf("%s: %w", base+p.suffix, err)
		}
		if p.part == partLock {
			continue // go writes it as it likes
		}
		if st.file {
			parts |= p.has
		}
		s.entry([]byte(p.suffix), &st)
	}
	return parts, nil
}

// stamp ends a stamp.
func (s *stamper) stamp(parts Parts) Stamp {
	s.flush(0)
	out := Stamp{Parts: parts, Entries: s.entries, Newest: time.Unix(0, s.newest).UTC()}
	s.sum.Sum(out.Sum[:0])
	return out
}

// entry puts an entry into the digest: nothing in it can be mistaken for something else, for every part has a length.
func (s *stamper) entry(name []byte, st *stampStat) {
	s.rec = binary.AppendUvarint(s.rec, uint64(len(name)))
	s.rec = append(s.rec, name...)
	s.rec = binary.LittleEndian.AppendUint32(s.rec, st.kind)
	if st.kind != 0 {
		for _, n := range [...]uint64{uint64(st.size), uint64(st.mtime), uint64(st.ctime), st.ino} {
			s.rec = binary.LittleEndian.AppendUint64(s.rec, n)
		}
		s.entries++
	}
	s.newest = max(s.newest, cmp.Or(st.ctime, st.mtime))
	s.flush(32 << 10)
}

// flush gives the digest what there is, if it is more than so many bytes.
func (s *stamper) flush(over int) {
	if len(s.rec) > over {
		s.sum.Write(s.rec)
		s.rec = s.rec[:0]
	}
}

// level is the empty level of the directory that is read now.
func (s *stamper) level() *level {
	if s.depth == len(s.levels) {
		s.levels = append(s.levels, &level{})
	}
	l := s.levels[s.depth]
	l.names, l.entries = l.names[:0], l.entries[:0]
	return l
}

// content puts the listed content of the directory s.rel into the digest and goes down into each directory of it.
func (s *stamper) content(l *level, below func(name []byte) error) error {
	slices.SortFunc(l.entries, func(a, b stampEntry) int { return bytes.Compare(l.name(&a), l.name(&b)) })
	s.rec = binary.AppendUvarint(s.rec, uint64(len(s.rel)))
	s.rec = append(s.rec, s.rel...)
	s.rec = binary.AppendUvarint(s.rec, uint64(len(l.entries)))
	for i := range l.entries {
		s.entry(l.name(&l.entries[i]), &l.entries[i].stampStat)
	}
	for i := range l.entries {
		e := &l.entries[i]
		if !e.dir {
			continue
		}
		if s.depth >= stampDepth {
			return errStampDeep
		}
		n := len(s.rel)
		s.rel = append(append(s.rel, '/'), l.name(e)...)
		s.depth++
		err := below(l.name(e))
		s.depth--
		if err != nil {
			return err
		}
		s.rel = s.rel[:n]
	}
	return nil
}

// absent is the error of a file that is not there, as the empty stampStat.
func absent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
