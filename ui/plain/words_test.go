package plain

import (
	"bytes"
	"strings"
	"testing"

	"godoctor/doctor/report"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/binary"
	"godoctor/scan/project"
	"godoctor/scan/toolchain"
	"godoctor/scan/tree"
)

// TestWordsAreCleaned: of what godoctor itself only ever writes one of a few words, whoever sends a saved scan may write what a
// terminal obeys.
func TestWordsAreCleaned(t *testing.T) {
	const evil = "\x1b]8;;evil\x07"
	inv := &scan.Inventory{Stores: []scan.Store{{Name: "sources" + evil, Items: 1, Size: tree.Size{Disk: 1 << 20}}, {Name: "zips" + evil}},
		Projects: &project.Found{Skipped: []project.Skipped{{Reason: "vendor" + evil, Count: 3}}}}
	r := &usage.Result{Projects: []usage.Project{{Project: &project.Project{Module: "example.com/a"}, GoSum: "ok" + evil}}}
	settings := []report.Setting{{Key: "CC" + evil, Origin: "default" + evil, Overrides: []report.SettingSource{{Origin: "derived" + evil}}}}
	for name, print := range map[string]func(p *Printer){
		"status":     func(p *Printer) { p.stores(inv, nil) },
		"accessible": func(p *Printer) { p.Overview(inv, nil, nil) },
		"looked":     func(p *Printer) { p.looked(inv) },
		"projects":   func(p *Printer) { p.Projects(inv, r, []*usage.Project{&r.Projects[0]}) },
		"env":        func(p *Printer) { p.Settings(settings, inv) },
		"binary": func(p *Printer) {
			p.Binaries(&binary.Found{Dirs: []binary.Dir{{Exists: true, Source: "GOBIN" + evil}}})
		},
		"toolchains": func(p *Printer) {
			p.Toolchains(&toolchain.Found{Toolchains: []toolchain.Toolchain{{Source: "path" + evil, Support: "none" + evil}}}, nil)
		},
	} {
		var b bytes.Buffer
		if print(New(&b, Options{Verbose: true})); strings.Contains(b.String(), "\x1b") || !strings.Contains(b.String(), `\x1b]8;;evil`) {
			t.Errorf("%s: %q", name, b.String())
		}
	}
}
