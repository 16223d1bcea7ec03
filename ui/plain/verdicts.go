package plain

import "godoctor/doctor/verify"

// ToolchainVerdicts prints of every installed Go whether it is the one that was published.
func (p *Printer) ToolchainVerdicts(list []verify.ToolchainVerdict) {
	p.line("")
	g := grid{right: []bool{false, false, false}}
	g.add("TOOLCHAIN", "VERDICT", "PATH")
	for i := range list {
		v := &list[i]
		g.add(p.clean(v.Version+" "+v.GOOS+"/"+v.GOARCH), p.clean(v.String()), p.clean(v.Path))
	}
	p.grid(&g, "")
}

// Vendored says how much of the vendor directories could be compared.
func (p *Printer) Vendored(r *verify.VendorResult) {
	p.line("%s: %s compared with their zips, %s whose zip is not here, %s that a directory replaces",
		plural(int64(r.Dirs), "vendor directory", "vendor directories"), plural(int64(r.Modules), "module"),
		plural(int64(r.Unknown), "module"), plural(int64(r.Replaced), "module"))
}
