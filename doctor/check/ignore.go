package check

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/config"
	"godoctor/doctor/finding"
)

// Expired is the check under whose ID an [[ignore]] that has come to its end is reported.
var Expired = &Check{
	ID:       "ignore-expired",
	Title:    "an [[ignore]] of godoctor's configuration has come to its end",
	Severity: finding.Note,
	Help: Help{
		Why: "Somebody decided to live with a finding until a day, and that day is over. The finding is told again, " +
			"so that nothing is hidden for ever by mistake.",
		Look: "The finding names file and line: config.toml in the godoctor directory of the user's config directory, the file of --config, or .godoctor.toml of a project.",
		Do:   "Mend what it hides and take the entry away, or decide anew: give it a later date and say why.",
	},
}

// An Ignored is a finding that is not told, and what hides it.
type Ignored struct {
	finding.Finding
	By config.Ignore
}

// Ignore takes the findings out of a list that somebody lives with. What has ended hides nothing and is a finding of its
// own, beside the others in left, which is sorted. That a check failed is never hidden. The list stays as it is.
func Ignore(list []finding.Finding, rules []config.Ignore, now time.Time) (left []finding.Finding, hidden []Ignored) {
	var holds []config.Ignore
	for _, r := range rules {
		if r.Ended(now) {
			left = append(left, expiredNote(r))
			continue
		}
		holds = append(holds, r)
	}
	for _, f := range list {
		i := slices.IndexFunc(holds, func(r config.Ignore) bool { return hides(&r, &f) })
		if i < 0 || f.Check == Failed.ID {
			left = append(left, f)
			continue
		}
		hidden = append(hidden, Ignored{f, holds[i]})
	}
	finding.Sort(left)
	return left, hidden
}

func expiredNote(r config.Ignore) finding.Finding {
	what := fmt.Sprintf("%q", r.Check)
	if r.Target != "" {
		what += fmt.Sprintf(" of %q", r.Target)
	}
	return finding.Finding{Check: Expired.ID, Docs: Expired.ID, Severity: Expired.Severity, Title: Expired.Title,
		Target: finding.Target{File: r.File, Line: r.Line},
		Detail: fmt.Sprintf("%s was lived with until %s, because: %s", what, r.Until.AddDate(0, 0, -1).Format(time.DateOnly), r.Reason),
		Fixes: []finding.Fix{
			{ID: "edit-ignore", Title: "take the entry away, or give it a later date"},
		}}
}

// hides reports whether a rule is about a finding: its check, and of its target module, module@version, path, file or
// file:line, as it is written or as a pattern; a directory stands for what lies below it, a pattern of module paths as in
// GOPRIVATE for what they begin with.
func hides(r *config.Ignore, f *finding.Finding) bool {
	if r.Check != f.Check || r.Within != "" && !ofProject(r, f) {
		return false
	}
	if r.Target == "" {
		return true
	}
	t := f.Target
	if t.Module != "" && module.MatchPrefixPatterns(r.Target, t.Module) {
		return true
	}
	names := []string{t.Path, t.File}
	if t.Module != "" {
		names = append(names, t.Module+"@"+t.Version)
	}
	if t.Line > 0 {
		names = append(names, fmt.Sprintf("%s:%d", t.File, t.Line))
	}
	if r.Within != "" {
		names = append(names, below(r.Within, t.Path), below(r.Within, t.File))
	}
	return slices.ContainsFunc(names, func(name string) bool {
		if name == "" {
			return false
		}
		ok, err := path.Match(filepath.ToSlash(r.Target), filepath.ToSlash(name))
		return ok && err == nil || name == r.Target || insideDir(name, r.Target)
	})
}

// ofProject reports whether a rule of a project's file may hide a finding: it lies in the project, as a whole, and is no error.
// A clone must not keep quiet about what would stop who reads on, nor about the rest of the machine: module versions in a module
// cache, which may stand in the directory of a project, are that.
func ofProject(r *config.Ignore, f *finding.Finding) bool {
	if f.Target.Module != "" && f.Target.File == "" {
		return false
	}
	places := slices.DeleteFunc([]string{f.Target.Path, f.Target.File}, func(p string) bool { return p == "" })
	return f.Severity != finding.Error && len(places) > 0 && !slices.ContainsFunc(places, func(p string) bool { return !insideDir(p, r.Within) })
}

// below is a path as it is called from a directory, or empty.
func below(dir, name string) string {
	rel, err := filepath.Rel(dir, name)
	if err != nil || !filepath.IsAbs(name) {
		return ""
	}
	return filepath.ToSlash(rel)
}

// insideDir reports whether a path lies in a directory, by their names.
func insideDir(name, dir string) bool {
	if !filepath.IsAbs(name) || !filepath.IsAbs(dir) {
		return false
	}
	rel, err := filepath.Rel(dir, name)
	return err == nil && filepath.IsLocal(rel)
}
