package modcache

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"

	"golang.org/x/sys/unix"
)

// lister reads directories by getdents and looks at each name by statx relative to the open directory, as package
// tree does.
type lister struct {
	buf [32 << 10]byte
	stx unix.Statx_t
}

const (
	stampMask  = unix.STATX_TYPE | unix.STATX_INO | unix.STATX_SIZE | unix.STATX_MTIME | unix.STATX_CTIME
	stampFlags = unix.AT_SYMLINK_NOFOLLOW | unix.AT_NO_AUTOMOUNT
	stampOpen  = unix.O_RDONLY | unix.O_DIRECTORY | unix.O_NOFOLLOW | unix.O_CLOEXEC | unix.O_NONBLOCK
)

// statStamp looks at a path. What is not there has the empty stampStat.
func statStamp(path string) (stampStat, error) {
	var stx unix.Statx_t
	if err := statxRetry(unix.AT_FDCWD, path, &stx); err != nil {
		return stampStat{}, absent(err)
	}
	return stampOfStatx(&stx), nil
}

func statxRetry(at int, path string, stx *unix.Statx_t) error {
	for {
		if err := unix.Statx(at, path, stampFlags, stampMask, stx); err != unix.EINTR {
			return err
		}
	}
}

func stampOfStatx(x *unix.Statx_t) stampStat {
	return stampStat{
		kind: uint32(x.Mode & unix.S_IFMT),
		dir:  x.Mode&unix.S_IFMT == unix.S_IFDIR, file: x.Mode&unix.S_IFMT == unix.S_IFREG,
		size:  int64(x.Size),
		mtime: x.Mtime.Sec*1e9 + int64(x.Mtime.Nsec), ctime: x.Ctime.Sec*1e9 + int64(x.Ctime.Nsec),
		ino: x.Ino,
	}
}

// tree stamps what is below a directory.
func (s *stamper) tree(ctx context.Context, dir string) error {
	return s.below(ctx, unix.AT_FDCWD, dir)
}

// below opens a directory in an open one, and stamps its content.
func (s *stamper) below(ctx context.Context, at int, name string) error {
	fd, err := openRetry(at, name)
	if err != nil {
		return &os.PathError{Op: "open", Path: name, Err: err}
	}
	defer unix.Close(fd)
	l := s.level()
	if err := s.list(ctx, fd, l); err != nil {
		return err
	}
	return s.content(l, func(name []byte) error { return s.below(ctx, fd, string(name)) })
}

func openRetry(at int, name string) (int, error) {
	for {
		if fd, err := unix.Openat(at, name, stampOpen, 0); err != unix.EINTR {
			return fd, err
		}
	}
}

// list reads an open directory.
func (s *stamper) list(ctx context.Context, fd int, l *level) error {
	for {
		n, err := unix.Getdents(fd, s.buf[:])
		if err == unix.EINTR {
			continue
		}
		if err != nil || n <= 0 {
			return err
		}
		for b := s.buf[:n]; len(b) > 0; {
			if err := ctx.Err(); err != nil {
				return err
			}
			size := binary.NativeEndian.Uint16(b[16:]) // struct linux_dirent64: ino, off, reclen, type, name
			name := b[19:size]
			b = b[size:]
			name = name[:bytes.IndexByte(name, 0)]
			if string(name) == "." || string(name) == ".." {
				continue
			}
			if err := statxRetry(fd, string(name), &s.stx); err != nil {
				return &os.PathError{Op: "statx", Path: string(name), Err: err}
			}
			st := stampOfStatx(&s.stx)
			if err := l.add(name, &st); err != nil {
				return err
			}
		}
	}
}
