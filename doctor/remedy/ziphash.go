package remedy

import (
	"path"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/scan/sum"
)

// rehash mends a .ziphash that go was writing when it was killed, in an undo that brought a zip back beside its directory: with half
// of one and no zip go does not use the directory, with a network or without (cmd/go/internal/modfetch: checkMod). It becomes what
// the zip had when it was cleaned away; where that is not known it goes, and go fetches the zip again.
func (r *Remover) rehash(m module.Version, hash string) error {
	names, err := plan.Places(m)
	if err != nil || r.mod == nil {
		return err
	}
	b := &removal{r: r, folders: make(map[string]*folder)}
	defer b.close()
	dir, err := b.at(path.Dir(names.Ziphash))
	if gone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	name := path.Base(names.Ziphash)
	half := func() (stat, bool) {
		st, err := dir.lstat(name)
		if err != nil || st.kind != file || b.there(names.Zip, file) || !b.there(names.Dir, directory) {
			return st, false
		}
		data, err := dir.small(name)
		return st, err == nil && !sum.IsH1(strings.TrimSpace(string(data)))
	}
	if _, is := half(); !is {
		return nil
	}
	lock, err := dir.lock(path.Base(names.Lock))
	if err != nil {
		return err
	}
	defer lock.Close()
	st, is := half()
	switch {
	case !is:
		return nil
	case !sum.IsH1(hash):
		return dir.unlink(name)
	}
	return dir.replace(name, []byte(hash), st, r.temp(name+".godoctor-%s.tmp"))
}
