package cachetest

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// get fetches a path of p and returns status and body; a broken connection is an error.
func get(p *Proxy, path string) (int, string, error) {
	resp, err := http.Get(p.URL + path)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body), err
}

func TestProxy(t *testing.T) {
	m := newMachine(t)
	mods := sample()
	must(t, m.Publish(mods...))
	p, err := m.Serve()
	must(t, err)
	defer p.Close()
	zip, err := mods[0].Zip()
	must(t, err)

	const path = "/example.com/greet/@v/v1.2.0.zip"
	for _, test := range []struct {
		path   string
		fault  Fault
		status int
		body   string
		broken bool
	}{
		{path: path, status: 200, body: string(zip)},
		{path: "/example.com/words/@v/list", status: 200, body: "v1.0.0\nv1.1.0\n"},
		{path: "/example.com/words/@latest", status: 200, body: `{"Version":"v1.1.0","Time":"2024-03-05T12:00:00Z"}`},
		{path: "/example.com/none/@latest", status: 404, body: "not found: no such module\n"},
		{path: "/example.com/none/@v/list", status: 404, body: "not found: example.com/none/@v/list\n"},
		{path: "/../" + marker, status: 404, body: "not found: no such module\n"},
		{path: path, fault: Fault{Status: 503, Body: "later"}, status: 503, body: "later"},
		{path: path, fault: Fault{Cut: true, CutAt: 100}, status: 200, body: string(zip[:100]), broken: true},
		{path: path, fault: Fault{Flip: true, FlipAt: 3}, status: 200, body: "PK\x03\xfb" + string(zip[4:])},
		{path: path, fault: Fault{Delay: time.Millisecond}, status: 200, body: string(zip)},
		{path: "/sumdb/sum.golang.org/supported", status: 200},
	} {
		p.Forget()
		if test.fault.Status != 0 || test.fault.Cut || test.fault.Flip || test.fault.Delay > 0 {
			test.fault.Times = 1
			p.Misbehave("*", test.fault)
		}
		status, body, err := get(p, test.path)
		if status != test.status || body != test.body || (err != nil) != test.broken {
			t.Errorf("%s with %+v: status %d, body %q, error %v", test.path, test.fault, status, body, err)
		}
		if test.fault.Times == 1 {
			if _, body, err = get(p, path); body != string(zip) || err != nil {
				t.Errorf("the proxy did not recover from %+v: %v", test.fault, err)
			}
			if p.Count(path) != 2 || len(p.Requests()) != 2 {
				t.Errorf("log is %v", p.Requests())
			}
		}
	}
	if m.GOPROXY != p.URL {
		t.Errorf("GOPROXY is %q", m.GOPROXY)
	}
}

// TestSumDB lets the real go command check a download against the machine's own database.
func TestSumDB(t *testing.T) {
	m := newMachine(t)
	mods := sample()
	must(t, m.Publish(mods...))
	p, err := m.Serve()
	must(t, err)
	defer p.Close()
	goRun(t, m, m.Projects, "GOSUMDB="+SumDBKey(), "mod", "download", mods[0].String())

	other := newMachine(t)
	must(t, other.Install(mods...))
	must(t, other.InstallSumDB(mods[0]))
	diffTrees(t, tree(t, m.GOMODCACHE+"/cache/download/sumdb", false), tree(t, other.GOMODCACHE+"/cache/download/sumdb", false))
	diffTrees(t, tree(t, m.GOPATH+"/pkg/sumdb", false), tree(t, other.GOPATH+"/pkg/sumdb", false))

	// A database that says something else about a version stops the download.
	forged := mods[2]
	forged.Files = map[string]string{"words.go": "package words\n\nconst Hello = \"gotcha\"\n"}
	good, err := forged.Zip()
	must(t, err)
	p.Hook(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/example.com/words/@v/v1.1.0.zip") {
			return false
		}
		_, err := io.Copy(w, bytes.NewReader(good))
		return err == nil
	})
	out, err := goTry(m, m.Projects, "GOSUMDB="+SumDBKey(), "mod", "download", forged.String())
	if err == nil || !strings.Contains(out, "SECURITY ERROR") {
		t.Errorf("a forged zip passed: %v\n%s", err, out)
	}
}
