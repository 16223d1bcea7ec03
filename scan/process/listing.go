package process

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"godoctor/scan/gomod"
	"godoctor/scan/regular"
)

const (
	// listingMax is more than a go.mod or go.sum file has: the largest known take some hundred KiB.
	listingMax = 16 << 20
	// listingsMax bounds what is kept of such files. Then all are forgotten, and read again when they are needed.
	listingsMax = 64 << 20
	// unsettled is how long a file may change without its time saying so.
	unsettled = 2 * time.Second
)

// A listing is what one go.mod, go.sum or go.work file names.
type listing struct {
	file       string
	versions   map[string]struct{} // by key
	toolchains []string
	use        []string // directories of the members of a workspace, as written

	info   os.FileInfo
	read   time.Time
	size   int
	absent bool
	err    error
}

// switches reports whether a go command that reads the file may switch to a toolchain.
func (l *listing) switches(toolchain string) bool {
	return toolchain != "" && slices.Contains(l.toolchains, toolchain)
}

// listings keeps what files name, as long as they stay as they are. It is not safe for use by several goroutines.
type listings struct {
	files map[string]*listing
	bytes int
	now   map[string]*listing // of one look
}

// begin begins a look: in the course of one, each file is looked at once.
func (s *listings) begin() { s.now = make(map[string]*listing) }

// of tells what a file names.
func (s *listings) of(file string) *listing {
	l := s.now[file]
	if l == nil {
		l = s.fresh(file)
		s.now[file] = l
	}
	return l
}

// fresh reads a file by what its name says it is: a file that ends in .sum, a go.work file, else a go.mod file.
func (s *listings) fresh(file string) *listing {
	fi, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return &listing{file: file, absent: true}
	}
	if err != nil {
		return &listing{file: file, err: err}
	}
	if l := s.files[file]; l != nil && os.SameFile(l.info, fi) && l.info.Size() == fi.Size() &&
		l.info.ModTime().Equal(fi.ModTime()) && l.read.Sub(fi.ModTime()) > unsettled {
		return l
	}
	l := &listing{file: file, info: fi, read: time.Now()}
	data, err := regular.ReadFile(file, listingMax)
	if err == nil {
		err = l.parse(data)
	}
	l.err, l.size = err, len(data)
	if s.files == nil || s.bytes+l.size > listingsMax || len(s.files) > 4096 {
		s.files, s.bytes = make(map[string]*listing), 0
	}
	if old := s.files[file]; old != nil {
		s.bytes -= old.size
	}
	s.files[file] = l
	s.bytes += l.size
	return l
}

// parse reads the content.
func (l *listing) parse(data []byte) error {
	switch {
	case strings.HasSuffix(l.file, ".sum"):
		l.sums(string(data))
		return nil
	case filepath.Ext(l.file) == ".work":
		f, err := gomod.ParseWork(l.file, data, nil)
		if err != nil {
			return err
		}
		for _, u := range f.Use {
			l.use = append(l.use, u.Path)
		}
		l.needs(nil, f.Replace, f.Go, f.Toolchain)
		return nil
	}
	f, err := gomod.Parse(l.file, data, nil)
	if err != nil {
		return err
	}
	l.needs(f.Require, f.Replace, f.Go, f.Toolchain)
	return nil
}

func (l *listing) needs(require []*modfile.Require, replace []*modfile.Replace, goLine *modfile.Go, toolchain *modfile.Toolchain) {
	l.versions = make(map[string]struct{}, len(require)+len(replace))
	for _, r := range require {
		l.add(r.Mod)
	}
	for _, r := range replace {
		l.add(r.New)
	}
	if goLine != nil {
		// A language version stands for its first release (toolchain.Select).
		l.toolchains = append(l.toolchains, "go"+goLine.Version, "go"+goLine.Version+".0")
	}
	if toolchain != nil {
		l.toolchains = append(l.toolchains, toolchain.Name)
	}
}

func (l *listing) add(m module.Version) {
	if m.Version != "" {
		l.versions[key(m.Path, m.Version)] = struct{}{}
	}
}

// sums reads the lines of a go.sum file: path, version or version/go.mod, hash (modfetch.readGoSum). Where the fields
// are apart by one space the text itself is the key.
func (l *listing) sums(data string) {
	l.versions = make(map[string]struct{}, strings.Count(data, "\n")/2+1)
	for line := range strings.Lines(data) {
		path, rest, _ := strings.Cut(line, " ")
		version, _, ok := strings.Cut(rest, " ")
		if ok && isWord(path) && isWord(version) {
			version = strings.TrimSuffix(version, "/go.mod")
			l.versions[line[:len(path)+1+len(version)]] = struct{}{}
			continue
		}
		if f := strings.Fields(line); len(f) >= 2 {
			l.versions[key(f[0], strings.TrimSuffix(f[1], "/go.mod"))] = struct{}{}
		}
	}
}

// isWord reports whether a text is surely one word for strings.Fields: white space is not only what ASCII has.
func isWord(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return s != ""
}
