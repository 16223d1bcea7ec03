package state

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/natefinch/atomic"
	"github.com/rogpeppe/go-internal/lockedfile"

	"godoctor/scan/regular"
)

// A Home is where the files are that are to outlive a cache: <user state directory>/godoctor. The empty Home keeps
// and knows nothing.
type Home string

// HomeIn gives the Home below a user state directory.
func HomeIn(userState string) Home { return Home(filepath.Join(userState, "godoctor")) }

// Limits of the file of seen projects.
const (
	seenMax      = 64 << 20
	seenProjects = 100_000
	seenSchema   = "godoctor/seen/v1"
)

// A Seen is a project that was found once: wherever it is now looked for, it is looked at again.
type Seen struct {
	File string    `json:"file,omitzero"` // go.mod or go.work, absolute
	Raw  []byte    `json:"raw,omitzero"`  // instead of File, where it is not UTF-8
	Last time.Time `json:"last"`          // when it was there last
}

// seen is the file.
type seen struct {
	Schema   string `json:"schema"`
	Projects []Seen `json:"projects"`
}

func (h Home) seenFile() string { return filepath.Join(string(h), "projects.json") }

// Seen reads which projects were found so far, sorted. Where the file is there and cannot be used, it is an error:
// projects that lie outside the roots are not known then.
func (h Home) Seen() ([]Seen, error) {
	if h == "" {
		return nil, nil
	}
	data, err := regular.ReadFile(h.seenFile(), seenMax)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the projects seen before are not known: %w", err)
	}
	var f seen
	if err := json.Unmarshal(data, &f); err != nil || f.Schema != seenSchema {
		return nil, fmt.Errorf("the projects seen before are not known: %q is damaged or of another version; remove it to begin anew", h.seenFile())
	}
	for i := range f.Projects {
		if p := &f.Projects[i]; len(p.Raw) > 0 {
			p.File, p.Raw = string(p.Raw), nil
		}
	}
	f.Projects = slices.DeleteFunc(f.Projects, func(s Seen) bool { return !filepath.IsAbs(s.File) })
	return f.Projects, nil
}

// See adds what a look has found to the projects that are remembered, and forgets those in gone that were there last
// longer ago than after. The file is replaced atomically, under a lock that other godoctors wait for. Looking again at the
// same changes nothing within a day: then nothing is written.
func (h Home) See(found, gone []string, after time.Duration, now time.Time) error {
	if h == "" || len(found)+len(gone) == 0 {
		return nil
	}
	if err := os.MkdirAll(string(h), 0o700); err != nil {
		return err
	}
	unlock, err := lockedfile.MutexAt(h.seenFile() + ".lock").Lock()
	if err != nil {
		return err
	}
	defer unlock()
	old, err := h.Seen()
	if err != nil {
		return err
	}
	list, changed := merge(old, found, forgotten(old, gone, now.Add(-after)), now)
	if !changed {
		return nil
	}
	f := seen{Schema: seenSchema, Projects: list}
	for i := range f.Projects {
		if p := &f.Projects[i]; !utf8.ValidString(p.File) {
			p.File, p.Raw = "", []byte(p.File)
		}
	}
	data, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return atomic.WriteFile(h.seenFile(), bytes.NewReader(data))
}

// forgotten picks from gone what was there last before a time.
func forgotten(old []Seen, gone []string, before time.Time) []string {
	missing := make(map[string]bool, len(gone)) // with a whole disk gone they are as many as those that are remembered
	for _, file := range gone {
		missing[file] = true
	}
	var out []string
	for _, s := range old {
		if missing[s.File] && s.Last.Before(before) {
			out = append(out, s.File)
		}
	}
	return out
}

// merge joins what was known with what was found, sorted by file, the youngest kept where there are too many.
func merge(old []Seen, found, gone []string, now time.Time) (list []Seen, changed bool) {
	last := make(map[string]time.Time, len(old)+len(found))
	for _, s := range old {
		last[s.File] = s.Last
	}
	for _, file := range gone {
		if _, ok := last[file]; ok {
			delete(last, file)
			changed = true
		}
	}
	for _, file := range found {
		if t, ok := last[file]; !ok || now.Sub(t) >= 24*time.Hour {
			last[file] = now.UTC().Truncate(time.Second)
			changed = true
		}
	}
	for file, t := range last {
		list = append(list, Seen{File: file, Last: t})
	}
	if len(list) > seenProjects {
		slices.SortFunc(list, func(a, b Seen) int { return b.Last.Compare(a.Last) })
		list = list[:seenProjects]
	}
	slices.SortFunc(list, func(a, b Seen) int {
		switch {
		case a.File < b.File:
			return -1
		case a.File > b.File:
			return 1
		}
		return 0
	})
	return list, changed
}
