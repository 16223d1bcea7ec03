//go:build linux && amd64

package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// full cleans where no byte, or no inode, is free.
func full(s *suite) error {
	small, err := s.tmpfs("tmpfs", "size=24m,nr_inodes=3000,mode=755")
	if err != nil {
		return err
	}
	real, err := s.ext4("ext4", 40, "-N", "3000", "-m", "0")
	if err != nil {
		return err
	}
	for _, d := range []*disk{small, real} {
		w, err := newWorld(&s.tools, d.at, d.at+"-aside")
		if err != nil {
			return err
		}
		w.noRoom = true
		for _, inodes := range []bool{false, true} {
			if err := s.cleanFull(w, d, inodes); err != nil {
				return err
			}
		}
		if err := d.unmount(); err != nil {
			return err
		}
	}
	return nil
}

// cleanFull fills the file system, and cleans.
func (s *suite) cleanFull(w *world, d *disk, inodes bool) error {
	name := "no byte free on " + filepath.Base(d.at)
	if inodes {
		name = "no inode free on " + filepath.Base(d.at)
	}
	if err := w.back(w.fresh); err != nil {
		return err
	}
	if err := d.fill(inodes); err != nil {
		return err
	}
	bytes, files := d.free()
	if !inodes && bytes > 64<<10 || inodes && files > 0 {
		return fmt.Errorf("%s: there are %d bytes and %d inodes", name, bytes, files)
	}
	r := w.clean()
	s.ran()
	if r.code != 0 || r.crashed() {
		s.fault("%s: %s", name, r)
	}
	after, filesAfter := d.free()
	if after-bytes < 100<<10 || filesAfter-files < 40 {
		s.fault("%s: freed are %d bytes and %d inodes: %s", name, after-bytes, filesAfter-files, r)
	}
	s.check(name, w.restGone())
	if err := os.RemoveAll(filepath.Join(d.at, "filled")); err != nil {
		return err
	}
	s.check(name, w.builds())
	s.check(name+", afterwards", w.ends())
	s.check(name+", afterwards", w.returns())
	is, err := w.around()
	s.check(name, differ(w.sent, is))
	return err
}
