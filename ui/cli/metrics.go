package cli

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"godoctor/doctor/check"
	"godoctor/doctor/report"
	"godoctor/doctor/state"
	"godoctor/scan/system"
	"godoctor/ui/plain"
)

func (a *app) metricsCommand() *cobra.Command {
	var output string
	var checks bool
	cmd := &cobra.Command{
		Use:   "metrics",
		Short: "gauges for Prometheus: stores, module versions, toolchains, projects, findings, room",
		Long: `metrics prints gauges in the text format of Prometheus. With -o FILE it replaces that file at once, readable for all, as the
textfile collector of node_exporter wants it: a name that ends in .prom in the directory of --collector.textfile.directory.

Labels are words of godoctor: stores, states, checks. No path, module or user is in them, and their number is bounded. Times are
seconds since 1970: how long ago the last clean was is time() - godoctor_last_clean_timestamp_seconds.

--check runs the checks too, for every project that is found, and adds godoctor_findings: a line for each check that ran, 0 where
it found nothing. Findings change no exit code here: they are for alerts. What the configuration ignores is counted apart.

Every file is looked at, as by status; with --fast sizes are taken from zips and from the last scan, and projects from earlier
looks: for a timer that runs every few minutes.`,
		Example: `  godoctor metrics
  godoctor metrics --fast -o /var/lib/prometheus/node-exporter/godoctor.prom
  godoctor metrics --check`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.metrics(cmd.Context(), output, checks) },
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "replace `FILE` instead of printing")
	cmd.Flags().BoolVar(&checks, "check", false, "run the checks, and count what they find")
	a.flags.scan(cmd.Flags())
	return cmd
}

func (a *app) metrics(ctx context.Context, output string, checks bool) error {
	l, err := a.look(ctx, a.mode())
	if err != nil {
		return err
	}
	a.fatalNotes(l.inv)
	in := report.MetricsInput{Inventory: l.inv, Usage: l.use, Space: system.This().Space,
		Build: report.BuildInfo{Version: version(), Revision: revision(), Go: runtime.Version()}}
	if a.saved != nil {
		in.Space = a.spaceSaved
	}
	if in.Runs, err = a.kept.Runs(); err != nil {
		a.note("%v", err)
	}
	if checks {
		if in.Checks, err = a.checkRun(ctx, l); err != nil {
			return err
		}
	}
	list := report.Metrics(in)
	if output != "" {
		var b strings.Builder
		if err := plain.Metrics(&b, list); err != nil {
			return err
		}
		if err := state.WriteShared(a.at(output), []byte(b.String())); err != nil {
			return fmt.Errorf("the metrics could not be written: %w", err)
		}
		if a.format == "text" {
			return nil
		}
	}
	d := report.New("metrics", version(), l.inv)
	d.Metrics = list
	return a.print(d, func(p *plain.Printer) { plain.Metrics(p, list) })
}

// checkRun runs the checks over every project, as check --all does, but asks no network.
func (a *app) checkRun(ctx context.Context, l *look) (*report.CheckRun, error) {
	res, err := a.runChecks(ctx, l, a.pick(l, nil, &checkFlags{all: true}), check.Options{})
	if err != nil {
		return nil, err
	}
	return a.judged(res), nil
}

// judged is what checks found, without what somebody lives with.
func (a *app) judged(res *check.Result) *report.CheckRun {
	left, hidden := check.Ignore(res.Findings, a.rules(), time.Now())
	return &report.CheckRun{Ran: res.Ran, Findings: left, Ignored: len(hidden) + a.ignoredSaved(), Severity: func(id string) string {
		if c := checkIn(a.table(), id); c != nil {
			return c.Severity.String()
		}
		return "note"
	}}
}
