//go:build unix

package tui_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"godoctor/scan/cachetest"
	"godoctor/ui/tui/tuitest"
)

// A clinic is a machine with a project and its modules, and a loopback proxy with a checksum database that has them. The
// proxy stops in the middle of each zip as long as the gate is closed.
type clinic struct {
	*cachetest.Machine
	proxy   *cachetest.Proxy
	project string
	big     cachetest.Module // takes long to fetch
	small   cachetest.Module
	goroot  string
	gocache string // of the go command that the test runs with: it has the standard library

	mu   sync.Mutex
	gate chan struct{}
}

func newClinic(t *testing.T) *clinic {
	t.Helper()
	m, err := cachetest.New(filepath.Join(t.TempDir(), "m"))
	check(err)
	c := &clinic{Machine: m}
	noise := rand.NewChaCha8([32]byte{1})
	data := make([]byte, 2<<20)
	noise.Read(data)
	c.big = cachetest.Module{Path: "example.com/ward/big", Version: "v1.2.0", Files: map[string]string{
		"go.mod": "module example.com/ward/big\n\ngo 1.20\n", "big.go": "package big\n\nconst Size = 1\n", "data.bin": string(data)}}
	c.small = cachetest.Module{Path: "example.com/ward/small", Version: "v0.1.0", Files: map[string]string{
		"go.mod": "module example.com/ward/small\n\ngo 1.20\n", "small.go": "package small\n\nconst Size = 2\n"}}
	check(m.Publish(c.big, c.small))
	check(m.Install(c.big, c.small))
	c.project, err = m.Project("app", "module corp.example/app\n\ngo 1.20\n\nrequire (\n\texample.com/ward/big v1.2.0\n\texample.com/ward/small v0.1.0\n)\n",
		map[string]string{"main.go": "package main\n\nimport (\n\t\"example.com/ward/big\"\n\t\"example.com/ward/small\"\n)\n\nfunc main() { println(big.Size, small.Size) }\n"})
	check(err)
	c.proxy, err = m.Serve()
	check(err)
	c.proxy.Hook(c.slow)
	out, err := exec.Command("go", "env", "GOROOT", "GOCACHE").Output()
	check(err)
	lines := strings.Split(string(out), "\n")
	c.goroot, c.gocache = strings.TrimSpace(lines[0]), strings.TrimSpace(lines[1])
	t.Cleanup(func() {
		c.open()
		check(errors.Join(c.proxy.Close(), m.RemoveAll()))
	})
	return c
}

// environ is that of the machine, with its checksum database and the go command that the test runs with.
func (c *clinic) environ() []string {
	list := []string{"GOSUMDB=" + cachetest.SumDBKey(), "GOROOT=" + c.goroot, "LC_ALL=", "LANG=C.UTF-8"}
	for _, kv := range c.Environ() {
		if !strings.HasPrefix(kv, "GOSUMDB=") && !strings.HasPrefix(kv, "GOROOT=") {
			list = append(list, kv)
		}
	}
	return list
}

// close closes the gate.
func (c *clinic) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gate = make(chan struct{})
}

// open opens it.
func (c *clinic) open() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gate != nil {
		close(c.gate)
		c.gate = nil
	}
}

// slow serves zips, the second half only once the gate is open.
func (c *clinic) slow(w http.ResponseWriter, r *http.Request) bool {
	c.mu.Lock()
	gate := c.gate
	c.mu.Unlock()
	if gate == nil || !strings.HasSuffix(r.URL.Path, ".zip") {
		return false
	}
	data, err := os.ReadFile(filepath.Join(c.ProxyDir, filepath.FromSlash(r.URL.Path)))
	if err != nil {
		return false
	}
	http.ServeContent(&halfway{ResponseWriter: w, r: r, gate: gate, left: len(data) / 2}, r, "x.zip", time.Unix(1e9, 0), bytes.NewReader(data))
	return true
}

// halfway is an answer that stops in the middle until its gate opens.
type halfway struct {
	http.ResponseWriter
	r    *http.Request
	gate chan struct{}
	left int
}

func (h *halfway) Write(p []byte) (n int, err error) {
	if h.left > 0 {
		n, err = h.ResponseWriter.Write(p[:min(len(p), h.left)])
		h.left -= n
		http.NewResponseController(h.ResponseWriter).Flush()
		if err != nil || n == len(p) {
			return n, err
		}
	}
	select {
	case <-h.gate:
	case <-h.r.Context().Done():
		return n, h.r.Context().Err()
	}
	more, err := h.ResponseWriter.Write(p[n:])
	return n + more, err
}

// damage damages both modules: the zip of the big one, a file of the small one.
func (c *clinic) damage() {
	check(c.FlipByte(c.CachePath(c.big, "zip"), 200<<10))
	check(c.Edit(c.small, "small.go", time.Now(), func(s string) string { return s + "// edited\n" }))
}

// resumed reports whether the rest of a zip was asked for.
func (c *clinic) resumed() bool {
	return slices.ContainsFunc(c.proxy.Requests(), func(r cachetest.Request) bool {
		return strings.HasSuffix(r.Path, ".zip") && strings.HasPrefix(r.Range, "bytes=")
	})
}

// builds insists that the project builds without a network.
func (c *clinic) builds(t *testing.T) {
	t.Helper()
	cmd := exec.Command(filepath.Join(c.goroot, "bin", "go"), "build", "-o", os.DevNull, ".")
	cmd.Dir = c.project
	cmd.Env = append(c.environ(), "GOCACHE="+c.gocache, "GOPROXY=off", "GOTOOLCHAIN=local", "GOFLAGS=-mod=readonly")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("it does not build offline: %v\n%s", err, out)
	}
}

// start starts the program on the machine.
func (c *clinic) start(t *testing.T, cols, rows int) *tuitest.Terminal {
	t.Helper()
	if runtime.GOOS != "linux" {
		return startWith(t, c, cols, rows, "--experimental")
	}
	return startWith(t, c, cols, rows)
}

func startWith(t *testing.T, c *clinic, cols, rows int, args ...string) *tuitest.Terminal {
	t.Helper()
	term, err := tuitest.Start(t.Context(), binary, tuitest.Options{Args: args, Env: c.environ(), Dir: c.Home, Cols: cols, Rows: rows})
	check(err)
	t.Cleanup(func() { term.Close() })
	see(t, term, "scanned ")
	return term
}

// repaired waits until a repair has done everything. What was skipped, because another go command of this machine was just
// starting and could not be told apart yet, is tried again by the key that is offered.
func repaired(t *testing.T, term *tuitest.Terminal) {
	t.Helper()
	for range 10 {
		until(t, term, func(screen string) bool { return strings.Contains(screen, "Done: ") })
		if strings.Contains(term.Screen(), "skipped 0, failed 0") {
			return
		}
		see(t, term, "uses it, or may", "x tries what is left again")
		press(t, term, "x")
		see(t, term, "Repair ", "y repair")
		press(t, term, "y")
		unasked(t, term)
	}
	t.Fatalf("it is never done:\n%s", term.Screen())
}

// What verify finds is planned by one key, asked about, mended with live progress, verified again, and can be taken back;
// the real go builds offline with it.
func TestRepairDamage(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	c.damage()
	c.close()
	term := c.start(t, 120, 40)
	press(t, term, "5", "v")
	see(t, term, "zip-damaged", "sources-modified", "x shows what that would do", "F fix all")
	press(t, term, "F")
	see(t, term, "[6 Plan]", "2 items to repair: fetches 2.", "example.com/ward/big@v1.2.0", "fetch it again, compare it", "offline", "same as: godoctor repair ")
	press(t, term, "x")
	see(t, term, "Repair 2 items?", "> [ Cancel ] <", "Offline", "Network", "Everything is proved before go sees it", "waits in the quarantine", "y repair")
	press(t, term, "y")
	see(t, term, "[7 Activity]", "Repairing", "receiving", "example.com/ward/big@v1.2.0", "MiB of 2.", "127.0.0.1", "Safe to stop", "p pause")
	press(t, term, "p")
	see(t, term, "Paused", "paused", "p go on")
	c.open()
	press(t, term, "p")
	repaired(t, term)
	see(t, term, "Verified again: nothing is wrong with what was repaired.")
	c.builds(t)
	if !c.resumed() {
		t.Error("after the pause it was fetched from its beginning")
	}
	press(t, term, "5")
	until(t, term, func(screen string) bool {
		return strings.Contains(screen, " 2 ok [o]") && !strings.Contains(screen, "ERROR") && strings.Contains(screen, "scanned ")
	})
	press(t, term, "7", "z")
	see(t, term, "Take back the run of", "put back from the quarantine", "y take back")
	press(t, term, "y")
	see(t, term, "brought back")
	if data, err := os.ReadFile(filepath.Join(c.Dir(c.small), "small.go")); err != nil || !strings.Contains(string(data), "edited") {
		t.Errorf("the edited file did not come back: %v", err)
	}
	press(t, term, "q")
	clean(t, term, 0)
}

// A repair that is stopped in the middle leaves everything as it was; what is left is tried again from where it stopped.
func TestRepairStopped(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	check(c.FlipByte(c.CachePath(c.big, "zip"), 200<<10))
	before := contents(t, c.GOMODCACHE)
	c.close()
	term := c.start(t, 80, 24)
	press(t, term, "5", "v")
	see(t, term, "> ERROR   zip-damaged")
	press(t, term, "x")
	see(t, term, "1 item to repair")
	press(t, term, "x")
	see(t, term, "y repair")
	press(t, term, "y")
	see(t, term, "receiving", "1.00 MiB of 2.")
	press(t, term, "ctrl+c")
	see(t, term, "Stopped: 0 items repaired", "x tries what is left again")
	for name, was := range contents(t, c.GOMODCACHE) {
		if old, ok := before[name]; ok && old != was {
			t.Errorf("%s was changed", name)
		}
	}
	c.open()
	see(t, term, "scanned ")
	press(t, term, "x")
	see(t, term, "Repair 1 item?", "y repair")
	press(t, term, "y")
	repaired(t, term)
	see(t, term, "Verified again: nothing is wrong")
	if !c.resumed() {
		t.Error("it was fetched from its beginning")
	}
	c.builds(t)
	press(t, term, "q")
	clean(t, term, 0)
}

// What a project lacks is shown, fetched once it is confirmed, and the project works offline then.
func TestRepairProject(t *testing.T) {
	c := newClinic(t)
	clear := exec.Command(filepath.Join(c.goroot, "bin", "go"), "clean", "-modcache")
	clear.Env = c.environ()
	if out, err := clear.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	check(os.MkdirAll(c.GOMODCACHE, 0o777))
	term := c.start(t, 120, 40)
	press(t, term, "4")
	see(t, term, "corp.example/app", "x fetch and mend what it needs")
	press(t, term, "x")
	see(t, term, "[6 Plan]", "2 items to repair: fetches ", "its hash is that of ", "same as: godoctor repair --project ")
	press(t, term, "x")
	see(t, term, "Repair 2 items?", "y repair")
	press(t, term, "y")
	repaired(t, term)
	see(t, term, "Verified again: nothing is wrong", "the project builds without a network")
	c.builds(t)
	press(t, term, "q")
	clean(t, term, 0)
}

// A Go is fetched from the screen of toolchains, and is in the list then.
func TestFetchToolchain(t *testing.T) {
	c := newClinic(t)
	release := cachetest.ToolchainModule("go1.25.9", runtime.GOOS, runtime.GOARCH)
	for name := range release.Files {
		if top, _, _ := strings.Cut(name, "/"); top == "api" || top == "doc" || top == "misc" || top == "test" {
			delete(release.Files, name)
		}
	}
	check(c.Publish(release))
	term := c.start(t, 80, 24)
	press(t, term, "3")
	see(t, term, "x fetch a Go")
	press(t, term, "x")
	see(t, term, "Fetch a Go?", "Which: _", "[ Cancel ]", "tab next button")
	check(term.Type("1.x"))
	see(t, term, "goX.Y.Z, goX.Y for its newest patch, or latest")
	press(t, term, "backspace")
	check(term.Type("25.9"))
	see(t, term, "> [ To the module cache ] <")
	press(t, term, "enter")
	see(t, term, "[7 Activity]", "go1.25.9 is there, fetched and proved", "~/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.25.9.")
	see(t, term, "scanned ")
	press(t, term, "3")
	see(t, term, "go1.25.9")
	press(t, term, "q")
	clean(t, term, 0)
}
