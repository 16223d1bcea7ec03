package goenv

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"godoctor/scan/regular"
)

// A resolver gathers the sources and computes one setting after the other. It lives as long as load.
type resolver struct {
	machine
	dir string
	env environ

	userPath   string  // the GOENV file, or "" where there is none to read
	user       []entry // its lines
	gorootPath string  // GOROOT/go.env
	goroot     []entry // its lines
	gorootRead bool    // whether there is such a file

	command goCommand // the go command that was found
	cacheState
	settings map[string]Setting
	problems []Problem

	read func(path string) ([]byte, error) // of a settings file; nil: readSmall
}

func (r *resolver) problem(p Problem) {
	p.Message = clip(p.Message)
	r.problems = append(r.problems, p)
}

// clip shortens a message that quotes a value of any length.
func clip(message string) string {
	const most = 2000
	if len(message) > most {
		message = strings.ToValidUTF8(message[:most], "") + "..."
	}
	return message
}

func (r *resolver) set(s Setting) { r.settings[s.Key] = s }

func (r *resolver) value(key string) string { return r.settings[key].Value }

// sources lists what the places say about a key, the strongest first.
func (r *resolver) sources(key string) []Source {
	var list []Source
	if v := r.env[envKey(r.goos, key)]; v != "" {
		list = append(list, Source{Origin: OriginEnvironment, Value: v})
	}
	for _, e := range slices.Backward(r.user) { // the last line counts
		if e.key == key {
			list = append(list, Source{Origin: OriginFile, File: r.userPath, Line: e.line, Value: e.value})
		}
	}
	for _, e := range r.goroot { // the first line counts
		if e.key == key {
			list = append(list, Source{Origin: OriginGoroot, File: r.gorootPath, Line: e.line, Value: e.value})
		}
	}
	return list
}

// lookup resolves a key by precedence. Without a value that is not empty, ok is false, and every source
// there is has lost: that the strongest one is empty hides the weaker ones (cfg.readEnvFile).
func (r *resolver) lookup(key string) (s Setting, ok bool) {
	list := r.sources(key)
	if len(list) == 0 || list[0].Value == "" {
		return Setting{Key: key, Overrides: list}, false
	}
	return chosen(key, list, 0), true
}

// chosen makes the setting that source i of the list wins.
func chosen(key string, list []Source, i int) Setting {
	win := list[i]
	return Setting{Key: key, Value: win.Value, Raw: win.Value, Origin: win.Origin, File: win.File, Line: win.Line,
		Overrides: slices.Delete(slices.Clone(list), i, i+1)}
}

// plain resolves a key by precedence with a default.
func (r *resolver) plain(key, def string, origin Origin) Setting {
	s, ok := r.lookup(key)
	if !ok {
		s.Value, s.Origin = def, origin
	}
	r.set(s)
	return s
}

// computed sets a key that is heard from nowhere. What the places say about it has lost.
func (r *resolver) computed(key, value, file string) {
	r.set(Setting{Key: key, Value: value, Origin: OriginDerived, File: file, Overrides: r.sources(key)})
}

// osOnly resolves a key that is read from the process environment alone.
func (r *resolver) osOnly(key, def string) Setting {
	list := r.sources(key)
	s := Setting{Key: key, Value: def, Origin: OriginDefault, Overrides: list}
	if len(list) > 0 && list[0].Origin == OriginEnvironment {
		s = chosen(key, list, 0)
	}
	r.set(s)
	return s
}

// readUserFile finds and reads the GOENV file (cfg.EnvFile).
func (r *resolver) readUserFile() {
	named := r.env[envKey(r.goos, "GOENV")]
	if named == "off" {
		return
	}
	r.userPath = named
	if named == "" {
		dir, err := r.env.userConfigDir(r.goos)
		if err != nil {
			r.problem(Problem{Key: "GOENV", Message: fmt.Sprintf("no place for the settings file: %v; set it, or set GOENV to a file", err)})
			return
		}
		r.userPath = filepath.Join(dir, "go/env")
	}
	entries, err := r.readSettings(r.userPath)
	switch {
	case err == nil:
		r.user = entries
	case errors.Is(err, fs.ErrNotExist) && named == "":
		// The usual case: "go env -w" was never used.
	case errors.Is(err, fs.ErrNotExist):
		r.problem(Problem{Key: "GOENV", Message: fmt.Sprintf("GOENV names %q, which does not exist, and go ignores that: unset GOENV or make the file", named)})
	case errors.Is(err, regular.ErrNot), errors.Is(err, errTooLarge):
		r.problem(Problem{Key: "GOENV", File: r.userPath, Message: fmt.Sprintf("%q is %v, and was not read: move it away", r.userPath, cause(err))})
	default:
		r.problem(Problem{Key: "GOENV", File: r.userPath, Message: fmt.Sprintf("%q cannot be read (%v), and go ignores it: give it back to its user (sudo go env -w makes such files) or move it away", r.userPath, cause(err))})
	}
}

// readGorootFile reads go.env of the installation. A GOROOT in the GOENV file decides which one, even
// where the environment names another.
func (r *resolver) readGorootFile() {
	root := r.value("GOROOT")
	for _, s := range r.sources("GOROOT") {
		if s.Origin == OriginFile {
			if s.Value != "" {
				root = s.Value
			}
			break
		}
	}
	if root == "" {
		return
	}
	r.gorootPath = filepath.Join(filepath.Clean(root), "go.env")
	entries, err := r.readSettings(r.gorootPath)
	switch {
	case err == nil:
		r.goroot, r.gorootRead = entries, true
	case !errors.Is(err, fs.ErrNotExist):
		r.problem(Problem{File: r.gorootPath, Message: fmt.Sprintf("%q cannot be read (%v): install this go anew", r.gorootPath, cause(err))})
	}
}
