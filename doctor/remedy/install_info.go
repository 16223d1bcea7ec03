package remedy

import (
	"fmt"
	"os"
	"path"
	"path/filepath"

	"godoctor/doctor/plan"
	"godoctor/scan/gocmd"
)

// madeUp is the .info file of a version, as far as it can be known without asking anybody.
func madeUp(version string) []byte { return fmt.Appendf(nil, "{\"Version\":%q}", version) }

// lendInfo lets the go command do without .info files that are not there, without which `go mod download` asks a proxy for a version
// whose zip is in the cache: its only proxy is a staging with nothing but made-up ones. end takes what it wrote away again.
func (r *Remover) lendInfo(list []Want, d *gocmd.Download) (end func()) {
	b := &removal{r: r, folders: make(map[string]*folder)}
	var g *staging
	var lent []plan.Below
	for i := range list {
		names, err := plan.Places(list[i].of())
		if err != nil || b.there(names.Info, file) || !b.there(names.Zip, file) {
			continue
		}
		if g == nil {
			if g, err = r.stage(); err != nil {
				break // go says what it lacks
			}
		}
		if g.room(&names) == nil && os.WriteFile(g.file(&names, "info"), madeUp(list[i].Version), 0o600) == nil {
			lent = append(lent, names)
		}
	}
	if len(lent) > 0 {
		d.Proxy = gocmd.FileURL(filepath.Join(g.path, "proxy"))
	}
	return func() {
		for _, names := range lent {
			if f, err := b.at(path.Dir(names.Info)); err == nil {
				b.unlinkFile(f, path.Base(names.Info))
			}
		}
		b.close()
		g.remove()
	}
}
