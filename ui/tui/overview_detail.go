package tui

import (
	"cmp"
	"fmt"
	"runtime"

	"godoctor/doctor/report"
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
	return o.facts(width, []fact{
		{"WHAT", t.what}, {"BACK", t.back}, {"GO", t.goes}, {"SIZE", size}, {"WHERE", o.env.path(s.Path)},
	})
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
	head := o.verdict(o.width)
	left := o.width * 62 / 100
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
	out = append(out, beside(
		o.pane("Largest modules", o.largest(left-2, mid-2), left, mid),
		o.pane("Build cache, by the Go that made it", o.made(right-2, mid-2), right, mid))...)
	if mid < rest {
		out = append(out, o.pane("Settings (E shows all), and what you may not know", indent(where), o.width, rest-mid)...)
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
	return out
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

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return text.Count(int64(n)) + " " + one + "s"
}
