package bundle

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godoctor/scan/cachetest"
	"godoctor/scan/gocmd"
)

// TestServed has go build from a directory that a plain web server serves, from a proxy that redirects to that server, and asks in the
// words with which a proxy that keeps whole versions fills itself: what the bundle has no zip of, such a one does not get.
func TestServed(t *testing.T) {
	l := newLab(t)
	old := cachetest.Module{Path: "example.com/old", Version: "v1.0.0", Files: map[string]string{"o.go": "package old\n"},
		GoMod: "module example.com/old\n\ngo 1.16\n\nrequire example.com/gamma v1.0.0\n"}
	check(t, l.m.Publish(old))
	app, err := l.m.Project("app2", strings.Replace(gomod, ")", "\texample.com/old v1.0.0\n)", 1),
		map[string]string{"app.go": "package app\n\nimport beta \"example.com/Beta\"\n\nconst A = beta.B\n"})
	check(t, err)
	in := l.making("dir")
	in.Projects[0], err = ReadProject(t.Context(), app)
	check(t, err)
	made, err := Make(t.Context(), in)
	check(t, err)
	server := httptest.NewServer(http.FileServer(http.Dir(in.Target)))
	defer server.Close()
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, server.URL+r.URL.Path, http.StatusFound)
	}))
	defer front.Close()
	for name, url := range map[string]string{"server": server.URL, "redirected": front.URL, "file": gocmd.FileURL(in.Target)} {
		clean := l.environ("GOMODCACHE="+filepath.Join(l.m.Root, name), "GOPATH="+filepath.Join(l.m.Root, name+"path"), "GOPROXY="+url,
			"GOFLAGS=-modcacherw")
		for _, args := range [][]string{{"build", "./..."}, {"mod", "verify"}, {"list", "-m", "-versions", "-json", "example.com/gamma@latest"},
			{"mod", "download", "-json", "example.com/Beta@v0.1.0-RC1"}} {
			if out, err := l.run(app, clean, args...); err != nil {
				t.Errorf("%s: go %v: %v\n%s", name, args, err, out)
			}
		}
	}
	only := ""
	for i := range made.Manifest.Modules {
		if x := &made.Manifest.Modules[i]; x.Zip == "" {
			only = x.ID().String()
		}
	}
	empty := t.TempDir()
	check(t, os.WriteFile(filepath.Join(empty, "go.mod"), []byte("module mod\n"), 0o644))
	fill := l.environ("GOMODCACHE="+filepath.Join(l.m.Root, "fill"), "GOPATH="+filepath.Join(l.m.Root, "fillpath"),
		"GOPROXY="+server.URL, "GOFLAGS=-modcacherw")
	if out, err := l.run(empty, fill, "mod", "download", "-json", only); only == "" || err == nil || !strings.Contains(out, "404") {
		t.Errorf("a version of which only the go.mod file is there, %q: %v\n%s", only, err, out)
	}
}
