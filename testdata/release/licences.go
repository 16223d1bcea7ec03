package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"
)

// std is what the standard library and the runtime are called, as if they were a module.
const std = "std"

// goDirs are where the go command keeps what programs are made of.
type goDirs struct{ root, modules string }

func findGo() (*goDirs, error) {
	out, err := exec.Command("go", "env", "GOROOT", "GOMODCACHE").Output()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err != nil || len(lines) != 2 {
		return nil, fmt.Errorf("go env said %q: %w", out, errors.Join(err, errors.New("want GOROOT and GOMODCACHE")))
	}
	return &goDirs{strings.TrimSpace(lines[0]), strings.TrimSpace(lines[1])}, nil
}

// dir is where the sources of a module are.
func (g *goDirs) dir(m mod) (string, error) {
	if m.path == std {
		return g.root, nil
	}
	p, err := module.EscapePath(m.path)
	if err != nil {
		return "", err
	}
	v, err := module.EscapeVersion(m.version)
	return filepath.Join(g.modules, filepath.FromSlash(p)+"@"+v), err
}

// texts are the licence files of a module, and what it wants to be told with them, by name. That there is none is an error:
// then nobody may pass it on.
func (g *goDirs) texts(m mod) (names []string, all map[string]string, err error) {
	dir, err := g.dir(m)
	if err != nil {
		return nil, nil, err
	}
	list, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) && m.path == std {
		return nil, nil, fmt.Errorf("there is no GOROOT %s", dir)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("the sources of %s %s are not here: go mod download: %w", m.path, m.version, err)
	}
	all = make(map[string]string)
	for _, e := range list {
		word := strings.ToUpper(strings.TrimSuffix(e.Name(), filepath.Ext(e.Name())))
		if !slices.Contains([]string{"LICENSE", "LICENCE", "COPYING", "NOTICE", "PATENTS"}, word) || !e.Type().IsRegular() {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, nil, err
		}
		names, all[e.Name()] = append(names, e.Name()), string(b)
	}
	if len(names) == 0 {
		return nil, nil, fmt.Errorf("%s %s has no licence", m.path, m.version)
	}
	return names, all, nil
}

// licences says in SPDX's words which licences a module declares: those whose own sentences stand in its licence files. It is
// NOASSERTION where no sentence is known.
func (g *goDirs) licences(m mod) (string, error) {
	names, all, err := g.texts(m)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	for _, n := range names {
		if !strings.HasPrefix(strings.ToUpper(n), "PATENTS") {
			text.WriteString(all[n] + "\n")
		}
	}
	return declared(text.String()), nil
}

// sentences by which licences are told. The first one of BSD is in all of them.
var sentences = [][2]string{
	{"Apache-2.0", "apache license version 2.0"}, {"MIT", "permission is hereby granted free of charge to any person obtaining a copy"},
	{"MPL-2.0", "mozilla public license version 2.0"}, {"ISC", "permission to use copy modify and/or distribute this software for any purpose"},
	{"BSD", "redistribution and use in source and binary forms"}, {"GPL", "gnu general public license"},
}

func declared(text string) string {
	text = strings.Join(strings.Fields(strings.ToLower(strings.NewReplacer(",", " ", `"`, " ").Replace(text))), " ")
	var out []string
	for _, s := range sentences {
		if !strings.Contains(text, s[1]) {
			continue
		}
		switch name := s[0]; {
		case name == "GPL":
			return "NOASSERTION" // which one, and with what exception, is for a person to read
		case name != "BSD":
			out = append(out, name)
		case strings.Contains(text, "neither the name") || strings.Contains(text, "names of its contributors"):
			out = append(out, "BSD-3-Clause")
		default:
			out = append(out, "BSD-2-Clause")
		}
	}
	if len(out) == 0 {
		return "NOASSERTION"
	}
	return strings.Join(out, " AND ")
}

// writeNotices writes the licences of all that is in the programs, which these want to go with every copy.
func writeNotices(out string, names []string) error {
	programs, err := readPrograms(names)
	if err != nil {
		return err
	}
	g, err := findGo()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	fmt.Fprint(&b, "godoctor is made of its own sources, whose licence is in the file LICENSE, and of the modules below, whose licences follow.\n")
	for _, m := range allModules(programs) {
		names, all, err := g.texts(m)
		if err != nil {
			return err
		}
		for _, n := range names {
			title := m.path + " " + m.version + ", " + n
			fmt.Fprintf(&b, "\n%s\n%s\n\n%s\n", title, strings.Repeat("-", len(title)), strings.TrimSpace(all[n]))
		}
	}
	return os.WriteFile(out, b.Bytes(), 0o666)
}

// allModules are the modules of all programs, each once, sorted, and first the standard library.
func allModules(programs []program) []mod {
	var out []mod
	for _, p := range programs {
		out = append(out, mod{path: std, version: strings.TrimPrefix(p.goes, "go")})
		out = append(out, p.modules...)
	}
	slices.SortFunc(out, func(a, b mod) int {
		if (a.path == std) != (b.path == std) {
			return map[bool]int{true: -1, false: 1}[a.path == std]
		}
		return strings.Compare(a.path+"@"+a.version, b.path+"@"+b.version)
	})
	return slices.Compact(out)
}
