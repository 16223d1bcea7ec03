package plain

import (
	"godoctor/doctor/report"
	"godoctor/scan/modcache"
)

// Ls prints module versions, one a line, without a heading to skip when the list is read by a program:
// the first line is the heading, as everywhere.
func (p *Printer) Ls(versions []modcache.Version) {
	g := grid{right: []bool{false, false, true, true, true, true}}
	g.add("MODULE", "STATE", "SIZE", "SOURCES", "ZIP", "FETCHED")
	var total, sources, zips int64
	for i := range versions {
		v := &versions[i]
		g.add(p.clean(v.Path+"@"+v.Version), report.StateUnknown,
			p.size(v.Disk()), p.size(v.Sources.Disk), p.size(v.ZipSize.Disk), p.age(v.Fetched))
		total += v.Disk()
		sources += v.Sources.Disk
		zips += v.ZipSize.Disk
	}
	g.add("total", "", p.size(total), p.size(sources), p.size(zips), "")
	g.write(p, "", func(row int, line string) string {
		if row == 0 {
			return p.Theme.Muted(line)
		}
		return line
	})
}
