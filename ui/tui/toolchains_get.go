package tui

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"godoctor/ui/text"
)

// A lackingGo is a Go that projects select and that is not installed.
type lackingGo struct {
	version  string
	projects int
}

// lacking are those that projects want, the most wanted first.
func (t *toolchains) lacking() (list []lackingGo) {
	if t.data == nil || t.data.who == nil {
		return nil
	}
	count := make(map[string]int)
	for i := range t.data.who.use.Projects {
		if p := &t.data.who.use.Projects[i]; !p.Installed && getWord.MatchString(p.Selects) {
			count[p.Selects]++
		}
	}
	for v, n := range count {
		list = append(list, lackingGo{v, n})
	}
	slices.SortFunc(list, func(a, b lackingGo) int { return cmp.Or(b.projects-a.projects, strings.Compare(b.version, a.version)) })
	return list
}

// What can be asked for: a release, the newest patch of one, the newest of all; and a platform behind it.
var (
	getWord     = regexp.MustCompile(`^(?:latest|(?:go)?1\.[0-9]{1,4}(?:\.[0-9]{1,4}|(?:rc|beta)[0-9]{1,3})?)$`)
	getPlatform = regexp.MustCompile(`^[a-z0-9]{1,20}/[a-z0-9]{1,20}$`)
)

// parseGet makes a wish of what was typed, or says what is wrong with it.
func parseGet(words string) (g GetWish, wrong string) {
	f := strings.Fields(words)
	switch {
	case len(f) == 0 || len(f) > 2 || !getWord.MatchString(f[0]):
		return g, "goX.Y.Z, goX.Y for its newest patch, or latest; then OS/ARCH"
	case len(f) == 2 && !getPlatform.MatchString(f[1]):
		return g, "the platform is OS/ARCH, like windows/amd64"
	}
	if g.Word = f[0]; g.Word != "latest" {
		g.Word = "go" + strings.TrimPrefix(g.Word, "go")
	}
	if len(f) == 2 {
		g.Platform = f[1]
	}
	return g, ""
}

// askGet asks which Go is to be fetched, and where it is to go.
func (t *toolchains) askGet() tea.Cmd {
	rep := t.Repair
	switch {
	case rep == nil:
		t.say("nothing can be fetched here: the program was started without what does it")
		return nil
	case rep.Refused != "":
		t.refuse(rep.Refused)
		return nil
	case rep.Offline:
		t.refuse("A Go is fetched over the network, and --offline forbids it.")
		return nil
	}
	a := &ask{title: "Fetch a Go?", input: "Which", do: "To the module cache", save: "To ~/sdk"}
	list := t.lacking()
	for _, l := range list[:min(len(list), 4)] {
		a.lines = append(a.lines, entry{label: l.version, text: plural(l.projects, "project") + " here " + selectWord(l.projects) + " it, and it is not installed"})
	}
	if len(list) > 0 {
		a.field.insert(list[0].version)
	}
	a.lines = append(a.lines, entry{text: "It comes as the module golang.org/toolchain through GOPROXY, some 70 MiB, and is installed only if it has the hash " +
		"that the checksum database has signed. In the module cache go finds it by itself; ~/sdk is where golang.org/dl looks."})
	a.wrong = func(words string) string { _, wrong := parseGet(words); return wrong }
	start := func(sdk bool) func() tea.Cmd {
		return func() tea.Cmd {
			g, _ := parseGet(a.field.words())
			g.SDK = sdk
			return t.startGet(g)
		}
	}
	a.yes, a.saved = start(false), start(true)
	return t.openAsk(a)
}

func selectWord(n int) string {
	if n == 1 {
		return "selects"
	}
	return "select"
}

// startGet fetches a toolchain that a person has asked for.
func (r *root) startGet(g GetWish) tea.Cmd {
	w := newWork(getWork)
	w.name, w.command = r.env.clean(strings.TrimSpace(g.Word+" "+g.Platform)), g.command()
	w.now.phases = []phase{{title: installPhase, items: 1}}
	t := r.watch(w)
	w.again = func() tea.Cmd {
		a := &ask{title: "Fetch " + w.name + " again?", do: "Fetch", yes: func() tea.Cmd { return r.startGet(g) },
			lines: []entry{{text: "What came of it is kept, and not fetched again."}}}
		if f := w.seen.flow; f != nil && f.bytes > 0 {
			a.lines = append(a.lines, entry{label: "Kept", text: fmt.Sprintf("%s of %s", text.Bytes(f.bytes), text.Bytes(f.total))})
		}
		return r.openAsk(a)
	}
	do := r.Repair.Get
	return r.startWork(w, func(ctx context.Context) Outcome { return do(ctx, g, t) })
}
