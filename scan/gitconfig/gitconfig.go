// Package gitconfig reads what git's settings files say, without running git: which addresses are rewritten
// (url.*.insteadOf), who knows passwords (credential.*), where a repository was cloned from (remote.*).
//
// The grammar is that of git's config.c and of git-config(1). [Global] reads what holds everywhere: the system's file, those of
// the user and GIT_CONFIG_COUNT in the environment. [Repository] reads what a repository adds. Of two entries for one key
// the later counts, as in git. Included files are read; whether the condition of an includeIf holds is not judged,
// what comes from there is marked.
//
// # Limits
//
// A file has at most 1 MiB, and all files of a Config together at most 100 and 20,000 entries; includes go 10 deep, as git's own.
// A file that does not parse gives what stands before the fault, and a Problem. Values are raw and may hold tokens and
// passwords: they are not for printing. What may be shown of an address is [Address].
package gitconfig

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"godoctor/scan/regular"
)

const (
	fileMax    = 1 << 20
	filesMax   = 100
	entriesMax = 20000
	depthMax   = 10 // config.c: MAX_INCLUDE_DEPTH
)

// An Entry is one line "key = value" of a section.
type Entry struct {
	Section     string // lower case; "" for what stands before the first section
	Sub         string // as it is written; "" for none
	Key         string // lower case
	Value       string // raw, may be secret; "" too where there is no "="
	Bare        bool   // there is no "=": it means true
	File        string // "": GIT_CONFIG_KEY_n of the environment
	Line        int    // from 1
	Conditional bool   // it comes from an includeIf, whose condition was not judged
}

// A Problem is a file that git would refuse, or that could not be read.
type Problem struct {
	File    string
	Line    int // 0: the file as a whole
	Message string
}

// A Config is what some files say, in the order in which git hears them. It does not change once it was read.
type Config struct {
	Entries  []Entry
	Problems []Problem

	files int
	home  string
}

// An Input is the machine that Global looks at.
type Input struct {
	Getenv func(string) string
	Home   string
	GOOS   string
}

// systemFiles are where the gits of a system have their own settings: nobody knows which git will run. On Windows they lie
// beside the program.
var systemFiles = map[string][]string{
	"linux": {"/etc/gitconfig"}, "freebsd": {"/usr/local/etc/gitconfig"}, "openbsd": {"/etc/gitconfig"}, "netbsd": {"/usr/pkg/etc/gitconfig"},
	"darwin": {"/Library/Developer/CommandLineTools/usr/share/git-core/gitconfig", "/Applications/Xcode.app/Contents/Developer/usr/share/git-core/gitconfig",
		"/etc/gitconfig", "/usr/local/etc/gitconfig", "/opt/homebrew/etc/gitconfig"},
}

// Global reads the settings that hold in every repository (git-config(1), FILES and ENVIRONMENT).
func Global(in Input) *Config {
	c := &Config{home: in.Home}
	if file := in.Getenv("GIT_CONFIG_SYSTEM"); file != "" {
		c.read(file, 0, false)
	} else if !truth(in.Getenv("GIT_CONFIG_NOSYSTEM")) {
		for _, file := range systemFiles[in.GOOS] {
			c.read(file, 0, false)
		}
	}
	if file := in.Getenv("GIT_CONFIG_GLOBAL"); file != "" {
		c.read(file, 0, false)
	} else {
		if dir := in.Getenv("XDG_CONFIG_HOME"); dir != "" {
			c.read(filepath.Join(dir, "git", "config"), 0, false)
		} else if in.Home != "" {
			c.read(filepath.Join(in.Home, ".config", "git", "config"), 0, false)
		}
		if in.Home != "" {
			c.read(filepath.Join(in.Home, ".gitconfig"), 0, false)
		}
	}
	count, _ := strconv.Atoi(in.Getenv("GIT_CONFIG_COUNT"))
	for i := range min(count, 1000) {
		n := strconv.Itoa(i)
		section, sub, key := splitKey(in.Getenv("GIT_CONFIG_KEY_" + n))
		if key != "" {
			c.Entries = append(c.Entries, Entry{Section: section, Sub: sub, Key: key, Value: in.Getenv("GIT_CONFIG_VALUE_" + n)})
		}
	}
	return c
}

// Repository reads the settings of the repository whose working tree is dir. A worktree, where .git is a file, has those
// of the repository that it belongs to (gitrepository-layout(5)). Where there is none it has no entries.
func Repository(dir, home string) *Config {
	c := &Config{home: home}
	git := filepath.Join(dir, ".git")
	if data, err := regular.ReadFile(git, 4096); err == nil {
		at, ok := strings.CutPrefix(strings.TrimSpace(string(data)), "gitdir: ")
		if !ok {
			return c
		}
		git = absolute(at, dir)
		if data, err := regular.ReadFile(filepath.Join(git, "commondir"), 4096); err == nil {
			git = absolute(strings.TrimSpace(string(data)), git)
		}
	}
	c.read(filepath.Join(git, "config"), 0, false)
	return c
}

// read reads one file and what it includes, in its place.
func (c *Config) read(file string, depth int, conditional bool) {
	if c.files >= filesMax || depth > depthMax || len(c.Entries) >= entriesMax {
		c.Problems = append(c.Problems, Problem{file, 0, "it was not read: too many files are included"})
		return
	}
	c.files++
	data, err := regular.ReadFile(file, fileMax)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
			err = pe.Err
		}
		c.Problems = append(c.Problems, Problem{file, 0, "it cannot be read: " + err.Error()})
		return
	}
	entries, fault := Parse(string(data))
	for _, e := range entries {
		if len(c.Entries) >= entriesMax {
			break
		}
		e.File, e.Conditional = file, conditional
		c.Entries = append(c.Entries, e)
		if e.Key == "path" && (e.Section == "include" && e.Sub == "" || e.Section == "includeif") && e.Value != "" {
			c.read(c.include(e.Value, file), depth+1, conditional || e.Section == "includeif")
		}
	}
	if fault != 0 {
		c.Problems = append(c.Problems, Problem{file, fault, "git cannot read this line"})
	}
}

// include is the file that an include names: ~ is the home directory, and what is relative stands beside the file that names it.
func (c *Config) include(path, from string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok && c.home != "" {
		return filepath.Join(c.home, filepath.FromSlash(rest))
	}
	return absolute(path, filepath.Dir(from))
}

func absolute(path, dir string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

// truth is git's reading of a boolean (git_parse_maybe_bool).
func truth(s string) bool {
	switch strings.ToLower(s) {
	case "", "false", "no", "off", "0":
		return false
	}
	return true
}

// splitKey takes section.sub.key apart.
func splitKey(s string) (section, sub, key string) {
	first, last := strings.IndexByte(s, '.'), strings.LastIndexByte(s, '.')
	if first <= 0 || last == len(s)-1 {
		return "", "", ""
	}
	if first < last {
		sub = s[first+1 : last]
	}
	return strings.ToLower(s[:first]), sub, strings.ToLower(s[last+1:])
}

// Last is the entry that counts for a key; nil if nothing sets it. Section and key are lower case.
func (c *Config) Last(section, sub, key string) *Entry {
	for i := len(c.Entries) - 1; i >= 0; i-- {
		if e := &c.Entries[i]; e.Section == section && e.Sub == sub && e.Key == key {
			return e
		}
	}
	return nil
}
