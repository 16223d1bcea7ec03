package remedy

import (
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
)

// Where there is no room for the quarantine, what would wait there is only renamed: "E@V.tmp-godoctor-keep-RUN-N". go
// sweeps such a name when it unpacks the version again; until then it can be put back.

// keptFile and keptDir recognise those names as oursFile and oursDir do those of what is to be deleted.
func keptFile(rest string) (string, bool) {
	kind, run, ok := strings.Cut(rest, ".godoctor-keep-")
	if !ok {
		return "", false
	}
	return oursFile(kind + ".godoctor-" + run)
}

func keptDir(rest string) (string, bool) {
	run, ok := strings.CutPrefix(rest, tempMark+"keep-")
	return "", ok && validRun(run)
}

// RestoreHere puts back what was left of a version in its place, under other names. found is false where there is nothing.
func (r *Remover) RestoreHere(m module.Version) (found bool, err error) {
	names, err := plan.Places(m)
	if err != nil || r.mod == nil {
		return false, err
	}
	b := &removal{r: r, folders: make(map[string]*folder)}
	defer b.close()
	moves := b.renamed(names, keptFile, keptDir)
	if len(moves) == 0 {
		return false, nil
	}
	lock, err := moves[0].to.lockOf(b, names)
	if err != nil {
		return true, err
	}
	defer lock.Close()
	for _, m := range moves {
		if _, err := m.from.lstat(m.name); err == nil {
			return true, pathError("restore", m.from.child(m.name), errThere)
		}
	}
	t := &target{names: names, moved: moves} // back takes the last first: the directory
	if err := t.back(); err != nil {
		return true, err
	}
	return true, r.mod.syncAll()
}

// Waits reports whether a name below the module cache is that of something that was left in place for undo, and has not
// waited long enough.
func Waits(name string, now time.Time) bool {
	_, run, ok := strings.Cut(path.Base(name), "godoctor-keep-")
	if !ok {
		return false
	}
	parts := strings.Split(run, "-")
	if len(parts) < 2 {
		return true
	}
	made, err := time.Parse("20060102-150405", strings.Join(slices.Clip(parts[:2]), "-"))
	return err != nil || now.Sub(made) < HoldFor
}
