package fetch

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

const (
	partPrefix  = "part-"
	sidecarEnd  = ".json"
	partOld     = 14 * 24 * time.Hour // then nobody comes back for it
	partPatient = 2 * time.Second     // how long is waited for who has just broken off the same download
	partSaved   = time.Second         // how old the sidecar of a file that comes may be
)

// ErrBusy: another process, or another call, fetches the same file into the same directory.
var ErrBusy = errors.New("somebody else is fetching it: wait for its end, or stop it")

// ErrLocked: somebody else has the lock of the file.
var ErrLocked = errors.New("locked by somebody else")

// A part is a file that is not whole yet, or not yet proved, open and locked. It is used by one goroutine.
type part struct {
	sidecar
	path   string
	f      *os.File
	resume bool  // there is a sidecar: a later run goes on
	limit  int64 // of bytes
	block  hash.Hash
	beyond int64         // bytes at the end that no sidecar has answered for
	wary   bool          // such bytes are not taken
	synced chan struct{} // closed at the end of the checkpoint under way; nil: none was begun
	saved  time.Time     // when the sidecar was last written, or the part was opened
}

// partPath names the part file of one file of a proxy. With another checksum expected it is another one.
func partPath(dir, shown, sum string) string {
	h := sha256.Sum256([]byte(shown + "\n" + sum))
	return filepath.Join(dir, partPrefix+hex.EncodeToString(h[:16]))
}

// openPart opens a part file, and takes of it what is proved by its sidecar.
func openPart(ctx context.Context, path string, want sidecar, resume bool, limit int64) (*part, error) {
	f, err := lockPart(ctx, path)
	if err != nil {
		return nil, err
	}
	p := &part{sidecar: want, path: path, f: f, resume: resume, limit: limit, saved: time.Now()}
	if err = p.start(); err == nil && resume {
		err = p.recall(ctx)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return p, nil
}

// start makes the part empty.
func (p *part) start() error {
	p.sidecar = sidecar{Version: sidecarVersion, Module: p.Module, URL: p.URL, Size: -1, NoRange: p.NoRange, Compared: p.Compared}
	p.block, p.beyond = sha256.New(), 0
	if p.resume {
		return nil // what is in the file goes when something is written
	}
	return p.cut()
}

// reset throws away what is there.
func (p *part) reset() error {
	p.wait()
	if err := p.start(); err != nil {
		return err
	}
	return p.cut()
}

// cut makes the file end where the good bytes do.
func (p *part) cut() error {
	if err := p.f.Truncate(p.Bytes); err != nil {
		return err
	}
	_, err := p.f.Seek(p.Bytes, io.SeekStart)
	return err
}

// write appends bytes, and begins a checkpoint with each block that they fill. What is not resumed needs no checksums.
func (p *part) write(b []byte) error {
	if !p.resume {
		n, err := p.f.Write(b)
		p.Bytes += int64(n)
		return err
	}
	for len(b) > 0 {
		n := min(int64(len(b)), blockSize-p.Bytes%blockSize)
		if _, err := p.f.Write(b[:n]); err != nil {
			return err
		}
		if p.count(b[:n]) {
			p.checkpoint()
		}
		b = b[n:]
	}
	if time.Since(p.saved) >= partSaved && p.idle() {
		p.save() // the next one may do better
	}
	return nil
}

// count takes bytes that are in the file, of one block, into account. It reports whether they fill the block.
func (p *part) count(b []byte) (full bool) {
	p.block.Write(b)
	p.Bytes += int64(len(b))
	if full = p.Bytes%blockSize == 0; full {
		p.Sums = append(p.Sums, hex.EncodeToString(p.block.Sum(nil)))
		p.block.Reset()
	}
	return full
}

// idle reports whether no checkpoint is under way.
func (p *part) idle() bool {
	select {
	case <-p.synced:
		p.synced = nil
		return true
	default:
		return p.synced == nil
	}
}

// tail reads the last n bytes.
func (p *part) tail(n int64) ([]byte, error) {
	b := make([]byte, n)
	_, err := p.f.ReadAt(b, p.Bytes-n)
	return b, err
}

// now is the sidecar of this moment.
func (p *part) now() sidecar {
	s := p.sidecar
	s.Sums = slices.Clone(s.Sums)
	s.Rest = hex.EncodeToString(p.block.Sum(nil))
	return s
}

// checkpoint makes a block durable and then says so in the sidecar, while the next block comes: a disk may need longer than
// anybody who cancels wants to wait. That it fails costs a later run the block.
func (p *part) checkpoint() {
	p.wait()
	done, s := make(chan struct{}), p.now()
	p.synced = done
	go func() { // ends with the fsync; close and wait wait for it
		defer close(done)
		if p.f.Sync() == nil {
			writeSidecar(p.path, s)
		}
	}()
}

// wait waits for the checkpoint under way.
func (p *part) wait() {
	if p.synced != nil {
		<-p.synced
		p.synced = nil
	}
}

// save says in the sidecar how far it came. The bytes are not made durable for it: their checksums stand in the sidecar, and
// what a power failure takes is seen by them. Of bytes that are only believed nothing is said.
func (p *part) save() error {
	if !p.resume || p.beyond > 0 {
		return nil
	}
	p.wait()
	p.saved = time.Now()
	return writeSidecar(p.path, p.now())
}

// announce says in the sidecar of what file the bytes are that are about to come, before any does: those without it are worth
// nothing to a later run.
func (p *part) announce() {
	if p.save() != nil {
		os.Remove(p.path + sidecarEnd)
	}
}

// leave closes the part and keeps what came for a later run. It does not wait for a disk: a checkpoint under way
// goes on, and the lock ends with it.
func (p *part) leave() {
	if p.synced == nil {
		p.save()
		p.f.Close()
		return
	}
	go func() { p.save(); p.f.Close() }() // ends with the checkpoint
}

// drop closes the part and removes it.
func (p *part) drop() {
	p.wait()
	removePart(p.path)
	p.f.Close()
	removePart(p.path) // Windows removes nothing that is open
}

func removePart(path string) error {
	err := os.Remove(path)
	side := os.Remove(path + sidecarEnd)
	if errors.Is(side, fs.ErrNotExist) {
		side = nil
	}
	return cmp.Or(err, side)
}

// writeSidecar replaces a sidecar as a whole.
func writeSidecar(path string, s sidecar) error {
	f, err := os.CreateTemp(filepath.Dir(path), partPrefix+"*.tmp") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(s.encode())
	err = cmp.Or(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path+sidecarEnd)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// lockPart opens a part file, and makes it where it is not. Who has just let go of it is waited for.
func lockPart(ctx context.Context, path string) (*os.File, error) {
	for start := time.Now(); ; {
		f, err := openLocked(path)
		if !errors.Is(err, ErrLocked) {
			return f, err
		}
		if time.Since(start) > partPatient {
			return nil, ErrBusy
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func openLocked(path string) (*os.File, error) {
	if fi, err := os.Lstat(path); err == nil && !fi.Mode().IsRegular() {
		return nil, errors.New("where its part file belongs is something else")
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = TryLock(f)
	if err == nil && !isAt(f, path) {
		err = ErrLocked // removed by who held it
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func isAt(f *os.File, path string) bool {
	a, err1 := f.Stat()
	b, err2 := os.Lstat(path)
	return err1 == nil && err2 == nil && os.SameFile(a, b)
}

// partsDir makes the directory for part files, and refuses one that others may write to.
func partsDir(dir string) error {
	if !filepath.IsAbs(dir) {
		return errors.New("the directory for part files is not absolute")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	fi, err := os.Lstat(dir)
	switch {
	case err != nil:
		return err
	case !fi.IsDir():
		return errors.New("the directory for part files is a link")
	case runtime.GOOS != "windows" && fi.Mode().Perm()&0o022 != 0:
		return errors.New("others may write to the directory for part files: run chmod go-w on it")
	}
	return nil
}

// sweepParts removes what nobody came back for.
func sweepParts(dir string) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range list {
		fi, err := e.Info()
		if err == nil && fi.Mode().IsRegular() && strings.HasPrefix(e.Name(), partPrefix) && time.Since(fi.ModTime()) > partOld {
			os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}
