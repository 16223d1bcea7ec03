package tui

import (
	"context"
	"time"

	"godoctor/doctor/report"
	"godoctor/scan"
	"godoctor/scan/gocache"
	"godoctor/scan/modcache"
	"godoctor/ui/text"
)

// reads is when the versions of a module cache were last read, by their index.
type reads struct {
	cache *modcache.Cache
	last  []time.Time
}

// readsOf asks the file system: one look at a file for each version. It is for commands; nil if it was broken off.
func readsOf(ctx context.Context, inv *scan.Inventory) *reads {
	c := inv.ModCache
	if c == nil {
		return nil
	}
	r := &reads{c, make([]time.Time, len(c.Versions))}
	for i := range c.Versions {
		if ctx.Err() != nil {
			return nil
		}
		r.last[i] = modcache.LastRead(&c.Versions[i])
	}
	return r
}

// of is what is known of an inventory; nil if it is another.
func (r *reads) of(inv *scan.Inventory) []time.Time {
	if r == nil || r.cache != inv.ModCache {
		return nil
	}
	return r.last
}

// A series is one column of bars.
type series struct {
	title string
	bytes []int64
	count []int64 // nil: not counted
}

func newSeries(title string, sums []report.AgeSum) series {
	s := series{title: title}
	for _, a := range sums {
		s.bytes = append(s.bytes, a.Disk)
		s.count = append(s.count, int64(a.Versions))
	}
	return s
}

// spanNames are the rows of the ages of module versions.
var spanNames = func() (out []string) {
	for _, s := range report.Spans {
		out = append(out, s.Words)
	}
	return out
}()

// buildAges are the rows of those of the build cache.
var buildAges = []struct {
	age  gocache.Age
	name string
}{{gocache.AgeDay, "last 24 hours"}, {gocache.AgeFiveDays, "5 days"}, {gocache.AgeOld, "30 days"}, {gocache.AgeVeryOld, "older"},
	{gocache.AgeFuture, "in the future"}, {gocache.AgeUnknown, "not known"}}

// histogram draws series beside each other, a row for each name, as long as the longest bar of a series is its largest.
// Where there is no room for two the first is left out, and then the counts, and the bars.
func (d *drawer) histogram(width int, names []string, head bool, list ...series) []string {
	const size, count, gap, least = 9, 6, 2, 4
	room := 0
	for _, n := range names {
		room = max(room, text.Width(n))
	}
	room += 2
	for len(list) > 1 && (width-room)/len(list) < size+gap+least {
		list = list[1:]
	}
	each := (width - room) / len(list)
	counted := each >= size+count+gap+3*least
	bar := each - size - 2*gap
	if counted {
		bar -= count
	}
	var out []string
	if head {
		spans := []span{{text.Fit("", room), nil}}
		for _, s := range list {
			spans = append(spans, span{text.Right(s.title, size) + text.Fit("", each-size), d.theme.Muted})
		}
		out = append(out, line(width, spans...))
	}
	for i, name := range names {
		spans := []span{{text.Fit(name, room), nil}}
		for _, s := range list {
			figure := text.Right(text.Bytes(s.bytes[i]), size)
			if counted && s.count != nil {
				figure += text.Right(text.Short(s.count[i]), count)
			}
			spans = append(spans, span{figure + text.Fit("", gap), mutedIf(d, s.bytes[i] == 0)},
				span{text.Fit(d.glyphs.barOf(s.bytes[i], largest(s.bytes), bar), each-text.Width(figure)-gap), d.theme.Accent})
		}
		out = append(out, line(width, spans...))
	}
	return out
}

func mutedIf(d *drawer, yes bool) func(string) string {
	if yes {
		return d.theme.Muted
	}
	return nil
}

func largest(list []int64) (n int64) {
	for _, v := range list {
		n = max(n, v)
	}
	return n
}

// ages shows how old everything is.
func (o *overview) ages() []string {
	a := o.data.ages
	if o.width >= wideWidth && o.height >= wideHeight-6 {
		left := o.width * 62 / 100
		right := o.width - left
		mods := append(o.versionAges(left-4, true), o.remark(left-4, a.UsedWords())...)
		builds := append(o.cacheAges(right-4), o.remark(right-4, builtWords)...)
		top := max(len(mods), len(builds)) + 2
		out := beside(o.pane("Module versions, by age", indent(mods), left, top), o.pane("Build cache, by last use", indent(builds), right, top))
		if rest := o.height - top; rest >= middleHeight {
			out = append(out, o.pane("Modules that were fetched longest ago", o.longAgo(o.width-2, rest-2), o.width, rest)...)
		}
		return out
	}
	versions := 0
	for _, s := range a.Fetched {
		versions += s.Versions
	}
	title := func(s, more string) string {
		return fitting(o.width, 1, span{" " + s, o.theme.Strong}, span{": " + more, nil})
	}
	inner := o.width - 2
	out := []string{title("Module versions, by age", plural(versions, "version"))}
	out = append(out, indent(o.versionAges(inner, o.height > report.NumSpans+1))...)
	builds := indent(o.cacheAges(inner))
	if room := o.height - len(out) - 1 - len(builds); room > 0 {
		words := indent(o.remark(inner, a.UsedWords()))
		out = append(out, words[:min(len(words), room)]...)
		if room > len(words) {
			out = append(out, line(o.width))
		}
		out = append(out, title("Build cache, by last use", builtWords))
		out = append(out, builds...)
	}
	return out[:min(len(out), o.height)]
}

// builtWords says what the age of an entry is judged by.
const builtWords = "as go notes it, to the hour; go trims after 5 days"

// remark is a sentence below a picture.
func (o *overview) remark(width int, s string) []string {
	var out []string
	for _, l := range wrap(s, width) {
		out = append(out, line(width, span{l, o.theme.Muted}))
	}
	return out
}

// versionAges are the bars of the module versions: by when they were fetched, and by when they were used where that is known.
func (o *overview) versionAges(width int, head bool) []string {
	a := o.data.ages
	list := []series{newSeries("FETCHED", a.Fetched[:])}
	if a.Kept {
		list = append(list, newSeries("LAST USED", a.Used[:]))
	}
	return o.histogram(width, spanNames, head, list...)
}

// cacheAges are those of the build cache. Rows that are out of the order are there only if anything is in them.
func (o *overview) cacheAges(width int) []string {
	c := o.data.inv.BuildCache
	if c == nil {
		return []string{line(width, span{"no build cache", o.theme.Muted})}
	}
	var names []string
	var s series
	for _, b := range buildAges {
		n := o.data.ages.Builds[b.age].Disk
		if n > 0 || b.age >= gocache.AgeDay {
			names, s.bytes = append(names, b.name), append(s.bytes, n)
		}
	}
	return o.histogram(width, names, false, s)
}

// longAgo lists modules by when any version of them was fetched last, longest ago first.
func (o *overview) longAgo(width, height int) []string {
	var out []string
	for _, i := range o.data.orders[byAge].mods {
		if len(out) == height {
			break
		}
		m := &o.data.mods[i]
		if m.fetched.IsZero() {
			continue
		}
		age := text.Right(text.Age(o.env.now().Sub(m.fetched)), 9)
		name := max(width-10-len(age)-3, 8)
		out = append(out, line(width, span{" " + text.Right(text.Bytes(m.disk), 9) + "  ", nil},
			span{text.FitMiddle(m.path, name), nil}, span{age, o.theme.Muted}))
	}
	return out
}

// ageOf says in a sentence how old what a store holds is; empty where that is not known.
func (o *overview) ageOf(s *storeRow) string {
	a := o.data.ages
	var young, old int64
	switch s.Name {
	case "sources", "zips":
		for i, span := range report.Spans {
			switch {
			case span.Up > 0 && span.Up <= 31*24*time.Hour:
				young += a.Fetched[i].Disk
			case i == report.NumSpans-2:
				old = a.Fetched[i].Disk
			}
		}
		return "versions: " + text.Bytes(young) + " fetched within 30 days, " + text.Bytes(old) + " over a year ago"
	case "build", "test":
		young = a.Builds[gocache.AgeDay].Disk + a.Builds[gocache.AgeFiveDays].Disk
		return "entries: " + text.Bytes(young) + " used within 5 days, " + text.Bytes(a.Builds[gocache.AgeVeryOld].Disk) + " not for 30 days"
	}
	return ""
}
