package cachetest

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Toolchain installs a small made-up GOROOT as the go command installs one that it switches to:
// golang.org/toolchain@v0.0.1-VERSION.GOOS-GOARCH, with no .info, .mod or list beside its zip, with
// executable bits, and with go.mod copies that its zip does not hold. extra adds files to it.
func (m *Machine) Toolchain(version, goos, goarch string, fetched time.Time, extra map[string]string) (Module, error) {
	mod := ToolchainModule(version, goos, goarch)
	mod.Fetched = fetched
	for name, text := range extra {
		mod.Files[name] = text
	}
	p, err := pack(mod)
	if err != nil {
		return mod, err
	}
	m.remember(p, true)
	if err := m.installZip(p); err != nil {
		return mod, err
	}
	if err := m.extract(p, m.cached(p, "zip")); err != nil {
		return mod, err
	}
	return mod, m.firstUse(m.dir(p), fetched)
}

// ToolchainModule returns the module of a small made-up Go release, for Publish.
func ToolchainModule(version, goos, goarch string) Module {
	tools := "pkg/tool/" + goos + "_" + goarch + "/"
	exe := ""
	if goos == "windows" {
		exe = ".exe"
	}
	program := func(says string) string { return "#!/bin/sh\necho '" + says + "'\n" }
	return Module{
		Path:    "golang.org/toolchain",
		Version: "v0.0.1-" + version + "." + goos + "-" + goarch,
		Files: map[string]string{
			"LICENSE":                    "A made-up release: no part of Go.\n",
			"VERSION":                    version + "\ntime 2025-08-08T17:33:23Z\n",
			"bin/go" + exe:               program("go version " + version + " " + goos + "/" + goarch),
			"bin/gofmt" + exe:            program("gofmt of " + version),
			"go.env":                     "GOPROXY=off\nGOSUMDB=off\nGOTOOLCHAIN=local\n",
			tools + "compile" + exe:      program("compile version " + version),
			tools + "link" + exe:         program("link version " + version),
			tools + "asm" + exe:          program("asm version " + version),
			"pkg/include/textflag.h":     "#define NOSPLIT 4\n",
			"src/_go.mod":                "module std\n\ngo 1.25\n",
			"src/cmd/_go.mod":            "module cmd\n\ngo 1.25\n",
			"src/runtime/runtime.go":     "package runtime\n",
			"src/runtime/extern.go":      "package runtime\n\nfunc Version() string { return \"" + version + "\" }\n",
			"src/internal/abi/abi.go":    "package abi\n",
			"lib/time/zoneinfo.zip":      "PK\x05\x06" + strings.Repeat("\x00", 18),
			"src/cmd/go/main.go":         "package main\n\nfunc main() {}\n",
			"src/cmd/compile/main.go":    "package main\n\nfunc main() {}\n",
			"test/README.md":             "No tests here.\n",
			"api/README":                 "No API here.\n",
			"src/unsafe/unsafe.go":       "package unsafe\n",
			"src/fmt/print.go":           "package fmt\n",
			"src/net/http/server.go":     "package http\n",
			"doc/README.md":              "No documents here.\n",
			"misc/editors":               "No editors here.\n",
			"src/crypto/sha256/sha.go":   "package sha256\n",
			"src/encoding/json/json.go":  "package json\n",
			"src/os/file.go":             "package os\n",
			"src/strings/strings.go":     "package strings\n",
			"src/sync/mutex.go":          "package sync\n",
			"src/testing/testing.go":     "package testing\n",
			"src/time/time.go":           "package time\n",
			"src/internal/race/race.go":  "package race\n",
			"src/internal/poll/fd.go":    "package poll\n",
			"lib/fips140/fips140.sum":    "# no snapshots\n",
			"src/internal/goos/goos.go":  "package goos\n",
			"src/internal/testenv/te.go": "package testenv\n",
		},
	}
}

// firstUse does what the go command does when it first runs a toolchain that it extracted: it sets
// executable bits and copies every _go.mod to the go.mod that a module zip cannot hold.
func (m *Machine) firstUse(dir string, t time.Time) error {
	if t.IsZero() {
		t = m.now
	}
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		rel = filepath.ToSlash(rel)
		if strings.HasPrefix(rel, "bin/") || strings.HasPrefix(rel, "pkg/tool/") {
			return os.Chmod(path, 0o555)
		}
		if d.Name() != "_go.mod" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		parent := filepath.Dir(path)
		err = inside(parent, func() error {
			return m.write(filepath.Join(parent, "go.mod"), text, 0o444, t)
		})
		if err != nil {
			return err
		}
		return m.touch(parent, t)
	})
}

// FIPS140 unpacks a made-up snapshot of the FIPS 140 module as GOFIPS140=VERSION does: from GOROOT,
// not from a proxy, so that only .lock lies under cache/download and no hash covers the directory.
func (m *Machine) FIPS140(version string, t time.Time) (Module, error) {
	in := "fips140/" + version + "/"
	mod := Module{Path: "golang.org/fips140", Version: version, Fetched: t, Files: map[string]string{
		in + "fips140.go":       "package fips140\n",
		in + "sha256/sha256.go": "package sha256\n",
		in + "aes/aes.go":       "package aes\n",
	}}
	p, err := pack(mod)
	if err != nil {
		return mod, err
	}
	zipfile := filepath.Join(m.Tmp, version+".zip")
	if err := m.write(zipfile, p.zip, 0o666, t); err != nil {
		return mod, err
	}
	defer os.Remove(zipfile)
	if err := m.write(m.cached(p, "lock"), nil, 0o666, t); err != nil {
		return mod, err
	}
	return mod, m.extract(p, zipfile)
}

// VCS writes the clone that a fetch without a proxy leaves under cache/vcs: a bare repository, named
// by the hash of its kind and address, with .info and .lock beside it. kind is "git3" for git, for
// other systems "vcs1.hg" and the like. size bytes stand for its packed objects.
func (m *Machine) VCS(kind, address string, size int, t time.Time) (dir string, err error) {
	key := kind + ":" + address
	dir = filepath.Join(m.GOMODCACHE, "cache", "vcs", fmt.Sprintf("%x", sha256.Sum256([]byte(key))))
	noise := BuildEntry{Package: key}
	head := fmt.Sprintf("%x", sha256.Sum256([]byte(key)))[:40]
	pack := filepath.Join(dir, "objects", "pack", "pack-"+head)
	files := []struct {
		path, text string
	}{
		{dir + ".info", key},
		{dir + ".lock", ""},
		{filepath.Join(dir, "HEAD"), "ref: refs/heads/main\n"},
		{filepath.Join(dir, "config"), "[core]\n\trepositoryformatversion = 0\n\tbare = true\n[remote \"origin\"]\n\turl = " + address + "\n"},
		{filepath.Join(dir, "packed-refs"), "# pack-refs with: peeled fully-peeled sorted \n" + head + " refs/heads/main\n"},
		{filepath.Join(dir, "FETCH_HEAD"), head + "\t\tbranch 'main' of " + address + "\n"},
		{filepath.Join(dir, "shallow"), head + "\n"},
		{filepath.Join(dir, "info", "attributes"), "\n* -export-subst -export-ignore\n"},
		{pack + ".pack", "PACK\x00\x00\x00\x02" + string(noise.noise(size))},
		{pack + ".idx", "\xfftOc\x00\x00\x00\x02" + string(noise.noise(size/20))},
	}
	for _, f := range files {
		if err := m.write(f.path, []byte(f.text), 0o666, t); err != nil {
			return "", err
		}
	}
	for _, d := range []string{filepath.Join("refs", "heads"), filepath.Join("refs", "tags"), "branches"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o777); err != nil {
			return "", err
		}
	}
	return dir, nil
}
