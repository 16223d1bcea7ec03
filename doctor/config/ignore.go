package config

import (
	"path"
	"path/filepath"
	"strings"
	"time"
)

// An Ignore says that findings of one check are known and lived with: which, why, and until when.
//
// One in a project's file is about that project alone: it hides nothing of what else is on the machine, and no errors. What comes
// with a clone does not decide what is said about anything but itself.
type Ignore struct {
	Check  string    // its ID
	Target string    // a module path, module@version, directory, file, setting or a pattern of these; "": all of the check
	Reason string    // why; never empty
	Until  time.Time // the moment at which it ends, midnight after the day that was written; zero: it does not end

	Within string // the directory of the project whose file has it; "": it stands in a file of the user's

	File string // where it stands, raw
	Line int    // of its [[ignore]], from 1
}

// Ended reports whether it hides nothing any more.
func (i *Ignore) Ended(now time.Time) bool { return !i.Until.IsZero() && !now.Before(i.Until) }

// ignoreEntry is an Ignore in the file. A date may stand with or without quotes.
type ignoreEntry struct {
	Check  string `toml:"check"`
	Target string `toml:"target"`
	Reason string `toml:"reason"`
	Until  any    `toml:"until"`
}

// ignores takes the entries that are whole. Any other hides nothing, and is a warning.
func (r *reader) ignores(list []ignoreEntry, line int, text string) {
	lines := headers(text, "[[ignore]]")
	for n, e := range list {
		i := Ignore{Check: strings.TrimSpace(e.Check), Target: e.Target, Reason: strings.TrimSpace(e.Reason), Within: r.within, File: r.file, Line: line}
		if n < len(lines) {
			i.Line = lines[n]
		}
		if (i.Target == "~" || strings.HasPrefix(i.Target, "~/")) && r.home != "" {
			i.Target = filepath.Join(r.home, i.Target[1:])
		}
		_, badPattern := path.Match(i.Target, "")
		until, dated := day(e.Until)
		i.Until = until
		switch {
		case r.layer == Pins:
			r.warn(i.Line, "has an [[ignore]], which belongs into config.toml; it hides nothing")
		case i.Check == "":
			r.warn(i.Line, "ignore: no check is named: want check = \"ID\", as 'godoctor check --list' has them; it hides nothing")
		case i.Reason == "":
			r.warn(i.Line, "ignore: %q has no reason: write reason = \"...\"; it hides nothing", i.Check)
		case badPattern != nil:
			r.warn(i.Line, "ignore: %q is no pattern of a module path or file; it hides nothing", i.Target)
		case !dated:
			r.warn(i.Line, "ignore: until of %q is no date like 2027-01-31; it hides nothing", i.Check)
		default:
			r.Ignores = append(r.Ignores, i)
		}
	}
}

// day is the end of a day that was written, in local time. ok is false for what is no date; nothing is no end.
func day(v any) (end time.Time, ok bool) {
	switch v := v.(type) {
	case nil:
		return time.Time{}, true
	case time.Time:
		return time.Date(v.Year(), v.Month(), v.Day()+1, 0, 0, 0, 0, time.Local), true
	case string:
		d, err := time.ParseInLocation(time.DateOnly, strings.TrimSpace(v), time.Local)
		return time.Date(d.Year(), d.Month(), d.Day()+1, 0, 0, 0, 0, time.Local), err == nil
	}
	return time.Time{}, false
}

// headers are the lines at which the tables of an array begin, from 1.
func headers(text, header string) []int {
	var out []int
	n := 0
	for l := range strings.Lines(text) {
		n++
		l, _, _ = strings.Cut(l, "#")
		if strings.ReplaceAll(strings.TrimSpace(l), " ", "") == header {
			out = append(out, n)
		}
	}
	return out
}
