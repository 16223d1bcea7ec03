// Package config reads the user's settings of godoctor, and keeps the pins.
//
// There are two files in <user config directory>/godoctor: config.toml, which a person writes and the program
// never changes, and pins.toml, which the program writes when a pin is set or taken off and which a person may
// write too. Neither is needed. A key that is not known and a value that makes no sense are warnings with their
// line, not errors: what is right in the file still counts. What is wrong there never makes anything less
// protected: a pin or a pattern that cannot be read is said, and where a whole file cannot be read the caller is
// told, so that it can refuse to call anything unused.
//
// Paths may begin with ~ for the home directory; others have to be absolute.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"golang.org/x/mod/module"

	"godoctor/scan/regular"
)

// fileMax bounds both files.
const fileMax = 1 << 20

// DefaultGrace is how long a module version that nobody needs is left alone after it was downloaded or read:
// the two weeks of git's own garbage collection, which close the same gap between fetching a thing and writing
// down who needs it.
const DefaultGrace = 14 * 24 * time.Hour

// A Config is what both files say.
type Config struct {
	Grace     time.Duration // DefaultGrace unless the file says otherwise
	HasGrace  bool
	Roots     []string // instead of the default roots; nil: those
	MoreRoots []string // beside them
	Skip      []string // directories that are not looked into
	Protect   []string // patterns of module paths, by the rule of GOPRIVATE
	Pins      []Pin
	Modfiles  []Modfile
	Branches  bool // look at local git branches too; true unless the file says otherwise
	Ignores   []Ignore
	Auto      Auto
	Mirrors   []string // module proxies that may stand in for those of GOPROXY: 'godoctor proxy' asks them too. Raw, may hold passwords

	Warnings []Warning
	Broken   bool // a file is there and could not be read or parsed: what it protects is not known
}

// A Pin keeps a module version, or with an empty Version all versions of a module.
type Pin struct{ Path, Version string }

// String is the form in which a pin is written: path@version or path.
func (p Pin) String() string {
	if p.Version == "" {
		return p.Path
	}
	return p.Path + "@" + p.Version
}

// Matches reports whether the pin keeps a version.
func (p Pin) Matches(path, version string) bool {
	return p.Path == path && (p.Version == "" || p.Version == version)
}

// ParsePin reads path@version or path, exactly: no pattern, no query like latest.
func ParsePin(s string) (Pin, error) {
	name, version, has := strings.Cut(strings.TrimSpace(s), "@")
	if err := module.CheckPath(name); err != nil {
		return Pin{}, fmt.Errorf("pin %q: %w; want path@version or path", s, err)
	}
	if has {
		err := module.Check(name, version)
		if err == nil && module.CanonicalVersion(version) != version {
			err = fmt.Errorf("%q is not a whole version", version)
		}
		if err != nil {
			return Pin{}, fmt.Errorf("pin %q: %w; want path@version or path", s, err)
		}
	}
	return Pin{name, version}, nil
}

// A Modfile is a go.mod file of another name, as the -modfile flag of the go command takes it.
type Modfile struct{ Mod, Sum string }

// A Warning is something in a file that makes no sense.
type Warning struct {
	File    string
	Line    int // 0: the file as a whole
	Message string
}

// Dir is where the files are. The empty Dir holds none.
type Dir string

// In gives the Dir below a user config directory.
func In(userConfig string) Dir { return Dir(filepath.Join(userConfig, "godoctor")) }

// File is the path of config.toml.
func (d Dir) File() string { return filepath.Join(string(d), "config.toml") }

// PinFile is the path of pins.toml.
func (d Dir) PinFile() string { return filepath.Join(string(d), "pins.toml") }

// content is config.toml and pins.toml.
type content struct {
	Grace     string         `toml:"grace"`
	Roots     []string       `toml:"roots"`
	MoreRoots []string       `toml:"more_roots"`
	Skip      []string       `toml:"skip"`
	Protect   []string       `toml:"protect"`
	Pins      []string       `toml:"pins"`
	Branches  *bool          `toml:"branches"`
	Modfiles  []modfileEntry `toml:"modfile"`
	Ignores   []ignoreEntry  `toml:"ignore"`
	Mirrors   []string       `toml:"mirrors"`
	Auto      *autoEntry     `toml:"auto"`
}

type modfileEntry struct {
	Mod string `toml:"mod"`
	Sum string `toml:"sum"`
}

// Default is what holds where there is no file.
func Default() *Config { return &Config{Grace: DefaultGrace, Branches: true} }

// Load reads the files. file, if not empty, is read instead of config.toml, and has to be there. home is what ~
// stands for.
func Load(d Dir, file, home string) *Config {
	c := Default()
	r := reader{Config: c, home: home}
	if file != "" {
		r.read(file, true)
	} else if d != "" {
		r.read(d.File(), false)
	}
	if d != "" {
		r.onlyPins = true
		r.read(d.PinFile(), false)
	}
	return c
}

// A reader takes one file after the other into a Config.
type reader struct {
	*Config
	home  string
	file  string
	lines map[string]int // of the keys

	onlyPins bool // the file is that of the pins
}

func (r *reader) read(file string, wanted bool) {
	r.file = file
	data, err := regular.ReadFile(file, fileMax)
	if errors.Is(err, fs.ErrNotExist) && !wanted {
		return
	}
	if err != nil {
		r.Broken = true
		r.warn(0, "cannot be read: %v", err)
		return
	}
	var t content
	meta, err := toml.Decode(string(data), &t)
	if err != nil {
		r.Broken = true
		line := 0
		var p toml.ParseError
		if errors.As(err, &p) {
			line = p.Position.Line
		}
		r.warn(line, "is not TOML that godoctor understands: %v", err)
		return
	}
	r.lines = linesOf(string(data))
	var inAuto []string // keys of that table that there are not
	for _, k := range meta.Undecoded() {
		name := k.String()
		if k[0] == "auto" && len(k) > 1 {
			inAuto = append(inAuto, strings.Join(k[1:], "."))
			continue
		}
		hint := ""
		if near := nearest(name); near != "" {
			hint = fmt.Sprintf("; did you mean %q?", near)
		}
		r.warn(r.lines[strings.Split(name, ".")[0]], "has the key %q, which godoctor does not know%s", name, hint)
	}
	r.take(&t)
	r.ignores(t.Ignores, string(data))
	r.auto(t.Auto, inAuto, string(data))
}

// take checks the values of a file.
func (r *reader) take(t *content) {
	if t.Grace != "" {
		if g, err := ParseDuration(t.Grace); err != nil {
			r.warn(r.lines["grace"], "grace: %v", err)
		} else {
			r.Grace, r.HasGrace = g, true
		}
	}
	if t.Branches != nil {
		r.Branches = *t.Branches
	}
	r.Roots = append(r.Roots, r.paths("roots", t.Roots)...)
	r.MoreRoots = append(r.MoreRoots, r.paths("more_roots", t.MoreRoots)...)
	r.Skip = append(r.Skip, r.paths("skip", t.Skip)...)
	r.mirrors(t.Mirrors)
	for _, p := range t.Protect {
		if p = strings.TrimSpace(p); p == "" || strings.ContainsRune(p, ',') || !globWorks(p) {
			r.warn(r.lines["protect"], "protect: %q is no pattern of module paths like corp.example/*; it protects nothing", p)
			r.Broken = true
			continue
		}
		r.Protect = append(r.Protect, p)
	}
	for _, s := range t.Pins {
		p, err := ParsePin(s)
		if err != nil {
			r.warn(r.lines["pins"], "%v; it keeps nothing", err)
			r.Broken = true
			continue
		}
		r.Pins = append(r.Pins, p)
	}
	for _, m := range t.Modfiles {
		mod := r.paths("modfile", []string{m.Mod})
		if len(mod) == 0 {
			continue
		}
		sum := strings.TrimSuffix(mod[0], ".mod") + ".sum"
		if m.Sum != "" {
			if s := r.paths("modfile", []string{m.Sum}); len(s) > 0 {
				sum = s[0]
			}
		}
		r.Modfiles = append(r.Modfiles, Modfile{mod[0], sum})
	}
}

// globWorks reports whether a pattern is one that path.Match can use.
func globWorks(p string) bool {
	_, err := path.Match(p, "")
	return err == nil
}

// paths makes paths absolute, and warns of those that cannot be.
func (r *reader) paths(key string, list []string) []string {
	var out []string
	for _, p := range list {
		switch {
		case (p == "~" || strings.HasPrefix(p, "~/")) && r.home != "":
			p = filepath.Join(r.home, p[1:])
		case filepath.IsAbs(p):
			p = filepath.Clean(p)
		default:
			r.warn(r.lines[key], "%s: %q is not an absolute path, nor one that begins with ~/", key, p)
			continue
		}
		out = append(out, p)
	}
	return out
}

func (r *reader) warn(line int, format string, args ...any) {
	r.Warnings = append(r.Warnings, Warning{r.file, line, fmt.Sprintf("%q "+format, append([]any{r.file}, args...)...)})
}
