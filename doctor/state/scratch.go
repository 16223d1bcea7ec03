package state

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"godoctor/scan/regular"
)

// A Scratch is a directory for the work of one run, below the system's directory for temporary files, open to this user only. It is
// removed with everything in it by Close.
type Scratch struct{ Dir string }

// Limits of what is copied into a Scratch.
const (
	scratchFiles = 200_000
	scratchBytes = 4 << 30
)

// NewScratch makes one.
func NewScratch(what string) (*Scratch, error) {
	dir, err := os.MkdirTemp("", "godoctor-"+what+"-")
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil { // go names directories by their real path
		return nil, err
	}
	return &Scratch{dir}, nil
}

// Mkdir makes a directory in it, with those above.
func (s *Scratch) Mkdir(elem ...string) (string, error) {
	dir := filepath.Join(append([]string{s.Dir}, elem...)...)
	return dir, os.MkdirAll(dir, 0o700)
}

// NoTelemetry tells a go command whose home directory one of the Scratch is that it keeps no telemetry. With it the command
// would start a child that counts on when the command has ended, and writes into what is being removed. Where the file is
// and what it says: golang.org/x/telemetry/internal/telemetry, dir.go.
func (s *Scratch) NoTelemetry(home ...string) error {
	for _, config := range []string{".config", "Library/Application Support", "."} { // Unix, macOS, Windows
		dir, err := s.Mkdir(append(slices.Clone(home), filepath.FromSlash(config), "go", "telemetry")...)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, "mode"), []byte("off"), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// Close removes the Scratch. What the go command unpacked is read-only, and is opened first.
func (s *Scratch) Close() error {
	filepath.WalkDir(s.Dir, func(path string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() {
			os.Chmod(path, 0o700)
		}
		return nil
	})
	return os.RemoveAll(s.Dir)
}

// repositories are directories that no build reads.
var repositories = []string{".git", ".hg", ".svn", ".bzr", ".jj"}

// Copy copies directories to other places: files with their content, links as links, what is neither not at all. A directory
// may itself be named by a link. Repositories of version control are left out, and so is what lies in the Scratch itself.
func (s *Scratch) Copy(ctx context.Context, dirs map[string]string) error {
	files, bytes := 0, int64(0)
	for from, to := range dirs {
		root := from
		if real, err := filepath.EvalSymlinks(from); err == nil { // WalkDir does not go into a link
			root = real
		}
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return err
			}
			if d.IsDir() && (path == s.Dir || path != root && slices.Contains(repositories, d.Name())) {
				return fs.SkipDir
			}
			if files++; files > scratchFiles || bytes > scratchBytes {
				return errors.New("there is more in it than is copied: more than 200,000 files or 4 GiB")
			}
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			n, err := copyEntry(path, filepath.Join(to, rel), d)
			bytes += n
			return err
		})
		if err != nil {
			return fmt.Errorf("%q could not be copied: %w", from, err)
		}
	}
	return nil
}

// CopyFiles copies single files, with the directories that they need. One that is not there is left out.
func (s *Scratch) CopyFiles(ctx context.Context, files map[string]string) error {
	for from, to := range files {
		fi, err := os.Stat(from)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			if err = os.MkdirAll(filepath.Dir(to), 0o700); err == nil {
				_, err = copyEntry(from, to, fs.FileInfoToDirEntry(fi))
			}
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return fmt.Errorf("%q could not be copied: %w", from, err)
		}
	}
	return nil
}

func copyEntry(from, to string, d fs.DirEntry) (int64, error) {
	switch {
	case d.IsDir():
		return 0, os.MkdirAll(to, 0o700)
	case d.Type()&fs.ModeSymlink != 0:
		target, err := os.Readlink(from)
		if err == nil {
			if err = os.Symlink(target, to); errors.Is(err, fs.ErrExist) {
				err = nil
			}
		}
		return 0, err
	case !d.Type().IsRegular():
		return 0, nil
	}
	in, err := regular.Open(from)
	if err != nil {
		return 0, err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(out, io.LimitReader(in, scratchBytes+1))
	return n, errors.Join(err, out.Close())
}

// Files are the files below a directory of the Scratch.
func (s *Scratch) Files(dir string) (map[string]bool, error) {
	out := make(map[string]bool)
	return out, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out[path] = true
		}
		return err
	})
}

// Forget removes the files below a directory of the Scratch but for some.
func (s *Scratch) Forget(dir string, keep map[string]bool) error {
	if rel, err := filepath.Rel(s.Dir, dir); err != nil || !filepath.IsLocal(rel) {
		return fmt.Errorf("%q is not in %q", dir, s.Dir)
	}
	files, err := s.Files(dir)
	for path := range files {
		if !keep[path] {
			err = errors.Join(err, os.Remove(path))
		}
	}
	return err
}
