package tui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/finding"
	"godoctor/doctor/verify"
	"godoctor/scan/modcache"
	"godoctor/ui/text"
)

// How many lines of a diff are shown, and in how many files that differ a text is looked for.
const diffLines, diffTries = 2000, 20

// A diffMsg is what was compared, for the dialog that waits for it. Once that is closed nobody sees it.
type diffMsg struct {
	dialog *dialog
	title  string
	lines  []entry
}

// diff is the key d: how the first text among the files that differ came to differ from the zip.
func (f *findings) diff(row *findingRow) tea.Cmd {
	v := f.versionOf(row)
	names := differing(row.f)
	switch {
	case row.f == nil || len(names) == 0:
		f.say("no file is known to differ: there is nothing to compare")
		return nil
	case v == nil || !v.Parts.Has(modcache.HasDir) || !v.Parts.Has(modcache.HasZip):
		f.say("zip and directory are not both there: there is nothing to compare")
		return nil
	}
	d := &dialog{title: "Diff " + row.target, lines: []entry{{text: "comparing ..."}}}
	f.root.dialog = d
	r, e := f.root, *f.env
	_, cmd := f.jobs.start(func(ctx context.Context) tea.Msg {
		m := diffMsg{dialog: d}
		for _, name := range names {
			x, err := r.Diff(ctx, v, name, diffLines)
			m.title = e.clean(name) + " of " + row.target
			if m.lines = r.diffEntries(x, err, &e); x != nil && len(x.Lines) > 0 {
				break // the first text
			}
		}
		return m
	})
	return cmd
}

// versionOf is the version that a row is about, as the last scan found it, or nil.
func (f *findings) versionOf(row *findingRow) *modcache.Version {
	if f.data == nil || f.data.inv.ModCache == nil {
		return nil
	}
	list := f.data.inv.ModCache.Versions
	for i := range list {
		if list[i].Path == row.mod.Path && list[i].Version == row.mod.Version {
			return &list[i]
		}
	}
	return nil
}

// differing are the first files of a finding that can be compared.
func differing(x *finding.Finding) []string {
	var out []string
	if x == nil {
		return nil
	}
	for _, d := range x.Files {
		if d.Change != finding.Odd && len(out) < diffTries {
			out = append(out, d.Path)
		}
	}
	return out
}

// diffEntries are the lines of a diff, each dressed by its sign.
func (r *root) diffEntries(x *verify.FileDiff, err error, e *env) []entry {
	switch {
	case err != nil:
		return []entry{{text: e.say(err.Error())}}
	case x.Why != "":
		return []entry{{text: e.clean(x.Why)}}
	case len(x.Lines) == 0:
		return []entry{{text: "zip and directory say the same by now"}}
	}
	out := make([]entry, 0, len(x.Lines)+1)
	for _, l := range x.Lines {
		n := entry{text: e.clean(strings.ReplaceAll(l, "\t", "    ")), verbatim: true}
		switch {
		case strings.HasPrefix(l, "@@"):
			n.dress = r.theme.Accent
		case strings.HasPrefix(l, "+"):
			n.dress = r.theme.Good
		case strings.HasPrefix(l, "-"):
			n.dress = r.theme.Bad
		}
		out = append(out, n)
	}
	if x.More > 0 {
		out = append(out, entry{text: "and " + text.Count(int64(x.More)) + " more lines"})
	}
	return out
}
