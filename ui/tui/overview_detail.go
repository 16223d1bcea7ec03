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

// storeText is what a store is, how it comes back, and what the go command itself would do about it.
type storeText struct{ what, back, goes string }

var storeTexts = map[string]storeText{
	"sources": {"module versions, extracted: what builds read",
		"unpacked again from the zip when a build needs it, no network, as long as the zip is there",
		"go clean -modcache removes all of them, and the zips too"},
	"zips": {"module zips, as the proxy served them",
		"downloaded again, from the proxy or the origin, if they still have them",
		"go keeps every zip for ever"},
	"meta": {"go.mod, .info and hash of every version that was ever looked at",
		"fetched again; without .mod a build fails offline, so they are kept",
		"go clean -modcache removes them with everything else"},
	"vcs": {"clones of repositories that were fetched directly, without a proxy",
		"cloned again", "go never removes a clone"},
	"sumdb": {"records and tiles of the checksum database",
		"fetched again; switching toolchains offline fails without them", "small, and worth keeping"},
	"toolchains": {"Go toolchains that were downloaded because a go.mod asked for them",
		"downloaded again, about 70 MiB each", "go never removes one, and cannot list them"},
	"leftovers": {"temporary files and half-extracted directories of work that was broken off",
		"nothing needs them", "most of them go never removes"},
	"alien": {"files in the module cache that the go command never wrote",
		"nothing brings them back: they are somebody's", "go clean -modcache removes them all the same"},
	"build": {"compiled packages, indexes and vet results",
		"built again when they are needed", "go trims what was not used for five days; there is no limit to the size"},
	"test": {"results of tests that need not run again",
		"the tests run again", "go clean -testcache forgets them and frees nothing"},
	"fuzz": {"inputs that fuzzing found", "only by fuzzing again for as long",
		"go never trims them; go clean -fuzzcache removes all"},
	"sdks": {"every Go outside the module cache: installers, ~/sdk, version managers, distributions",
		"installed again by who installed it", "the Toolchains screen lists them"},
	"binaries": {"programs that go install put into GOBIN or GOPATH/bin",
		"go install builds them again, where their version is known", "godoctor binary prints the commands"},
	"gopath-src": {"source code below GOPATH/src: yours", "nothing brings it back", "module builds do not read it"},
	"gopath-pkg": {"archives that builds without modules left below GOPATH/pkg", "nothing needs them in module mode", "go never removes them"},
	"related": {"caches of gopls, staticcheck, golangci-lint, telemetry, leftovers of builds",
		"made again by the tools that made them", "go does not know of them"},
	"abandoned": {"whole caches that no setting points to any more",
		"downloaded and built again, should anything still need them", "go clean does not find them"},
	"quarantine": {"what godoctor took out of the caches and can put back", "undo puts it back", "go does not know of it"},
}

// detail is what there is to know of the selected store, in lines of width cells.
func (o *overview) detail(width int) []string {
	s := o.selected()
	if s == nil {
		return nil
	}
	t := storeTexts[s.Name]
	size := fmt.Sprintf("%s on disk, %s in %s files", text.Bytes(s.Size.Disk), text.Bytes(s.Size.Bytes), text.Count(s.Size.Files))
	if !s.Exact && s.Size.Disk > 0 {
		size += ", not exact yet"
	}
	list := []fact{{"WHAT", t.what}}
	if free := o.unneeded(s); free != "" {
		list = append(list, fact{"FREE", free})
	}
	return o.facts(width, append(list, fact{"BACK", t.back}, fact{"GO", t.goes}, fact{"SIZE", size}, fact{"WHERE", o.env.path(s.Path)}))
}

// unneeded says what of a store nobody needs, and on what ground.
func (o *overview) unneeded(s *storeRow) string {
	w := o.data.who
	if w == nil {
		return ""
	}
	free, ground := o.data.free.Of(s.Name), ""
	switch s.Name {
	case "sources", "zips":
		ground = "needed by none of the " + plural(len(w.use.Projects), "project") + " found"
	case "toolchains":
		ground = "selected by no setting, and by none of the " + plural(len(w.use.Projects), "project") + " found"
	default:
		return ""
	}
	if why := w.unsure(); why != "" {
		return "nothing is called unused: " + o.env.clean(why)
	}
	return text.Bytes(free) + ": " + ground
}

// A fact is a word and what it stands for.
type fact struct{ word, text string }

// facts draws facts with their words in a column of their own.
func (d *drawer) facts(width int, list []fact) []string {
	const room = 8
	var out []string
	for _, f := range list {
		for i, l := range wrap(f.text, width-room) {
			word := ""
			if i == 0 {
				word = f.word
			}
			out = append(out, line(width, span{text.Fit(word, room), d.theme.Muted}, span{l, nil}))
		}
	}
	return out
}

// wide is the Overview with everything beside each other.
func (o *overview) wide() []string {
	head := o.head(o.width)
	left := o.width * 64 / 100
	right := o.width - left
	height := o.height - len(head)
	top := min(max(len(o.data.stores)+4, 14), height*55/100+2)
	stores := o.pane("Stores", o.stores(left-2, top-2), left, top)
	detail := o.pane("Selected: "+o.selectedTitle(), indent(o.detail(right-4)), right, top)
	out := append(head, beside(stores, detail)...)
	rest := height - top
	where := o.where(o.width - 4)
	where = append(where, o.know(o.width-4)...)
	mid := rest
	if rest-len(where)-2 >= 6 {
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

// middle are the panes in the middle: the largest modules, what their versions are, what made the build cache.
func (o *overview) middle(height int) []string {
	left := o.width * 64 / 100
	right := o.width - left
	made := func(w int) []string {
		return o.pane("Build cache, by the Go that made it", o.made(w-2, height-2), w, height)
	}
	kept := func(w int) []string { return o.pane("Module versions, by state", o.kept(w-2, height-2), w, height) }
	largest := func(w int) []string { return o.pane("Largest modules", o.largest(w-2, height-2), w, height) }
	switch {
	case o.width >= threeWidth:
		half := left / 2
		return beside(beside(largest(half), kept(left-half)), made(right))
	case o.data.who != nil:
		return beside(largest(left), kept(right))
	}
	return beside(largest(left), made(right))
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
			value = cmp.Or(value, "no go command found") + "  " + o.env.clean(env.GoVersion()) + " " + runtime.GOOS + "/" + runtime.GOARCH
		case "GOMODCACHE", "GOCACHE":
			value = o.rootPath(k)
		}
		from := "  " + originWords(s.Origin)
		out = append(out, line(width, span{text.Fit(k, 12), o.theme.Muted},
			span{text.Fit(value, max(width-12-22, 10)), nil}, span{from, o.theme.Muted}))
	}
	if s := o.looked(); s != "" {
		out = append(out, line(width, span{text.Fit("PROJECTS", 12), o.theme.Muted}, span{s, nil}))
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

// originWords says where a setting comes from.
func originWords(o goenv.Origin) string {
	switch o {
	case goenv.OriginFile:
		return "go env -w (persisted)"
	case goenv.OriginGoroot:
		return "GOROOT/go.env"
	}
	return string(o)
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

// openSettings shows every setting, those that somebody set first.
func (o *overview) openSettings() {
	if o.data == nil {
		return
	}
	d := &dialog{title: "Settings: value, and where it comes from"}
	env := o.data.inv.Env
	for _, set := range []bool{true, false} {
		for _, s := range env.Settings() {
			if changed := s.Origin == goenv.OriginEnvironment || s.Origin == goenv.OriginFile || len(s.Overrides) > 0; changed != set {
				continue
			}
			d.lines = append(d.lines, entry{label: s.Key, text: o.env.clean(report.NoPassword(s.Value)) + "  (" + originWords(s.Origin) + ")"})
			for _, v := range s.Overrides {
				d.lines = append(d.lines, entry{label: " ", text: "overrides " + o.env.clean(report.NoPassword(v.Value)) + "  (" + originWords(v.Origin) + ")"})
			}
		}
		d.lines = append(d.lines, entry{})
	}
	o.dialog = d
}

// openList shows what a store outside the caches is made of.
func (o *overview) openList(s *storeRow) {
	d := &dialog{title: s.title}
	if s.Name == "binaries" && o.data.inv.Binaries != nil {
		for i := range o.data.inv.Binaries.Binaries {
			b := &o.data.inv.Binaries.Binaries[i]
			d.lines = append(d.lines, entry{label: o.env.clean(b.Name), text: text.Bytes(b.Size.Disk) + "  " +
				o.env.clean(cmp.Or(b.GoVersion, b.Problem)) + "  " + o.env.clean(b.Module+" "+b.Version)})
		}
	}
	for _, r := range o.data.inv.Related {
		if r.Store == s.Name {
			d.lines = append(d.lines, entry{label: text.Bytes(r.Size.Disk), text: o.env.path(r.Path) + "  " + o.env.clean(r.What)})
		}
	}
	if len(d.lines) == 0 {
		o.say("there is nothing to list")
		return
	}
	o.dialog = d
}

// plural counts things: with one form an s is added, else the second is the plural.
func plural(n int, one string, many ...string) string {
	switch {
	case n == 1:
		return "1 " + one
	case len(many) > 0:
		return text.Count(int64(n)) + " " + many[0]
	}
	return text.Count(int64(n)) + " " + one + "s"
}
