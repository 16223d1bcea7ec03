// Package config reads the settings of godoctor, and keeps the pins.
//
// Four files say something, each counts before those in front of it, and none is needed: that of the system; config.toml in
// <user config directory>/godoctor, which a person writes and the program never changes; pins.toml beside it, which the
// program writes when a pin is set or taken off and which a person may write too; and .godoctor.toml of the project that the
// program was started in. The last comes with a clone, so it may only protect more and say how the project's own findings
// are judged: what it may hold is a list of keys, and everything else in it counts for nothing.
//
// A key that is not known and a value that makes no sense are warnings with their line, not errors: what is right in the file
// still counts. What is wrong there never makes anything less protected: a pin or a pattern that cannot be read is said, and
// where a whole file cannot be read the caller is told, so that it can refuse to call anything unused. Lists that protect, and
// those of places where projects are looked for beside others, add up over the files; of any other key the last file counts.
//
// Paths may begin with ~ for the home directory; others have to be absolute.
package config

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/module"
)

// fileMax bounds a file.
const fileMax = 1 << 20

// DefaultGrace is how long a module version that nobody needs is left alone after it was downloaded or read:
// the two weeks of git's own garbage collection, which close the same gap between fetching a thing and writing
// down who needs it.
const DefaultGrace = 14 * 24 * time.Hour

// A Config is what all files say.
type Config struct {
	Grace     time.Duration // DefaultGrace unless a file says otherwise
	HasGrace  bool          // one does
	Roots     []string      // instead of the default roots; nil: those
	MoreRoots []string      // beside them
	Skip      []string      // directories that are not looked into
	Protect   []string      // patterns of module paths, by the rule of GOPRIVATE
	Pins      []Pin
	Modfiles  []Modfile
	Branches  bool // look at local git branches too; true unless the file says otherwise
	Ignores   []Ignore
	Auto      Auto
	Mirrors   []string // module proxies that may stand in for those of GOPROXY: 'godoctor proxy' asks them too. Raw, may hold passwords

	Settings []Setting           // of flags, those that count least first; a file may say more than one count for
	From     map[string][]Origin // where what stands above was said, by its key; of a list that adds up all places
	Files    []File              // that were looked for, those that count least first

	Warnings   []Warning
	Broken     bool    // a file is there and could not be read or parsed: what it protects is not known
	BrokenFile string  // the first of those, raw
	Limits     []Limit // what is wrong with limits of what is removed
}

// A Limit is a place where a table that bounds what is removed says something that makes no sense.
type Limit struct {
	Table string
	Origin
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

// Default is what holds where there is no file.
func Default() *Config {
	return &Config{Grace: DefaultGrace, Branches: true, From: make(map[string][]Origin)}
}
