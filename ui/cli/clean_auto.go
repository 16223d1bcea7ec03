package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"godoctor/doctor/plan"
	"godoctor/ui/plain"
	"godoctor/ui/text"
)

// byItself are the policies that a timer may carry out, by the names of their flags. What is not among them may take what
// nothing brings back (--fuzz), what only a person can judge (--abandoned), or what the next build needs (--all-modules).
func (f *cleanFlags) byItself() map[string]*bool {
	p := &f.policies
	return map[string]*bool{"orphans": &p.Orphans, "forget": &p.Forget, "sources": &p.Sources, "zips": &p.Zips,
		"toolchains": &p.Toolchains, "vcs": &p.VCS, "build": &p.Build, "dead": &p.Dead, "test": &p.Test,
		"leftovers": &p.Leftovers, "related": &p.Related}
}

// configure prepares a clean that nobody watches: its policies and limits are those of the table [auto], but for what flags
// say. A table with something wrong in it is refused: what was meant as a limit would be none.
func (f *cleanFlags) configure(a *app) error {
	for _, name := range []string{"purge", "fuzz", "abandoned", "all-modules", "module", "apply"} {
		if f.given(name) {
			return misuse("--auto and --%s exclude each other: that is for a person to decide", name)
		}
	}
	if err := a.ownFiles(); err != nil {
		return err
	}
	c, file := &a.conf.Auto, cmp.Or(a.conf.Auto.File, a.configFile())
	switch {
	case a.conf.Broken:
		return misuse("--auto removes nothing while the configuration is wrong: mend %q", cmp.Or(a.conf.BrokenFile, file))
	case len(c.Wrong) > 0:
		return misuse("--auto removes nothing: %q, [auto]: %s", file, strings.Join(c.Wrong, "; "))
	}
	if err := f.takePolicies(c.Policies, file); err != nil {
		return err
	}
	if !f.given("older-than") && c.OlderThan != 0 {
		f.olderThan = days(c.OlderThan)
	}
	if !f.given("keep") && c.Keep != 0 {
		f.keep = c.Keep
	}
	if !f.given("goal") && c.Goal != 0 {
		f.goal = size(c.Goal)
	}
	if !f.given("budget") && c.Budget != 0 {
		f.budget = size(c.Budget)
	}
	if !a.graceGiven && c.HasGrace {
		a.grace, a.graceGiven = days(c.Grace), true
	}
	if f.goal == 0 && f.budget == 0 && f.olderThan == 0 {
		return misuse("--auto wants a limit: --goal, --budget or --older-than, or one of them in the table [auto] of %q", file)
	}
	a.yes, a.noInput = true, true
	a.noProgress = a.noProgress || !a.verbose
	return nil
}

// takePolicies takes those of the table where no flag names any.
func (f *cleanFlags) takePolicies(names []string, file string) error {
	may := f.byItself()
	for name := range may {
		if f.given(name) {
			return nil
		}
	}
	for _, name := range names {
		on := may[name]
		if on == nil {
			return misuse("--auto removes nothing: %q, [auto]: policies: %q is none that goes by itself: want %s", file, name,
				strings.Join(policyNames(may), ", "))
		}
		*on = true
	}
	return nil
}

func policyNames(may map[string]*bool) []string {
	out := make([]string, 0, len(may))
	for name := range may {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// configFile is where the settings stand, or would.
func (a *app) configFile() string {
	switch {
	case a.config != "":
		return a.config
	case a.pins == "":
		return "config.toml"
	}
	return a.pins.File()
}

// graceNow is how long what nobody has an age of is left alone: by the flag, else by the configuration.
func (a *app) graceNow() time.Duration {
	if !a.graceGiven && a.conf != nil {
		return a.conf.Grace
	}
	return time.Duration(a.grace)
}

// mayGoByItself judges a plan that nobody is asked about. What may not come back is not in it. That more than half of a cache
// goes is what a budget may mean; but where projects are gone too, a disk may not be mounted, and all that they need looks
// like what nobody needs.
func mayGoByItself(l *look, p *plan.Plan, known bool) error {
	if !known {
		return &exitError{ExitUnconfirmed, fmt.Errorf("who uses the caches cannot be seen on this system, so --auto removes nothing: run 'godoctor clean' by hand")}
	}
	versions := 0
	for i := range p.Items {
		if part := p.Items[i].Part; part == plan.Version || part == plan.Forget {
			versions++
		}
	}
	if f := l.inv.Projects; f != nil && len(f.Gone) > 0 && versions > p.Versions/2 {
		return &exitError{ExitUnconfirmed, fmt.Errorf("%d of %d module versions would go, and %d projects that were found before are not there, the first %q: mount their disk, or run 'godoctor clean' by hand once",
			versions, p.Versions, len(f.Gone), f.Gone[0])}
	}
	return nil
}

// nothing says that there is nothing to remove: of a timer in one line, or none.
func (a *app) nothing(pr *plain.Printer, p *plan.Plan, f *cleanFlags) {
	if !f.auto {
		pr.Plan(p)
		f.beyond(a, p.Total)
		return
	}
	f.beyond(a, p.Total)
	if !a.quiet {
		fmt.Fprintf(pr, "nothing to remove: the caches take %s\n", text.Bytes(p.Total))
	}
}

// beyond says that the budget was not reached: the policies allow no more.
func (f *cleanFlags) beyond(a *app, total int64) {
	if f.budget > 0 && total > int64(f.budget) {
		a.note("the caches still take %s, more than the budget of %s: what else is there these policies and ages keep ('godoctor clean -n' shows why)",
			text.Bytes(total), text.Bytes(int64(f.budget)))
	}
}
