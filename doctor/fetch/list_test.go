package fetch

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/module"
)

// lists are GOPROXY lists. A word in braces is a proxy that behaves like it says.
var lists = []string{
	"{ok}", "{404}", "{410}", "{403}", "{500}", "{page}", "{other}", "{empty}", "{null}", "{cut}", "{down}", "{loop}",
	"{404},{ok}", "{410},{ok}", "{403},{ok}", "{500},{ok}", "{page},{ok}", "{other},{ok}", "{down},{ok}", "{cut},{ok}",
	"{404}|{ok}", "{403}|{ok}", "{500}|{ok}", "{page}|{ok}", "{other}|{ok}", "{down}|{ok}", "{loop}|{ok}", "{cut}|{ok}",
	"{500}|{404},{ok}", "{404},{500}|{ok}", "{404},{500},{ok}", "{500}|{403},{ok}", "{moved},{500}", "{moved404},{ok}",
	"{ok},direct", "direct", "direct,{ok}", "{404},direct", "{500},direct", "{500}|direct", "{404},direct,ftp://x",
	"off", "off,{ok}", "{404},off", "{500}|off", "{500}|{404},off", "{404}|{410}",
	"{file}", "{nofile}", "{nofile},{ok}", "{nofile}|{file}", "file://host/dir,{ok}", "{file}?x,{ok}",
	"{ok},ftp://x", "{404},nonsense", "noscheme", "/abs/path", ",", " , |", " {404} , {ok} ", "{404},,{ok}", "{404}|,{ok}",
	"{bare},{ok}", "{bare}|{ok}", "{password},{ok}", "{password}|{ok}", "{ok}/,{500}", "{200},{ok}", "http://:,direct",
}

// The go command and we ask the same proxies in the same order and come to the same end. What "direct" stands
// for fails in the go command before it asks anybody: GOVCS allows nothing.
func TestListsLikeGo(t *testing.T) {
	start := time.Now()
	w := newListWorld(t)
	var wg sync.WaitGroup
	next := make(chan int)
	for range max(2, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := range next {
				goAsked, goEnd := w.runGo(fmt.Sprintf("go%d", i), lists[i])
				asked, end := w.runUs(fmt.Sprintf("us%d", i), lists[i])
				if !slices.Equal(goAsked, asked) || goEnd != end {
					t.Errorf("GOPROXY=%q: go asks %q and ends with %s, we ask %q and end with %s", lists[i], goAsked, goEnd, asked, end)
				}
			}
		})
	}
	for i := range lists {
		next <- i
	}
	close(next)
	wg.Wait()
	t.Logf("%d lists in %v", len(lists), time.Since(start))
}

// A listWorld has the proxies that lists are made of.
type listWorld struct {
	t          *testing.T
	url        string
	have, none string // directories
	zip        []byte // of listModule
	goCommand  string

	mu    sync.Mutex
	asked map[string][]string
}

// listModule has a path with which the go command needs nobody to know that it is for git.
var listModule = module.Version{Path: "vcs.invalid/m.git", Version: "v1.0.0"}

func newListWorld(t *testing.T) *listWorld {
	t.Helper()
	w := &listWorld{t: t, have: t.TempDir(), none: t.TempDir(), asked: map[string][]string{}}
	s := httptest.NewServer(w)
	t.Cleanup(s.Close)
	w.url = s.URL
	dir := filepath.Join(w.have, "vcs.invalid", "m.git", "@v")
	err := errors.Join(os.MkdirAll(dir, 0o777), os.WriteFile(filepath.Join(dir, "v1.0.0.info"), []byte(exampleInfo), 0o666),
		os.WriteFile(filepath.Join(dir, "v1.0.0.mod"), []byte("module vcs.invalid/m.git\n"), 0o666))
	if err != nil {
		t.Fatal(err)
	}
	if w.goCommand, err = exec.LookPath("go"); err != nil {
		t.Fatal(err)
	}
	return w
}

// expand puts addresses into a list.
func (w *listWorld) expand(run, list string) string {
	host := strings.TrimPrefix(w.url, "http://")
	for n := 0; ; n++ {
		i, j := strings.IndexByte(list, '{'), strings.IndexByte(list, '}')
		if i < 0 {
			return list
		}
		word := list[i+1 : j]
		address := fmt.Sprintf("%s/%s/%d-%s", w.url, run, n, word)
		switch word {
		case "down":
			address = "http://127.0.0.1:1" // nobody gets such a port by chance
		case "file":
			address = fileURL(w.have)
		case "nofile":
			address = fileURL(w.none)
		case "bare":
			address = host
		case "password":
			address = fmt.Sprintf("http://user:password@%s/%s/%d-ok", host, run, n)
		}
		list = list[:i] + address + list[j+1:]
	}
}

// ServeHTTP behaves as the second element of the path says.
func (w *listWorld) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	parts := strings.SplitN(strings.TrimPrefix(r.URL.Path, "/"), "/", 3)
	if len(parts) < 3 {
		rw.WriteHeader(http.StatusTeapot)
		return
	}
	// What is looked at is the file that the run is named after, else .info. All others are there.
	about := ".info"
	if _, x, ok := strings.Cut(parts[0], "-"); ok {
		about = "." + strings.TrimRight(x, "0123456789")
	}
	if !strings.HasSuffix(r.URL.Path, about) && about != ".info" {
		w.give(rw, r)
		return
	}
	if strings.HasSuffix(r.URL.Path, about) && !strings.HasPrefix(parts[1], "again") {
		w.mu.Lock()
		if list := w.asked[parts[0]]; !slices.Contains(list, parts[1]) {
			w.asked[parts[0]] = append(list, parts[1])
		}
		w.mu.Unlock()
	}
	_, word, _ := strings.Cut(parts[1], "-")
	status := 0
	fmt.Sscanf(word, "%d", &status)
	switch {
	case word == "moved", word == "moved404", word == "loop":
		to := map[string]string{"moved": "ok", "moved404": "404", "loop": "loop"}[word]
		http.Redirect(rw, r, "/"+parts[0]+"/again-"+to+"/"+parts[2], http.StatusFound)
	case status != 0:
		rw.WriteHeader(status)
	case word == "page":
		rw.Write([]byte("<html>log in</html>"))
	case word == "null":
		rw.Write([]byte("null"))
	case word == "other":
		rw.Write([]byte(`{"Version":"v1.0.1"}`))
	case word == "empty":
	case word == "cut":
		rw.Header().Set("Content-Length", "1000")
		rw.Write([]byte(exampleInfo))
	default:
		w.give(rw, r)
	}
}

// give gives the file that was asked for.
func (w *listWorld) give(rw http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, ".info"):
		rw.Write([]byte(exampleInfo))
	case strings.HasSuffix(r.URL.Path, ".zip"):
		rw.Write(w.zip)
	default:
		rw.Write([]byte("module vcs.invalid/m.git\n"))
	}
}

func (w *listWorld) log(run string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.asked[run]
}

// runGo lets the go command ask.
func (w *listWorld) runGo(run, list string) (asked []string, end string) {
	return w.goDoes(run, list, "list", "-m", "-modcacherw", "-json", listModule.String())
}

// goDoes runs a go command.
func (w *listWorld) goDoes(run, list string, args ...string) (asked []string, end string) {
	dir := w.t.TempDir()
	cmd := exec.Command(w.goCommand, args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "SYSTEMROOT=" + os.Getenv("SYSTEMROOT"), "TMPDIR=" + dir, "TMP=" + dir,
		"GOPROXY=" + w.expand(run, list), "GOMODCACHE=" + filepath.Join(dir, "mod"), "GOCACHE=" + filepath.Join(dir, "cache"),
		"GOSUMDB=off", "GOFLAGS=-mod=mod", "GOVCS=*:off", "GOENV=off", "GOTOOLCHAIN=local", "GOAUTH=off", "GO_TELEMETRY_CHILD=2"}
	var text bytes.Buffer
	cmd.Stdout, cmd.Stderr = &text, &text
	err := cmd.Run()
	says := func(s string) bool { return strings.Contains(text.String(), s) }
	switch {
	case err == nil:
		end = "an answer"
	case says("GOVCS disallows"):
		end = "direct"
	case says("disabled by GOPROXY=off"):
		end = "off"
	case says("invalid proxy URL"), says("invalid file:// proxy URL"), says("contains no entries"), says("refusing to pass credentials"):
		end = "a refused list"
	case says(": 404 "), says(": 410 "), says("no such file"), says("cannot find the file"), says("cannot find the path"):
		end = "not found"
	case says(": 403 "), says(": 500 "), says("invalid response"), says("instead of requested version"), says("EOF"), says("refused"),
		says("redirects"), says("HTTP response to HTTPS client"), says("no Host in request URL"), says("not a valid zip file"):
		end = "an error"
	default:
		end = "a surprise: " + text.String()
	}
	return w.log(run), end
}

// runUs lets us ask.
func (w *listWorld) runUs(run, list string) (asked []string, end string) {
	c := client(w.t, w.expand(run, list))
	_, err := c.Info(w.t.Context(), listModule)
	return w.log(run), endOf(err)
}

// endOf says what came of it in words that fit the go command as well.
func endOf(err error) string {
	var e *Error
	switch {
	case err == nil:
		return "an answer"
	case !errors.As(err, &e):
		return "another kind of error: " + err.Error()
	case e.Direct:
		return "direct"
	case e.Off && (e.Kind == ErrNotFound || e.Kind == ErrOffline):
		return "off"
	case e.Kind == ErrSettings:
		return "a refused list"
	case e.Kind == ErrNotFound:
		return "not found"
	}
	return "an error"
}
