// Package plain says what godoctor knows without a terminal: text, JSON and JSON lines.
//
// Text is for people and for awk: no colour unless asked for, no box, numbers to the right. JSON is the
// shape of package report. Everything that comes from a file, a name or the environment is cleaned here
// before it is printed as text; in JSON it is raw, but with every character that a terminal could take
// for a command written as an escape, so that a document is safe to look at.
//
// A Printer remembers the first error of its writer and prints nothing more after it.
package plain

import (
	"fmt"
	"io"
	"strings"
	"time"

	"godoctor/ui/style"
	"godoctor/ui/text"
)

// Options say how to print.
type Options struct {
	Theme   style.Theme
	ASCII   bool // nothing but ASCII
	Bytes   bool // sizes as plain integers
	Verbose bool // the long lists too
	Now     time.Time
	Change  *Change // since an earlier scan; nil: not known
}

// A Change is by how much what Go keeps became more or less.
type Change struct {
	Bytes int64
	Since time.Time
}

// A Printer prints text.
type Printer struct {
	Options
	w   io.Writer
	err error
}

// New makes a Printer to w.
func New(w io.Writer, o Options) *Printer { return &Printer{Options: o, w: w} }

// Err is the first error of the writer.
func (p *Printer) Err() error { return p.err }

// Write makes the Printer a writer that stops at the first error.
func (p *Printer) Write(b []byte) (int, error) {
	if p.err != nil {
		return len(b), nil
	}
	if p.ASCII {
		b = []byte(strings.Join(mapLines(string(b), ascii), "\n"))
	}
	_, p.err = p.w.Write(b)
	return len(b), nil
}

// ascii is text.ASCII of a line that a theme may have dressed: what dresses it stays. Names are clean, so no other escape is in it.
func ascii(line string) string {
	var b strings.Builder
	for {
		at := style.Sequences.FindStringIndex(line)
		if at == nil {
			return b.String() + text.ASCII(line)
		}
		b.WriteString(text.ASCII(line[:at[0]]) + line[at[0]:at[1]])
		line = line[at[1]:]
	}
}

func mapLines(s string, f func(string) string) []string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = f(l)
	}
	return lines
}

func (p *Printer) line(format string, args ...any) {
	fmt.Fprintf(p, format+"\n", args...)
}

// clean prepares a name.
func (p *Printer) clean(s string) string {
	if p.ASCII {
		return text.CleanASCII(s)
	}
	return text.Clean(s)
}

// size prints a number of bytes in the way that was asked for.
func (p *Printer) size(n int64) string {
	if p.Bytes {
		return fmt.Sprint(n)
	}
	return text.Bytes(n)
}

// age prints how long ago something was; nothing is known of the zero time.
func (p *Printer) age(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return text.Age(p.Now.Sub(t))
}
