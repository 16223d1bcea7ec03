package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"godoctor/doctor/state"
	"godoctor/ui/text"
)

// Completion answers while somebody types: from godoctor's own files alone, which it only reads. It scans nothing, runs nothing
// and asks nobody, and what it cannot answer it leaves to the shell.

// answers reads the settings and the flags that were typed so far, and says whether they make sense. Nothing is said of what is
// wrong with them: there is a half-typed line on the terminal.
func (a *app) answers(cmd *cobra.Command) bool {
	stderr := a.Stderr
	a.Stderr = io.Discard
	defer func() { a.Stderr = stderr }()
	if a.prepare(cmd, nil) != nil {
		return false
	}
	if a.saved == nil && !a.demo {
		a.settle()
	}
	return true
}

// offer keeps of the candidates, each perhaps with a tab and what it is, those that begin as what was typed, and that a terminal
// shows as they are.
func offer(candidates []string, prefix string) ([]string, cobra.ShellCompDirective) {
	var out []string
	for _, c := range candidates {
		word, _, _ := strings.Cut(c, "\t")
		if strings.HasPrefix(word, prefix) && text.Clean(word) == word {
			out = append(out, c)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// completeModules completes module paths, and versions behind an @, from what the last scan left.
func (a *app) completeModules(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	many := cmd.Name() == "verify" || cmd.Name() == "repair"
	if len(args) > 0 && !many || !a.answers(cmd) {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	x, err := a.state.Index()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []string
	path, _, versions := strings.Cut(prefix, "@")
	if !versions {
		if out, _ = offer(x.Modules(), prefix); len(out) == 1 {
			path, versions = out[0], true
		}
	}
	if versions {
		for _, v := range x.Versions(path) {
			out = append(out, path+"@"+v)
		}
	}
	return offer(out, prefix)
}

// completeRepairs completes what repair mends: findings by the name of their check, and modules.
func (a *app) completeRepairs(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	out, _ := a.completeChecks(cmd, args, prefix)
	modules, how := a.completeModules(cmd, args, prefix)
	return append(out, modules...), how
}

// completeRuns completes runs of the history, the last first, of which the function has nothing to object to.
func (a *app) completeRuns(objection func(*state.Run) error) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 || !a.answers(cmd) {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		runs, _ := a.kept.Runs() // those that can be read
		var out []string
		for _, r := range runs {
			if objection(r) == nil {
				out = append(out, fmt.Sprintf("%s\t%s of %s", r.ID, text.Clean(r.Kind), items(len(r.Items))))
			}
		}
		out, how := offer(out, prefix)
		return out, how | cobra.ShellCompDirectiveKeepOrder
	}
}

// holds says that nothing of a run waits in the quarantine, as far as the history knows.
func holds(r *state.Run) error {
	if r.Later > 0 || slices.ContainsFunc(r.Items, func(it state.RunItem) bool { return it.Kept != "" }) {
		return nil
	}
	return fmt.Errorf("run %s put nothing into the quarantine", r.ID)
}

// completeProjects completes the directories of projects that were found before; else any directory.
func (a *app) completeProjects(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 || !a.answers(cmd) {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	seen, _ := a.kept.Seen() // none, where they cannot be read
	var dirs []string
	for _, s := range seen {
		dirs = append(dirs, filepath.Dir(s.File))
	}
	slices.Sort(dirs)
	if out, how := offer(slices.Compact(dirs), prefix); len(out) > 0 {
		return out, how
	}
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// completeReleases completes Go releases: those of the list that was fetched last, the newest first.
func (a *app) completeReleases(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 || !a.answers(cmd) {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	out := []string{"latest\tthe newest release that the proxy lists"}
	if list, err := a.state.Releases(); err == nil {
		for _, r := range slices.Backward(list.Releases) {
			out = append(out, r.Version)
		}
	}
	out, how := offer(out, prefix)
	return out, how | cobra.ShellCompDirectiveKeepOrder
}

// completeFlags says how the value of each flag is completed that does not say so itself: by the words that it may be, or by
// what its help calls it.
func (a *app) completeFlags(root, cmd *cobra.Command) {
	add := func(f *pflag.Flag) {
		if _, ok := cmd.GetFlagCompletionFunc(f.Name); ok || f.Value.Type() == "bool" || f.Annotations[cobra.BashCompSubdirsInDir] != nil {
			return
		}
		table := ""
		if cmd != root || root.PersistentFlags().Lookup(f.Name) == nil {
			table = tableOf(cmd)
		}
		if complete := a.completionOf(f, ruleOf(table, f.Name)); complete != nil {
			cmd.RegisterFlagCompletionFunc(f.Name, complete)
		}
	}
	cmd.PersistentFlags().VisitAll(add)
	cmd.LocalNonPersistentFlags().VisitAll(add)
	for _, sub := range cmd.Commands() {
		a.completeFlags(root, sub)
	}
}

// completionOf completes the value of a flag; nil: the shell does, with the names of files.
func (a *app) completionOf(f *pflag.Flag, r rule) cobra.CompletionFunc {
	if r.choices != nil {
		return fixed(r.choices()...)
	}
	switch kind, _ := pflag.UnquoteUsage(f); {
	case kind == "DIR" && f.Name == "project":
		return a.completeProjects
	case kind == "DIR":
		return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		}
	case kind == "FILE", kind == "BUNDLE":
		return nil
	case strings.HasPrefix(kind, "MODULE"):
		return func(cmd *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
			return a.completeModules(cmd, nil, prefix)
		}
	case f.Name == "toolchain":
		return func(cmd *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
			out, how := a.completeReleases(cmd, nil, prefix)
			return slices.DeleteFunc(out, func(s string) bool { return !strings.HasPrefix(s, "go") }), how // latest is none
		}
	}
	return cobra.NoFileCompletions
}

// completeAt makes the script for bash complete what follows an @ too. Bash takes that for the end of a word, as it does : and =,
// with which cobra's script copes.
func completeAt(root *cobra.Command) {
	bash, _, err := root.Find([]string{"completion", "bash"})
	if err != nil || bash.Name() != "bash" {
		return
	}
	bash.RunE = func(cmd *cobra.Command, _ []string) error {
		var b strings.Builder
		plainly, _ := cmd.Flags().GetBool("no-descriptions")
		if err := cmd.Root().GenBashCompletionV2(&b, !plainly); err != nil {
			return err
		}
		_, err := io.WriteString(cmd.OutOrStdout(), withAt(b.String()))
		return err
	}
}

// withAt changes the script: @ breaks no words of it, and what stands before an @ is taken off what is offered.
func withAt(script string) string {
	const strip = `__godoctor_handle_special_char "$cur" =`
	script = strings.ReplaceAll(script, "_init_completion -n =: ", "_init_completion -n =:@ ")
	return strings.ReplaceAll(script, strip, strip+"\n    "+strings.TrimSuffix(strip, "=")+"@")
}
