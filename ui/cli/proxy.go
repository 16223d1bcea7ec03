package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"godoctor/doctor/check"
	"godoctor/doctor/fetch"
	"godoctor/doctor/finding"
	"godoctor/doctor/report"
	"godoctor/scan/meter"
	"godoctor/ui/plain"
)

func (a *app) proxyCommand() *cobra.Command {
	failOn := "error"
	cmd := &cobra.Command{
		Use:   "proxy [URL...]",
		Short: "ask each proxy of GOPROXY, candidates, and the checksum database how they answer, and how fast",
		Long: `proxy asks each entry of GOPROXY, the addresses given, those that stand as mirrors in config.toml, and the checksum
database, as go would: does the name lead anywhere, who answers, over which TLS and with whose certificate, with which status, how
long that takes, how many bytes a second come, whether parts of a zip can be had (so that a download can go on), whether the
checksum database is relayed, and whether the clocks agree. At most 4 MiB come from each.

It asks for one module that the checksum database knows to be public, or for the list of toolchains; never for a private
path. Logins are sent as go sends them. A private module of the projects here whose name would go to the public is told, with the
pattern for GOPRIVATE that stops it. A candidate that is faster than the first entry that works is offered as a change of
GOPROXY; nothing is changed.

Exit code 3 says that go does not come past an entry that is down, or that the checksum database cannot be asked (--fail-on).`,
		Example: `  godoctor proxy
  godoctor proxy https://proxy.example.com
  godoctor proxy --json --fail-on never`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := badFailOn(failOn); err != nil {
				return err
			}
			return a.proxy(cmd.Context(), args, failOn)
		},
		ValidArgsFunction: a.completeMirrors,
	}
	cmd.Flags().StringVar(&failOn, "fail-on", failOn, "exit with 3 on findings of `SEVERITY` or worse: error, warning, note or never")
	cmd.RegisterFlagCompletionFunc("fail-on", fixed("error", "warning", "note", "never"))
	return cmd
}

func (a *app) proxy(ctx context.Context, args []string, failOn string) error {
	started := time.Now()
	switch {
	case a.offline:
		return misuse("proxy asks the network, and --offline forbids it: give one of them")
	case a.demo:
		return misuse("proxy and --demo exclude each other: a made-up machine asks nobody")
	}
	candidates, err := a.candidates(args)
	if err != nil {
		return err
	}
	l, picked, err := a.lookFor(ctx, &checkFlags{given: func(string) bool { return false }})
	if err != nil {
		return err
	}
	m := a.machineOf(l, picked)
	more, err := a.candidates(a.conf.Mirrors)
	if err != nil {
		return err
	}
	targets, relayed := check.ProbeTargets(m, append(candidates, more...))
	s := fetch.SettingsOf(l.inv.Env, a.Environ)
	o := fetch.ProbeOptions{Module: check.ProbeModule(m), SumDB: relayed}
	stop := a.progressOf("asking", new(meter.Meter))
	results := fetch.ProbeAll(ctx, s, targets, o)
	stop()
	if err := ctx.Err(); err != nil {
		return err
	}
	a.keepProbed(results)
	list := check.JudgeProxies(ctx, m, results)
	local := check.Run(ctx, m, a.table(), check.Options{Only: []string{"goproxy-malformed", "private-module-public"}})
	return a.printProbed(l, results, append(list, local.Findings...), o, s, failOn, started)
}

// candidates reads addresses of proxies.
func (a *app) candidates(list []string) (out []fetch.Proxy, err error) {
	for _, arg := range list {
		p, err := fetch.ParseProxy(arg)
		if err != nil {
			return nil, misuse("%s: %w", report.NoPassword(arg), err)
		}
		out = append(out, p)
	}
	return out, nil
}

// keepProbed keeps how fast the first entry that works was, for saying how long a download will take.
func (a *app) keepProbed(results []fetch.ProbeResult) {
	for i := range results {
		if r := &results[i]; r.Target.Kind == fetch.ProbeEntry && r.Works() {
			if r.Rate > 0 {
				if err := a.kept.SaveRate(r.Rate, time.Now()); err != nil {
					a.debugf("the rate of the download is not kept: %v", err)
				}
			}
			return
		}
	}
}

func (a *app) printProbed(l *look, results []fetch.ProbeResult, list []finding.Finding, o fetch.ProbeOptions, s fetch.Settings, failOn string, started time.Time) error {
	left, hidden := check.Ignore(list, a.rules(), time.Now())
	d := report.New("proxy", version(), l.inv).WithProxies(results).WithFindings(left)
	for i := range hidden {
		d.Ignored = append(d.Ignored, report.NewIgnored(&hidden[i].Finding, &hidden[i].By))
	}
	sum := report.ProxySummary{End: string(s.End), Asked: len(results), Ignored: len(hidden)}
	if o.Module.Path != "" {
		sum.Module = o.Module.String()
	}
	for i := range results {
		if results[i].Works() {
			sum.Working++
		}
	}
	sum.Errors, sum.Warnings, sum.Notes = finding.Count(left)
	a.failOf(failOn, d.Findings)
	d.Started, d.DurationMS, d.Summary = started.UTC(), time.Since(started).Milliseconds(), sum
	return a.print(d, func(p *plain.Printer) {
		p.Proxies(d.Proxies, sum)
		p.Checked(d.Findings, a.reasonOf)
		p.IgnoredFindings(d.Ignored)
	})
}

// completeMirrors completes what stands in the configuration.
func (a *app) completeMirrors(_ *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	a.settle()
	var out []string
	for _, m := range a.conf.Mirrors {
		if shown := report.NoPassword(m); shown == m && strings.HasPrefix(m, prefix) {
			out = append(out, m)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}
