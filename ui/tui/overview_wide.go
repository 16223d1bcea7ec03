package tui

import (
	"cmp"
	"fmt"
	"runtime"

	"godoctor/doctor/report"
	"godoctor/doctor/usage"
	"godoctor/scan/goenv"
	"godoctor/ui/text"
)

// wide is the Overview with everything beside each other.
func (o *overview) wide() []string {
	head := o.head(o.width)
	left := o.width * 64 / 100
	right := o.width - left
	height := o.height - len(head)
	top := min(max(len(o.data.stores)+3, 14), height*55/100+2)
	stores := o.pane("Stores", o.stores(left-2, top-2), left, top)
	detail := o.pane("Selected: "+o.selectedTitle(), indent(o.detail(right-4)), right, top)
	out := append(head, beside(stores, detail)...)
	rest := height - top
	where := o.below(o.width-4, rest-2-middleHeight)
	mid := rest
	if len(where) > 0 {
		mid = rest - len(where) - 2
	}
	out = append(out, o.middle(mid)...)
	if mid < rest {
		out = append(out, o.pane("Settings (E shows all), and what you may not know", indent(where), o.width, rest-mid)...)
	}
	return out
}

// threeWidth is from where on there is room for three panes beside each other.
const threeWidth = 160

// middle are the panes in the middle: the largest modules, what their versions are, what made the build cache; where there
// is much room, how old all that is.
func (o *overview) middle(height int) []string {
	left := o.width * 64 / 100
	right := o.width - left
	made := func(w, h int) []string { return o.pane("Build cache, by the Go that made it", o.made(w-2, h-2), w, h) }
	kept := func(w, h int) []string { return o.pane("Module versions, by state", o.kept(w-2, h-2), w, h) }
	largest := func(w int) []string { return o.pane("Largest modules", o.largest(w-2, height-2), w, height) }
	half := left / 2
	switch mid, upper := left-half, height-agesHeight; {
	case o.width >= threeWidth && upper >= agesHeight:
		states := append(kept(mid, upper), o.agePane(mid, agesHeight)...)
		builds := append(made(right, upper), o.pane("Build cache, by last use", indent(o.cacheAges(right-4)), right, agesHeight)...)
		return beside(beside(largest(half), states), builds)
	case o.width >= threeWidth:
		return beside(beside(largest(half), kept(mid, height)), made(right, height))
	case o.data.who != nil:
		return beside(largest(left), kept(right, height))
	}
	return beside(largest(left), made(right, height))
}

// agesHeight is what a pane of ages has.
const agesHeight = report.NumSpans + 2

// agePane is the ages of module versions: by last use, where that is known.
func (o *overview) agePane(width, height int) []string {
	a := o.data.ages
	title, sums := "Module versions, by download", a.Fetched[:]
	if a.Kept {
		title, sums = "Module versions, by last use", a.Used[:]
	}
	return o.pane(title, indent(o.histogram(width-4, spanNames, false, newSeries("", sums))), width, height)
}

// kept says what each state of module versions takes, and where there is room what it means.
func (o *overview) kept(width, height int) []string {
	if o.data.who == nil {
		return []string{line(width, span{" " + o.notAsked(), o.theme.Muted})}
	}
	var out []string
	for i, k := range o.data.kept {
		if k.Versions == 0 || len(out) == height {
			continue
		}
		state := usage.States[i]
		spans := []span{{" " + text.Right(text.Bytes(k.DiskBytes), 9) + text.Right(text.Count(int64(k.Versions)), 8) + "  ", nil},
			{text.Fit(k.State, 12), nil}}
		if state == usage.Orphan {
			spans[1].dress = o.theme.Accent
		}
		if width >= 60 {
			spans = append(spans, span{report.StateWords(state), o.theme.Muted})
		}
		out = append(out, line(width, spans...))
	}
	if len(out) == 0 {
		out = append(out, line(width, span{" no module versions", o.theme.Muted}))
	}
	return out
}

func (o *overview) selectedTitle() string {
	if s := o.selected(); s != nil {
		return s.title
	}
	return ""
}

// indent puts a space on both sides of lines.
func indent(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = " " + l + " "
	}
	return out
}

// largest lists the modules that take the most.
func (o *overview) largest(width, height int) []string {
	var out []string
	for _, i := range o.data.orders[bySize].mods {
		if len(out) == height {
			break
		}
		m := &o.data.mods[i]
		n := plural(int(m.last-m.first), "version")
		name := max(width-10-13-4, 8)
		out = append(out, line(width, span{" " + text.Right(text.Bytes(m.disk), 9) + "  ", nil},
			span{text.FitMiddle(m.path, name), nil}, span{text.Right(n, width-name-12-1), o.theme.Muted}))
	}
	if len(out) == 0 {
		out = append(out, line(width, span{" no modules", o.theme.Muted}))
	}
	return out
}

// made lists what the build cache is made of.
func (o *overview) made(width, height int) []string {
	c := o.data.inv.BuildCache
	if c == nil {
		return []string{line(width, span{" no build cache", o.theme.Muted})}
	}
	if !c.Headers {
		return []string{line(width, span{" reading the headers of its entries ...", o.theme.Muted})}
	}
	var out []string
	for i := range o.data.builds {
		if len(out) == height {
			break
		}
		b := &o.data.builds[i]
		name := b.GoVersion + " " + b.Platform()
		if b.GoVersion == "" {
			name = "entries that do not say"
		}
		out = append(out, line(width, span{" " + text.Right(text.Bytes(b.Size.Disk), 9) + "  ", nil}, span{o.env.clean(name), nil}))
	}
	return out
}

// middleHeight is what the panes in the middle have at least, their frames included.
const middleHeight = 6

// below is what stands below: settings, the look for projects, what one may not know. Where there is little room the
// last settings go; where there is none for a line of each kind, all of it.
func (o *overview) below(width, room int) []string {
	settings, rest := o.where(width), o.know(width)
	if s := o.looked(); s != "" {
		rest = append([]string{line(width, span{text.Fit("PROJECTS", 12), o.theme.Muted}, span{s, nil})}, rest...)
	}
	room -= len(rest)
	if room < 2 {
		return nil
	}
	return append(settings[:min(len(settings), room)], rest...)
}

// where says where the roots come from, and the settings that matter most.
func (o *overview) where(width int) []string {
	env := o.data.inv.Env
	var out []string
	for _, k := range []string{"GOMODCACHE", "GOCACHE", "GOROOT", "GOPROXY", "GOTOOLCHAIN", "GOFLAGS"} {
		s, ok := env.Lookup(k)
		if !ok || s.Value == "" && k == "GOFLAGS" {
			continue
		}
		value := o.env.path(report.NoPassword(s.Value))
		switch k {
		case "GOROOT":
			value = cmp.Or(value, "no go command found") + "  " + o.env.clean(env.GoVersion()) + " " + o.platform(env)
		case "GOMODCACHE", "GOCACHE":
			value = o.rootPath(k)
		}
		from := "  " + o.origin(s.Origin)
		out = append(out, line(width, span{text.Fit(k, 12), o.theme.Muted},
			span{text.Fit(value, max(width-12-22, 10)), nil}, span{from, o.theme.Muted}))
	}
	return out
}

// looked says how the look for projects went.
func (o *overview) looked() string {
	f := o.data.who.found()
	if f == nil {
		return ""
	}
	s := plural(len(f.Projects), "project") + " found"
	if n := o.data.offlineProjects; n > 0 {
		s += fmt.Sprintf(", %s of them work offline", text.Count(int64(n)))
	}
	if n := len(f.Gone); n > 0 {
		s += fmt.Sprintf(", %s gone since", text.Count(int64(n)))
	}
	if f.Branches.Read > 0 {
		s += ", " + plural(f.Branches.Read, "git branch", "git branches") + " read"
	}
	if n := len(f.Branches.Repositories); n > 0 {
		s += ", branches of " + plural(n, "repository", "repositories") + " not read whole"
	}
	return s
}

// rootPath is where a cache really is.
func (o *overview) rootPath(name string) string {
	for _, r := range o.data.inv.Roots {
		if r.Name != name {
			continue
		}
		switch {
		case r.Real == "":
			return o.env.path(r.Path) + " (not there)"
		case r.Real != r.Path:
			return o.env.path(r.Path) + " -> " + o.env.path(r.Real)
		}
		return o.env.path(r.Path)
	}
	return ""
}

// origin says where a setting comes from.
func (o *overview) origin(of goenv.Origin) string {
	switch of {
	case goenv.OriginFile:
		return "go env -w (persisted)"
	case goenv.OriginGoroot:
		return "GOROOT/go.env"
	}
	return o.env.clean(string(of))
}

// know are the facts that the user may not know.
func (o *overview) know(width int) []string {
	var out []string
	for _, f := range o.data.facts {
		s := o.env.clean(f.Text)
		if f.Bytes > 0 {
			s = text.Bytes(f.Bytes) + " " + s
		}
		out = append(out, line(width, span{"- " + s, o.theme.Accent}))
	}
	return out
}

// platform is the system that is shown: that of the go command, else this one.
func (o *overview) platform(env *goenv.Env) string {
	goos, goarch := env.Value("GOHOSTOS"), env.Value("GOHOSTARCH")
	if goos == "" || goarch == "" {
		goos, goarch = runtime.GOOS, runtime.GOARCH
	}
	return o.env.clean(goos + "/" + goarch)
}
