//go:build linux && amd64

package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/sys/unix"
)

// The parts of a version. A .partial file says that what go had begun to unpack is not whole.
var (
	wholeVersion = []string{"zip", "ziphash", "info", "mod", "dir"}
	allParts     = append(wholeVersion[:len(wholeVersion):len(wholeVersion)], "partial")
)

// A state is what there is of a version: hash of the content and mode of each part; what is not there has no entry. Of the
// directory the hash is over names, modes and contents of all that is below it, but for whether directories can be written: that
// is told as part of its mode, for a go command that is killed at its last step leaves them so.
type state map[string]string

func (s state) String() string {
	var out []string
	for _, part := range allParts {
		if s[part] != "" {
			out = append(out, part+" "+short(s[part]))
		}
	}
	if len(out) == 0 {
		return "nothing"
	}
	return strings.Join(out, ", ")
}

func short(fingerprint string) string {
	hash, mode, _ := strings.Cut(fingerprint, " ")
	return hash[:min(8, len(hash))] + " " + mode
}

// bare is the hash alone: what is moved away may get another mode on its way, until it comes back.
func bare(fingerprint string) string {
	hash, _, _ := strings.Cut(fingerprint, " ")
	return hash
}

// A location is whose part something is.
type location struct{ name, part string }

// A snapshot is all that is on the disk, as this program reads it.
type snapshot struct {
	versions map[string]state
	held     map[string]heldEntry // "RUN/N"; or "RUN/here NAME", what waits where it was because there was no room
	ours     []string             // temporary names of godoctor: nothing of them may stay once it has come to an end
	locks    map[string]bool      // lock files
	records  map[string]bool      // versions of which the checksum database's record is there
	around   map[string]string    // everything else, in the caches and around them, with times
	build    map[string]buildFile // of the build cache
}

// A buildFile is a file of the build cache.
type buildFile struct {
	stamp string // size and time
	index bool   // it is, or leads to, what go has noted of a directory of the module cache
	aged  bool   // not used for a day
}

// places derives where the parts of all versions are.
func (w *world) places() {
	w.place = make(map[string]location)
	for _, name := range names {
		p, v, _ := strings.Cut(name, "@")
		escaped, err := module.EscapePath(p)
		if err != nil {
			panic(err) // a recipe is wrong
		}
		for _, part := range allParts {
			at := "cache/download/" + escaped + "/@v/" + v + "." + part
			if part == "dir" {
				at = escaped + "@" + v
			}
			w.place[at] = location{name, part}
		}
	}
}

// path is where a part of a version is.
func (w *world) path(name, part string) string {
	for at, l := range w.place {
		if l == (location{name, part}) {
			return filepath.Join(w.m.GOMODCACHE, filepath.FromSlash(at))
		}
	}
	return ""
}

func (w *world) quarantine() string {
	return filepath.Join(filepath.Dir(w.m.GOMODCACHE), ".godoctor", "quarantine")
}

// look reads the disk.
func (w *world) look() (*snapshot, error) {
	s := &snapshot{versions: make(map[string]state), held: make(map[string]heldEntry), locks: make(map[string]bool),
		records: make(map[string]bool), around: make(map[string]string), build: make(map[string]buildFile)}
	for _, name := range names {
		s.versions[name] = make(state)
	}
	err := errors.Join(w.lookModules(s), w.lookHeld(s), w.lookAround(s), w.lookBuild(s))
	slices.Sort(s.ours)
	return s, err
}

// lookModules reads the module cache.
func (w *world) lookModules(s *snapshot) error {
	root := w.m.GOMODCACHE
	return filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		if rel == filepath.Join("cache", "download", "sumdb") {
			return skip(w.lookRecords(s, file))
		}
		known, err := w.lookModule(s, filepath.ToSlash(rel), file, d)
		if known && d.IsDir() {
			return skip(err)
		}
		return err
	})
}

// skip leaves out what is below a directory, unless there is an error.
func skip(err error) error {
	if err == nil {
		err = fs.SkipDir
	}
	return err
}

// lookModule reads one entry of the module cache, and says whether what is below it has been seen.
func (w *world) lookModule(s *snapshot, rel, file string, d fs.DirEntry) (known bool, err error) {
	base := path.Base(rel)
	if l, ok := w.place[rel]; ok {
		s.versions[l.name][l.part], err = fingerprint(file)
		return true, err
	}
	if before, by, ok := strings.Cut(rel, ".godoctor-keep-"); ok {
		l := w.place[before]
		f, err := fingerprint(file)
		id := by[:max(0, strings.LastIndex(by, "-"))] + inPlace + l.name
		e := s.held[id]
		if e.parts == nil {
			e = heldEntry{name: l.name, whole: true, parts: make(state)}
		}
		e.parts[l.part] = bare(f)
		s.held[id] = e
		return true, err
	}
	switch {
	case strings.Contains(base, "godoctor"):
		s.ours = append(s.ours, rel)
		return true, nil
	case d.IsDir(), rel == "cache/lock", base == "list":
	case strings.HasSuffix(base, ".lock"):
		s.locks[rel] = true
	case strings.HasSuffix(base, ".tmp") && strings.HasPrefix(rel, "cache/download/"): // of a go command that was killed
	default:
		s.around["in the module cache: "+rel], err = line(file)
	}
	// A directory of a go command that was killed.
	return d.IsDir() && strings.Contains(base, ".tmp-"), err
}

// lookRecords finds out of which versions the checksum database's record is there.
func (w *world) lookRecords(s *snapshot, dir string) error {
	lookups, err := filepath.Glob(filepath.Join(dir, "*", "lookup"))
	for _, at := range lookups {
		for _, name := range names {
			p, v, _ := strings.Cut(name, "@")
			escaped, err := module.EscapePath(p)
			if err != nil {
				return err
			}
			if _, err := os.Lstat(filepath.Join(at, filepath.FromSlash(escaped)+"@"+v)); err == nil {
				s.records[name] = true
			}
		}
	}
	return err
}

// lookAround reads what lies around the caches, but for what godoctor and go write down for themselves.
func (w *world) lookAround(s *snapshot) error {
	home := w.m.Home
	not := []string{w.m.GOMODCACHE, w.m.GOCACHE, w.m.Tmp, filepath.Dir(w.quarantine()), filepath.Join(home, ".local"),
		filepath.Join(home, ".cache"), filepath.Join(home, "go", "pkg", "sumdb")}
	return filepath.WalkDir(w.m.Root, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case slices.Contains(not, file):
			return fs.SkipDir
		}
		rel, err := filepath.Rel(w.m.Root, file)
		if err != nil {
			return err
		}
		s.around[rel], err = line(file)
		return err
	})
}

// lookBuild reads the build cache.
func (w *world) lookBuild(s *snapshot) error {
	files, err := filepath.Glob(filepath.Join(w.m.GOCACHE, "??", "*-[ad]"))
	if err != nil {
		return err
	}
	index, leads := make(map[string]bool), make(map[string]string)
	for _, file := range files {
		fi, err := os.Stat(file)
		if err != nil {
			return err
		}
		head, err := headOf(file)
		if err != nil {
			return err
		}
		base := filepath.Base(file)
		if fields := bytes.Fields(head); strings.HasSuffix(base, "-a") && len(fields) > 2 {
			leads[base] = string(fields[2]) + "-d"
		} else if bytes.HasPrefix(head, []byte("go index v")) {
			index[base] = true
		}
		s.build[base] = buildFile{stamp: fmt.Sprint(fi.Size(), fi.ModTime().UnixNano()), aged: time.Since(fi.ModTime()) > aDay}
	}
	for base, f := range s.build {
		f.index = index[base] || index[leads[base]]
		s.build[base] = f
	}
	return nil
}

// aDay is how long an entry of the build cache has to lie unused before it may go, and a little more.
const aDay = 25 * time.Hour

func headOf(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, 256))
}

// fingerprint is the hash and the mode of a part. What lies below a directory is in its hash, with its modes.
func fingerprint(file string) (string, error) {
	fi, err := os.Lstat(file)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	if !fi.IsDir() {
		l, err := content(file, fi)
		fmt.Fprint(h, l)
		return fmt.Sprintf("%x %o", h.Sum(nil), fi.Mode().Perm()), err
	}
	writable := 0
	err = filepath.WalkDir(file, func(below string, d fs.DirEntry, err error) error {
		if err != nil || below == file {
			return err
		}
		fi, err := d.Info()
		if err != nil {
			return err
		}
		mode := fi.Mode()
		if d.IsDir() && mode&0o200 != 0 {
			writable++
			mode &^= 0o200
		}
		l, err := content(below, fi)
		fmt.Fprintf(h, "%q %v %s\n", strings.TrimPrefix(below, file), mode, l)
		return err
	})
	out := fmt.Sprintf("%x %o", h.Sum(nil), fi.Mode().Perm())
	if writable > 0 {
		out += fmt.Sprintf(" and %d directories in it that can be written", writable)
	}
	return out, err
}

// content is what is in a file, a link or a directory itself.
func content(file string, fi fs.FileInfo) (string, error) {
	switch {
	case fi.Mode().IsRegular():
		b, err := os.ReadFile(file)
		return fmt.Sprintf("%x", sha256.Sum256(b)), err
	case fi.Mode()&fs.ModeSymlink != 0:
		return os.Readlink(file)
	}
	return fi.Mode().Type().String(), nil
}

// line says all about something that nobody may touch.
func line(file string) (string, error) {
	var st unix.Stat_t
	if err := unix.Lstat(file, &st); err != nil {
		return "", err
	}
	fi, err := os.Lstat(file)
	if err != nil {
		return "", err
	}
	c, err := content(file, fi)
	out := fmt.Sprintf("%06o %d:%d %s", st.Mode, st.Uid, st.Gid, c)
	if fi.Mode().IsRegular() {
		out += fmt.Sprintf(" %d.%09d", st.Mtim.Sec, st.Mtim.Nsec)
	}
	return out, err
}

// lentInfo is the fingerprint of the .info file that godoctor makes up for go.
func lentInfo(name string) string {
	_, version, _ := strings.Cut(name, "@")
	text := fmt.Sprintf(`{"Version":%q,"Time":"1900-01-01T00:00:00Z"}`, version)
	h := sha256.Sum256(fmt.Appendf(nil, "%x", sha256.Sum256([]byte(text))))
	return fmt.Sprintf("%x 644", h)
}
