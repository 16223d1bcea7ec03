package project

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/mod/module"
)

// emptyGoModHash is the hash of a go.mod file without anything in it. An old go wrote such lines by mistake;
// today's drops them (modfetch.readGoSum).
const emptyGoModHash = "h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY="

// A table holds every string once, and every go.sum line: projects of one machine have most of them in
// common. It may be used by many goroutines at once.
type table struct {
	mu    sync.Mutex
	lines map[string]*Sum // by the text of the line, as it is and with single spaces; nil: a line to drop
	keys  map[sumKey]*hashes
	words map[string]string
}

// A sumKey is what a line has a hash of.
type sumKey struct {
	path, version string
	goMod         bool
}

// hashes counts the different h1 hashes that all files together have for one key.
type hashes struct{ n int }

func newTable() *table {
	return &table{lines: make(map[string]*Sum), keys: make(map[sumKey]*hashes), words: make(map[string]string)}
}

// word gives the one copy of a string.
func (t *table) word(s string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.intern(s)
}

func (t *table) intern(s string) string {
	if w, ok := t.words[s]; ok {
		return w
	}
	w := strings.Clone(s)
	t.words[w] = w
	return w
}

// version gives a module version made of words.
func (t *table) version(m module.Version) module.Version {
	t.mu.Lock()
	defer t.mu.Unlock()
	return module.Version{Path: t.intern(m.Path), Version: t.intern(m.Version)}
}

// A sumText is what a go.sum file says.
type sumText struct {
	lines []SumLine
	bad   []badLine
	none  bool // it is like no go.sum file, and was not read
}

// What no go.sum file has: its lines are some 100 bytes long, and the largest known has 20,000. Without these limits the words
// of 64 MiB that are none take gigabytes.
const (
	sumLinesMax = 1 << 20
	sumLineMax  = 1 << 20 // bytes
)

// A badLine is one that go refuses, or takes for another module's.
type badLine struct {
	line   int
	fields int    // not 3; 3: it begins with a byte order mark
	text   string // raw
}

// badMax is how many bad lines of a file are told one by one. All are looked at for what they name.
const badMax = 10

// sums reads a go.sum file as modfetch.readGoSum does: three fields a line, separated by white space, blank
// lines left out. The data is not kept.
func (t *table) sums(data []byte) sumText {
	count := bytes.Count(data, []byte("\n")) + 1
	if count > sumLinesMax || longest(data) > sumLineMax {
		return sumText{none: true}
	}
	s := sumText{lines: make([]SumLine, 0, count)}
	t.mu.Lock()
	defer t.mu.Unlock()
	for n := 1; len(data) > 0; n++ {
		var line []byte
		if i := bytes.IndexByte(data, '\n'); i < 0 {
			line, data = data, nil
		} else {
			line, data = data[:i], data[i+1:]
		}
		sum, known := t.lines[string(line)]
		if !known {
			f := strings.Fields(string(line))
			if len(f) == 0 {
				continue
			}
			if len(f) != 3 {
				s.bad = append(s.bad, badLine{n, len(f), string(line)})
				continue
			}
			sum = t.line(string(line), f)
		}
		if sum == nil {
			continue
		}
		s.lines = append(s.lines, SumLine{sum, int32(n)})
		if n == 1 && strings.HasPrefix(sum.Path, bom) {
			s.bad = append(s.bad, badLine{n, 3, string(line)})
		}
	}
	if len(s.lines) < cap(s.lines)/2 {
		s.lines = append([]SumLine(nil), s.lines...)
	}
	return s
}

// longest is how many bytes the longest line of a text has.
func longest(data []byte) (n int) {
	for line := range bytes.Lines(data) {
		n = max(n, len(line))
	}
	return n
}

// line adds a line that was not there before. Its fields are parts of text or of a canonical copy.
func (t *table) line(text string, f []string) *Sum {
	one := strings.Join(f, " ")
	sum, known := t.lines[one]
	if !known && f[2] != emptyGoModHash {
		sum = &Sum{Path: t.intern(f[0]), Hash: one[len(one)-len(f[2]):]}
		version, goMod := strings.CutSuffix(f[1], "/go.mod")
		sum.Version, sum.GoMod = t.intern(version), goMod
		k := sumKey{sum.Path, version, goMod}
		if t.keys[k] == nil {
			k.version = sum.Version
			t.keys[k] = new(hashes)
		}
		sum.hashes = t.keys[k]
		if strings.HasPrefix(sum.Hash, "h1:") {
			sum.hashes.n++
		}
	}
	t.lines[one] = sum
	if text != one {
		t.lines[text] = sum
	}
	return sum
}

// conflicts reports whether lines have two h1 hashes for one key. Only keys for which any file has two can be
// such, and those are few: the answer costs next to nothing. All files have been read by then.
func conflicts(lines []SumLine) bool {
	var first map[*hashes]*Sum
	for _, l := range lines {
		if l.hashes.n < 2 || !strings.HasPrefix(l.Hash, "h1:") {
			continue
		}
		if s := first[l.hashes]; s != nil && s.Hash != l.Hash {
			return true
		}
		if first == nil {
			first = make(map[*hashes]*Sum)
		}
		first[l.hashes] = l.Sum
	}
	return false
}

// doubts says what keeps a file from being understood, of bad lines one by one, and gives what those name.
func (s *sumText) doubts(t *table, file string) (doubts []Doubt, named []module.Version) {
	if s.none {
		return []Doubt{{Kind: DoubtTooLarge, File: file, Message: fmt.Sprintf(
			"%q has more than %d lines, or one of more than %d bytes, and was not read: look at what wrote it", file, sumLinesMax, sumLineMax)}}, nil
	}
	for i, b := range s.bad {
		pairs := t.names(b.text)
		named = append(named, pairs...)
		d := Doubt{Kind: DoubtSum, File: file, Line: b.line, Bounded: isText([]byte(b.text))}
		d.Message = fmt.Sprintf("line %d of %q is malformed: it has %d fields instead of 3, and go stops at it: remove the line, or run \"go mod tidy\"", b.line, file, b.fields)
		if b.fields == 3 {
			d.Message = fmt.Sprintf("%q begins with a byte order mark, and go takes its first line for another module's: save it without one, or run \"go mod tidy\"", file)
		}
		if i >= badMax && d.Bounded {
			continue
		}
		if len(doubts) == badMax {
			doubts[badMax-1].Bounded = doubts[badMax-1].Bounded && d.Bounded
			continue
		}
		doubts = append(doubts, d)
	}
	if n := len(s.bad); n > badMax {
		doubts[len(doubts)-1].Message += fmt.Sprintf("; there are %d such lines", n)
	}
	return doubts, named
}

// isText reports whether data could be what somebody wrote: a file that lost its end in a crash is full of
// NUL bytes, and what it said before nobody knows.
func isText(data []byte) bool {
	return bytes.IndexByte(data, 0) < 0 && utf8.Valid(data)
}
