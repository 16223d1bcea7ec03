package remedy

import (
	"fmt"
	"path"
	"strings"

	"godoctor/doctor/plan"
)

// An entry of the quarantine may hold one file of the local copy of the checksum database: its name there is asideFile,
// and the manifest says where it was.
const asideFile = "file"

const asidePart plan.Part = "aside"

// openAside makes the entry for a file, before it is moved.
func (r *Remover) openAside(st *plan.Step) (*vault, error) {
	return r.entryFor(manifest{Part: asidePart, Module: st.Name})
}

// asideName proves the name in a manifest, which may say anything.
func (m *manifest) asideName() error {
	if strings.HasPrefix(m.Module, asideRoot) && path.Clean(m.Module) == m.Module && !strings.ContainsAny(m.Module, "\\\x00") {
		return nil
	}
	return fmt.Errorf("%q is no file of the local copy of a checksum database", m.Module)
}

// restoreAside moves the file of an entry back. Where go has fetched another one meanwhile nothing is changed.
func (r *Remover) restoreAside(v *vault, m manifest) error {
	b := &removal{r: r, folders: make(map[string]*folder)}
	defer b.close()
	if _, err := v.dir.lstat(asideFile); gone(err) {
		v.drop()
		return nil // it was never moved
	}
	in, err := b.mkdirs(path.Dir(m.Module))
	if err != nil {
		return err
	}
	if _, err := in.lstat(path.Base(m.Module)); err == nil {
		return pathError("restore", in.child(path.Base(m.Module)), errThere)
	}
	if err := v.dir.rename(asideFile, in, path.Base(m.Module)); err != nil {
		return err
	}
	v.drop()
	return r.mod.syncAll()
}
