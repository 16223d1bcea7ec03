package snapshot

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"godoctor/scan/binary"
)

func readProgram(ctx context.Context, path string) (*Snapshot, error) {
	f, err := binary.Examine(ctx, path)
	if err != nil {
		return nil, err
	}
	return OfProgram(f)
}

// OfProgram makes a snapshot of a program. The error is for one that says nothing of its build.
func OfProgram(f *binary.File) (*Snapshot, error) {
	if f.GoVersion == "" {
		return nil, fmt.Errorf("%q says nothing of its build: %s", f.Path, f.Problem)
	}
	s := &Snapshot{Kind: Program, Name: filepath.Base(f.Path), Taken: f.Time.UTC(), Program: &Built{Package: f.Package, Module: f.Module,
		Version: f.Version, Sum: f.Sum, Format: f.Format, Size: f.Size.Bytes, SHA256: f.SHA256, BuildID: f.BuildID}}
	s.Go = f.GoVersion
	for _, x := range f.Sections {
		s.Program.Sections = append(s.Program.Sections, Section(x))
	}
	for i := range f.Deps {
		s.Modules = append(s.Modules, moduleOf(&f.Deps[i]))
	}
	for _, x := range f.Settings {
		s.built(x.Key, x.Value)
	}
	s.programHost()
	newCleaner("").clean(s)
	return s.sort(), nil
}

func moduleOf(d *binary.Dep) Module {
	m := Module{Path: d.Path, Version: d.Version, Sum: d.Sum}
	if d.Replace != nil {
		m.Replace = &Module{Path: d.Replace.Path, Version: d.Replace.Version, Sum: d.Replace.Sum}
		m.Sum = d.Replace.Sum
	}
	return m
}

// built takes a setting of a build (debug.BuildSetting): flags begin with a dash, or are about the version control.
func (s *Snapshot) built(key, value string) {
	if strings.HasPrefix(key, "-") || strings.HasPrefix(key, "vcs") || key == "DefaultGODEBUG" {
		s.Flags = append(s.Flags, Setting{Key: key, Value: value})
		return
	}
	s.Settings = append(s.Settings, Setting{Key: key, Value: value})
}

func (s *Snapshot) programHost() {
	goos, ok := s.Setting("GOOS")
	if arch, _ := s.Setting("GOARCH"); ok {
		s.Host = goos.Value + "/" + arch.Value
	}
}

// readVersion reads what go version -m prints of one program.
func readVersion(lines []string) (*Snapshot, error) {
	s := &Snapshot{Kind: Version, Program: &Built{}}
	for _, l := range lines {
		if l != "" && l[0] != '\t' {
			if _, version, ok := strings.Cut(l, ": "); ok && strings.Contains(version, "go1") || strings.HasPrefix(version, "devel") {
				if s.Go != "" {
					return nil, errors.New("it describes several programs: give what 'go version -m' prints of one")
				}
				s.Go = strings.TrimSpace(version)
			}
			continue
		}
		if f := strings.Split(strings.Trim(l, "\t"), "\t"); len(f) > 1 {
			s.line(f)
		}
	}
	if s.Go == "" {
		return nil, errors.New("the line with the version of Go is not in it")
	}
	s.programHost()
	return s, nil
}

// line takes a line of go version -m (debug.BuildInfo.String): path, mod, dep, => and build.
func (s *Snapshot) line(f []string) {
	f = append(f, "", "")
	switch f[0] {
	case "path":
		s.Program.Package = f[1]
	case "mod":
		s.Program.Module, s.Program.Version, s.Program.Sum = f[1], f[2], f[3]
	case "dep":
		s.Modules = append(s.Modules, Module{Path: f[1], Version: f[2], Sum: f[3]})
	case "=>":
		if n := len(s.Modules); n > 0 {
			m := &s.Modules[n-1]
			m.Replace, m.Sum = &Module{Path: f[1], Version: f[2], Sum: f[3]}, f[3]
		}
	case "build":
		if key, value, ok := strings.Cut(f[1], "="); ok {
			if n := len(value); n >= 2 && value[0] == '"' && value[n-1] == '"' {
				value = strings.ReplaceAll(value[1:n-1], `\"`, `"`)
			}
			s.built(key, value)
		}
	}
}
