//go:build !linux

package modcache

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"godoctor/scan/regular"
)

// lister uses what package os offers everywhere: names in batches, and Lstat of each.
type lister struct{}

// stampBatch is how many names are asked for at a time.
const stampBatch = 256

// statStamp looks at a path. What is not there has the empty stampStat.
func statStamp(path string) (stampStat, error) {
	fi, err := os.Lstat(path)
	if err != nil {
		return stampStat{}, absent(err)
	}
	return stampOfInfo(fi), nil
}

func stampOfInfo(fi fs.FileInfo) stampStat {
	st := stampStat{
		kind: uint32(fi.Mode().Type()) | 1,
		dir:  fi.IsDir(), file: fi.Mode().IsRegular(),
		size: fi.Size(), mtime: fi.ModTime().UnixNano(),
	}
	st.ctime, st.ino = changed(fi)
	return st
}

// tree stamps what is below a directory.
func (s *stamper) tree(ctx context.Context, dir string) error {
	l := s.level()
	if err := listStamp(ctx, dir, l); err != nil {
		return err
	}
	return s.content(l, func(name []byte) error { return s.tree(ctx, filepath.Join(dir, string(name))) })
}

// listStamp reads a directory.
func listStamp(ctx context.Context, dir string, l *level) error {
	f, err := regular.OpenDir(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	for {
		entries, err := f.ReadDir(stampBatch)
		for _, e := range entries {
			if err := ctx.Err(); err != nil {
				return err
			}
			fi, err := e.Info()
			if err != nil {
				return err
			}
			st := stampOfInfo(fi)
			if err := l.add([]byte(e.Name()), &st); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
