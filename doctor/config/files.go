package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"strings"

	"godoctor/scan/regular"
)

// A Layer is a kind of file. A later one counts before an earlier one.
type Layer int

const (
	System  Layer = iota // of the administrator, for everybody on the machine
	User                 // config.toml, or the file of --config
	Pins                 // pins.toml
	Project              // .godoctor.toml, which comes with a clone
)

func (l Layer) String() string { return [...]string{"system", "user", "pins", "project"}[l] }

// Places are the files to read, raw paths. An empty one is not looked for.
type Places struct {
	System string
	User   []string // in the order in which they count
	Named  bool     // somebody named the User's file, and it has to be there
	Pins   string
	From   string // where the program was started: a project's file is looked for from there upwards
	Home   string // what ~ stands for
	Keys   []Key
}

// A File is a file that was looked for.
type File struct {
	Layer Layer
	Path  string // raw
	Read  bool
	Err   error // why it was not, where it is there; nil: it is not there
}

// Read reads the files, and works out what holds.
func Read(p Places) *Config {
	r := reader{Config: Default(), home: p.Home, keys: p.Keys}
	if p.System != "" {
		r.read(System, p.System, false)
	}
	for _, file := range p.User {
		r.read(User, file, p.Named)
	}
	if p.Pins != "" {
		r.read(Pins, p.Pins, false)
	}
	if p.From != "" {
		r.project(p.From)
	}
	return r.Config
}

// A reader takes one file after the other into a Config.
type reader struct {
	*Config
	home   string
	keys   []Key
	file   string // that is being read
	layer  Layer
	within string // the directory of a project's file
	said   int    // warnings before this file
}

// keys are what a file may say beside flags, and keysIn what their tables may.
var (
	keys   = []string{"grace", "roots", "more_roots", "skip", "protect", "pins", "branches", "modfile", "ignore", "mirrors", "auto"}
	keysIn = map[string][]string{"auto": autoKeys, "modfile": {"mod", "sum"}, "ignore": {"check", "target", "reason", "until"}}
)

// content is what a file says of those keys.
type content struct {
	Grace     string
	Roots     []string
	MoreRoots []string
	Skip      []string
	Protect   []string
	Pins      []string
	Branches  *bool
	Modfiles  []modfileEntry
	Ignores   []ignoreEntry
	Mirrors   []string
	Auto      *autoEntry
}

type modfileEntry struct {
	Mod string `toml:"mod"`
	Sum string `toml:"sum"`
}

// broken says that the file that is being read may protect what is not known.
func (r *reader) broken() {
	if !r.Broken {
		r.Broken, r.BrokenFile = true, r.file
	}
}

// open parses the file that is being read; nil where it says nothing.
func (r *reader) open(layer Layer, file string, wanted bool) (*document, string) {
	r.file, r.layer, r.said = file, layer, len(r.Warnings)
	limit := int64(fileMax)
	if layer == Project {
		limit = projectMax
	}
	data, err := regular.ReadFile(file, limit)
	if errors.Is(err, fs.ErrNotExist) && !wanted {
		r.Files = append(r.Files, File{Layer: layer, Path: file})
		return nil, ""
	}
	line, problem := 0, "cannot be read"
	var d *document
	if err == nil && layer == System {
		err = safeFromOthers(file)
	}
	if err == nil {
		problem = "is not TOML that godoctor understands"
		d, line, err = parseDocument(string(data))
	}
	r.Files = append(r.Files, File{Layer: layer, Path: file, Read: err == nil, Err: err})
	if err != nil {
		r.broken()
		r.warn(line, "%s: %v", problem, err)
		return nil, ""
	}
	return d, string(data)
}

// safeFromOthers refuses a file that everybody may write. Where it is not read, nothing is called unused.
func safeFromOthers(file string) error {
	fi, err := os.Stat(file)
	if err == nil && anybodyWrites(runtime.GOOS, fi) {
		err = errors.New("everybody may write it: take that away with chmod o-w")
	}
	return err
}

// anybodyWrites reports whether the mode lets everybody write. On Windows it tells nothing: package os makes one up, 0777 for
// every directory.
func anybodyWrites(goos string, fi fs.FileInfo) bool {
	return goos != "windows" && fi.Mode().Perm()&0o002 != 0
}

// read takes a file of the administrator or of the user.
func (r *reader) read(layer Layer, file string, wanted bool) {
	d, text := r.open(layer, file, wanted)
	if d == nil {
		return
	}
	var t content
	for _, v := range []struct {
		key  string
		into any
	}{
		{"grace", &t.Grace}, {"roots", &t.Roots}, {"more_roots", &t.MoreRoots}, {"skip", &t.Skip}, {"protect", &t.Protect}, {"pins", &t.Pins},
		{"branches", &t.Branches}, {"modfile", &t.Modfiles}, {"ignore", &t.Ignores}, {"mirrors", &t.Mirrors}, {"auto", &t.Auto},
	} {
		r.entry(d, v.key, v.into)
	}
	r.take(d, &t)
	r.mirrors(d.line("mirrors"), t.Mirrors)
	r.ignores(t.Ignores, d.line("ignore"), text)
	r.auto(t.Auto, d, text)
	r.settings(d)
}

// entry reads the value of a key. One of a wrong type may have protected something.
func (r *reader) entry(d *document, key string, into any) {
	if _, ok := d.top[key]; !ok {
		return
	}
	if err := d.into(key, into); err != nil {
		r.broken()
		r.warn(d.line(key), "%s: %s", key, mistyped(err))
		return
	}
	at := Origin{r.file, d.line(key)}
	switch key {
	case "protect", "pins", "more_roots", "modfile", "ignore":
		r.From[key] = append(r.From[key], at)
	default:
		r.From[key] = []Origin{at}
	}
}

// mistyped is an error of the parser about a type, without the place that it names beside ours.
func mistyped(err error) string {
	_, what, ok := strings.Cut(err.Error(), "): ")
	if !ok {
		return err.Error()
	}
	return what
}

// take checks the values of a file.
func (r *reader) take(d *document, t *content) {
	if t.Grace != "" {
		if g, err := ParseDuration(t.Grace); err != nil {
			r.warn(d.line("grace"), "grace: %v", err)
		} else {
			r.Grace, r.HasGrace = g, true
		}
	}
	if t.Branches != nil {
		r.Branches = *t.Branches
	}
	if t.Roots != nil && r.layer != Pins {
		r.Roots = nil // those of another file
	}
	if t.Skip != nil && r.layer != Pins {
		r.Skip = nil
	}
	r.Roots = append(r.Roots, r.paths("roots", d.line("roots"), t.Roots)...)
	r.MoreRoots = append(r.MoreRoots, r.paths("more_roots", d.line("more_roots"), t.MoreRoots)...)
	r.Skip = append(r.Skip, r.paths("skip", d.line("skip"), t.Skip)...)
	r.protect(d.line("protect"), t.Protect)
	for _, s := range t.Pins {
		p, err := ParsePin(s)
		if err != nil {
			r.warn(d.line("pins"), "%v; it keeps nothing", err)
			r.broken()
			continue
		}
		r.Pins = append(r.Pins, p)
	}
	for _, m := range t.Modfiles {
		line := d.line("modfile")
		mod := r.paths("modfile", line, []string{m.Mod})
		if len(mod) == 0 {
			continue
		}
		sum := strings.TrimSuffix(mod[0], ".mod") + ".sum"
		if m.Sum != "" {
			if s := r.paths("modfile", line, []string{m.Sum}); len(s) > 0 {
				sum = s[0]
			}
		}
		r.Modfiles = append(r.Modfiles, Modfile{mod[0], sum})
	}
}

// protect takes patterns of module paths.
func (r *reader) protect(line int, list []string) {
	for _, p := range list {
		if p = strings.TrimSpace(p); p == "" || strings.ContainsRune(p, ',') || !globWorks(p) {
			r.warn(line, "protect: %q is no pattern of module paths like corp.example/*; it protects nothing", p)
			r.broken()
			continue
		}
		r.Protect = append(r.Protect, p)
	}
}

// globWorks reports whether a pattern is one that path.Match can use.
func globWorks(p string) bool {
	_, err := path.Match(p, "")
	return err == nil
}

// What is said of one file, and in one warning.
const (
	warningsMax = 20
	messageMax  = 600 // bytes
)

// full reports whether enough has been said of the file.
func (r *reader) full() bool { return len(r.Warnings)-r.said > warningsMax }

// warn says what is wrong in the file that is being read.
func (r *reader) warn(line int, format string, args ...any) {
	n := len(r.Warnings) - r.said
	if n > warningsMax {
		return
	}
	at, what := fmt.Sprintf("%q", r.file), fmt.Sprintf(format, args...)
	if len(what) > messageMax {
		what = strings.ToValidUTF8(what[:messageMax], "") + "..."
	}
	switch {
	case n == warningsMax:
		what = "has more that makes no sense"
	case line > 0:
		at += fmt.Sprintf(", line %d:", line)
	}
	r.Warnings = append(r.Warnings, Warning{r.file, line, at + " " + what})
}
