//go:build linux && amd64

package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"godoctor/scan/cachetest"
)

// A damage is a row of the damage laboratory: what is done to a module, and how that is called. See also doctor/remedy, which
// tests the same rows and more of each, but not the program. The machine has the signed records of its modules, so that lines of
// go.sum are mended without a network.
type damage struct {
	name    string
	finding string // what verify calls it, in order
	online  bool   // it takes a network to mend it
	builds  bool   // go compiles something else, or may
	do      func(p *patient) error
}

// A patient is a module that is damaged.
type patient struct {
	*clinic
	mod cachetest.Module
}

var damages = []*damage{
	{name: "an edited file", finding: "sources-modified", builds: true, do: (*patient).edit},
	{name: "an edited file, and no .info", finding: "sources-modified", builds: true, do: all((*patient).edit, gone("info"))},
	{name: "edited, and no zip", finding: "sources-modified", builds: true, online: true, do: all((*patient).edit, gone("zip"))},
	{name: "a crash, the zip is good", finding: "crash-damage", do: empty("dir")},
	{name: "a crash, everything", finding: "crash-damage mod-mismatch info-damaged", online: true, do: all(empty("dir"), empty("zip"), empty("mod"), empty("info"))},
	{name: "a truncated zip", finding: "zip-damaged", online: true, do: short("zip")},
	{name: "another zip", finding: "zip-mismatch", online: true, builds: true, do: (*patient).forge},
	{name: "all of it forged", finding: "zip-mismatch", online: true, builds: true, do: all((*patient).forge, (*patient).edit, (*patient).forgeHash)},
	{name: "a wrong ziphash", finding: "ziphash-wrong", do: holds("ziphash", wrongHash)},
	{name: "no ziphash", finding: "ziphash-missing", do: gone("ziphash")},
	{name: "no ziphash and no zip", finding: "ziphash-missing", online: true, do: all(gone("ziphash"), gone("zip"))},
	{name: "no ziphash and a broken zip", finding: "zip-damaged ziphash-missing", online: true, do: all(gone("ziphash"), short("zip"))},
	{name: "another go.mod file", finding: "mod-mismatch", do: holds("mod", "module sick.test/M\n\nrequire evil.test v1.0.0\n")},
	{name: "another go.mod file, and no zip", finding: "mod-mismatch", online: true, do: all(holds("mod", "module sick.test/M\n\nrequire evil.test v1.0.0\n"), gone("zip"))},
	{name: "garbage in .info", finding: "info-damaged", online: true, do: holds("info", "\x00\x00")},
	{name: "another version in .info", finding: "info-damaged", online: true, do: holds("info", `{"Version":"v1.1.0"}`)},
	{name: "half unpacked", finding: "partial-download", do: all(holds("partial", ""), (*patient).halve)},
	{name: "half unpacked, and no zip", finding: "partial-download", online: true, do: all(holds("partial", ""), gone("zip"), gone("ziphash"))},
	{name: "a link in the place of the directory", finding: "odd-entry", builds: true, do: all(gone("dir"), (*patient).link)},
	{name: "a file in the place of the directory", finding: "odd-entry", do: all(gone("dir"), holds("dir", "x"))},
	{name: "a directory in the place of .mod", finding: "odd-entry", do: directory("mod")},
	{name: "a directory in the place of .lock", finding: "odd-entry", do: directory("lock")},
	{name: "a directory in the place of .ziphash", finding: "odd-entry", do: directory("ziphash")},
	{name: "a directory in the place of .info", finding: "info-damaged", online: true, do: directory("info")},
	{name: "temporary files", finding: "leftover-tmp", do: (*patient).temporary},
	{name: "garbage in a list", finding: "list-damaged", do: (*patient).list},
	{name: "a clone without HEAD", finding: "vcs-damaged", do: (*patient).clone},
	{name: "a wrong line", finding: "gosum-wrong", do: sums(func(s string) string { return strings.Replace(s, "h1:", "h1:AAAAAAAA", 1) })},
	{name: "a wrong go.mod line", finding: "gosum-wrong", do: sums(func(s string) string { return strings.Replace(s, "/go.mod h1:", "/go.mod h1:AAAAAAAA", 1) })},
	{name: "two hashes", finding: "gosum-conflict gosum-wrong", do: sums(func(s string) string { return s + strings.Replace(firstLine(s), "h1:", "h1:AAAAAAAA", 1) })},
	{name: "two hashes, the wrong one first", finding: "gosum-conflict gosum-wrong", do: sums(func(s string) string { return strings.Replace(firstLine(s), "h1:", "h1:AAAAAAAA", 1) + s })},
	{name: "a hash of another kind", finding: "gosum-malformed", do: sums(func(s string) string { return s + strings.Replace(firstLine(s), "h1:", "h2:", 1) })},
}

var wrongHash = "h1:" + strings.Repeat("A", 43) + "="

func firstLine(s string) string { return s[:strings.IndexByte(s, '\n')+1] }

// all does one after the other.
func all(list ...func(*patient) error) func(*patient) error {
	return func(p *patient) error {
		for _, do := range list {
			if err := do(p); err != nil {
				return err
			}
		}
		return nil
	}
}

// file is a part of the module: dir, zip, ziphash, mod, info, lock, partial.
func (p *patient) file(part string) string {
	if part == "dir" {
		return p.m.Dir(p.mod)
	}
	return p.m.CachePath(p.mod, part)
}

func (p *patient) write(file, text string) error {
	os.Chmod(filepath.Dir(file), 0o755)
	os.Chmod(file, 0o644)
	return os.WriteFile(file, []byte(text), 0o644)
}

func gone(part string) func(*patient) error {
	return func(p *patient) error {
		os.Chmod(filepath.Dir(p.file(part)), 0o755)
		return removeTree(p.file(part))
	}
}

func holds(part, text string) func(*patient) error {
	return func(p *patient) error { return p.write(p.file(part), text) }
}

func directory(part string) func(*patient) error {
	return func(p *patient) error {
		return errors.Join(os.RemoveAll(p.file(part)), os.Mkdir(p.file(part), 0o755))
	}
}

// empty leaves no byte in a file, or in all files of the directory.
func empty(part string) func(*patient) error {
	return func(p *patient) error {
		return filepath.WalkDir(p.file(part), func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				os.Chmod(path, 0o644)
				err = os.Truncate(path, 0)
			}
			return err
		})
	}
}

func short(part string) func(*patient) error {
	return func(p *patient) error { return os.Truncate(p.file(part), 200) }
}

// edit lets the module say something else.
func (p *patient) edit() error {
	name := filepath.Base(p.mod.Path)
	return p.write(filepath.Join(p.file("dir"), name+".go"), source(name, "EVIL"))
}

func (p *patient) halve() error {
	name := filepath.Join(p.file("dir"), filepath.Base(p.mod.Path)+".go")
	os.Chmod(filepath.Dir(name), 0o755)
	return os.Remove(name)
}

func (p *patient) evil() cachetest.Module {
	m := p.mod
	name := filepath.Base(m.Path)
	m.Files = map[string]string{name + ".go": source(name, "EVIL")}
	return m
}

// forge puts another zip in the place of the zip.
func (p *patient) forge() error {
	data, err := p.evil().Zip()
	if err != nil {
		return err
	}
	return p.write(p.file("zip"), string(data))
}

func (p *patient) forgeHash() error {
	h, err := p.evil().Sum()
	if err != nil {
		return err
	}
	for _, name := range []string{"README", "sub", "data.txt"} {
		if err := removeTree(filepath.Join(p.file("dir"), name)); err != nil {
			return err
		}
	}
	return p.write(p.file("ziphash"), h)
}

// link puts a link to another module there.
func (p *patient) link() error {
	other := p.sick[len(p.sick)-1]
	return p.m.Symlink(p.m.Dir(other), p.file("dir"))
}

// aged makes a file two days old.
func aged(file string) error {
	then := time.Now().Add(-48 * time.Hour)
	return os.Chtimes(file, then, then)
}

func (p *patient) temporary() error {
	name := p.file("zip") + "811345961.tmp"
	return errors.Join(p.write(name, "half"), aged(name))
}

func (p *patient) list() error {
	name := filepath.Join(filepath.Dir(p.file("mod")), "list")
	return errors.Join(p.write(name, "v1.2\x00\x00\x00"), aged(name))
}

func (p *patient) clone() error {
	dir, err := p.m.VCS("git3", "https://vcs.example/"+filepath.Base(p.mod.Path), 1000, time.Now().Add(-48*time.Hour))
	if err != nil {
		return err
	}
	return errors.Join(os.Remove(filepath.Join(dir, "HEAD")), aged(dir))
}

// sums edits go.sum of the project. What is put in has to be as long as a hash is: eight characters behind those are cut.
func sums(edit func(string) string) func(*patient) error {
	return func(p *patient) error {
		file := filepath.Join(p.project, "go.sum")
		b, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		lines := strings.SplitAfter(edit(string(b)), "\n")
		for i, line := range lines {
			if at := strings.Index(line, "h1:AAAAAAAA"); at >= 0 {
				lines[i] = line[:at+11] + line[at+19:]
			}
		}
		return os.WriteFile(file, []byte(strings.Join(lines, "")), 0o644)
	}
}
