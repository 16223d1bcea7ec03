package main

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// A program is what a program says of itself, in the build info that the linker put into it.
type program struct {
	platform string // OS/ARCH
	sha256   string
	goes     string // the Go that built it: go1.26.8
	version  string // of the main module
	settings map[string]string
	modules  []mod // without the main one; what replaces a module stands for it
}

// A mod is a module that is linked in.
type mod struct {
	path, version string
	sum           string // h1:..., as in go.sum; "" for a directory
}

func readPrograms(names []string) ([]program, error) {
	var out []program
	for _, name := range names {
		p, err := readProgram(name)
		if err != nil {
			return nil, err
		}
		out = append(out, *p)
	}
	return out, nil
}

func readProgram(name string) (*program, error) {
	info, err := buildinfo.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	sum, err := sha256Of(name)
	if err != nil {
		return nil, err
	}
	p := &program{sha256: sum, goes: info.GoVersion, version: info.Main.Version, settings: map[string]string{}}
	for _, s := range info.Settings {
		p.settings[s.Key] = s.Value
	}
	p.platform = p.settings["GOOS"] + "/" + p.settings["GOARCH"]
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		p.modules = append(p.modules, mod{m.Path, m.Version, m.Sum})
	}
	return p, nil
}

// examine refuses a program that is no release: of another platform or version, with C or a path of this machine in it, made of
// what is in no commit, or one that wants libraries where a static program does not.
func examine(name, platform, version string, without []string) error {
	p, err := readProgram(name)
	if err != nil {
		return err
	}
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(name+": "+format, args...)) }
	if p.platform != platform {
		wrong("it is for %s, want %s", p.platform, platform)
	}
	if p.version != version && p.settings["vcs"] != "" {
		wrong("it is version %s, want %s", p.version, version)
	}
	for key, want := range map[string]string{"CGO_ENABLED": "0", "-trimpath": "true"} {
		if got := p.settings[key]; got != want {
			wrong("%s is %q, want %q", key, got, want)
		}
	}
	if p.settings["vcs"] != "" && p.settings["vcs.modified"] != "false" {
		wrong("it is made of what is in no commit")
	}
	for _, m := range p.modules {
		if m.sum == "" {
			wrong("module %s %s has no hash: it is a directory of this machine", m.path, m.version)
		}
	}
	libs, err := libraries(name)
	if err != nil {
		return err
	}
	if len(libs) > 0 {
		wrong("it is not static: it wants %s", strings.Join(libs, ", "))
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	for _, text := range without {
		if bytes.Contains(b, []byte(text)) {
			wrong("%q is in it", text)
		}
	}
	return errors.Join(errs...)
}

// libraries are those that a program loads beyond what every program of its system does: nothing on Linux, libSystem and the
// frameworks on macOS, system DLLs on Windows, by which alone programs there reach their kernels.
func libraries(name string) ([]string, error) {
	if f, err := elf.Open(name); err == nil {
		defer f.Close()
		libs, err := f.ImportedLibraries()
		for _, p := range f.Progs {
			if p.Type == elf.PT_INTERP {
				libs = append(libs, "an interpreter")
			}
		}
		return libs, err
	}
	if f, err := macho.Open(name); err == nil {
		defer f.Close()
		libs, err := f.ImportedLibraries()
		return slices.DeleteFunc(libs, func(l string) bool {
			return strings.HasPrefix(l, "/usr/lib/") || strings.HasPrefix(l, "/System/Library/Frameworks/")
		}), err
	}
	f, err := pe.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: neither ELF nor Mach-O nor PE", name)
	}
	defer f.Close()
	symbols, err := f.ImportedSymbols() // name:library
	var libs []string
	for _, s := range symbols {
		if _, lib, _ := strings.Cut(s, ":"); !slices.Contains([]string{"kernel32.dll"}, strings.ToLower(lib)) {
			libs = append(libs, lib)
		}
	}
	slices.Sort(libs)
	return slices.Compact(libs), err
}
