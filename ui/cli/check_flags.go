package cli

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"godoctor/doctor/check"
	"godoctor/doctor/finding"
	"godoctor/doctor/verify"
	"godoctor/scan/goenv"
)

// classes are the names of what a check may cost.
var classes = []string{check.Stat.String(), check.Read.String(), check.Walk.String(), check.Network.String(), check.Deep.String()}

// check refuses names that are no check, and flags that contradict each other.
func (f *checkFlags) check(a *app, args []string) error {
	if err := badFailOn(f.failOn); err != nil {
		return err
	}
	table := a.table()
	for _, id := range args {
		c := checkIn(table, id)
		switch {
		case c == nil:
			return misuse("unknown check %q%s", id, didYouMean(near(id, ids(table))))
		case f.given("error") || f.list, c == check.Failed, c == check.Expired, deepOnly(c) && f.deep, c.Cost == check.Network && f.network(a):
		case whyNot(c) != "":
			return misuse("%s is not looked for: %s", id, whyNot(c))
		}
	}
	for _, name := range f.skip {
		if checkIn(table, name) == nil && !slices.Contains(classes, name) {
			return misuse("--skip %q is neither a check nor a class of cost%s", name, didYouMean(near(name, append(ids(table), classes...))))
		}
	}
	if f.given("baseline") && f.baseline == "" {
		return misuse("--baseline wants a file: what 'godoctor check --json' printed")
	}
	return f.alone(a, args)
}

// alone refuses flags that exclude each other.
func (f *checkFlags) alone(a *app, args []string) error {
	if f.all && len(f.projects) > 0 {
		return misuse("--all and --project exclude each other")
	}
	for _, one := range []string{"list", "error"} {
		if !f.given(one) || one == "list" && !f.list {
			continue
		}
		for _, other := range []string{"list", "error", "deep", "baseline", "skip", "fail-on", "all", "project"} {
			both := one == "error" && slices.Contains([]string{"fail-on", "all", "project", "skip"}, other)
			if other != one && f.given(other) && !both {
				return misuse("--%s and --%s exclude each other", one, other)
			}
		}
		if len(args) > 0 {
			return misuse("--%s takes no CHECK, got %q", one, args[0])
		}
	}
	switch {
	case f.list && (a.format == "sarif" || a.format == "github"):
		return misuse("--list is no finding: want --format text, markdown, json or jsonl")
	case f.given("error") && strings.TrimSpace(f.text) == "":
		return misuse("--error wants what go printed, or - to read it from standard input")
	}
	return nil
}

// network reports whether checks may ask.
func (f *checkFlags) network(a *app) bool { return a.askProxy && !a.offline }

// badFailOn says what is wrong with a --fail-on.
func badFailOn(s string) error {
	if _, ok := finding.ParseSeverity(s); !ok && s != "never" {
		return misuse("--fail-on %q: want error, warning, note or never", s)
	}
	return nil
}

// allChecks are the checks of the table, and those that verify knows and the table has not.
func allChecks() []*check.Check {
	table := check.All()
	for _, r := range verify.AllRules() {
		if checkIn(table, r.ID) == nil {
			table = append(table, &check.Check{ID: r.ID, Title: r.Title, Severity: r.Severity, Cost: check.Deep})
		}
	}
	return table
}

func checkIn(table []*check.Check, id string) *check.Check {
	for _, c := range table {
		if c.ID == id {
			return c
		}
	}
	return nil
}

func ids(table []*check.Check) []string {
	out := make([]string, len(table))
	for i, c := range table {
		out[i] = c.ID
	}
	return out
}

// completeChecks completes the IDs of checks.
func (a *app) completeChecks(_ *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	var out []string
	for _, c := range allChecks() {
		if strings.HasPrefix(c.ID, prefix) && !slices.Contains(args, c.ID) {
			out = append(out, c.ID+"\t"+c.Title)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// didYouMean asks whether one of a few was meant.
func didYouMean(list []string) string {
	if len(list) == 0 {
		return "; 'godoctor check --list' lists them"
	}
	return ": did you mean " + joined(list) + "?"
}

// near are at most three names that a misspelt one may have been meant for, the nearest first: those that contain it, or
// differ in a third of their letters at most.
func near(name string, names []string) []string {
	name = strings.ToLower(name)
	type candidate struct {
		name string
		far  int
	}
	var list []candidate
	for _, n := range names {
		far := goenv.Distance(name, n)
		if len(name) > 2 && strings.Contains(n, name) {
			far = min(far, 1)
		}
		if far <= max(1, len(n)/3) {
			list = append(list, candidate{n, far})
		}
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(a.far, b.far) })
	var out []string
	for _, c := range list[:min(len(list), 3)] {
		out = append(out, c.name)
	}
	return out
}
