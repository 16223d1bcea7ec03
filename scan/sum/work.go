package sum

import (
	"cmp"
	"context"
	"crypto/sha256"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"godoctor/scan/regular"
)

// What a file costs in memory while its job is in work, beside its name.
const (
	zipFileCost = 28 + sha256.Size + 4 + 4 + 1 // entry, sum, match, order, state
	dirFileCost = 16 + sha256.Size + 8 + 4     // string, sum, size, rest
)

// A task is a part of a job for one worker: files of a zip, with what the directory has in their places, or files
// of a directory alone.
const (
	taskBytes = 2 << 20 // of content, about, with fileWeight for each file
	taskFiles = 128     // of a directory, whose sizes are not known yet
	fileBytes = 8 << 10 // what a file costs besides its bytes, in bytes
)

type task struct {
	*work
	zip []int32 // entries, in the order in which they lie in the zip
	end int64   // how far to read ahead in the zip
	dir []int32 // files of the directory
}

// A work is a job that was begun. Workers write to the places of their files; finish reads when all tasks ended.
type work struct {
	job   *Job
	index int
	mem   int64 // bytes of memory for names and hashes
	big   bool  // holds the one permission to be large
	stats bool  // Options.Entries

	zipFile *os.File // nil where the zip is a part of something else
	zipAt   io.ReaderAt
	zipSize int64
	central *central
	zip     side
	order   []int32 // zip entries in the order in which they lie in the zip
	match   []int32 // by zip entry: the file of the directory with the same name, or -1
	state   []state // by zip entry: what became of the file of the directory

	folder  folder
	listing *listing
	dir     side

	pending atomic.Int32 // tasks that did not end yet
}

// A side is what is known of the files of a zip or a directory.
type side struct {
	err   error // what is wrong with the whole
	sums  [][sha256.Size]byte
	sizes []int64 // of a directory
	stats []Stat  // of a directory, with Options.Entries
	mu    sync.Mutex
	errs  []error // by file; nil if there are none
}

// fail notes that a file could not be read.
func (s *side) fail(i int32, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.errs == nil {
		s.errs = make([]error, len(s.sums))
	}
	s.errs[i] = err
}

// fault is what kept a file from being read. It is for when all tasks ended.
func (s *side) fault(i int) error {
	if s.errs == nil {
		return nil
	}
	return s.errs[i]
}

// A state says how a file of the directory compares with that of the zip.
type state uint8

const (
	different state = iota
	same
	zeroed // the same length, and nothing but zero bytes
)

// open begins a job: it reads the names. The error is that of the context or of grow.
func (k *work) open(ctx context.Context, scratch []byte, grow func(int64) error) error {
	if k.job.hasZip() {
		k.zip.err = k.openZip(ctx, grow)
	}
	if k.job.Dir != "" && ctx.Err() == nil && k.zip.err != errLater {
		k.dir.err = k.openDir(ctx, scratch, grow)
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case k.zip.err == errLater || k.dir.err == errLater:
		return errLater
	}
	return nil
}

func (k *work) openZip(ctx context.Context, grow func(int64) error) error {
	k.zipAt, k.zipSize = k.job.ZipAt, k.job.ZipLen
	if k.zipAt == nil {
		f, err := regular.Open(k.job.Zip)
		if err != nil {
			return bare(err)
		}
		k.zipFile, k.zipAt = f, f
		fi, err := f.Stat()
		if err != nil {
			return bare(err)
		}
		k.zipSize = fi.Size()
	}
	c, err := readCentral(ctx, k.zipAt, k.zipSize, k.job.prefix(), grow)
	if err != nil {
		return bare(err)
	}
	k.central = c
	k.zip.sums, k.state = make([][sha256.Size]byte, len(c.entries)), make([]state, len(c.entries))
	k.order = count(len(c.entries))
	slices.SortFunc(k.order, func(a, b int32) int { return cmp.Compare(c.entries[a].offset, c.entries[b].offset) })
	return nil
}

func (k *work) openDir(ctx context.Context, scratch []byte, grow func(int64) error) error {
	f, err := openFolder(k.job.Dir)
	if err != nil {
		return err
	}
	k.folder = f
	r := f.reader(scratch)
	defer r.close()
	l, err := list(ctx, k.job, r, k.stats, grow)
	if err != nil {
		return err
	}
	k.listed(l)
	return nil
}

// listed takes the names of the directory.
func (k *work) listed(l *listing) {
	k.listing = l
	k.dir.sums, k.dir.sizes = make([][sha256.Size]byte, len(l.files)), make([]int64, len(l.files))
	if k.stats {
		k.dir.stats = make([]Stat, len(l.files))
	}
	for i, name := range l.names {
		k.dir.sizes[i] = -1
		if unhashable(name) {
			k.dir.fail(int32(i), ErrNewline)
		}
	}
}

// unhashable reports whether a name cannot be in an h1. Such a file is not opened.
func unhashable(name string) bool { return strings.Contains(name, "\n") }

// close lets go what open opened.
func (k *work) close() {
	if k.zipFile != nil {
		k.zipFile.Close()
	}
	if k.folder != nil {
		k.folder.close()
	}
}

func (j *Job) hasZip() bool { return j.Zip != "" || j.ZipAt != nil }

func (j *Job) prefix() string { return j.Path + "@" + j.Version + "/" }

// count gives 0 to n-1.
func count(n int) []int32 {
	s := make([]int32, n)
	for i := range s {
		s[i] = int32(i)
	}
	return s
}

// tasks cuts the job into tasks; there is at least one, so that somebody finishes the job.
func (k *work) tasks() []*task {
	var all []*task
	only := k.join()
	for at := 0; at < len(k.order); {
		n, weight := at, int64(0)
		for n < len(k.order) && weight < taskBytes {
			weight += int64(k.central.entries[k.order[n]].size) + fileBytes
			n++
		}
		end := k.central.start
		if n < len(k.order) {
			end = int64(k.central.entries[k.order[n]].offset)
		}
		all = append(all, &task{work: k, zip: k.order[at:n], end: end})
		at = n
	}
	for part := range slices.Chunk(only, taskFiles) {
		all = append(all, &task{work: k, dir: part})
	}
	if all == nil {
		all = []*task{{work: k}}
	}
	k.pending.Store(int32(len(all)))
	return all
}

// join finds which file of the directory belongs to which of the zip, and gives the files that belong to none.
func (k *work) join() []int32 {
	if k.listing == nil || k.central == nil {
		return count(len(k.dir.sums))
	}
	k.match = make([]int32, len(k.central.entries))
	var only []int32
	j, names := 0, k.listing.names
	for i := range k.match {
		name := k.central.name(i)
		for j < len(names) && names[j] < name {
			only = append(only, int32(j))
			j++
		}
		k.match[i] = -1
		if j < len(names) && names[j] == name {
			k.match[i] = int32(j)
			j++
		}
	}
	for ; j < len(names); j++ {
		only = append(only, int32(j))
	}
	return only
}
