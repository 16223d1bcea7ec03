package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/check"
	"godoctor/doctor/config"
	"godoctor/doctor/finding"
	"godoctor/doctor/report"
	"godoctor/doctor/verify"
	"godoctor/ui/plain"
)

// explain says what go means with a text: which checks know it, and which of these find their condition here.
func (a *app) explain(ctx context.Context, f *checkFlags, started time.Time) error {
	said, err := a.errorText(ctx, f.text)
	if err != nil {
		return err
	}
	known := check.Recognise(said, a.table())
	known = slices.DeleteFunc(known, func(r check.Recognised) bool {
		return slices.Contains(f.skip, r.Check.ID) || slices.Contains(f.skip, r.Check.Cost.String())
	})
	names := check.Mentions(said)
	if !f.all {
		f.projects = append(f.projects, a.projectsIn(names)...)
	}
	l, picked, err := a.lookFor(ctx, f)
	if err != nil {
		return err
	}
	e := &explanation{names: names, looked: make(map[string]bool)}
	if err := e.look(ctx, a, l, picked, f, known); err != nil {
		return err
	}
	left, hidden := check.Ignore(e.list, slices.DeleteFunc(a.rules(), func(r config.Ignore) bool { return r.Ended(time.Now()) }), time.Now())
	e.list = left
	e.sort(known)
	d := report.New("check", version(), l.inv)
	d.Findings, d.Recognised = []report.Finding{}, e.recognised(known, a.table())
	for i := range e.list {
		d.Findings = append(d.Findings, report.NewFinding(&e.list[i]))
	}
	for i := range hidden {
		d.Ignored = append(d.Ignored, report.NewIgnored(&hidden[i].Finding, &hidden[i].By))
	}
	sum := report.CheckSummary{Checks: len(e.looked), Projects: len(picked), Ignored: len(hidden), BytesHashed: e.bytes}
	sum.Errors, sum.Warnings, sum.Notes = finding.Count(e.list)
	withRepairs(d)
	a.failOf(f.failOn, d.Findings)
	d.Started, d.DurationMS = started.UTC(), time.Since(started).Milliseconds()
	sum.DurationMS = d.DurationMS
	d.Summary = sum
	return a.print(d, func(p *plain.Printer) {
		p.Recognised(d.Recognised, d.Findings, a.reasonOf)
		p.IgnoredFindings(d.Ignored)
	})
}

// errorText is the text of --error: itself, or what comes from standard input, bounded.
func (a *app) errorText(ctx context.Context, s string) (string, error) {
	if s != "-" {
		return s, nil
	}
	data, err := a.readStdin(ctx, check.ErrorMax)
	switch {
	case err != nil:
		return "", err
	case strings.TrimSpace(string(data)) == "":
		return "", misuse("standard input is empty: pipe what go printed, as in 'go build ./... 2>&1 | godoctor check --error -'")
	case len(data) > check.ErrorMax:
		a.note("of what go printed the first %d bytes count", check.ErrorMax)
	}
	return string(data), nil
}

// readStdin reads standard input, most bytes of it and one more at most: who gets that one knows that there is more.
func (a *app) readStdin(ctx context.Context, most int64) ([]byte, error) {
	data, err := await(ctx, func() ([]byte, error) { return io.ReadAll(io.LimitReader(a.Stdin, most+1)) })
	if err != nil && ctx.Err() == nil {
		err = fmt.Errorf("standard input cannot be read: %w", err)
	}
	return data, err
}

// projectsIn are the projects whose own files a text names.
func (a *app) projectsIn(m check.Mention) []string {
	var out []string
	for _, file := range m.Files {
		switch filepath.Base(file) {
		case "go.mod", "go.sum", "go.work", "go.work.sum", "modules.txt":
			dir := filepath.Dir(file)
			if filepath.Base(file) == "modules.txt" {
				dir = filepath.Dir(dir)
			}
			if unitAt(dir) != nil && !slices.Contains(out, dir) {
				out = append(out, dir)
			}
		}
	}
	if out != nil && len(a.unitHere(a.workDir)) > 0 {
		out = append(out, a.unitTop()...)
	}
	return out
}

// unitTop are the directories of the project that the program was started in.
func (a *app) unitTop() []string {
	var out []string
	for _, file := range a.unitHere(a.workDir) {
		out = append(out, filepath.Dir(file))
	}
	return out
}

// An explanation is what was looked for because of a text.
type explanation struct {
	names  check.Mention
	list   []finding.Finding
	looked map[string]bool // checks that ran
	bytes  int64
}

// look runs the checks that know the text. Of those that hash, the module versions that the text names are verified.
func (e *explanation) look(ctx context.Context, a *app, l *look, picked []int, f *checkFlags, known []check.Recognised) error {
	opt := check.Options{Skip: f.skip, Network: f.network(a)}
	hash := false
	for _, r := range known {
		hash = hash || r.Check.Cost == check.Deep || isRule(r.Check.ID)
		switch {
		case deepOnly(r.Check):
		case r.Check.Cost != check.Network || opt.Network:
			opt.Only = append(opt.Only, r.Check.ID)
		}
	}
	if len(opt.Only) > 0 {
		res, err := a.runChecks(ctx, l, picked, opt)
		if err != nil {
			return err
		}
		e.list = res.Findings
		for _, id := range res.Ran {
			e.looked[id] = true
		}
	}
	var versions []int
	for _, v := range e.names.Modules {
		versions = append(versions, l.named(v.Path, v.Version)...)
	}
	if !hash || len(versions) == 0 {
		return nil
	}
	found, err := a.hashPicked(ctx, l, verify.Options{Usage: l.use, Picked: versions}, false)
	if err != nil {
		return err
	}
	e.list, e.bytes = merge(e.list, found.list), found.bytes
	for _, id := range found.ran {
		e.looked[id] = true
	}
	return nil
}

// sort puts first what is about something that the text names, then by how well the text fits, then the worst.
func (e *explanation) sort(known []check.Recognised) {
	rank := make(map[string]int)
	for i, r := range known {
		rank[r.Check.ID] = i - len(known)
	}
	named := func(f *finding.Finding) int {
		t := &f.Target
		if slices.ContainsFunc(e.names.Modules, func(v module.Version) bool { return v.Path == t.Module && (t.Version == "" || v.Version == t.Version) }) ||
			t.File != "" && slices.Contains(e.names.Files, t.File) || t.Path != "" && slices.Contains(e.names.Files, t.Path) {
			return 0
		}
		return 1
	}
	finding.Sort(e.list)
	slices.SortStableFunc(e.list, func(a, b finding.Finding) int {
		return cmp.Or(cmp.Compare(named(&a), named(&b)), cmp.Compare(rank[a.Check], rank[b.Check]))
	})
}

// recognised says of each check that knows the text, or has found something because of it, whether its condition is here:
// those first that are.
func (e *explanation) recognised(known []check.Recognised, table []*check.Check) []report.Recognised {
	out := []report.Recognised{}
	add := func(c *check.Check, pattern string) {
		found := slices.ContainsFunc(e.list, func(f finding.Finding) bool { return f.Check == c.ID })
		r := report.Recognised{Check: c.ID, Title: c.Title, Pattern: pattern, Found: found, Looked: e.looked[c.ID], Look: c.Help.Look}
		if !r.Looked {
			r.WhyNot = whyNot(c)
		}
		out = append(out, r)
	}
	for _, r := range known {
		add(r.Check, r.Pattern)
	}
	for i := range e.list {
		id := e.list[i].Check
		if c := checkIn(table, id); c != nil && !slices.ContainsFunc(out, func(r report.Recognised) bool { return r.Check == id }) {
			add(c, "")
		}
	}
	slices.SortStableFunc(out, func(a, b report.Recognised) int {
		switch {
		case a.Found == b.Found:
			return 0
		case a.Found:
			return -1
		}
		return 1
	})
	return out
}
