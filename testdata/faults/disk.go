//go:build linux && amd64

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A disk is a file system of its own that is mounted for a test.
type disk struct {
	image string // "": a tmpfs
	at    string
	opts  string
}

// ext4 makes a file system in a file of so many MiB. mkfs says what else it is to be like.
func (s *suite) ext4(name string, mib int64, mkfs ...string) (*disk, error) {
	d := &disk{image: filepath.Join(s.dir, name+".img"), at: filepath.Join(s.dir, name), opts: "loop"}
	f, err := os.OpenFile(d.image, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		err = errors.Join(f.Truncate(mib<<20), f.Close())
	}
	if err == nil {
		err = command("mkfs.ext4", append(append([]string{"-q", "-F"}, mkfs...), d.image)...)
	}
	if err == nil {
		err = os.Mkdir(d.at, 0o755)
	}
	if err == nil {
		err = d.mount()
	}
	return d, err
}

// tmpfs mounts one.
func (s *suite) tmpfs(name, opts string) (*disk, error) {
	d := &disk{at: filepath.Join(s.dir, name), opts: opts}
	if err := os.Mkdir(d.at, 0o755); err != nil {
		return nil, err
	}
	return d, d.mount()
}

func (d *disk) mount() error {
	if d.image == "" {
		return command("mount", "-t", "tmpfs", "-o", d.opts, "faults", d.at)
	}
	return command("mount", "-o", d.opts, d.image, d.at)
}

// unmount waits until nobody uses it.
func (d *disk) unmount() (err error) {
	for range 100 {
		if err = unix.Unmount(d.at, 0); !errors.Is(err, unix.EBUSY) {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err != nil {
		return fmt.Errorf("unmount %s: %w", d.at, err)
	}
	return nil
}

// ext4Shutdown is EXT4_IOC_SHUTDOWN, and noLogFlush is EXT4_GOING_FLAGS_NOLOGFLUSH: what is not on the disk is lost.
const (
	ext4Shutdown = 0x8004587d
	noLogFlush   = 2
)

// cut takes the power away from a file system.
func (d *disk) cut() error {
	f, err := os.Open(d.at)
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.IoctlSetPointerInt(int(f.Fd()), ext4Shutdown, noLogFlush)
}

// durable makes all that is on a file system durable.
func (d *disk) durable() error {
	f, err := os.Open(d.at)
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.Syncfs(int(f.Fd()))
}

// commit makes durable what the file system says of its files, and not what is in them: it does so every few seconds by itself, and
// at each fsync of any file. What was just written has its name then, and is empty after the power has failed.
func (d *disk) commit() error {
	f, err := os.OpenFile(filepath.Join(d.at, "committed"), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.WriteString("x"); err != nil {
		return err
	}
	return f.Sync()
}

// fill leaves no byte, or no inode, free.
func (d *disk) fill(inodes bool) error {
	dir := filepath.Join(d.at, "filled")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	if inodes {
		for n := 0; ; n++ {
			f, err := os.OpenFile(filepath.Join(dir, fmt.Sprint(n)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if errors.Is(err, unix.ENOSPC) {
				return nil
			}
			if err != nil {
				return err
			}
			f.Close()
		}
	}
	f, err := os.OpenFile(filepath.Join(dir, "big"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	for size := 1 << 20; size > 0; {
		if _, err := f.Write(make([]byte, size)); errors.Is(err, unix.ENOSPC) {
			size /= 2
		} else if err != nil {
			return err
		}
	}
	err = f.Sync()
	if errors.Is(err, unix.ENOSPC) {
		err = nil
	}
	return err
}

// free is what a file system has left, in bytes and inodes.
func (d *disk) free() (bytes, inodes int64) {
	var st unix.Statfs_t
	if unix.Statfs(d.at, &st) != nil {
		return -1, -1
	}
	return int64(st.Bavail) * st.Bsize, int64(st.Ffree)
}

// command runs one; the error has what it said.
func command(name string, args ...string) error {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, out)
	}
	return nil
}
