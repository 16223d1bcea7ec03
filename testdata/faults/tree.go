//go:build linux && amd64

package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// copyTree copies a tree with modes, times and links. What is of another kind is left out.
func copyTree(from, to string) error {
	st, err := os.Lstat(from)
	if err != nil {
		return err
	}
	switch {
	case st.IsDir():
		if err := os.Mkdir(to, 0o700); err != nil {
			return err
		}
		list, err := os.ReadDir(from)
		if err != nil {
			return err
		}
		for _, e := range list {
			if err := copyTree(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
				return err
			}
		}
	case st.Mode().IsRegular():
		if err := copyFile(from, to); err != nil {
			return err
		}
	case st.Mode()&fs.ModeSymlink != 0:
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		return os.Symlink(target, to)
	default:
		return nil
	}
	if err := os.Chmod(to, st.Mode().Perm()); err != nil {
		return err
	}
	return os.Chtimes(to, time.Time{}, st.ModTime())
}

func copyFile(from, to string) error {
	r, err := os.Open(from)
	if err != nil {
		return err
	}
	defer r.Close()
	w, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	return errors.Join(err, w.Close())
}

// A listing has a line for every entry of a tree: mode, size, hash of the content, by its name below the tree.
type listing map[string]string

// list reads a tree. What skip names, by its name with slashes, is left out with all below it. A time is in the lines of
// files where times is set.
func list(root string, times bool, skip func(name string) bool) (listing, error) {
	out := make(listing)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if skip != nil && rel != "." && skip(filepath.ToSlash(rel)) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		line, err := lineOf(path, times)
		out[rel] = line
		return err
	})
	if errors.Is(err, fs.ErrNotExist) && len(out) == 0 {
		return out, nil
	}
	return out, err
}

func lineOf(path string, times bool) (string, error) {
	var st unix.Stat_t
	if err := unix.Lstat(path, &st); err != nil {
		return "", err
	}
	line := fmt.Sprintf("%06o %d:%d", st.Mode, st.Uid, st.Gid)
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG:
		b, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		line += fmt.Sprintf(" %d %x", len(b), sha256.Sum256(b))
		if times {
			line += fmt.Sprintf(" %d.%09d", st.Mtim.Sec, st.Mtim.Nsec)
		}
	case unix.S_IFLNK:
		target, err := os.Readlink(path)
		if err != nil {
			return "", err
		}
		line += " -> " + target
	}
	return line, nil
}

// differ names what is not alike in two listings, at most five; "" if nothing is.
func differ(was, is listing) string {
	var out []string
	for name, line := range was {
		switch now, ok := is[name]; {
		case !ok:
			out = append(out, "lost "+name)
		case now != line:
			out = append(out, fmt.Sprintf("changed %s: %s, it was %s", name, now, line))
		}
	}
	for name := range is {
		if _, ok := was[name]; !ok {
			out = append(out, "new "+name)
		}
	}
	slices.Sort(out)
	if len(out) > 5 {
		out = append(out[:5], fmt.Sprintf("and %d more", len(out)-5))
	}
	return strings.Join(out, "; ")
}

// removeTree removes a tree in which directories may be read-only or immutable. Mounts in it have to be gone.
func removeTree(root string) error {
	err := os.RemoveAll(root)
	if err == nil {
		return nil
	}
	filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && (d.IsDir() || d.Type().IsRegular()) {
			immutable(path, false)
			if d.IsDir() {
				os.Chmod(path, 0o700)
			}
		}
		return nil
	})
	return os.RemoveAll(root)
}

const fsImmutable = 0x10 // FS_IMMUTABLE_FL

// immutable sets or clears the flag that chattr +i sets.
func immutable(path string, on bool) error {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	flags, err := unix.IoctlGetUint32(int(f.Fd()), unix.FS_IOC_GETFLAGS)
	if err != nil {
		return err
	}
	want := flags &^ fsImmutable
	if on {
		want = flags | fsImmutable
	}
	if want == flags {
		return nil
	}
	return unix.IoctlSetPointerInt(int(f.Fd()), unix.FS_IOC_SETFLAGS, int(want))
}
