// Package scanfile keeps a scan as a file, to be looked at on another machine as if it were the one that was scanned.
//
// A [File] holds the whole inventory, who needs what of it as it was worked out there, and what the checks found: what
// takes reading the caches and the projects has been read, and nobody reads it again. What is left out is what only the
// machine itself can use: the index for the next scan, the hashes of go.sum lines, commands.
//
// # The form
//
// [File.Encode] writes JSON in UTF-8, one document, the schema first: "godoctor/scan/v1". Inside it a field may be added,
// never renamed or removed; a field that a reader does not know is passed over, and one that is zero is not written. Sizes
// are four numbers (bytes, bytes on disk, files, directories), times RFC 3339 in UTC, paths absolute and raw as the machine
// has them; a text that is not UTF-8 stands beside as NAME_b64. Module versions are named by their place in the table
// "names", which stands before everything that names one. Characters that do not print are escaped.
//
// # What is not told
//
// Passwords, tokens and logins are taken out of settings and out of every text that may quote one (package privacy), as in
// a snapshot. The home directory and the names of users stay: the file stands for the machine, and paths are what it is
// asked for. Where it is to be given away, [Options] takes them out too.
//
// # What is believed
//
// [Decode] reads what anybody may have written. It never touches a path that is named in the file, and neither does what it
// gives: a module graph is computed from what the file says, and a command that mends something is made of names, never
// taken from it. There are limits to everything that takes memory; what does not fit together, a version that is used by
// a project that there is not, is an error and no file. Texts are raw, as those of a scan are.
package scanfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/doctor/privacy"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/modcache"
	"godoctor/scan/modgraph"
	"godoctor/scan/project"
)

// Schema names the form.
const Schema = schemas + "v1"

const schemas = "godoctor/scan/"

// A File is a scan that is kept. What is in it does not change.
type File struct {
	Program string // the version of godoctor that made it
	Host    Host

	Inventory *scan.Inventory
	Usage     *usage.Result // of Inventory
	Checked   *Checked      // nil: the checks did not run
}

// A Host is the machine that was scanned.
type Host struct {
	Name     string // as it calls itself; may be empty
	OS, Arch string
	Home     string // the home directory of whoever scanned it; may be empty
	Redacted bool   // Home and names of users were taken out
}

// Checked is what the checks found on the machine.
type Checked struct {
	Ran      []string // the checks that ran
	Projects int      // that they looked at
	Findings []finding.Finding
	Ignored  int // findings beside those, that somebody lives with
}

// Options say what is not told beside what grants access to something.
type Options struct {
	Redact bool     // the home directory becomes ~, and users USER
	Users  []string // their names
}

// Encode writes the file. The scan has to have come to its end.
func (f *File) Encode(w io.Writer, o Options) error {
	if f.Inventory == nil || f.Usage == nil || !f.Inventory.Done {
		return errors.New("a scan that did not come to its end is not kept: scan again")
	}
	who := privacy.Who{KeepHosts: true, KeepHomes: true}
	if o.Redact {
		who = privacy.Who{KeepHosts: true, Home: f.Host.Home, Users: o.Users}
	}
	c := &coder{numbers: make(map[module.Version]int32), sumNumbers: make(map[*project.Sum]int32), separate: separatorOf(f.Host.OS), resolved: f.Usage.Restored()}
	c.hide(privacy.New(who), f.Inventory.Env, o.Redact)
	head := *f
	head.Host.Redacted = o.Redact
	graphs := f.Usage.Graphs()
	c.collects = true
	for _, out := range []io.Writer{io.Discard, w} { // first only to see what is named
		c.out, c.counts = bufio.NewWriterSize(out, windowSize), counts{elements: make(map[string]int)}
		object(c, &head, func(c *coder, f *File) { c.file(f, graphs) })
		c.out.WriteByte('\n')
		if c.err != nil {
			return c.err
		}
		if err := c.out.Flush(); err != nil {
			return err
		}
		if c.collects {
			c.sort()
		}
	}
	return nil
}

// separatorOf stands between the elements of a path on a system.
func separatorOf(goos string) string {
	if goos == "windows" {
		return `\`
	}
	return "/"
}

// file is the document.
func (c *coder) file(f *File, graphs *modgraph.Record) {
	if schema := Schema; c.out != nil {
		c.str("schema", &schema)
	}
	c.str("version", &f.Program)
	part(c, "host", &f.Host, (*coder).host)
	c.table()
	maybe(c, "inventory", &f.Inventory, (*coder).inventory)
	maybe(c, "usage", &f.Usage, (*coder).usage)
	part(c, "graphs", graphs, (*coder).graph)
	maybe(c, "checked", &f.Checked, (*coder).checked)
}

func (c *coder) host(h *Host) {
	c.str("name", &h.Name)
	word(c, "os", &h.OS)
	word(c, "arch", &h.Arch)
	c.str("home", &h.Home)
	c.flag("redacted", &h.Redacted)
	if c.out == nil {
		c.separate = separatorOf(h.OS)
	}
}

// The reasons for which a file is none that Decode reads.
var (
	errNotScan = errors.New("it is no saved scan: 'godoctor scan -o FILE' makes one")
	errNewer   = errors.New("a newer godoctor made it: this one does not know its form")
)

// Decode reads a file. The error says what is wrong with it, and where.
func Decode(in io.Reader) (*File, error) {
	c := &coder{in: newReader(in), parts: make(map[string]modcache.Parts), counts: counts{elements: make(map[string]int)}, separate: "/"}
	if c.follow(c.in.open('{', '}')); c.key != "schema" {
		return nil, errNotScan
	}
	switch s := c.in.str(); {
	case strings.HasPrefix(s, schemas) && s != Schema:
		return nil, fmt.Errorf("%w: %q", errNewer, s)
	case s != Schema:
		return nil, errNotScan
	}
	c.done()
	f, graphs := new(File), new(modgraph.Record)
	remaining(c, f, func(c *coder, f *File) { c.file(f, graphs) })
	if c.in.finish(); c.in.err != nil {
		return nil, c.in.err
	}
	if err := f.complete(c, graphs); err != nil {
		return nil, err
	}
	return f, nil
}

// complete fills in what follows from the rest, and refuses what does not fit together.
func (f *File) complete(c *coder, graphs *modgraph.Record) error {
	inv := f.Inventory
	switch {
	case inv == nil || f.Usage == nil || inv.Env == nil:
		return errors.New("the inventory, the settings or who needs what is not in it: it is not whole")
	case inv.Finished.IsZero() || inv.Started.IsZero() || inv.Finished.Before(inv.Started):
		return errors.New("the scan in it has no beginning or no end")
	}
	inv.Done = true
	if m := inv.ModCache; m != nil {
		for i := range m.Versions {
			v := &m.Versions[i]
			if v.Path == "" || v.Version == "" || i > 0 && m.Versions[i-1].Path > v.Path {
				return fmt.Errorf("module version %d has no name, or they are not sorted", i)
			}
			dir, zip := c.placesOf(v, m.Root)
			if v.Dir == "" {
				v.Dir = dir
			}
			if v.Zip == "" {
				v.Zip = zip
			}
		}
	}
	if b := inv.Binaries; b != nil {
		for i := range b.Binaries {
			b.Binaries[i].Again()
		}
	}
	if inv.Projects != nil && len(f.Usage.Projects) == len(inv.Projects.Projects) {
		for i, p := range inv.Projects.Projects {
			f.Usage.Projects[i].Project = p
		}
	}
	return f.Usage.Restore(inv, graphs, inv.Finished)
}
