package check

import (
	"fmt"
	"path/filepath"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/owner"
)

var buildcacheOwner = &Check{
	ID:       "buildcache-owner",
	Title:    "entries of the build cache belong to somebody else",
	Severity: finding.Error,
	Cost:     Walk,
	Covers:   []string{"C28"},
	Says: []string{
		"package … is not in std",
		"open …-d: permission denied",
	},
	Help: Help{
		Why: "A go command that was run as root with the home directory kept (sudo go build, a make install under sudo, a container " +
			"with the cache mounted) leaves entries which belong to root. Go may not read or replace them, and what it says then " +
			"leads astray: \"package bytes is not in std\" is said of a whole standard library whose index cannot be read.",
		Look: "find \"$(go env GOCACHE)\" ! -user \"$(id -un)\" | head",
		Do: "Give the cache back: sudo chown -R \"$(id -u):$(id -g)\" \"$(go env GOCACHE)\". go clean -cache stops at what it may not " +
			"remove. Do not run go under sudo: build first, and sudo only the copy of the program.",
		See: []string{"golang/go#38127"},
	},
	Run: func(p *Pass) {
		c := p.Inventory.BuildCache
		if c == nil || !c.Looks {
			return
		}
		look, ok := owner.New(p.System, c.Root)
		if !ok || p.wayTo(c.Root).obstacle != noObstacle {
			return // closed as a whole: buildcache-unusable
		}
		real, err := filepath.EvalSymlinks(c.Root)
		if err != nil {
			return
		}
		first, rest := cacheDirs(real, c.Actions+c.Outputs)
		look.Dirs(p, first, p.System.CPUs)
		f := look.Found()
		if f.Foreign+f.Closed > 0 {
			look.Dirs(p, rest, p.System.CPUs)
			f = look.Found()
		}
		switch {
		case f.Closed > 0:
			p.Report(p.owned(c.Root, &f, "go fails where it needs one of them"))
		case f.Foreign > 0 && f.Owners[0] > 0:
			p.ReportAs(finding.Note, p.owned(c.Root, &f, "they can be read, so that builds work: somebody has run go as root with this cache"))
		}
	},
}

// cacheDirs are the directories of a build cache that are looked at first, and the others. Entries are spread evenly over
// them, and one go command leaves dozens: of a large cache a part is looked at, and the rest where that has something.
func cacheDirs(root string, entries int64) (first, rest []string) {
	first = []string{root}
	step := int(max(1, min(8, entries/10000)))
	for i := range 256 {
		dir := filepath.Join(root, fmt.Sprintf("%02x", i))
		if i%step == 0 {
			first = append(first, dir)
		} else {
			rest = append(rest, dir)
		}
	}
	return first, rest
}

// owned is a finding about what in a cache is not its user's.
func (m *Machine) owned(root string, f *owner.Found, means string) finding.Finding {
	var b strings.Builder
	if f.Foreign > 0 {
		fmt.Fprintf(&b, "%s %s not to %s but to %s", entries(f.Foreign), belong(f.Foreign), userName(f.User), owners(f))
		if f.Closed > 0 {
			fmt.Fprintf(&b, ", and ")
		}
	}
	list := f.ForeignPaths
	if f.Closed > 0 {
		fmt.Fprintf(&b, "%s may not use %d of them", userName(f.User), f.Closed)
		if f.Foreign == 0 {
			b.Reset()
			fmt.Fprintf(&b, "%s %s closed to %s by their permissions", entries(f.Closed), are(f.Closed), userName(f.User))
		}
		list = f.ClosedPaths
	}
	fmt.Fprintf(&b, ": %s. ", means)
	b.WriteString("The first: " + strings.Join(list, ", "))
	out := finding.Finding{Detail: b.String(), Target: finding.Target{Path: root}}
	if f.Foreign > 0 {
		fix := m.takeOver(root)
		if m.System.UID == 0 { // the cache is that of somebody else
			fix.Title = fmt.Sprintf("give %s back to %s", root, userName(f.User))
			fix.Argv = m.unixOnly("chown", "-R", fmt.Sprint(f.User), root)
		}
		if !m.ours(root) { // a cache of all users, perhaps
			out.Fixes = append(out.Fixes, finding.Fix{ID: FixElsewhere, Title: "set the cache to a directory of one's own"})
		}
		out.Fixes = append(out.Fixes, fix)
	} else {
		out.Fixes = append(out.Fixes, finding.Fix{ID: FixOpen, Title: "let their user use them again",
			Argv: m.unixOnly(append([]string{"chmod", "u+rwX"}, f.ClosedPaths...)...)})
		if f.Closed > int64(len(f.ClosedPaths)) {
			out.Fixes[0].Argv = m.unixOnly("chmod", "-R", "u+rwX", root)
		}
	}
	return out
}

// FixOpen gives permissions back to the owner.
const FixOpen = "open"

func owners(f *owner.Found) string {
	if len(f.Owners) > 1 {
		return fmt.Sprintf("%d other users", len(f.Owners))
	}
	for uid := range f.Owners {
		return userName(uid)
	}
	return "others"
}

func entries(n int64) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}

func belong(n int64) string {
	if n == 1 {
		return "belongs"
	}
	return "belong"
}

func are(n int64) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
