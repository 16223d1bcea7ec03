package tui

import (
	"cmp"
	"fmt"

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
	return o.facts(width, o.factsOf(s))
}

// factsOf is what there is to know of a store.
func (o *overview) factsOf(s *storeRow) []fact {
	t := storeTexts[s.Name]
	size := fmt.Sprintf("%s on disk, %s in %s files", text.Bytes(s.Size.Disk), text.Bytes(s.Size.Bytes), text.Count(s.Size.Files))
	if !s.Exact && s.Size.Disk > 0 {
		size += ", not exact yet"
	}
	list := []fact{{"WHAT", t.what}}
	if free := o.unneeded(s); free != "" {
		list = append(list, fact{"FREE", free})
	}
	list = append(list, fact{"BACK", t.back}, fact{"GO", t.goes}, fact{"SIZE", size}, fact{"WHERE", o.env.path(s.Path)})
	if age := o.ageOf(s); age != "" {
		list = append(list, fact{"AGE", age})
	}
	return list
}

// unneeded says what of a store nobody needs, and on what ground.
func (o *overview) unneeded(s *storeRow) string {
	w := o.data.who
	if w == nil {
		return ""
	}
	free, ground := o.data.free.Of(s.Name), ""
	found := "by none of the " + plural(len(w.use.Projects), "project") + " found"
	if len(w.use.Projects) == 1 {
		found = "not by the only project found"
	}
	switch s.Name {
	case "sources", "zips":
		ground = "needed " + found
		if len(w.use.Projects) == 1 {
			ground = "not needed by the only project found"
		}
	case "toolchains":
		ground = "selected by no setting, and " + found
	default:
		return ""
	}
	switch why := w.unsure(); {
	case why != "":
		return "nothing is called unused: " + o.env.clean(why)
	case free == 0 && o.data.free.Hold > 0:
		return "nothing for certain: what is " + ground + " may not come back"
	case free == 0:
		return "nothing: all of it is needed, or was fetched or read of late"
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
			d.lines = append(d.lines, entry{label: o.env.clean(s.Key), text: o.env.clean(report.NoPassword(s.Value)) + "  (" + o.origin(s.Origin) + ")"})
			for _, v := range s.Overrides {
				d.lines = append(d.lines, entry{label: " ", text: "overrides " + o.env.clean(report.NoPassword(v.Value)) + "  (" + o.origin(v.Origin) + ")"})
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
