package tui

import (
	"context"
	"time"

	"godoctor/doctor/report"
	"godoctor/doctor/snapshot"
)

// A Comparer is what the screen Compare compares with. All of it is called beside the screen.
type Comparer struct {
	// Side looks at one side, named as on the command line: "here", a directory, or a file; ~ is the home directory. It comes
	// back soon after ctx has ended.
	Side func(ctx context.Context, arg string) (Side, error)

	// Paths are the names that go on from what was typed of a path, in order and not too many of them.
	Paths func(ctx context.Context, typed string) []PathName

	// Saved lists what Save has written, the youngest first.
	Saved func() ([]SavedSnapshot, error)

	// Save looks at this machine, with the project of a side of it, and writes a snapshot into a file of the program's own.
	Save func(ctx context.Context, side string) (file string, sum report.SnapshotSummary, err error)
}

// A Side is one of the two that are compared.
type Side struct {
	Arg      string // as it was given, a path absolute
	Local    bool   // it is this machine now: another look may show something else
	Snapshot *snapshot.Snapshot
}

// A PathName is a name that goes on from what was typed. Both are raw.
type PathName struct {
	Path string // begins with what was typed
	Dir  bool
}

// A SavedSnapshot is a file with a snapshot.
type SavedSnapshot struct {
	File string // raw
	Time time.Time
}
