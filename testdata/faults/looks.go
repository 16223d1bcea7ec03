//go:build linux && amd64

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// looking are the commands that look.
var looking = []string{"check", "check --all", "check --deep --all", "check --list", "help permission", "verify", "verify --toolchains --vendor",
	"check --error verifying@go.mod:checksum"}

// looks watches what only looks, by strace: nothing is changed outside the program's own directories, no other program is
// started, and nobody is asked.
func looks(s *suite) error {
	w, err := newWorld(&s.tools, filepath.Join(s.dir, "0"), filepath.Join(s.dir, "0"))
	if err != nil {
		return err
	}
	was, err := w.caches()
	if err != nil {
		return err
	}
	for _, command := range looking {
		r, bad, err := w.watchLook(strings.Fields(command)...)
		if err != nil {
			return err
		}
		s.ran()
		if r.code != 0 && r.code != 3 || r.crashed() {
			s.fault("%s", r)
		}
		if len(bad) > 0 {
			s.fault("%s makes %d calls that are more than looking, the first %s", command, len(bad), bad[0])
		}
	}
	is, err := w.caches()
	if err != nil {
		return err
	}
	s.check("looking", differ(was, is))
	// A clean starts nothing, but it changes what is not ours.
	r, bad, err := w.watchLook(cleanArgs(w.items)...)
	if err != nil {
		return err
	}
	if r.code != 0 || len(bad) < 40 {
		s.fault("of a clean strace sees %d such calls: this test could not see\n%s", len(bad), r)
	}
	s.say("%d commands that look were watched; a clean makes %d such calls", len(looking), len(bad))
	return nil
}

// watchLook runs godoctor below strace, and gives the lines of calls that do more than look.
func (w *world) watchLook(args ...string) (*result, []string, error) {
	file := filepath.Join(w.aside, "strace.out")
	if args[0] != "help" && args[len(args)-1] != "--list" {
		args = w.arguments(args...)
	}
	r := w.run(w.environ(), w.m.Home, nil, w.tools.strace, append([]string{"-f", "-qq", "-y", "-s", "4096", "-e", "trace=" + changing + ",execve,execveat,connect,sendto,sendmsg",
		"-e", "signal=none", "-o", file, w.tools.godoctor}, args...)...)
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, errors.Join(err, errors.New(r.String()))
	}
	if !strings.Contains(string(b), "execve(") {
		return nil, nil, fmt.Errorf("strace saw nothing: %s", r)
	}
	var bad []string
	started := 0
	for line := range strings.Lines(string(b)) {
		call, _, _ := strings.Cut(strings.TrimLeft(line, "0123456789 "), "(")
		switch {
		case strings.HasPrefix(call, "exec"):
			if started++; started > 1 {
				bad = append(bad, strings.TrimSpace(line))
			}
		case call == "connect" || strings.HasPrefix(call, "send"):
			if strings.Contains(line, "AF_INET") || strings.Contains(line, "AF_UNIX") {
				bad = append(bad, strings.TrimSpace(line))
			}
		case w.changesOthers(line):
			bad = append(bad, strings.TrimSpace(line))
		}
	}
	return r, bad, nil
}

// changesOthers reports whether a line of strace is a call that changes something outside the program's own directories.
func (w *world) changesOthers(line string) bool {
	own := []string{filepath.Join(w.m.Home, ".cache", "godoctor"), filepath.Join(w.m.Home, ".local", "state", "godoctor"), filepath.Join(w.m.Home, ".config", "godoctor")}
	for _, p := range changed(line) {
		ours := strings.HasPrefix(p, "/dev/") || strings.HasPrefix(p, "/proc/")
		for _, dir := range own {
			ours = ours || p == dir || strings.HasPrefix(p, dir+"/") || strings.HasPrefix(dir, p+"/") && strings.Contains(line, "mkdir")
		}
		if !ours {
			return true
		}
	}
	return false
}
