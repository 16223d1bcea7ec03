package verify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"godoctor/doctor/finding"
	"godoctor/scan/meter"
	"godoctor/scan/regular"
	"godoctor/scan/sum"
	"godoctor/scan/tree"
)

// BuildCacheOptions are those of BuildCache. The zero value is ready.
type BuildCacheOptions struct {
	// Recent says to look at entries as well that were used less than an hour ago. The go command touches an entry
	// once an hour at most when it uses it (cmd/go/internal/cache: used), so these are what the build has read that
	// has just failed, and what is being written at this moment: one that is wrong counts only if nobody has touched
	// it for a minute.
	Recent  bool
	Workers int          // 0: one for each CPU
	Meter   *meter.Meter // entries are files, bytes those hashed; may be nil
}

// A BuildCacheResult says what came of the outputs of a build cache.
type BuildCacheResult struct {
	Outputs  int64 // files that were hashed
	Bytes    int64
	Recent   int64             // files that were left out because they are, or may be, in use
	Damaged  int64             // files with another hash than their name says
	Findings []finding.Finding // at most 1,000, by path
	Unread   []tree.Unreadable // what could not be read to its end, at most 1,000, by path
	Stopped  bool              // the context ended before the look did
}

// Limits of a look at a build cache.
const (
	entryAge  = time.Hour   // how long an entry counts as used after it was
	settleAge = time.Minute // how long the writer of an entry may pause
	outputMax = 4 << 30     // bytes of one output: the largest program that is linked is far below
	hashBlock = 256 << 10
)

// BuildCache compares each output of a build cache with its name, which is the SHA-256 of its content
// (cmd/go/internal/cache: fileName, copyFile). The go command does so when it writes an entry and never again: an entry
// of the right size is used whatever is in it, and a flipped bit becomes an internal compiler error or a wrong
// program. One of another size is a miss, as a malformed action file is; the latter is not looked at. Where go run keeps
// a program, the output is a directory of that name, and the program in it has the hash.
func BuildCache(ctx context.Context, root string, opt BuildCacheOptions) *BuildCacheResult {
	c := &buildCache{ctx: ctx, root: root, opt: opt, now: time.Now(), res: &BuildCacheResult{}}
	if root == "" { // GOCACHE is not known
		return c.res
	}
	workers := opt.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	turns := tree.Turns(ctx, 256)
	tree.Together(min(workers, 256), func(int) {
		w := &entryHasher{buildCache: c, hash: sha256.New(), buf: make([]byte, hashBlock)}
		for b := range turns {
			w.directory(fmt.Sprintf("%02x", b))
		}
	})
	c.res.Stopped = ctx.Err() != nil
	finding.Sort(c.res.Findings)
	sortUnread(c.res.Unread)
	return c.res
}

// buildCache is one call of BuildCache.
type buildCache struct {
	ctx  context.Context
	root string
	opt  BuildCacheOptions
	now  time.Time

	mu  sync.Mutex
	res *BuildCacheResult
}

// entryHasher is a worker.
type entryHasher struct {
	*buildCache
	hash hash.Hash
	buf  []byte
}

// directory looks at one of the 256 directories. A link in its place is not the go command's.
func (w *entryHasher) directory(name string) {
	dir := filepath.Join(w.root, name)
	w.each(dir, func(e fs.DirEntry) {
		if id, ok := outputID(name, e.Name()); ok {
			w.entry(filepath.Join(dir, e.Name()), id, e.Type())
		}
	})
}

// each gives the entries of a directory; what is no directory, like a link, is not the go command's.
func (w *entryHasher) each(dir string, do func(fs.DirEntry)) {
	err := eachEntry(w.ctx, dir, do)
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, sum.ErrNotDir) && w.ctx.Err() == nil {
		w.unread(dir, err)
	}
}

// outputID reads the name of an output in the directory dir.
func outputID(dir, name string) (id [sha256.Size]byte, ok bool) {
	const length = 2*sha256.Size + len("-d")
	if len(name) != length || name[:2] != dir || name[length-2:] != "-d" {
		return id, false
	}
	if _, err := hex.Decode(id[:], []byte(name[:2*sha256.Size])); err != nil {
		return id, false
	}
	return id, hex.EncodeToString(id[:]) == name[:2*sha256.Size] // in lower case
}

// entry looks at an output: a file, or a directory with programs in it, which have one content and several names.
func (w *entryHasher) entry(path string, id [sha256.Size]byte, kind fs.FileMode) {
	switch {
	case kind.IsRegular():
		w.file(path, id)
	case kind.IsDir():
		w.each(path, func(e fs.DirEntry) {
			if e.Type().IsRegular() {
				w.file(filepath.Join(path, e.Name()), id)
			}
		})
	}
}

// file hashes one file and compares.
func (w *entryHasher) file(path string, id [sha256.Size]byte) {
	fi, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && !fi.Mode().IsRegular():
		return // since it was listed
	case err != nil:
		w.unread(path, err)
		return
	case !w.opt.Recent && w.now.Sub(fi.ModTime()) < entryAge:
		w.recent()
		return
	}
	sum, n, err := w.sum(path)
	switch {
	case w.ctx.Err() != nil, errors.Is(err, fs.ErrNotExist), errors.Is(err, regular.ErrNot):
		return
	case err != nil:
		w.unread(path, err)
		return
	}
	if sum != id && w.touched(path, fi) {
		w.recent()
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.res.Outputs++
	w.res.Bytes += n
	if sum == id {
		return
	}
	if w.res.Damaged++; len(w.res.Findings) < foundMax {
		w.res.Findings = append(w.res.Findings, damagedEntry(path, sum, n))
	}
}

// sum hashes a file.
func (w *entryHasher) sum(path string) (sum [sha256.Size]byte, n int64, err error) {
	w.hash.Reset()
	n, err = readAll(w.ctx, path, w.hash, w.buf, outputMax, w.opt.Meter)
	w.hash.Sum(sum[:0])
	return sum, n, err
}

// readAll gives the content of a regular file to a writer, through buf, and looks at the context between two reads.
func readAll(ctx context.Context, path string, to io.Writer, buf []byte, most int64, m *meter.Meter) (n int64, err error) {
	f, err := regular.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	for ctx.Err() == nil {
		got, err := f.Read(buf)
		if n += int64(got); n > most {
			return n, regular.ErrTooLarge
		}
		m.Add(0, int64(got))
		if _, err := to.Write(buf[:got]); err != nil {
			return n, err
		}
		if err == io.EOF {
			m.Add(1, 0)
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
	return n, ctx.Err()
}

// touched reports whether somebody may be at work on a file, which looked like old before it was read. An entry is
// written in place, and its last byte last.
func (w *entryHasher) touched(path string, old fs.FileInfo) bool {
	fi, err := os.Lstat(path)
	return err != nil || fi.Size() != old.Size() || !fi.ModTime().Equal(old.ModTime()) || w.now.Sub(fi.ModTime()) < settleAge
}

func (w *entryHasher) recent() {
	w.mu.Lock()
	w.res.Recent++
	w.mu.Unlock()
}

func (w *entryHasher) unread(path string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.res.Unread) < foundMax {
		w.res.Unread = append(w.res.Unread, tree.Unreadable{Path: path, Err: err})
	}
}

// damagedEntry is the finding. Nothing but that file has to go: without it the action is a miss, and go runs it again.
func damagedEntry(path string, sum [sha256.Size]byte, n int64) finding.Finding {
	detail := fmt.Sprintf("its %d bytes have the SHA-256 %x; go uses an entry without looking at its hash: "+
		"the compiler fails with an internal error, or the program is wrong", n, sum)
	if n == 0 {
		detail = "it is empty: go takes it for missing and builds again; that is what a machine leaves that lost power"
	}
	return more("buildcache-damaged", finding.Target{Path: path}, detail,
		finding.Fix{ID: "remove-entry", Title: "remove that one file: go makes it again when a build needs it", Bytes: n})
}
