package cli

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"godoctor/doctor/report"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/modcache"
	"godoctor/ui/plain"
)

// lsFlags are the switches of ls.
type lsFlags struct {
	state     string
	olderThan days
	sort      string
	limit     int
}

func (a *app) lsCommand() *cobra.Command {
	var f lsFlags
	cmd := &cobra.Command{
		Use:   "ls [PATTERN]",
		Short: "list module versions with their sizes",
		Long: `ls lists the module versions in the module cache.

PATTERN picks them by module path, or by path@version where it has an @. A pattern with * matches the whole
path (* stops at a slash, ... does not); any other text matches where it occurs. FETCHED is the age of the
newest of zip and extracted directory.

STATE is the strongest need that any project has of the version: in-use (in a build list), listed (a go.sum, a git branch,
a fixture or a vendored project may need it), pinned, graph-only (only its go.mod), young (nobody, and downloaded or read
within --grace), orphan (nobody), unknown (nobody known, and not everybody could be asked). USERS counts the projects;
'godoctor why' names them.`,
		Example: `  godoctor ls
  godoctor ls aws --sort age
  godoctor ls 'github.com/spf13/...'
  godoctor ls golang.org/x/tools@v0.45.0 --json
  godoctor ls --older-than 90d --limit 20
  godoctor ls --state orphan --sort size`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return misuse("ls takes one pattern, got %d", len(args))
			}
			return nil
		},
		RunE:              func(cmd *cobra.Command, args []string) error { return a.ls(cmd, args, &f) },
		ValidArgsFunction: a.completeModules,
	}
	s := cmd.Flags()
	s.StringVar(&f.state, "state", "", "only versions in `STATE`: "+strings.Join(states(), ", "))
	s.Var(&f.olderThan, "older-than", "only versions fetched at least that long ago, like 90d, 2w or 1y")
	s.StringVar(&f.sort, "sort", "name", "sort by `KEY`: name, size or age (oldest first)")
	s.IntVar(&f.limit, "limit", 0, "at most `N` versions; 0: all")
	a.flags.scan(s)
	cmd.RegisterFlagCompletionFunc("state", fixed(states()...))
	cmd.RegisterFlagCompletionFunc("sort", fixed("name", "size", "age"))
	return cmd
}

// states are the names of the states of module versions.
func states() []string {
	out := make([]string, len(usage.States))
	for i, s := range usage.States {
		out[i] = string(s)
	}
	return out
}

func fixed(words ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
}

func (f *lsFlags) check() error {
	if f.state != "" && !slices.Contains(states(), f.state) {
		return misuse("--state %q: want one of %s", f.state, strings.Join(states(), ", "))
	}
	if !slices.Contains([]string{"name", "size", "age"}, f.sort) {
		return misuse("--sort %q: want name, size or age", f.sort)
	}
	if f.limit < 0 {
		return misuse("--limit %d: want 0 or more", f.limit)
	}
	return nil
}

func (a *app) ls(cmd *cobra.Command, args []string, f *lsFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	var pattern string
	if len(args) == 1 {
		pattern = args[0]
	}
	l, err := a.look(cmd.Context(), a.mode())
	if err != nil {
		return err
	}
	var picked []int
	if l.inv.ModCache != nil {
		picked = f.pick(l, pattern)
	}
	a.fatalNotes(l.inv)
	if l.use.Unsure && len(picked) > 0 {
		a.note("nothing is called an orphan: %s", l.use.Doubts[0].Message)
	}
	return a.print(report.New("ls", version(), l.inv).Ls(l.inv, l.use, picked), func(p *plain.Printer) { p.Ls(l.inv, l.use, picked) })
}

// fatalNotes says on stderr why there is no module cache to look at.
func (a *app) fatalNotes(inv *scan.Inventory) {
	for _, p := range inv.Problems {
		if p.Fatal && p.Subject == "GOMODCACHE" {
			a.note("%s", p.Message)
		}
	}
}

// pick applies pattern and flags to the versions of a cache, and gives their indexes.
func (f *lsFlags) pick(l *look, pattern string) []int {
	var out []int
	all, now := l.inv.ModCache.Versions, l.inv.Finished
	m := newMatcher(pattern)
	for i := range all {
		v := &all[i]
		old := f.olderThan == 0 || !v.Fetched.IsZero() && now.Sub(v.Fetched) >= time.Duration(f.olderThan)
		if old && m.match(v) && (f.state == "" || f.state == string(l.use.Versions[i].State)) {
			out = append(out, i)
		}
	}
	switch f.sort {
	case "size":
		slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(all[b].Disk(), all[a].Disk()) })
	case "age":
		slices.SortStableFunc(out, func(a, b int) int { return all[a].Fetched.Compare(all[b].Fetched) })
	}
	if f.limit > 0 && len(out) > f.limit {
		out = out[:f.limit]
	}
	return out
}

// A matcher is the pattern of ls, ready for use.
type matcher struct {
	withVersion bool
	re          *regexp.Regexp // nil: text
	text        string
}

// newMatcher reads a pattern. "..." stands for anything, as in patterns of the go command, * for anything
// but a slash, ? for one character that is none. Without any of them the pattern matches where it occurs.
func newMatcher(pattern string) matcher {
	m := matcher{withVersion: strings.Contains(pattern, "@"), text: pattern}
	if !strings.Contains(pattern, "...") && !strings.ContainsAny(pattern, "*?") {
		return m
	}
	var b strings.Builder
	for rest := strings.ToValidUTF8(pattern, "\ufffd"); rest != ""; { // a regexp of other bytes is none, and no module path has them
		switch {
		case strings.HasPrefix(rest, "..."):
			b.WriteString(".*")
			rest = rest[3:]
			continue
		case rest[0] == '*':
			b.WriteString("[^/]*")
		case rest[0] == '?':
			b.WriteString("[^/]")
		default:
			b.WriteString(regexp.QuoteMeta(rest[:1]))
		}
		rest = rest[1:]
	}
	m.re = regexp.MustCompile("(?s)^" + b.String() + "$")
	return m
}

func (m *matcher) match(v *modcache.Version) bool {
	name := v.Path
	if m.withVersion {
		name += "@" + v.Version
	}
	if m.re != nil {
		return m.re.MatchString(name)
	}
	return strings.Contains(name, m.text)
}
