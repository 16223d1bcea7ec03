package remedy

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"

	"godoctor/doctor/plan"
	"godoctor/scan/gocmd"
)

// madeUpTime is in the .info files that are made up: no commit is of that year, and go copies it.
const madeUpTime = "1900-01-01T00:00:00Z"

// madeUp is the .info file of a version, as far as it can be known without asking anybody. It does not stay.
func madeUp(version string) []byte {
	return fmt.Appendf(nil, "{\"Version\":%q,\"Time\":%q}", version, madeUpTime)
}

func isMadeUp(info []byte) bool {
	var x struct{ Time string }
	return json.Unmarshal(info, &x) == nil && x.Time == madeUpTime
}

// unlend removes a made-up .info file that somebody has left who was killed.
func (b *removal) unlend(names plan.Below) {
	f, err := b.at(path.Dir(names.Info))
	if err != nil {
		return
	}
	if data, err := f.small(path.Base(names.Info)); err == nil && isMadeUp(data) {
		b.unlinkFile(f, path.Base(names.Info))
	}
}

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
			b.unlend(names)
		}
		b.close()
		g.remove()
	}
}
