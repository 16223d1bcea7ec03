package cli

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"godoctor/doctor/report"
	"godoctor/ui/plain"
)

// stamped is the version that a packager gives a build from sources without their history, of which the go command records no
// version: go build -ldflags "-X godoctor/ui/cli.stamped=v1.2.3". Nothing else sets it.
var stamped string

// version is the version of the program as the go command recorded it: a tag after 'go install' and in a clone that has one, a
// pseudo-version of a commit after 'go build' in a clone, "(devel)" where there was nothing to record and nothing was stamped.
func version() string {
	info, _ := debug.ReadBuildInfo()
	return versionIn(info, stamped)
}

// versionIn is the version of a program with this build info, which may be nil. What go recorded counts before the stamp.
func versionIn(info *debug.BuildInfo, stamp string) string {
	if info == nil || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return cmp.Or(stamp, "(devel)")
	}
	return info.Main.Version
}

// built is a setting of the build, as the go command recorded it; "" where it did not.
func built(key string) string {
	info, _ := debug.ReadBuildInfo()
	return builtIn(info, key)
}

func builtIn(info *debug.BuildInfo, key string) string {
	if info != nil {
		for _, s := range info.Settings {
			if s.Key == key {
				return s.Value
			}
		}
	}
	return ""
}

// revision is the commit that the program was built from, if the go command recorded it.
func revision() string {
	info, _ := debug.ReadBuildInfo()
	return revisionIn(info)
}

func revisionIn(info *debug.BuildInfo) string {
	rev := builtIn(info, "vcs.revision")
	if rev != "" && builtIn(info, "vcs.modified") == "true" {
		rev += "+dirty"
	}
	return rev
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
