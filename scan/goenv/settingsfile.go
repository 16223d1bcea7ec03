package goenv

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxFaults is how many lines of one settings file are complained about one by one.
const maxFaults = 20

// An entry is one line KEY=VALUE that go hears.
type entry struct {
	key, value string
	line       int
}

// A fault is one line that does not do what its writer meant.
type fault struct {
	key     string
	line    int
	message string
	text    string
	near    string
}

// parseSettings reads a settings file as cfg.readEnvFile does: a line counts when it has an '=' and begins
// with a letter from A to Z. Everything else go passes over in silence; here it is a fault, unless it is
// empty or a comment. Values are not trimmed, quotes stay in them.
func parseSettings(data []byte) (entries []entry, faults []fault) {
	for n := 1; len(data) > 0; n++ {
		var line []byte
		line, data, _ = bytes.Cut(data, []byte("\n"))
		i := bytes.IndexByte(line, '=')
		if i < 0 || line[0] < 'A' || 'Z' < line[0] {
			if f, bad := ignoredLine(line, n); bad {
				f.text = string(line)
				faults = append(faults, f)
			}
			continue
		}
		e := entry{key: string(line[:i]), value: string(line[i+1:]), line: n}
		entries = append(entries, e)
		near := ""
		if !knownKeys[e.key] && len(faults) < maxFaults {
			near = nearestKey(e.key) // which is looked for long, and only for those that are told
		}
		if msg := entryFault(e, near); msg != "" {
			faults = append(faults, fault{e.key, n, msg, string(line), near})
		}
	}
	return entries, faults
}

// ignoredLine says what is wrong with a line that go passes over.
func ignoredLine(line []byte, n int) (fault, bool) {
	text := bytes.TrimSpace(line)
	if len(text) == 0 || text[0] == '#' {
		return fault{}, false
	}
	if bytes.IndexByte(line, '=') < 0 {
		return fault{line: n, message: "no \"=\" in this line, go ignores it: write KEY=VALUE or remove it"}, true
	}
	return fault{line: n, message: "this line does not begin with a letter from A to Z, go ignores it: write KEY=VALUE without leading space"}, true
}

// entryFault says what is wrong with a line that go hears, or "". near is the key that may be meant by one that is not known.
func entryFault(e entry, near string) string {
	switch {
	case !knownKeys[e.key] && near != "":
		return fmt.Sprintf("unknown key %q has no effect: did you mean %q?", e.key, near)
	case !knownKeys[e.key]:
		return fmt.Sprintf("unknown key %q has no effect: remove the line", e.key)
	case computedKeys[e.key]:
		return fmt.Sprintf("%q cannot be set, go computes it: remove the line", e.key)
	case osOnlyKeys[e.key]:
		return fmt.Sprintf("%q has no effect in a file: set it in the environment", e.key)
	case strings.HasSuffix(e.value, "\r"):
		return fmt.Sprintf("the line ends in CRLF, and go takes the carriage return as part of the value of %q: use LF line ends", e.key)
	case strings.ContainsAny(e.value, "\x00\v\r"):
		return fmt.Sprintf("control characters in the value of %q: write the line anew", e.key)
	case !utf8.ValidString(e.value):
		return fmt.Sprintf("invalid utf-8 in the value of %q: write the line anew", e.key)
	}
	return ""
}

// readSettings reads one settings file into entries and reports its faults. It says whether the file was
// read at all.
func (r *resolver) readSettings(path string) (entries []entry, err error) {
	read := r.read
	if read == nil {
		read = readSmall
	}
	data, err := read(absolute(r.goos, r.dir, path))
	if err != nil {
		return nil, err
	}
	entries, faults := parseSettings(data)
	for i, f := range faults {
		if i == maxFaults {
			r.problem(Problem{File: path, Line: f.line, Message: fmt.Sprintf("%d more lines like these: this may not be a go settings file; look at %q", len(faults)-i, path)})
			break
		}
		r.problem(Problem{Key: f.key, File: path, Line: f.line, Message: f.message, Text: f.text, Unknown: f.key != "" && !knownKeys[f.key], Near: f.near})
	}
	return entries, nil
}
