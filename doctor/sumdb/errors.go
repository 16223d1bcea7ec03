package sumdb

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/module"
)

// The kinds of failure, for errors.Is.
var (
	ErrOff         = errors.New("GOSUMDB is off")
	ErrSettings    = errors.New("GOSUMDB cannot be used")
	ErrVersion     = errors.New("not a canonical module version")
	ErrPrivate     = errors.New("a private path, for which no checksum database is asked")
	ErrNotCached   = errors.New("not known here")
	ErrNotFound    = errors.New("the checksum database has no such record")
	ErrDamaged     = errors.New("the local copy of the checksum database is damaged")
	ErrSecurity    = errors.New("the checksum database is not to be believed")
	ErrAnswer      = errors.New("not the answer of a checksum database")
	ErrUnreachable = errors.New("the checksum database cannot be asked")
	ErrStopped     = errors.New("stopped") // because the context ended
)

// Evidence is something that was read, as it was.
type Evidence struct {
	Name string // the file, or what was asked for: "/lookup/example.com/m@v1.0.0"
	Data []byte // raw
}

// An Error says why a record is not to be had.
type Error struct {
	Kind     error          // one of the kinds above
	Database string         // its name; "" where GOSUMDB gives none
	Module   module.Version // what was looked up; zero where it is about the database as a whole
	Damage   []Damage       // of ErrDamaged: the files
	Evidence []Evidence     // of ErrSecurity: what was said, both heads of a fork among it
	Err      error          // the cause, where there is more to say than Kind
}

// Damage is one file of the local copy that cannot be used.
type Damage struct {
	File string // its full name
	Kind Kind
	Why  string // one line
}

// A Kind of damage.
type Kind string

// The kinds of damage. None is about an empty file, which the go command takes for one that is not there.
const (
	Malformed    Kind = "malformed"     // cut short, zeroed, not of the right shape or size
	BadSignature Kind = "bad-signature" // a tree head whose signature does not fit
	OtherKey     Kind = "other-key"     // a tree head that another key has signed: GOSUMDB was another one then
	NotProved    Kind = "not-proved"    // a record or a tile that is not the one in the signed tree
	Suspect      Kind = "suspect"       // one of several tiles that do not fit together; which one cannot be told
	OtherRecord  Kind = "other-record"  // a lookup with something else in it than the record of its name
	Unreadable   Kind = "unreadable"    // not a regular file, no permission, an error of the disk
)

// Unwrap gives the kind and the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// Error is one line. What it quotes is raw: clean it before a terminal sees it.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Module.Path != "" {
		fmt.Fprintf(&b, "looking up %q: ", e.Module.String())
	}
	b.WriteString(e.Kind.Error())
	if e.Database != "" {
		fmt.Fprintf(&b, " (%s)", e.Database)
	}
	for i, d := range e.Damage {
		if i == 3 {
			fmt.Fprintf(&b, "; and %d more", len(e.Damage)-i)
			break
		}
		fmt.Fprintf(&b, "; %q: %s", d.File, d.Why)
	}
	if e.Err != nil {
		b.WriteString(": " + firstLine(e.Err.Error()))
	}
	if advice := advice[e.Kind]; advice != "" {
		b.WriteString("; " + advice)
	}
	return b.String()
}

// advice says what to do next.
var advice = map[error]string{
	ErrOff:         "set GOSUMDB to have it asked",
	ErrSettings:    "correct GOSUMDB",
	ErrPrivate:     "narrow GONOSUMDB or GOPRIVATE to have it asked",
	ErrNotCached:   "ask the network with --sumdb",
	ErrDamaged:     "ask the network with --sumdb --fresh, or move the file aside",
	ErrSecurity:    "keep the evidence and trust nothing that came this way",
	ErrAnswer:      "look whether a portal or a proxy answers in its place",
	ErrUnreachable: "try again later",
}

// firstLine bounds a text from outside that becomes part of a message.
func firstLine(s string) string {
	const most = 300
	s, _, _ = strings.Cut(s, "\n")
	if len(s) > most {
		return s[:most] + "..."
	}
	return s
}
