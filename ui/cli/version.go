package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"godoctor/doctor/report"
	"godoctor/ui/plain"
)

// version is the version of the program as the go command recorded it: a tag after 'go install', a
// pseudo-version of a commit after 'go build' in a clone, "(devel)" where there was nothing to record.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

// revision is the commit that the program was built from, if the go command recorded it.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	var rev, dirty string
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			rev = s.Value
		case "vcs.modified":
			if s.Value == "true" {
				dirty = "+dirty"
			}
		}
	}
	if rev == "" {
		return ""
	}
	return rev + dirty
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "print the version of godoctor and the Go that built it",
		Example: `  godoctor version
  godoctor version --json`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			d := report.Bare("version", version())
			d.Host.Go = runtime.Version()
			d.Summary = map[string]string{"version": version(), "revision": revision(), "go": runtime.Version()}
			return a.print(d, func(p *plain.Printer) {
				parts := []string{"godoctor", version(), runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}
				if r := revision(); r != "" {
					parts = append(parts, r)
				}
				fmt.Fprintln(p, strings.Join(parts, " "))
			})
		},
	}
}
