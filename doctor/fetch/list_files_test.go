package fetch

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"godoctor/scan/cachetest"
)

// taken is what comes with the status 200 and is no such file. The go command takes it, finds out later, and does not go on to
// another proxy then. We look first, go on where "|" allows it, and take no page for a go.mod file.
var taken = []string{"{page}", "{other}", "{empty}", "{null}"}

// Client.Download and `go mod download` ask the same proxies for the .mod and the .zip of a version, in the same order, and come to
// the same end. Everything else of the version comes from any of them.
func TestDownloadsLikeGo(t *testing.T) {
	start := time.Now()
	w := newListWorld(t)
	mod := cachetest.Module{Path: listModule.Path, Version: listModule.Version, GoMod: "module vcs.invalid/m.git\n", Files: map[string]string{"m.go": "package m\n"}}
	zip, err := mod.Zip()
	if err != nil {
		t.Fatal(err)
	}
	w.zip = zip
	if err := os.WriteFile(w.have+"/vcs.invalid/m.git/@v/v1.0.0.zip", zip, 0o666); err != nil {
		t.Fatal(err)
	}
	type one struct {
		list string
		x    Ext
	}
	var wg sync.WaitGroup
	next, n := make(chan one), 0
	for range max(2, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for c := range next {
				run := strings.TrimPrefix(string(c.x), ".") + fmt.Sprint(slices.Index(lists, c.list))
				goAsked, goEnd := w.downloadGo("go-"+run, c.list)
				asked, end := w.downloadUs("us-"+run, c.list, c.x)
				if c.x == ExtMod && strings.HasPrefix(c.list, "{page}") && goEnd == "an answer" {
					goEnd = "an error"
				}
				if !slices.Equal(goAsked, asked) || goEnd != end {
					t.Errorf("GOPROXY=%q, %s: go asks %q and ends with %s, we ask %q and end with %s", c.list, c.x, goAsked, goEnd, asked, end)
				}
			}
		})
	}
	for _, x := range []Ext{ExtZip, ExtMod} {
		for _, list := range lists {
			if slices.ContainsFunc(taken, func(word string) bool { return strings.Contains(list, word+"|") }) {
				continue
			}
			n++
			next <- one{list, x}
		}
	}
	close(next)
	wg.Wait()
	t.Logf("%d lists and files in %v", n, time.Since(start))
	if n < 130 {
		t.Errorf("only %d lists and files", n)
	}
}

// downloadGo lets the go command download all of it.
func (w *listWorld) downloadGo(run, list string) (asked []string, end string) {
	return w.goDoes(run, list, "mod", "download", "-modcacherw", "-json", listModule.String())
}

// downloadUs lets us download a file of it.
func (w *listWorld) downloadUs(run, list string, x Ext) (asked []string, end string) {
	c := downloader(w.t, w.expand(run, list))
	p, err := c.Download(w.t.Context(), listModule, Downloads{Dir: w.t.TempDir(), Ext: x})
	if err == nil && x == ExtZip {
		same(w.t, p, w.zip)
	}
	if errors.Is(err, ErrBusy) {
		w.t.Error(err)
	}
	return w.log(run), endOf(err)
}
