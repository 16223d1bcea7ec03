package plain

import (
	"fmt"
	"strings"

	"godoctor/doctor/report"
	"godoctor/doctor/verify"
)

// ToolchainVerdicts prints of every installed Go whether it is the one that was published.
func (p *Printer) ToolchainVerdicts(list []verify.ToolchainVerdict) {
	g := grid{right: []bool{false, false, false}}
	g.add("TOOLCHAIN", "VERDICT", "PATH")
	for i := range list {
		v := &list[i]
		g.add(p.clean(v.Version+" "+v.GOOS+"/"+v.GOARCH), p.clean(v.String()), p.clean(v.Path))
	}
	p.grid(&g, "")
}

// ToolchainTally sums the verdicts up.
func (p *Printer) ToolchainTally(s report.ToolchainSummary) {
	var parts []string
	add := func(n int, what string, dress func(string) string) {
		if n > 0 {
			parts = append(parts, dress(fmt.Sprintf("%d %s", n, what)))
		}
	}
	plainly := func(s string) string { return s }
	add(s.Genuine, "genuine", p.Theme.Good)
	add(s.Differs, map[bool]string{true: "differs", false: "differ"}[s.Differs == 1], p.Theme.Bad)
	add(s.Unofficial, "not official builds", plainly)
	add(s.Unknown, "unknown", plainly)
	if parts == nil {
		parts = []string{"nothing to compare"}
	}
	p.line("%s: %s; %s hashed", plural(int64(s.Toolchains), "toolchain"), strings.Join(parts, ", "), p.size(s.BytesHashed))
}

// Vendored says how much of the vendor directories could be compared.
func (p *Printer) Vendored(r *verify.VendorResult) {
	p.line("%s: %s compared with their zips, %s whose zip is not here, %s that a directory replaces",
		plural(int64(r.Dirs), "vendor directory", "vendor directories"), plural(int64(r.Modules), "module"),
		plural(int64(r.Unknown), "module"), plural(int64(r.Replaced), "module"))
}
