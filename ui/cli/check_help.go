package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"godoctor/doctor/check"
	"godoctor/doctor/report"
	"godoctor/ui/plain"
)

// reportCheck is a check in the shape of the report.
func reportCheck(c *check.Check) report.Check {
	out := report.Check{ID: c.ID, Title: c.Title, Severity: c.Severity.String(), Cost: c.Cost.String(), Subject: "machine",
		Covers: append([]string{}, c.Covers...), Says: append([]string{}, c.Says...), Why: c.Help.Why, Look: c.Help.Look, Do: c.Help.Do,
		See: append([]string{}, c.Help.See...)}
	if c.Subject == check.OfProject {
		out.Subject = "project"
	}
	return out
}

// listChecks prints the table of checks.
func (a *app) listChecks(table []*check.Check) error {
	d := report.Bare("check", version())
	d.Checks = []report.Check{}
	for _, c := range table {
		d.Checks = append(d.Checks, reportCheck(c))
	}
	for _, c := range check.Conditions() {
		d.Conditions = append(d.Conditions, report.Condition{ID: c.ID, Title: c.Title, Checks: c.Checks, Why: c.Why})
	}
	d.Summary = report.CheckSummary{Checks: len(d.Checks)}
	if a.format == "markdown" {
		return plain.ChecksMarkdown(a.Stdout, d.Checks, d.Conditions)
	}
	return a.print(d, func(p *plain.Printer) { p.Checks(d.Checks) })
}

// helpCommand is cobra's, which knows the checks as well.
func (a *app) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND or CHECK]",
		Short: "help about a command, or the manual page of a check",
		Long: `help prints the help of a command, or what there is to know about a check: what goes wrong, which words of go lead
there, how to see it by hand, and what to do. 'godoctor help checks' lists the checks, 'godoctor help accessibility' says how
to use it with a screen reader.`,
		Example: `  godoctor help check
  godoctor help accessibility
  godoctor help checks`,
		RunE:              a.help,
		ValidArgsFunction: a.completeTopics,
	}
}

func (a *app) help(cmd *cobra.Command, args []string) error {
	root := cmd.Root()
	found, rest, err := root.Find(args)
	if err == nil && len(rest) == 0 && found != nil {
		found.InitDefaultHelpFlag()
		found.InitDefaultVersionFlag()
		return found.Help()
	}
	table := a.table()
	if len(args) == 1 && args[0] == "checks" {
		return a.listChecks(table)
	}
	if t := topicNamed(args[0]); t != nil && len(args) == 1 {
		d := report.Bare("help", version())
		d.Topic = t
		return a.print(d, func(p *plain.Printer) { p.Topic(t) })
	}
	if c := checkIn(table, args[0]); c != nil && len(args) == 1 {
		d := report.Bare("help", version())
		d.Checks = []report.Check{reportCheck(c)}
		return a.print(d, func(p *plain.Printer) { p.CheckPage(&d.Checks[0]) })
	}
	names := append(ids(table), "checks")
	for i := range topics {
		names = append(names, topics[i].Name)
	}
	for _, c := range root.Commands() {
		names = append(names, c.Name())
	}
	hint := "; 'godoctor help' lists the commands, 'godoctor help checks' the checks"
	if list := near(args[0], names); len(list) > 0 {
		hint = ": did you mean " + joined(list) + "?"
	}
	return misuse("nothing is known about %q%s", strings.Join(args, " "), hint)
}

func (a *app) completeTopics(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	out, how := a.completeChecks(cmd, nil, prefix)
	for _, c := range cmd.Root().Commands() {
		if strings.HasPrefix(c.Name(), prefix) && c.IsAvailableCommand() {
			out = append(out, c.Name()+"\t"+c.Short)
		}
	}
	for i := range topics {
		if t := &topics[i]; strings.HasPrefix(t.Name, prefix) {
			out = append(out, t.Name+"\t"+t.Title)
		}
	}
	slices.Sort(out)
	return out, how
}
