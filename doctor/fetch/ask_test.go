package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/scan/cachetest"
	"godoctor/scan/meter"
)

// several are versions with several fates.
var several = []module.Version{
	{Path: "example.com/A", Version: "v1.0.0"}, {Path: "example.com/A", Version: "v1.0.1"}, {Path: "corp.example/x", Version: "v1.0.0"},
	{Path: "example.com/broken", Version: "v1.0.0"}, {Path: "example.com/shy", Version: "v1.0.0"}, {Path: "example.com/A", Version: "main"},
}

// verdicts are the verdicts on several, each with a plus where go would go on to the origin.
func verdicts(t *testing.T, answers []Answer) string {
	t.Helper()
	var words []string
	for i, a := range answers {
		word := string(a.Verdict)
		if a.Direct {
			word += "+"
		}
		words = append(words, word)
		if a.Module != several[i] || (a.Err == nil) != (a.Verdict == Had) || (a.Info.Version != "") != (a.Verdict == Had) {
			t.Errorf("answer %d is %+v", i, a)
		}
	}
	return strings.Join(words, " ")
}

// A real proxy tree, over HTTP and as a directory.
func TestAsk(t *testing.T) {
	m, err := cachetest.New(filepath.Join(t.TempDir(), "m"))
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Publish(cachetest.Module{Path: "example.com/A", Version: "v1.0.0", Files: map[string]string{"a.go": "package a\n"}}); err != nil {
		t.Fatal(err)
	}
	file := m.GOPROXY
	p, err := m.Serve()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for _, c := range []struct {
		goproxy string
		want    string
		offline bool
	}{
		{p.URL, "had gone private+ unknown unknown unknown", false},
		{p.URL + ",direct", "had gone+ private+ unknown unknown unknown", false},
		{p.URL + "|direct", "had gone+ private+ unknown+ unknown+ unknown", false},
		{file + "," + p.URL, "had gone private+ unknown unknown unknown", false},
		{p.URL + "|" + file, "had gone private+ unknown unknown unknown", false},
		{file, "had gone private+ gone gone unknown", false},
		{file + ",off", "had gone private+ gone gone unknown", false},
		{"off", "unknown unknown private+ unknown unknown unknown", false},
		{"direct", "unknown+ unknown+ private+ unknown+ unknown+ unknown", false},
		{p.URL, "unknown unknown private+ unknown unknown unknown", true},
	} {
		p.Forget()
		p.Misbehave("/example.com/broken/*", cachetest.Fault{Status: 502, Body: "no"})
		p.Misbehave("/example.com/shy/*", cachetest.Fault{Status: 403, Body: "no"})
		var progress meter.Meter
		client := New(settings(t, "GOPROXY="+c.goproxy, "GONOPROXY=corp.example"), Options{Timeouts: quick, Offline: c.offline})
		if got := verdicts(t, Ask(t.Context(), client, several, &progress)); got != c.want {
			t.Errorf("%q: %s, want %s", c.goproxy, got, c.want)
		}
		client.Close()
		if s := progress.Sample(); s.Total != 6 || s.Units != 6 {
			t.Errorf("the meter shows %+v", s)
		}
		for _, r := range p.Requests() {
			if strings.Contains(r.Path, "corp.example") || c.offline || r.Method != http.MethodGet {
				t.Errorf("%q: asked for %+v", c.goproxy, r)
			}
		}
	}
}

// At most sixteen questions are under way, and all sixteen are.
func TestAskersAtATime(t *testing.T) {
	var now, most atomic.Int64
	c := client(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		defer now.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		time.Sleep(5 * time.Millisecond)
		v := strings.TrimSuffix(r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:], ".info")
		io.WriteString(w, fmt.Sprintf(`{"Version":%q}`, v))
	}))
	var versions []module.Version
	for i := range 300 {
		versions = append(versions, module.Version{Path: "example.com/a", Version: fmt.Sprintf("v1.0.%d", i)})
	}
	for i, a := range Ask(t.Context(), c, versions, nil) {
		if a.Verdict != Had || a.Info.Version != versions[i].Version {
			t.Fatalf("answer %d: %+v", i, a)
		}
	}
	if n := most.Load(); n > askers || n < 2 {
		t.Errorf("%d questions at a time", n)
	}
	if got := Ask(t.Context(), c, nil, nil); len(got) != 0 {
		t.Errorf("answers to nothing: %v", got)
	}
}

// When the context ends, Ask does too, and what was not answered is unknown.
func TestAskStopped(t *testing.T) {
	var asked atomic.Int64
	c := patient(t, serve(t, stuck(&asked, 1)))
	var versions []module.Version
	for i := range 1000 {
		versions = append(versions, module.Version{Path: "example.com/a", Version: fmt.Sprintf("v1.0.%d", i)})
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("a key was pressed")
	end := make(chan []Answer, 1)
	go func() { end <- Ask(ctx, c, versions, nil) }()
	until(t, "questions", func() bool { return asked.Load() > 0 })
	cancel(why)
	for i, a := range got(t, "the end", end) {
		if a.Verdict != Unknown || !errors.Is(a.Err, why) {
			t.Fatalf("answer %d: %+v", i, a)
		}
	}
	if n := asked.Load(); n > askers {
		t.Errorf("%d questions, some of them after the end", n)
	}
}
