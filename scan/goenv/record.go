package goenv

import (
	"errors"
	"slices"
	"strings"
)

// A Record is an Env as data: what it says on one machine can be kept, and said on another one.
type Record struct {
	GOOS     string
	Settings []Setting // those that "go env -json" prints, sorted by key
	Others   []Setting // that Lookup knows beside those, likewise
	Problems []Problem

	GOCACHE string // what somebody set, where Settings say "off"
	NoHome  string // why there is no default for GOCACHE, or ""
}

// Record gives what e says.
func (e *Env) Record() *Record {
	r := &Record{GOOS: e.goos, Settings: e.Settings(), Problems: e.Problems, GOCACHE: e.cacheRaw}
	if e.cacheHome != nil {
		r.NoHome = e.cacheHome.Error()
	}
	printed := make(map[string]bool, len(e.printed))
	for _, key := range e.printed {
		printed[key] = true
	}
	for key := range e.settings {
		if !printed[key] {
			s, _ := e.Lookup(key)
			r.Others = append(r.Others, s)
		}
	}
	slices.SortFunc(r.Others, func(a, b Setting) int { return strings.Compare(a.Key, b.Key) })
	return r
}

// Env makes the Env that was recorded. It reads nothing.
func (r *Record) Env() *Env {
	e := &Env{Problems: r.Problems, goos: r.GOOS, settings: make(map[string]Setting, len(r.Settings)+len(r.Others))}
	e.cacheRaw = r.GOCACHE
	if r.NoHome != "" {
		e.cacheHome = errors.New(r.NoHome)
	}
	for _, s := range r.Others {
		e.settings[s.Key] = s
	}
	for _, s := range r.Settings {
		e.settings[s.Key] = s
		e.printed = append(e.printed, s.Key)
	}
	slices.Sort(e.printed)
	e.printed = slices.Compact(e.printed)
	return e
}
