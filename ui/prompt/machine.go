package prompt

import (
	"strconv"

	"godoctor/doctor/usage"
	"godoctor/ui/plain"
	"godoctor/ui/text"
)

// toolchains lists every installed Go.
func (t *talk) toolchains() error {
	m, err := t.known(false)
	if m == nil {
		return err
	}
	f := m.Inventory.Toolchains
	if f == nil || len(f.Toolchains) == 0 {
		t.say("No Go is known here. Toolchains are not looked for where only a cache is named.")
		return nil
	}
	if f.Choice.Why != "" {
		t.say("%s", t.clean(f.Choice.Why))
	}
	for _, s := range f.Choice.Problems {
		t.say("note: %s", t.clean(s))
	}
	users := func(i int) int {
		if m.Usage == nil || !m.Usage.Asked || i >= len(m.Usage.Toolchains) {
			return -1
		}
		return len(m.Usage.Toolchains[i])
	}
	return t.roll(&roll{head: plural(len(f.Toolchains), "toolchain") + ":", n: len(f.Toolchains), number: "all about it",
		line: func(i int) string { return t.out.ToolchainLine(&f.Toolchains[i], users(i)) },
		pick: func(i int) error {
			return t.printed(func(p *plain.Printer) { p.ToolchainPage(&f.Toolchains[i]) })
		}})
}

// projects lists what was found of projects.
func (t *talk) projects() error {
	m, err := t.known(false)
	if m == nil {
		return err
	}
	if m.Usage == nil || len(m.Usage.Projects) == 0 {
		t.say("No project was found. --root DIR looks elsewhere.")
		return nil
	}
	list := m.Usage.Projects
	return t.roll(&roll{head: plural(len(list), "project") + ":", n: len(list), number: "what it needs",
		line: func(i int) string { return t.out.ProjectLine(&list[i]) },
		pick: func(i int) error { return t.project(m, &list[i]) }})
}

// project tells what a project needs, and fetches what it lacks.
func (t *talk) project(m *Machine, p *usage.Project) error {
	needs := m.Usage.Needs(p)
	if err := t.printed(func(out *plain.Printer) {
		for _, why := range p.Because {
			if !p.Offline {
				out.Write([]byte(t.clean(why) + "\n"))
			}
		}
		out.Needs(p, needs)
	}); err != nil {
		return err
	}
	answer, err := t.ask("Type f to see how what is damaged or lacks is mended and fetched", "back to the list")
	switch {
	case err != nil || answer == "" || isBack(answer):
		return err
	case answer != "f" && answer != "F":
		return t.wrong(answer, "nothing was fetched")
	}
	t.lost = 0
	before := t.changes
	if err := t.mend(m, Wish{Project: p.File}); err != nil || t.changes == before {
		return err
	}
	return errBack // what was listed is not what is there any more
}

// settings tells the settings of go, and changes that of the lists.
func (t *talk) settings() error {
	m, err := t.known(false)
	if m == nil {
		return err
	}
	for _, w := range t.Doctor.Warnings() {
		t.say("note: in config.toml: %s", t.clean(w))
	}
	list := t.Doctor.Settings(m)
	return t.roll(&roll{head: t.pageWords() + " Settings of go, and where each comes from:", n: len(list),
		line:     func(i int) string { return t.out.SettingLine(&list[i]) },
		commands: []command{{"page", "how many lines of a list at a time", t.setPage}}})
}

// pageWords say how long a page is.
func (t *talk) pageWords() string {
	switch t.page {
	case 0:
		return "How many lines of a list come at a time is asked where there are more than " + strconv.Itoa(usualPage) + "."
	case pageAll:
		return "Lists come whole."
	}
	return "Lists come " + text.Count(int64(t.page)) + " lines at a time."
}

// setPage asks how long a page is to be.
func (t *talk) setPage() error {
	if err := t.askPage("How many lines of a list"); err != nil {
		return err
	}
	t.say("%s", t.pageWords())
	return nil
}
