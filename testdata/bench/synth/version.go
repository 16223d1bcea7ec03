package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/zip"
)

// filesInDir, with every third directory in one of its own, makes 15 % of the entries directories, as in
// real caches.
const filesInDir = 8

var day = time.Date(2024, 1, 2, 15, 4, 5, 0, time.UTC)

// A source is one file of a module, in memory. It is its own fs.FileInfo.
type source struct {
	name string
	data []byte
}

func (s source) Path() string                 { return s.name }
func (s source) Lstat() (fs.FileInfo, error)  { return s, nil }
func (s source) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(s.data)), nil }
func (s source) Name() string                 { return path.Base(s.name) }
func (s source) Size() int64                  { return int64(len(s.data)) }
func (s source) Mode() fs.FileMode            { return 0o644 }
func (s source) ModTime() time.Time           { return day }
func (s source) IsDir() bool                  { return false }
func (s source) Sys() any                     { return nil }

// install makes all that the go command leaves of one version, and says how many entries that were.
func (p plan) install(root string) (int, error) {
	escaped, err := module.EscapePath(p.version.Path)
	if err != nil {
		return 0, err
	}
	versions := filepath.Join(root, "cache", "download", filepath.FromSlash(escaped), "@v")
	made, err := mkdirAll(versions)
	if err != nil {
		return made, err
	}
	sources := p.sources()
	n, err := p.download(filepath.Join(versions, p.version.Version), sources)
	made += n
	if err != nil {
		return made, err
	}
	n, err = addToList(filepath.Join(versions, "list"), p.version.Version)
	made += n
	if err != nil {
		return made, err
	}
	n, err = extract(filepath.Join(root, filepath.FromSlash(escaped)+"@"+p.version.Version), sources)
	return made + n, err
}

// sources is the content of the version: a go.mod and Go files of 200 to 4,500 bytes.
func (p plan) sources() []source {
	all := []source{{"go.mod", []byte("module " + p.version.Path + "\n\ngo 1.25\n")}}
	dir := ""
	for i := 1; i < p.files; i++ {
		switch {
		case i%(3*filesInDir) == 0:
			dir = fmt.Sprintf("part%d/inner/", i)
		case i%filesInDir == 0:
			dir = fmt.Sprintf("part%d/", i)
		}
		all = append(all, source{fmt.Sprintf("%sfile%d.go", dir, i), text(p.seed, i)})
	}
	return all
}

func text(seed, i int) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "// Package part is made up.\npackage part\n\n")
	for line := range 4 + (seed*31+i*17)%90 {
		fmt.Fprintf(&b, "const Number%d = %d // of %d and %d\n", line, (seed+1)*(i+3)*(line+7), seed, i)
	}
	return []byte(b.String())
}

// download makes the files in @v but for the list.
func (p plan) download(base string, sources []source) (int, error) {
	var buf bytes.Buffer
	files := make([]zip.File, len(sources))
	content := map[string][]byte{}
	var names []string
	for i, s := range sources {
		files[i] = s
		name := p.version.Path + "@" + p.version.Version + "/" + s.name
		names = append(names, name)
		content[name] = s.data
	}
	if err := zip.Create(&buf, p.version, files); err != nil {
		return 0, err
	}
	sum, err := dirhash.Hash1(names, func(name string) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(content[name])), nil
	})
	if err != nil {
		return 0, err
	}
	info := fmt.Sprintf("{\"Version\":%q,\"Time\":%q}", p.version.Version, day.Format(time.RFC3339))
	made := 0
	for _, f := range []struct {
		ext  string
		data []byte
	}{
		{".info", []byte(info)},
		{".mod", sources[0].data},
		{".zip", buf.Bytes()},
		{".ziphash", []byte(sum)},
		{".lock", nil},
	} {
		if err := os.WriteFile(base+f.ext, f.data, 0o666); err != nil {
			return made, err
		}
		made++
	}
	return made, nil
}

// extract writes the sources read-only, and closes the directories when all is in them.
func extract(dir string, sources []source) (int, error) {
	made, err := mkdirAll(dir)
	if err != nil {
		return made, err
	}
	dirs := map[string]bool{dir: true}
	for _, s := range sources {
		file := filepath.Join(dir, filepath.FromSlash(s.name))
		n, err := mkdirAll(filepath.Dir(file))
		made += n
		if err != nil {
			return made, err
		}
		for d := filepath.Dir(file); !dirs[d]; d = filepath.Dir(d) {
			dirs[d] = true
		}
		if err := os.WriteFile(file, s.data, 0o444); err != nil {
			return made, err
		}
		made++
	}
	for d := range dirs {
		if err := os.Chmod(d, 0o555); err != nil {
			return made, err
		}
	}
	return made, nil
}
