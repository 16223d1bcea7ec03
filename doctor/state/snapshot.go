package state

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Limits of the snapshots that are kept here.
const (
	snapshotsListed = 1000
	snapshotsADay   = 1000 // of one name
	snapshotName    = 60   // letters of the name
)

// WriteSnapshot writes a snapshot to a file that a person names, as WritePlan does.
func WriteSnapshot(file string, b []byte) error { return WritePlan(file, b) }

// A KeptSnapshot is a file with a snapshot that a person saved without naming a file.
type KeptSnapshot struct {
	File string
	Time time.Time // of the last modification
}

func (h Home) snapshotsDir() string { return filepath.Join(string(h), "snapshots") }

// SaveSnapshot writes a snapshot that a person saves without naming a file, for this user alone, and gives the file. Its name
// is the day and what the snapshot is of. No other file is written over: the second of a day has a number behind its name.
func (h Home) SaveSnapshot(day time.Time, of string, b []byte) (file string, err error) {
	if h == "" {
		return "", errors.New("no state is kept here: set HOME or XDG_STATE_HOME")
	}
	if err := os.MkdirAll(h.snapshotsDir(), 0o700); err != nil {
		return "", err
	}
	base := filepath.Join(h.snapshotsDir(), day.Format("2006-01-02-")+fileName(of))
	for n := 1; n <= snapshotsADay; n++ {
		file = base + ".json"
		if n > 1 {
			file = fmt.Sprintf("%s-%d.json", base, n)
		}
		f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		_, err = f.Write(b)
		if err == nil {
			err = f.Sync()
		}
		if err = errors.Join(err, f.Close()); err != nil {
			os.Remove(file)
			return "", err
		}
		return file, nil
	}
	return "", fmt.Errorf("there are %d snapshots of this name and day in %q", snapshotsADay, h.snapshotsDir())
}

// fileName makes the name of a file of any text.
func fileName(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-', r == '_':
			return r
		}
		return '-'
	}, s)
	if len(s) > snapshotName {
		s = s[len(s)-snapshotName:] // the last elements of a module path tell it
	}
	if s = strings.Trim(s, "-."); s == "" {
		return "machine"
	}
	return s
}

// Snapshots lists what SaveSnapshot has written, the youngest first.
func (h Home) Snapshots() ([]KeptSnapshot, error) {
	list, err := h.list(h.snapshotsDir())
	if err != nil {
		return nil, err
	}
	var out []KeptSnapshot
	for _, e := range list {
		fi, err := e.Info()
		if err == nil && fi.Mode().IsRegular() && strings.HasSuffix(e.Name(), ".json") {
			out = append(out, KeptSnapshot{filepath.Join(h.snapshotsDir(), e.Name()), fi.ModTime()})
		}
	}
	slices.SortFunc(out, func(a, b KeptSnapshot) int {
		if c := b.Time.Compare(a.Time); c != 0 {
			return c
		}
		return strings.Compare(b.File, a.File)
	})
	return out[:min(len(out), snapshotsListed)], nil
}
