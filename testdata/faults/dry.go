//go:build linux && amd64

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// all policies, each for itself.
var everyPolicy = []string{"--orphans", "--orphans --forget", "--sources", "--zips", "--toolchains", "--vcs", "--build", "--dead", "--test",
	"--fuzz all", "--leftovers", "--related", "--abandoned", "--all-modules", "--module faults.test/kept/a",
	"--orphans --sources --vcs --leftovers --build --purge"}

// changing are the calls that a dry run must not make below the roots. An open counts if it could write.
const changing = "unlink,unlinkat,rmdir,rename,renameat,renameat2,mkdir,mkdirat,mknod,mknodat,chmod,fchmod,fchmodat,?fchmodat2,chown,lchown," +
	"fchown,fchownat,link,linkat,symlink,symlinkat,truncate,ftruncate,utimensat,setxattr,lsetxattr,fsetxattr,open,openat,?openat2,creat"

// dry watches clean -n from outside, by strace: it changes nothing below the caches and their quarantine, whatever is to be
// removed, and leaves every byte and time as it was.
func dry(s *suite) error {
	w, err := newWorld(&s.tools, filepath.Join(s.dir, "0"), filepath.Join(s.dir, "0"))
	if err != nil {
		return err
	}
	was, err := w.caches()
	if err != nil {
		return err
	}
	for _, policy := range everyPolicy {
		args := append([]string{"clean", "-n", "--grace", "0"}, strings.Fields(policy)...)
		r, changes, err := w.watch(args...)
		if err != nil {
			return err
		}
		s.ran()
		if r.code != 0 || r.crashed() {
			s.fault("%s", r)
		}
		if len(changes) > 0 {
			s.fault("clean -n %s makes %d calls that change the caches, the first %s", policy, len(changes), changes[0])
		}
	}
	is, err := w.caches()
	if err != nil {
		return err
	}
	s.check("clean -n", differ(was, is))
	r, changes, err := w.watch(cleanArgs(w.items)...)
	if err != nil {
		return err
	}
	if r.code != 0 || len(changes) < 40 {
		s.fault("without -n strace sees %d such calls: this test could not see\n%s", len(changes), r)
	}
	s.say("a clean without -n makes %d such calls", len(changes))
	return nil
}

// watch runs godoctor below strace, and gives the lines of calls that change something below the caches.
func (w *world) watch(args ...string) (*result, []string, error) {
	file := filepath.Join(w.aside, "strace.out")
	r := w.run(w.environ(), w.m.Home, nil, w.tools.strace, append([]string{"-f", "-qq", "-y", "-s", "4096", "-e", "trace=" + changing, "-e", "signal=none",
		"-o", file, w.tools.godoctor}, w.arguments(args...)...)...)
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, errors.Join(err, errors.New(r.String()))
	}
	if !strings.Contains(string(b), "openat(") {
		return nil, nil, fmt.Errorf("strace saw nothing: %s", r)
	}
	var changes []string
	for line := range strings.Lines(string(b)) {
		if w.changes(line) {
			changes = append(changes, strings.TrimSpace(line))
		}
	}
	return r, changes, nil
}

var (
	named  = regexp.MustCompile(`(?:AT_FDCWD|\d+)<([^>]*)>, "((?:[^"\\]|\\.)*)"`)
	opened = regexp.MustCompile(`\((?:AT_FDCWD|\d+)<([^>]*)>`)
	plain  = regexp.MustCompile(`\("((?:[^"\\]|\\.)*)"`)
	writes = regexp.MustCompile(`O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE`)
)

// changes reports whether a line of strace is a call that changes something below the caches.
func (w *world) changes(line string) bool {
	for _, p := range changed(line) {
		for _, root := range []string{w.m.GOMODCACHE, w.m.GOCACHE, w.quarantine()} {
			if p == root || strings.HasPrefix(p, root+"/") {
				return true
			}
		}
	}
	return false
}

// changed are the paths that a line of strace changes, or opens for that; none of any other call.
func changed(line string) []string {
	name, rest, ok := strings.Cut(line, "(")
	if !ok || strings.Contains(name, "resumed") {
		return nil
	}
	rest = "(" + rest
	if f := strings.Fields(name); len(f) > 0 && strings.HasPrefix(f[len(f)-1], "open") && !writes.MatchString(rest) {
		return nil
	}
	var paths []string
	for _, m := range named.FindAllStringSubmatch(rest, -1) {
		if filepath.IsAbs(m[2]) {
			paths = append(paths, m[2])
		} else {
			paths = append(paths, filepath.Join(m[1], m[2]))
		}
	}
	if len(paths) == 0 {
		for _, re := range []*regexp.Regexp{opened, plain} {
			for _, m := range re.FindAllStringSubmatch(rest, -1) {
				paths = append(paths, m[1])
			}
		}
	}
	return paths
}
