package cli

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"godoctor/ui/plain"
)

// A manPage is one manual page.
type manPage struct {
	plain.PageName
	body func(*plain.Roff)
}

// file is the name that man looks for.
func (p *manPage) file() string { return p.Name + "." + strconv.Itoa(p.Section) }

func (a *app) manCommand() *cobra.Command {
	list := false
	cmd := &cobra.Command{
		Use:   "man [PAGE]",
		Short: "print a manual page, for man to show or to be installed",
		Long: `man prints a manual page in the form that man, groff and mandoc read: of the program, or of PAGE, which is a command, or
accessibility, checks or settings. --list names the file of each page, so that whoever packs the program need not know them:

  for f in $(godoctor man --list); do godoctor man "$f" > "$f"; done

The pages are made from the same words as 'godoctor help'. They bear the date of the commit that the program was built from, or that
of SOURCE_DATE_EPOCH, so that the same program prints the same pages.`,
		Example: `  godoctor man --list
  godoctor man clean
  godoctor man toolchains get
  godoctor man settings`,
		RunE: func(cmd *cobra.Command, args []string) error {
			pages := a.manPages(cmd.Root())
			switch {
			case list && len(args) > 0:
				return misuse("--list names all pages: give it no PAGE")
			case list:
				for i := range pages {
					if _, err := fmt.Fprintln(a.Stdout, pages[i].file()); err != nil {
						return fmt.Errorf("writing the list: %w", err)
					}
				}
				return nil
			}
			p := pageNamed(pages, strings.Join(args, "-"))
			if p == nil {
				return misuse("there is no manual page %q: 'godoctor man --list' names them", strings.Join(args, " "))
			}
			return p.print(a.Stdout)
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
			var out []string
			for _, p := range a.manPages(cmd.Root()) {
				if name := shortName(p.Name); len(args) == 0 && name != "" && strings.HasPrefix(name, prefix) {
					out = append(out, name+"\t"+p.Title)
				}
			}
			return out, cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().BoolVar(&list, "list", false, "name the files of all pages")
	return cmd
}

// shortName is a page without the name of the program: "ls", "toolchains-get"; of the program's own page "".
func shortName(page string) string {
	_, name, _ := strings.Cut(page, "-")
	return name
}

// pageNamed finds a page by the name of its file, with or without its section, or by that of its command.
func pageNamed(pages []manPage, name string) *manPage {
	i := slices.IndexFunc(pages, func(p manPage) bool {
		return name == p.file() || name == p.Name || name == shortName(p.Name)
	})
	if i < 0 {
		return nil
	}
	return &pages[i]
}

// print writes the page.
func (p *manPage) print(w io.Writer) error {
	r := plain.NewRoff(w, p.PageName)
	p.body(r)
	if err := r.End(); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

// manPages are all pages: of the program, of each command, and of what 'godoctor help' knows besides.
func (a *app) manPages(root *cobra.Command) []manPage {
	source, day := "godoctor "+version(), a.builtOn()
	page := func(name string, section int, title string, body func(*plain.Roff)) manPage {
		return manPage{plain.PageName{Name: name, Section: section, Date: day, Source: source, Title: title}, body}
	}
	table := settingsOf(root)
	var out []manPage
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Hidden {
			return
		}
		c.InitDefaultHelpFlag()
		body := func(r *plain.Roff) { commandPage(r, c, table) }
		if !c.HasParent() {
			body = func(r *plain.Roff) { programPage(r, c, table) }
		}
		out = append(out, page(pageOf(c), 1, c.Short, body))
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(root)
	for i := range topics {
		t := &topics[i]
		out = append(out, page("godoctor-"+t.Name, 7, t.Title, func(r *plain.Roff) {
			r.Section("description")
			r.Text(t.Text)
			seeAlso(r, "godoctor(1)")
		}))
	}
	return append(out, page("godoctor-checks", 7, "what godoctor check looks for, and what to do about it", a.checksPage))
}

// pageOf is the name of the page of a command.
func pageOf(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

// builtOn is the day that stands on the pages: a packager's, or that of the commit; "": not known.
func (a *app) builtOn() string {
	if n, err := strconv.ParseInt(a.getenv("SOURCE_DATE_EPOCH"), 10, 64); err == nil && n >= 0 {
		return time.Unix(n, 0).UTC().Format(time.DateOnly)
	}
	if t, err := time.Parse(time.RFC3339, built("vcs.time")); err == nil {
		return t.UTC().Format(time.DateOnly)
	}
	return ""
}

// programPage is the page of the program.
func programPage(r *plain.Roff, c *cobra.Command, table *settingsTable) {
	r.Section("synopsis")
	r.Synopsis("godoctor", "[OPTIONS]")
	r.Synopsis("godoctor", "COMMAND [OPTIONS] [ARGUMENTS]")
	r.Section("description")
	r.Text(c.Long)
	r.Section("commands")
	subcommands(r, c)
	r.Section("options")
	r.Text("Options stand before or after the command. Without a command there are:")
	options(r, c.LocalNonPersistentFlags(), table)
	r.Part("Options of all commands")
	options(r, c.PersistentFlags(), table)
	r.Section("exit status")
	for _, e := range exitStatus {
		r.Item(e[0], "", e[1])
	}
	r.Section("environment")
	for _, e := range environment {
		r.Item(e[0], "", e[1])
	}
	r.Section("files")
	for _, e := range filesOfOurs {
		r.Item(e[0], "", e[1])
	}
	examples(r, c)
	var pages []string
	for i := range topics {
		pages = append(pages, "godoctor-"+topics[i].Name+"(7)")
	}
	seeAlso(r, append(pages, "godoctor-checks(7)", "go(1)")...)
}

// commandPage is the page of one command.
func commandPage(r *plain.Roff, c *cobra.Command, table *settingsTable) {
	r.Section("synopsis")
	_, args, _ := strings.Cut(c.Use, " ")
	r.Synopsis(c.CommandPath(), strings.TrimSpace(args+" [OPTIONS]"))
	r.Section("description")
	if c.Long != "" {
		r.Text(c.Long)
	} else {
		r.Text(c.CommandPath() + ": " + c.Short + ".")
	}
	if c.HasAvailableSubCommands() {
		r.Section("commands")
		subcommands(r, c)
	}
	r.Section("options")
	options(r, c.LocalNonPersistentFlags(), table)
	var all []string
	c.Root().PersistentFlags().VisitAll(func(f *pflag.Flag) { all = append(all, "--"+f.Name) })
	r.Text("Options of all commands, which godoctor(1) explains: " + strings.Join(all, ", ") + ".")
	r.Section("exit status")
	r.Text("0 where it is done, 1 where it failed, 2 where the call is wrong, 3 where there are findings, 4 where a part is done, " +
		"5 where it was not confirmed, 6 where the caches are in use, 129, 130 and 143 where a signal stopped it; see godoctor(1).")
	examples(r, c)
	pages := []string{"godoctor(1)"}
	if p := c.Parent(); p != c.Root() {
		pages = append(pages, pageOf(p)+"(1)")
	}
	seeAlso(r, append(pages, "godoctor-settings(7)")...)
}

// subcommands lists the commands below one.
func subcommands(r *plain.Roff, c *cobra.Command) {
	for _, sub := range c.Commands() {
		if !sub.Hidden {
			r.Item(pageOf(sub)+"(1)", "", sub.Short)
		}
	}
}

// options lists flags: how they are written, what they mean, what holds without them, and the variable that stands in.
func options(r *plain.Roff, flags *pflag.FlagSet, table *settingsTable) {
	flags.VisitAll(func(f *pflag.Flag) {
		value, usage := pflag.UnquoteUsage(f)
		term := "--" + f.Name
		if f.Shorthand != "" {
			term = "-" + f.Shorthand + ", " + term
		}
		meaning := usage + "."
		if d := f.DefValue; f.Value.Type() != "bool" && !slices.Contains([]string{"", "0", "-1", "[]"}, d) || d == "true" {
			meaning += " Default: " + d + "."
		}
		if s := table.of[f]; s != nil && s.flagOnly == "" {
			meaning += " Variable: " + s.env + "."
		}
		r.Item(term, value, meaning)
	})
}

// examples are those of the help.
func examples(r *plain.Roff, c *cobra.Command) {
	if c.Example != "" {
		r.Section("examples")
		r.Text(c.Example)
	}
}

func seeAlso(r *plain.Roff, pages ...string) {
	r.Section("see also")
	r.Pages(pages)
}
