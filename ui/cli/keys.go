package cli

import (
	"github.com/spf13/cobra"

	"godoctor/doctor/report"
	"godoctor/ui/plain"
	"godoctor/ui/tui"
)

func (a *app) keysCommand() *cobra.Command {
	var markdown bool
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "the keys of the terminal UI, screen by screen",
		Long: `keys lists every key of the terminal UI: those of all screens, those of each, and in which state of it they work. A key
means the same on every screen, and none changes a cache: what does asks before, with Cancel marked. In the terminal UI ?
lists the keys that work there, and : everything that can be done; both are searched by typing, and enter does it.`,
		Example: `  godoctor keys
  godoctor keys --markdown`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			if markdown {
				if a.format != "text" && a.format != "markdown" {
					return misuse("--markdown and --format %s exclude each other", a.format)
				}
				a.format = "markdown"
			}
			return a.keys()
		},
	}
	cmd.Flags().BoolVar(&markdown, "markdown", false, "print a table in Markdown")
	return cmd
}

// keys prints the key table of the terminal UI.
func (a *app) keys() error {
	d := report.Bare("keys", version())
	d.Keys = tui.Keys()
	n := 0
	for i := range d.Keys {
		n += len(d.Keys[i].Keys)
	}
	d.Summary = report.KeySummary{Places: len(d.Keys), Keys: n}
	if a.format == "markdown" {
		return plain.KeysMarkdown(a.Stdout, d.Keys)
	}
	return a.print(d, func(p *plain.Printer) { p.Keys(d.Keys) })
}
