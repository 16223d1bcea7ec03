package plain

import (
	"fmt"

	"godoctor/doctor/usage"
	"godoctor/scan"
)

// Ls prints the module versions that were picked by their index in the cache, one a line; the first line is the
// heading, as everywhere.
func (p *Printer) Ls(inv *scan.Inventory, r *usage.Result, picked []int) {
	g := grid{right: []bool{false, false, true, true, true, true, true, true}}
	g.add("MODULE", "STATE", "USERS", "SIZE", "SOURCES", "ZIP", "CAN_FREE", "FETCHED")
	var total, sources, zips, free int64
	for _, i := range picked {
		v := &inv.ModCache.Versions[i]
		state, users, can := string(usage.Unknown), "", int64(0)
		if r != nil {
			u := &r.Versions[i]
			state, users, can = string(u.State), fmt.Sprint(len(u.Uses)+len(u.Others)), u.Removable(v)
		}
		g.add(p.clean(v.Path+"@"+v.Version), state, users,
			p.size(v.Disk()), p.size(v.Sources.Disk), p.size(v.ZipSize.Disk), p.size(can), p.age(v.Fetched))
		total += v.Disk()
		sources += v.Sources.Disk
		zips += v.ZipSize.Disk
		free += can
	}
	g.add("total", "", "", p.size(total), p.size(sources), p.size(zips), p.size(free), "")
	g.write(p, "", func(row int, line string) string {
		if row == 0 {
			return p.Theme.Muted(line)
		}
		return line
	})
}
