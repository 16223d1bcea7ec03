package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
)

// An Auto is what 'godoctor clean --auto' may remove: the table [auto] of config.toml. Each key is a limit. One that makes
// no sense would be a limit less, so with a Wrong that is not empty nothing may be removed by it.
type Auto struct {
	File     string   // where it stands, raw; "": there is no such table
	Line     int      // of its [auto], from 1
	Policies []string // as the flags of clean are called, without the dashes; who carries them out knows them
	Keep     int      // the newest so many versions of each module stay
	Goal     int64    // bytes; 0: none. Likewise Budget
	Budget   int64

	OlderThan time.Duration // 0: of any age
	Grace     time.Duration // where HasGrace
	HasGrace  bool

	Wrong []string // what makes no sense, in words
}

// autoEntry is an Auto in the file.
type autoEntry struct {
	Policies  []string `toml:"policies"`
	OlderThan string   `toml:"older_than"`
	Keep      int      `toml:"keep"`
	Goal      string   `toml:"goal"`
	Budget    string   `toml:"budget"`
	Grace     string   `toml:"grace"`
}

// autoKeys are what the table may say.
var autoKeys = []string{"policies", "older_than", "keep", "goal", "budget", "grace"}

// auto takes the table.
func (r *reader) auto(e *autoEntry, d *document, text string) {
	if e == nil {
		return
	}
	a := Auto{File: r.file, Line: d.line("auto"), Policies: e.Policies, Keep: e.Keep}
	if lines := headers(text, "[auto]"); len(lines) > 0 {
		a.Line = lines[0]
	}
	if r.layer == Pins {
		r.warn(a.Line, "has a table [auto], which belongs into config.toml; it counts for nothing")
		return
	}
	wrong := func(format string, args ...any) { a.Wrong = append(a.Wrong, fmt.Sprintf(format, args...)) }
	for _, key := range d.meta.Keys() {
		if r.full() || key[0] != "auto" || len(key) < 2 || slices.Contains(autoKeys, strings.Join(key[1:], ".")) {
			continue
		}
		k := strings.Join(key[1:], ".")
		hint := "want " + strings.Join(autoKeys, ", ")
		if near := nearestOf(autoKeys, k); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		wrong("there is no key %q: %s", k, hint)
	}
	a.OlderThan = span("older_than", e.OlderThan, wrong)
	a.Grace, a.HasGrace = span("grace", e.Grace, wrong), e.Grace != ""
	a.Goal = amount("goal", e.Goal, wrong)
	a.Budget = amount("budget", e.Budget, wrong)
	if e.Keep < 0 {
		wrong("keep: %d versions cannot be kept", e.Keep)
	}
	for i, p := range e.Policies {
		if slices.Contains(e.Policies[:i], p) {
			wrong("policies: %q stands there twice", p)
		}
	}
	for _, w := range a.Wrong {
		r.warn(a.Line, "auto: %s; 'godoctor clean --auto' removes nothing", w)
	}
	r.Auto = a
}

func span(key, s string, wrong func(string, ...any)) time.Duration {
	if s == "" {
		return 0
	}
	d, err := ParseDuration(s)
	if err != nil {
		wrong("%s: %v", key, err)
	}
	return d
}

func amount(key, s string, wrong func(string, ...any)) int64 {
	if s == "" {
		return 0
	}
	n, err := ParseSize(s)
	if err == nil && n == 0 {
		err = fmt.Errorf("size %q is no limit", s)
	}
	if err != nil {
		wrong("%s: %v", key, err)
	}
	return n
}

// ParseSize reads a number of bytes that may be given with a unit, of 1024 or of 1000: 5GiB, 20G, 1500.
func ParseSize(s string) (int64, error) {
	v, err := humanize.ParseBytes(s)
	if err != nil || v > 1<<62 {
		return 0, fmt.Errorf("size %q: want one like 5GiB or 800MB", s)
	}
	return int64(v), nil
}
