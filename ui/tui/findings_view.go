package tui

import (
	"fmt"

	"godoctor/ui/table"
	"godoctor/ui/text"
)

func (f *findings) render() []string {
	switch {
	case f.Verify == nil && f.Check == nil:
		return f.sentences(noVerify + ".")
	case f.health == nil && f.checking.running && !f.verifying.running && f.wish == nil:
		return f.sentences("The checks look at settings, toolchains, caches and projects ...")
	case f.health == nil && !f.verifying.running && f.wish == nil:
		return f.intro()
	}
	var out []string
	if f.verifying.running || f.wish != nil {
		out = append(out, f.progress(f.width))
	}
	switch {
	case f.health == nil && f.verifying.running:
		return append(out, f.sentences("Nothing is found so far.")...)
	case f.health == nil:
		return out
	}
	out = append(out, f.head())
	rest := f.height - len(out)
	switch {
	case len(f.health.rows) == 0 || f.list.Len() == 0:
		return append(out, f.noRows(rest)...)
	}
	if f.unhashed() && rest >= 14 {
		out = append(out, line(f.width, span{" Hashes are not verified yet: ", f.theme.Muted}, span{"v verifies " + f.amount() + ".", f.theme.Accent}))
		rest--
	}
	switch {
	case f.width >= wideWidth && f.height >= wideHeight-6:
		left := f.width * 54 / 100
		right := f.width - left
		list := f.pane(f.place(), f.listing(left-2, rest-2), left, rest)
		return append(out, beside(list, f.pane(f.title(), indent(f.detail(right-4, true)), right, rest))...)
	case f.width >= bodyWidth && f.height >= 14:
		rows := max(min(f.list.Len()+1, rest/2), 3)
		out = append(out, f.listing(f.width, rows)...)
		out = append(out, f.rule(f.width))
		detail := indent(f.detail(f.width-2, false))
		return append(out, detail[:min(len(detail), f.height-len(out))]...)
	}
	return append(out, f.listing(f.width, rest)...)
}

// sentences are paragraphs with a line between them.
func (f *findings) sentences(list ...string) []string {
	var out []string
	for i, s := range list {
		if i > 0 {
			out = append(out, line(f.width))
		}
		for _, l := range wrap(s, f.width-2) {
			out = append(out, line(f.width, span{" " + l, nil}))
		}
	}
	return out[:min(len(out), f.height)]
}

// intro says what verifying is, before anybody asked for it.
func (f *findings) intro() []string {
	out := []string{line(f.width, span{" Nothing is verified yet.", f.theme.Strong}, span{"  v verifies " + f.amount() + ".", f.theme.Accent})}
	out = append(append(out, line(f.width)), f.sentences(
		"Verifying hashes the zip, the extracted directory and the go.mod file of every module version in the cache, and "+
			"asks all who know what the hash should be: .ziphash, the go.sum lines of every project found, records of the "+
			"checksum database that lie in the cache, the build info of installed programs. It says who lies, which files "+
			"differ, and what mends it.",
		"go mod verify compares with .ziphash only, for one project.",
		"Nothing is changed by it, and nothing asked of the network. It reads everything once: ctrl+c stops it, and what "+
			"is known by then stays. r verifies a single version, here and on Modules.")...)
	return out[:min(len(out), f.height)]
}

// amount is how much there is to verify.
func (f *findings) amount() string {
	if f.data == nil || f.data.inv.ModCache == nil || f.scan.running {
		return "all"
	}
	return plural(len(f.data.vers), "version")
}

// unhashed reports whether the checks have run and nothing is verified, though it could be.
func (f *findings) unhashed() bool {
	return f.Verify != nil && !f.health.verified && !f.verifying.running && f.wish == nil
}

// noRows says why the list is empty, in at most height lines.
func (f *findings) noRows(height int) []string {
	h := f.health
	var out []string
	switch {
	case f.filtered():
		out = f.sentences("Nothing matches; esc shows all again.")
	case len(h.rows) == 0 && f.verifying.running:
		out = f.sentences("Nothing is found so far.")
	case f.unhashed():
		out = append(f.sentences("Nothing is wrong that can be seen without hashing: "+f.checkedWords()+"."), line(f.width))
		out = append(out, f.intro()...)
	case len(h.rows) == 0:
		out = f.sentences("Nothing was verified: there are no module versions in the module cache.")
	case f.verifying.running:
		out = f.sentences("Nothing is wrong so far.")
	default:
		out = f.sentences("Nothing is wrong: every hash is what all who know it say. o lists the versions that were verified.")
		if h.checks > 0 {
			out = append(append(out, line(f.width)), f.sentences("Nor is anything wrong that can be seen without hashing: "+f.checkedWords()+".")...)
		}
	}
	return out[:max(min(len(out), height), 0)]
}

// checkedWords say what the checks looked at.
func (f *findings) checkedWords() string {
	return plural(f.health.checks, "check") + " looked at the machine and " + plural(f.health.projects, "project")
}

// progress is how far the verification is.
func (f *findings) progress(width int) string {
	v := f.verifying
	switch {
	case !v.running:
		return line(width, span{" waiting for the scan to end, then verifying ...", f.theme.Accent})
	case v.ctx.Err() != nil:
		return line(width, span{" stopping ...", f.theme.Accent})
	}
	bar := min(max(width/6, 8), 24)
	spans := []span{{" ", nil}, {f.glyphs.barOf(int64(v.done()*1000), 1000, bar), f.theme.Accent},
		{fmt.Sprintf(" %s of %s", text.Count(v.sample.Units), text.Count(int64(v.versions))), f.theme.Strong}}
	took := f.Now().Sub(v.started)
	if v.sample.Bytes > 0 {
		spans = append(spans, span{", " + text.Bytes(v.sample.Bytes), nil})
	}
	if took.Seconds() >= 1 && v.sample.Bytes > 0 {
		spans = append(spans, span{", " + text.Bytes(int64(float64(v.sample.Bytes)/took.Seconds())) + "/s", nil})
	}
	if left, ok := v.left(f.Now()); ok {
		spans = append(spans, span{", " + text.Clock(left) + " left", nil})
	}
	return fitting(width, 3, append(spans, span{"   ctrl+c stops", f.theme.Muted})...)
}

// head says how the list is sorted and filtered, and what there is.
func (f *findings) head() string {
	h := f.health
	left := []span{{" sort ", f.theme.Muted}, {findingSortNames[f.sortBy] + f.reversedMark(), nil}}
	if f.filter.active || f.filter.words() != "" {
		left = []span{{" / ", f.theme.Accent}, {f.env.clean(f.filter.words()), nil}}
	}
	if f.show > 0 {
		left = append(left, span{"  show ", f.theme.Muted}, span{rankWords[f.show-1], f.theme.Accent})
	}
	counts, at := f.healthSpans(h), ""
	if h.verified || f.verifying.running {
		counts, at = append(counts, span{" [o]", f.theme.Muted}), f.verifiedAt(h)
	}
	for _, right := range [][]span{
		append(counts[:len(counts):len(counts)], span{at + " ", f.theme.Muted}),
		append(counts[:len(counts):len(counts)], span{" ", nil}),
		{{plural(h.count.total(), "finding") + " ", nil}},
	} {
		if spanWidth(left)+spanWidth(right)+2 <= f.width {
			return ends(f.width, left, right)
		}
	}
	return line(f.width, left...)
}

func (f *findings) reversedMark() string {
	if f.reversed {
		return " reversed"
	}
	return ""
}

func (f *findings) place() string {
	return fmt.Sprintf("Findings, row %s of %s", text.Count(int64(min(f.list.Cursor()+1, f.list.Len()))), text.Count(int64(f.list.Len())))
}

func (f *findings) title() string {
	row := f.selected()
	if row == nil {
		return ""
	}
	if row.fold {
		return row.check
	}
	if row.check != "" {
		return rankWords[row.rank] + " " + row.check
	}
	return lastElements(row.target)
}

// listing draws the list with its heading in exactly height lines.
func (f *findings) listing(width, height int) []string {
	if height < 1 {
		return nil
	}
	if width < bodyWidth-4 {
		f.list.Resize(height)
		return f.list.Render(width, height, f.narrowRow, f.rowStyle)
	}
	f.list.Resize(height - 1)
	out := []string{line(width, span{"  " + f.columns.Header(width-1-table.Gutter), f.theme.Muted})}
	for _, l := range f.list.Render(width-1, height-1, f.row, f.rowStyle) {
		out = append(out, l+" ")
	}
	return out
}

func (f *findings) row(i, w int) string {
	r := &f.health.rows[i]
	return f.columns.Row(w, f.marked(r), r.check, r.target, r.title, r.fixWord())
}

// narrowRow is a row with the severity and the target.
func (f *findings) narrowRow(i, w int) string {
	r := &f.health.rows[i]
	if r.fold {
		return text.Fit(f.marked(r), 7) + text.Fit(r.check+": "+r.target, max(w-7, 0))
	}
	return text.Fit(f.marked(r), 7) + text.FitMiddle(r.target, max(w-7, 0))
}

// rowStyle dresses a row by its severity.
func (f *findings) rowStyle(row int, selected bool, l string) string {
	if selected {
		return f.theme.Selected(l)
	}
	return f.dressOf(f.health.rows[row].rank)(l)
}

// dressOf is how a severity is dressed.
func (f *findings) dressOf(rank int) func(string) string {
	switch rank {
	case 0:
		return f.theme.Bad
	case 1:
		return f.theme.Warn
	case okRank:
		return f.theme.Good
	case noRank:
		return f.theme.Muted
	}
	return func(s string) string { return s }
}
