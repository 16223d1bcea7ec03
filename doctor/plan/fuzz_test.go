package plan

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"godoctor/doctor/finding"
	"godoctor/scan"
)

// FuzzEdit: an edit of a go.sum line is about the module version that was found there, gives it a hash that is known, and is
// none where the line is right already.
func FuzzEdit(f *testing.F) {
	f.Add("example.com/a v1.0.0 h1:old=\nexample.com/a v1.0.0/go.mod h1:old=\r\n", 1, "example.com/a", "v1.0.0", "h1:zip=", "h1:mod=")
	f.Add("example.com/a v1.0.0 h1:old=\nexample.com/a v1.0.0 h1:zip=\n", 1, "example.com/a", "v1.0.0", "h1:zip=", "")
	f.Add("example.com/a v1.0.0/go.mod h1:mod=", 1, "example.com/a", "v1.0.0", "", "h1:mod=")
	f.Add("a b c", -1, "a", "b", "", "")
	f.Add("a v1.0.0 h1:old=", 1, "a", "v1.0.0", " h1:no-hash=", "")
	f.Fuzz(func(t *testing.T, text string, n int, path, version, zip, mod string) {
		lines := strings.Split(text, "\n")
		e, err := edit(lines, n, &finding.Finding{Target: finding.Target{Module: path, Version: version}}, zip, mod)
		if err != nil || e == nil {
			if e != nil {
				t.Fatalf("an edit and %v", err)
			}
			return
		}
		old := strings.Fields(e.Old)
		if e.Line != n || e.Old != lines[n-1] || len(old) != 3 || old[0] != path || strings.TrimSuffix(old[1], "/go.mod") != version {
			t.Fatalf("%+v of %q", e, lines)
		}
		if e.New == "" {
			return
		}
		right := zip
		if strings.HasSuffix(old[1], "/go.mod") {
			right = mod
		}
		if now := strings.Fields(e.New); right == "" || slices.Equal(strings.Fields(right), []string{right}) && (len(now) != 3 || now[0] != old[0] || now[1] != old[1] || now[2] != right) || strings.HasSuffix(e.Old, "\r") != strings.HasSuffix(e.New, "\r") && !strings.HasSuffix(right, "\r") {
			t.Fatalf("%+v", e)
		}
	})
}

// FuzzPlace: FILE:LINE is put together again as it was, and an address of a clone is public only where nobody logs in.
func FuzzPlace(f *testing.F) {
	for _, s := range []string{"/p/go.sum:7", `C:\p\go.sum:7`, "x:0", "x:+1", ":1", "git3:https://github.com/x/y", "git3:https://u@github.com/x", "git3:ssh://git@x/y", "git3:https://corp.example/x.git", "git3:https:///x", "x"} {
		f.Add(s)
	}
	facts := &facts{in: &Input{Inventory: new(scan.Inventory)}}
	f.Fuzz(func(t *testing.T, s string) {
		if p, ok := sumPlaceOf(s); ok && (p.line < 1 || !strings.HasPrefix(s, p.file+":")) {
			t.Fatalf("%q is %+v", s, p)
		}
		_, address, _ := strings.Cut(s, ":")
		if !facts.private(s) {
			u, err := url.Parse(address)
			if err != nil || u.User != nil || u.Scheme != "https" || u.Host == "" || slices.Contains([]string{"/", "?", "#"}, u.Host) {
				t.Fatalf("%q is public", s)
			}
		}
	})
}
