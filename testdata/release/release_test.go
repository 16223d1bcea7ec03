package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var day = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

// two programs of which one has a module more, with a version that has to be escaped.
func two() []program {
	common := []mod{{"github.com/BurntSushi/toml", "v1.6.0", "h1:dRaEfpa2VI55EwlIW72hMRHdWouJeRF7TPYhI+AUQjk="}}
	settings := map[string]string{"CGO_ENABLED": "0", "vcs.revision": "0123456789abcdef"}
	return []program{
		{platform: "linux/amd64", sha256: strings.Repeat("a", 64), goes: "go1.26.8", settings: settings, modules: common},
		{platform: "windows/arm64", sha256: strings.Repeat("b", 64), goes: "go1.26.8", settings: settings,
			modules: append(common, mod{"example.com/old", "v3.0.0+incompatible", "h1:AAAA="})},
	}
}

func document(t *testing.T, list []program) []byte {
	t.Helper()
	b, err := sbom(list, "v1.2.3", day, func(m mod) (string, error) { return "MIT", nil })
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSBOM(t *testing.T) {
	b := document(t, two())
	if err := checkSPDX(b); err != nil {
		t.Fatalf("%v in\n%s", err, b)
	}
	if !bytes.Equal(b, document(t, two())) {
		t.Error("the same programs have two documents")
	}
	for _, want := range []string{`"pkg:golang/github.com/burntsushi/toml@v1.6.0"`, `"pkg:golang/example.com/old@v3.0.0%2Bincompatible"`,
		`"pkg:golang/std@1.26.8"`, `go.sum has h1:dRaEfpa2VI55EwlIW72hMRHdWouJeRF7TPYhI+AUQjk=`, `from commit 0123456789abcdef`, strings.Repeat("b", 64)} {
		if !bytes.Contains(b, []byte(want)) {
			t.Errorf("the document lacks %s", want)
		}
	}
	var d spdxDocument
	if err := json.Unmarshal(b, &d); err != nil || len(d.Packages) != 5 || len(d.Relationships) != 7 {
		t.Errorf("%d packages, %d relationships, %v", len(d.Packages), len(d.Relationships), err)
	}
	other := two()
	other[0].sha256 = strings.Repeat("c", 64)
	var e spdxDocument
	if json.Unmarshal(document(t, other), &e); e.Namespace == d.Namespace {
		t.Error("two documents have one namespace")
	}
}

// TestSBOMWrong takes away each field that has to be there, empties each text and adds a field to each object: all of it is told.
func TestSBOMWrong(t *testing.T) {
	b, tried := document(t, two()), 0
	try := func(what string, change func(any)) {
		t.Helper()
		var whole map[string]any
		if err := json.Unmarshal(b, &whole); err != nil {
			t.Fatal(err)
		}
		change(whole)
		out, err := json.Marshal(whole)
		if err != nil {
			t.Fatal(err)
		}
		tried++
		if checkSPDX(out) == nil {
			t.Errorf("%s, and nothing is said", what)
		}
	}
	each := func(s *shape, find func(any) map[string]any) {
		for _, f := range strings.Fields(s.required) {
			try("without "+f, func(w any) { delete(find(w), f) })
			try("with no "+f, func(w any) { find(w)[f] = "" })
		}
		for f := range s.patterns {
			try("with a wrong "+f, func(w any) { find(w)[f] = "\x01?" })
		}
		try("with a strange field", func(w any) { find(w)["strange"] = "x" })
	}
	in := func(list string, i int) func(any) map[string]any {
		return func(w any) map[string]any { return w.(map[string]any)[list].([]any)[i].(map[string]any) }
	}
	each(documentShape, func(w any) map[string]any { return w.(map[string]any) })
	each(documentShape.object["creationInfo"], func(w any) map[string]any { return w.(map[string]any)["creationInfo"].(map[string]any) })
	each(relationShape, in("relationships", 0))
	each(packageShape, in("packages", 0))
	each(checksumShape, func(w any) map[string]any { return in("packages", 0)(w)["checksums"].([]any)[0].(map[string]any) })
	each(refShape, func(w any) map[string]any { return in("packages", 3)(w)["externalRefs"].([]any)[0].(map[string]any) })
	try("with a name that is there twice", func(w any) { in("packages", 0)(w)["SPDXID"] = in("packages", 1)(w)["SPDXID"] })
	try("with a namespace that is no URI", func(w any) { w.(map[string]any)["documentNamespace"] = "godoctor" })
	try("with what is no object", func(w any) { w.(map[string]any)["packages"] = []any{"x"} })
	try("with nothing in it", func(w any) { w.(map[string]any)["packages"], w.(map[string]any)["relationships"] = []any{}, []any{} })
	if tried < 50 {
		t.Errorf("only %d were tried", tried)
	}
	if checkSPDX([]byte("[]")) == nil || checkSPDX(nil) == nil {
		t.Error("what is no document is taken for one")
	}
}

func TestIDs(t *testing.T) {
	seen := map[string]string{}
	for _, name := range []string{"a/b@v1", "a-b@v1", "a-2f-b@v1", "a.b@v1", "a/b-v1", "A/b@v1", "a_b@v1", "a~b@v1"} {
		id := idOf("module", name)
		if !spdxID.MatchString(id) || seen[id] != "" {
			t.Errorf("%q is called %q, and so is %q", name, id, seen[id])
		}
		seen[id] = name
	}
}

func TestDeclared(t *testing.T) {
	bsd := "Redistribution and use in source and binary forms, with or\nwithout modification, are permitted"
	for text, want := range map[string]string{
		"Permission is hereby granted, free of charge, to any person\n    obtaining a copy of": "MIT",
		bsd:                                     "BSD-2-Clause",
		bsd + "\n * Neither the name of Google": "BSD-3-Clause",
		"Apache License\n   Version 2.0, January 2004": "Apache-2.0",
		"licensed under the Apache License, Version 2.0; " + "permission is hereby granted, free of charge, to any person obtaining a copy": "Apache-2.0 AND MIT",
		"GNU General Public License": noAssertion,
		"All rights reserved.":       noAssertion,
	} {
		if got := declared(text); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

// tree makes a directory to pack, with modes and times of its own.
func tree(t *testing.T, mode os.FileMode, when time.Time) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "godoctor_1")
	for name, m := range map[string]os.FileMode{"godoctor": mode | 0o100, "README.md": mode, "man/man1/godoctor.1": mode} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(name+"\n"), m); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, when, when); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestPack(t *testing.T) {
	for _, ext := range []string{".tar.gz", ".zip"} {
		var files [2][]byte
		for i, mode := range []os.FileMode{0o600, 0o664} {
			out := filepath.Join(t.TempDir(), "out"+ext)
			if err := pack(out, tree(t, mode, day.Add(time.Duration(i)*time.Hour)), day); err != nil {
				t.Fatal(err)
			}
			b, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			files[i] = b
		}
		if !bytes.Equal(files[0], files[1]) {
			t.Errorf("two archives %s of the same files differ", ext)
		}
		want := "godoctor_1/ 755, godoctor_1/README.md 644, godoctor_1/godoctor 755, godoctor_1/man/ 755, godoctor_1/man/man1/ 755, godoctor_1/man/man1/godoctor.1 644"
		list := map[string]func(*testing.T, []byte) []string{".tar.gz": listTar, ".zip": listZip}[ext]
		if got := strings.Join(list(t, files[0]), ", "); got != want {
			t.Errorf("%s has\n%s, want\n%s", ext, got, want)
		}
	}
	dir := tree(t, 0o644, day)
	if err := os.Symlink("README.md", filepath.Join(dir, "link")); err == nil {
		if pack(filepath.Join(t.TempDir(), "out.zip"), dir, day) == nil {
			t.Error("a link is packed")
		}
	}
	if pack(filepath.Join(t.TempDir(), "out.rar"), tree(t, 0o644, day), day) == nil {
		t.Error("an archive of no known form is made")
	}
}

func listTar(t *testing.T, b []byte) (list []string) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	r := tar.NewReader(z)
	for {
		h, err := r.Next()
		if err == io.EOF {
			return list
		}
		if err != nil || !h.ModTime.Equal(day) || h.Uid+h.Gid != 0 || h.Uname+h.Gname != "" {
			t.Fatalf("%+v, %v", h, err)
		}
		list = append(list, fmt.Sprintf("%s %o", h.Name, h.Mode))
	}
}

func listZip(t *testing.T, b []byte) (list []string) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if !f.Modified.Equal(day) {
			t.Errorf("%s is of %v", f.Name, f.Modified)
		}
		list = append(list, fmt.Sprintf("%s %o", f.Name, f.Mode().Perm()))
	}
	return list
}

func TestSums(t *testing.T) {
	dir := tree(t, 0o644, day)
	out := filepath.Join(filepath.Dir(dir), "SHA256SUMS")
	if err := os.RemoveAll(filepath.Join(dir, "man")); err != nil {
		t.Fatal(err)
	}
	if err := writeSums(out, dir); err != nil {
		t.Fatal(err)
	}
	b, _ := os.ReadFile(out)
	if lines := strings.Split(string(b), "\n"); len(lines) != 3 || !strings.HasSuffix(lines[0], "  README.md") || len(lines[0]) != 64+2+len("README.md") {
		t.Errorf("%s", b)
	}
}
