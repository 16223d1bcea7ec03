package verify

import (
	"slices"
	"strings"
	"testing"

	"godoctor/doctor/sumdb"
	"godoctor/scan"
	"godoctor/scan/cachetest"
)

// Who hears which module names, counted at the proxy, which relays the checksum database. The rule is that of the go
// command (modfetch.useSumDB): GONOSUMDB, or GOPRIVATE where that is not set, keeps a path from the database. GONOPROXY
// alone does not: go looks such a path up, through a proxy that relays the database. godoctor does not let the proxy hear
// of it and asks the database itself, which is not there on this machine: no record, and no request.
func TestWhoHears(t *testing.T) {
	m := newMachine(t)
	var mods []cachetest.Module
	for _, path := range []string{"corp.example/team/secret", "corp.example/open", "example.com/public"} {
		mods = append(mods, cachetest.Module{Path: path, Version: "v1.0.0", Files: map[string]string{"a.go": "package a\n"}})
	}
	must(t, m.Publish(mods...))
	must(t, m.Install(mods...))
	p, err := m.Serve()
	must(t, err)
	defer p.Close()
	inv := scan.Run(t.Context(), scan.Options{Environ: m.Environ(), Dir: m.Home})
	for _, test := range []struct{ vars, heard string }{
		{"", "corp.example/open corp.example/team/secret example.com/public"},
		{"GOPRIVATE=corp.example/team", "corp.example/open example.com/public"},
		{"GOPRIVATE=corp.example", "example.com/public"},
		{"GONOSUMDB=corp.example/*/secret", "corp.example/open example.com/public"},
		{"GONOSUMDB=none GOPRIVATE=corp.example", "example.com/public"}, // the database may hear, the proxy may not
		{"GONOPROXY=corp.example", "example.com/public"},
		{"GOPRIVATE=*", ""},
		{"GOPROXY=off", ""},
	} {
		p.Forget()
		vars := append(strings.Fields(test.vars), "HTTPS_PROXY=http://127.0.0.1:1") // so that nobody else is asked
		db := openNotary(t, m, sumdb.Options{Online: true}, vars...)
		r := Run(t.Context(), inv, Options{DB: db}, nil)
		if len(r.Findings) > 0 || r.Verified != len(mods) {
			t.Errorf("%q: %+v", test.vars, r)
		}
		var heard []string
		for _, mod := range mods {
			n := 0
			for _, q := range p.Requests() {
				if strings.Contains(q.Path, mod.Path) {
					n++
				}
			}
			switch n {
			case 0:
			case 1:
				heard = append(heard, mod.Path)
			default:
				t.Errorf("%q: %d requests for %s", test.vars, n, mod.Path)
			}
			if n := p.Count("/" + mod.Path + "/@v/v1.0.0.zip"); n > 0 {
				t.Errorf("%q: verify has downloaded %s", test.vars, mod.Path)
			}
		}
		slices.Sort(heard)
		if got := strings.Join(heard, " "); got != test.heard {
			t.Errorf("%q: the proxy heard of %q, want %q", test.vars, got, test.heard)
		}
		if test.heard == "" && len(p.Requests()) > 0 {
			t.Errorf("%q: asked %+v", test.vars, p.Requests())
		}
	}
	p.Forget()
	if Run(t.Context(), inv, Options{DB: openNotary(t, m, sumdb.Options{})}, nil); len(p.Requests()) > 0 {
		t.Errorf("without --sumdb: %+v", p.Requests())
	}
}
