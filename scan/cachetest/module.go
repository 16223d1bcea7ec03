// Package cachetest builds made-up Go machines: real module caches, build caches, projects and a
// module proxy, for tests and for godoctor --demo.
//
// What it writes is what the go command writes, file for file and mode for mode; a test of this
// package compares the two. The go command is not needed to build it, and no byte comes from a
// network: modules are given as text, their zips and hashes are made by golang.org/x/mod.
//
// The rules:
//
//   - It writes only below the directory that New was given, and it removes only what lies there.
//   - It returns errors and never imports "testing": the program links it for its demonstration.
//   - The same input gives the same bytes, so a picture or a golden file made from it stays true.
//
// The files named sick*.go break such a machine on purpose, each damage by one call.
package cachetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/zip"
)

// Released is the commit time of a Module that gives none.
var Released = time.Date(2024, time.March, 5, 12, 0, 0, 0, time.UTC)

// A Module is one module version as its author would have tagged it.
type Module struct {
	Path    string
	Version string
	GoMod   string            // text of go.mod; "" for a module of the time before modules
	Files   map[string]string // by slash-separated path, go.mod not among them
	Time    time.Time         // commit time in .info; zero means Released

	// Fetched is the modification time of everything Install writes; zero leaves the present.
	// The go command never touches these files again, so it is the time of the download.
	Fetched time.Time
}

// ID returns the name of m in the words of golang.org/x/mod.
func (m Module) ID() module.Version { return module.Version{Path: m.Path, Version: m.Version} }

// String returns path@version.
func (m Module) String() string { return m.Path + "@" + m.Version }

// Mod returns the text of the .mod file. A module without go.mod gets the one line that the go
// command makes up for it; its zip still holds no go.mod.
func (m Module) Mod() string {
	if m.GoMod == "" {
		return "module " + modfile.AutoQuote(m.Path) + "\n"
	}
	return m.GoMod
}

// Info returns the content of the .info file, in the form the go command itself writes.
func (m Module) Info() ([]byte, error) {
	t := m.Time
	if t.IsZero() {
		t = Released
	}
	return json.Marshal(struct {
		Version string
		Time    time.Time
	}{m.Version, t.UTC()})
}

// zipFiles returns the files that a zip of m is made from, sorted.
func (m Module) zipFiles() []zip.File {
	files := make([]zip.File, 0, len(m.Files)+1)
	if m.GoMod != "" {
		files = append(files, textFile{"go.mod", m.GoMod})
	}
	for name, text := range m.Files {
		files = append(files, textFile{name, text})
	}
	slices.SortFunc(files, func(a, b zip.File) int { return strings.Compare(a.Path(), b.Path()) })
	return files
}

// Zip returns the module zip as the go command would make it. The same module gives the same bytes.
func (m Module) Zip() ([]byte, error) {
	var buf bytes.Buffer
	if err := zip.Create(&buf, m.ID(), m.zipFiles()); err != nil {
		return nil, fmt.Errorf("making the zip of %q: %w", m, err)
	}
	return buf.Bytes(), nil
}

// Sum returns the h1 hash of the zip: what .ziphash holds and what go.sum says of the version. What
// a zip leaves out, vendored packages and nested modules, is not in it.
func (m Module) Sum() (string, error) {
	checked, err := zip.CheckFiles(m.zipFiles())
	if err != nil {
		return "", fmt.Errorf("hashing %q: %w", m, err)
	}
	prefix := m.String() + "/"
	names := make([]string, len(checked.Valid))
	for i, name := range checked.Valid {
		names[i] = prefix + name
	}
	return dirhash.Hash1(names, func(name string) (io.ReadCloser, error) {
		name = strings.TrimPrefix(name, prefix)
		if name == "go.mod" && m.GoMod != "" {
			return io.NopCloser(strings.NewReader(m.GoMod)), nil
		}
		return io.NopCloser(strings.NewReader(m.Files[name])), nil
	})
}

// GoModSum returns the h1 hash of the .mod file, the /go.mod line of go.sum.
func (m Module) GoModSum() (string, error) {
	return dirhash.Hash1([]string{"go.mod"}, func(string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(m.Mod())), nil
	})
}

// escaped returns the path and version of m as they are spelled on disk and in proxy requests.
func (m Module) escaped() (epath, eversion string, err error) {
	if epath, err = module.EscapePath(m.Path); err != nil {
		return "", "", err
	}
	eversion, err = module.EscapeVersion(m.Version)
	return epath, eversion, err
}

// A packed module is a Module with everything about it that costs time to make.
type packed struct {
	Module
	epath, eversion string
	info, zip       []byte
	sum, modSum     string
}

// pack makes the zip and the hashes of m once, for all places that need them.
func pack(m Module) (*packed, error) {
	p := &packed{Module: m}
	var err error
	if p.epath, p.eversion, err = m.escaped(); err != nil {
		return nil, err
	}
	if p.info, err = m.Info(); err != nil {
		return nil, err
	}
	if p.zip, err = m.Zip(); err != nil {
		return nil, err
	}
	if p.sum, err = m.Sum(); err != nil {
		return nil, err
	}
	p.modSum, err = m.GoModSum()
	return p, err
}

// packAll packs several modules, in the order given.
func packAll(mods []Module) ([]*packed, error) {
	all := make([]*packed, len(mods))
	for i, m := range mods {
		p, err := pack(m)
		if err != nil {
			return nil, err
		}
		all[i] = p
	}
	return all, nil
}

// textFile is a file that exists only as text; it is its own fs.FileInfo.
type textFile struct{ name, text string }

func (f textFile) Path() string                 { return f.name }
func (f textFile) Lstat() (os.FileInfo, error)  { return f, nil }
func (f textFile) Open() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(f.text)), nil }

func (f textFile) Name() string       { return path.Base(f.name) }
func (f textFile) Size() int64        { return int64(len(f.text)) }
func (f textFile) Mode() fs.FileMode  { return 0o644 }
func (f textFile) ModTime() time.Time { return time.Time{} }
func (f textFile) IsDir() bool        { return false }
func (f textFile) Sys() any           { return nil }
