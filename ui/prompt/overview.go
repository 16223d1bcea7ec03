package prompt

import (
	"bytes"
	"context"
	"errors"

	"godoctor/doctor/config"
	"godoctor/doctor/report"
	"godoctor/doctor/usage"
	"godoctor/ui/plain"
)

// printed is what a part of the program prints, to be told in pages.
func (t *talk) printed(print func(p *plain.Printer)) error {
	t.now()
	var b bytes.Buffer
	print(plain.New(&b, t.out.Options))
	return t.pages(b.String())
}

// overview tells where the bytes are, as of now.
func (t *talk) overview() error {
	t.machine = nil
	m, err := t.known(true)
	if m == nil {
		return err
	}
	return t.printed(func(p *plain.Printer) { p.Overview(m.Inventory, m.Usage, m.Here) })
}

// modules lists module versions that somebody names.
func (t *talk) modules() error {
	m, err := t.known(false)
	if m == nil {
		return err
	}
	if m.Inventory.ModCache == nil || len(m.Inventory.ModCache.Versions) == 0 {
		t.say("There is no module version in the module cache.")
		return nil
	}
	answer, err := t.ask("Which? A text, a pattern such as golang.org/x/..., or a state such as orphan", "all of them")
	if err != nil || isBack(answer) {
		return err
	}
	picked := t.Doctor.Pick(m, answer)
	if len(picked) == 0 {
		t.say("%q fits none of %s. The states are:", t.clean(answer), plural(len(m.Inventory.ModCache.Versions), "module version"))
		for _, s := range usage.States {
			t.say("%s: %s", s, report.StateWords(s))
		}
		return nil
	}
	t.now()
	return t.roll(&roll{head: plural(len(picked), "module version") + ", the largest first:", n: len(picked), number: "who needs it, and why",
		line: func(i int) string { return t.moduleLine(picked[i]) },
		pick: func(i int) error { return t.module(picked[i]) }})
}

// moduleLine tells a version of what is known now: a pin may have been set since it was listed.
func (t *talk) moduleLine(i int) string {
	return t.out.ModuleLine(&t.machine.Inventory.ModCache.Versions[i], versionOf(t.machine, i))
}

// versionOf is what is known of who needs a version, or nil.
func versionOf(m *Machine, i int) *usage.Version {
	if m.Usage == nil || i >= len(m.Usage.Versions) {
		return nil
	}
	return &m.Usage.Versions[i]
}

// module tells who needs a module version, and lets somebody keep it.
func (t *talk) module(i int) error {
	m := t.machine
	v, u := &m.Inventory.ModCache.Versions[i], versionOf(m, i)
	if u == nil {
		t.say("who needs it is not known")
		return nil
	}
	if err := t.printed(func(p *plain.Printer) { p.Why(m.Inventory, m.Usage, []int{i}) }); err != nil {
		return err
	}
	verb := map[bool]string{false: "pin it: it is kept whatever happens", true: "unpin it"}[u.Pinned]
	answer, err := t.ask("Type p to "+verb, "back to the list")
	if err != nil || answer == "" || isBack(answer) {
		return err
	}
	if answer != "p" && answer != "P" {
		return t.wrong(answer, "nothing was pinned")
	}
	t.lost = 0
	pin, err := config.ParsePin(v.Path + "@" + v.Version)
	if err == nil {
		err = t.setPin(pin, !u.Pinned)
	}
	switch now := versionOf(t.machine, i); {
	case errors.Is(err, errLeave), t.ctx.Err() != nil:
		return err
	case err != nil:
		t.say("the pin was not changed: %s", t.clean(err.Error()))
	case now != nil && now.Pinned && u.Pinned:
		t.say("it is still kept: by config.toml, or by a pin of the whole module")
	default:
		t.say("%s", t.moduleLine(i))
	}
	return nil
}

// setPin sets a pin, or takes it off.
func (t *talk) setPin(p config.Pin, on bool) error {
	var m *Machine
	var failed error
	if _, err := t.work(func(ctx context.Context) { m, failed = t.Doctor.Pin(ctx, t.machine, p, on) }); err != nil {
		return err
	}
	if m != nil {
		t.machine = m
	}
	return failed
}
