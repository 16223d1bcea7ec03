package cli

import (
	"time"

	"github.com/spf13/cobra"

	"godoctor/doctor/report"
	"godoctor/ui/plain"
)

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "the settings of godoctor: what holds, where it comes from, which files there are",
		Long: `config shows the settings of godoctor itself; those of go are shown by 'godoctor env'. It changes nothing.

Each counts before those in front of it: what is built in; /etc/godoctor.toml; config.toml in the godoctor directory of the user's
config directory, or the file of --config; .godoctor.toml of the project; variables; flags. --no-config leaves out all files.
'godoctor help settings' says what may stand in them.`,
		Example: `  godoctor config show
  godoctor config show --origin
  godoctor config path
  godoctor config schema`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return misuse("config wants show, path or schema")
			}
			return misuse("unknown command %q: config has show, path and schema", args[0])
		},
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	cmd.AddCommand(a.configShowCommand(), a.configPathCommand(), a.configSchemaCommand())
	return cmd
}

func (a *app) configShowCommand() *cobra.Command {
	var origin bool
	cmd := &cobra.Command{
		Use:   "show",
		Short: "every setting and its value, as a config.toml has it",
		Long: `show prints every setting as config.toml would have it, so that what it prints may be one. What nobody has said is a comment.
With --origin each line says where its value comes from: file and line, variable, or flag. With -v what only flags can say
stands at the end, with the reason. Passwords in addresses are left out.`,
		Example: `  godoctor config show
  godoctor config show --origin
  godoctor config show --json`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			started := time.Now()
			d := report.Bare("config show", version()).WithConfigFiles(a.conf)
			d.Configuration = a.configuration()
			sum := report.ConfigSummary{Warnings: len(a.conf.Warnings) + len(a.said.warnings), Broken: a.conf.Broken}
			for i := range d.Configuration {
				if s := &d.Configuration[i]; s.Files || s.Variable != "" {
					sum.Settings++
					if s.Set {
						sum.Set++
					}
				}
			}
			d.Started, d.DurationMS, d.Summary = started.UTC(), time.Since(started).Milliseconds(), sum
			return a.print(d, func(p *plain.Printer) { p.Configuration(d.Configuration, origin) })
		},
	}
	cmd.Flags().BoolVar(&origin, "origin", false, "say where each value comes from")
	return cmd
}

func (a *app) configPathCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "path",
		Short: "the files that settings are read from, and whether they are there",
		Example: `  godoctor config path
  godoctor config path --json`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			d := report.Bare("config path", version()).WithConfigFiles(a.conf)
			d.Summary = report.ConfigSummary{Warnings: len(a.conf.Warnings) + len(a.said.warnings), Broken: a.conf.Broken}
			return a.print(d, func(p *plain.Printer) { p.ConfigFiles(d.ConfigFiles) })
		},
	}
}

func (a *app) configSchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "the JSON Schema of config.toml, for editors",
		Long: `schema prints the JSON Schema (2020-12) of config.toml and of the administrator's file. Editors that know TOML complete and check
with it: save it, and write '#:schema FILE' into the first line of config.toml.`,
		Example: `  godoctor config schema`,
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			return plain.ConfigSchema(a.Stdout, configSchema(a.said.table.list))
		},
	}
}
