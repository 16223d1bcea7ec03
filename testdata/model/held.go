//go:build linux && amd64

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A heldEntry is something in the quarantine: what parts it has, by their bare hashes.
type heldEntry struct {
	name  string // of the version; "": it has no manifest that says
	whole bool
	due   bool // it has waited long enough, and goes with the next clean
	parts state
}

// inPlace is in the names of entries that wait where they were.
const inPlace = "/here "

// items are as many as godoctor tells of an entry: of what waits where it was each part is one.
func (h heldEntry) items(id string) int {
	if strings.Contains(id, inPlace) {
		return len(h.parts)
	}
	return 1
}

// lookHeld reads the quarantine.
func (w *world) lookHeld(s *snapshot) error {
	entries, err := filepath.Glob(filepath.Join(w.quarantine(), "*", "*"))
	if err != nil {
		return err
	}
	for _, dir := range entries {
		id := filepath.Base(filepath.Dir(dir)) + "/" + filepath.Base(dir)
		if strings.HasSuffix(id, ".purged") {
			s.ours = append(s.ours, "in the quarantine: "+id)
			continue
		}
		e := heldEntry{parts: make(state)}
		var m struct {
			Module, Version string
			Made            time.Time
		}
		if b, err := os.ReadFile(filepath.Join(dir, "manifest.json")); err == nil && json.Unmarshal(b, &m) == nil {
			e.name, e.due = m.Module+"@"+m.Version, time.Since(m.Made) > 7*24*time.Hour
		}
		list, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, f := range list {
			switch f.Name() {
			case "manifest.json":
			case "done":
				e.whole = true
			default:
				part := "dir"
				if !f.IsDir() {
					part = strings.TrimPrefix(filepath.Ext(f.Name()), ".")
				}
				got, err := fingerprint(filepath.Join(dir, f.Name()))
				if err != nil {
					return err
				}
				e.parts[part] = bare(got)
			}
		}
		s.held[id] = e
	}
	return nil
}

// ageHeld makes what is in the quarantine older.
func (w *world) ageHeld(days time.Duration) error {
	files, err := filepath.Glob(filepath.Join(w.quarantine(), "*", "*", "manifest.json"))
	for _, file := range files {
		m := make(map[string]any)
		b, bad := os.ReadFile(file)
		if bad != nil || json.Unmarshal(b, &m) != nil {
			continue // whoever was to write it was killed
		}
		at, bad := time.Parse(time.RFC3339, fmt.Sprint(m["made"]))
		if bad != nil {
			return bad
		}
		m["made"] = at.Add(-days)
		if b, bad = json.Marshal(m); bad == nil {
			bad = os.WriteFile(file, b, 0o600)
		}
		err = errors.Join(err, bad)
	}
	return err
}
