package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
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

	"godoctor/doctor/state"
	"godoctor/scan/cachetest"
)

// A getLab is a machine with nothing on it, and a proxy on loopback that has a made-up Go release and its record.
type getLab struct {
	t      *testing.T
	m      *cachetest.Machine
	proxy  *cachetest.Proxy
	goroot string
}

func newGetLab(t *testing.T, mods ...cachetest.Module) *getLab {
	t.Helper()
	m, err := cachetest.New(filepath.Join(t.TempDir(), "m"))
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	l := &getLab{t: t, m: m, goroot: strings.TrimSpace(string(out))}
	for _, mod := range mods {
		for name := range mod.Files {
			if top, _, _ := strings.Cut(name, "/"); top == "api" || top == "doc" || top == "misc" || top == "test" {
				delete(mod.Files, name)
			}
		}
	}
	if err := m.Publish(mods...); err != nil {
		t.Fatal(err)
	}
	if l.proxy, err = m.Serve(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(l.proxy.Close(), m.RemoveAll()); err != nil {
			t.Error(err)
		}
	})
	return l
}

// here is a release for the platform that the test runs on.
func here(version string) cachetest.Module {
	return cachetest.ToolchainModule(version, runtime.GOOS, runtime.GOARCH)
}

func zipPath(mod cachetest.Module) string { return "/golang.org/toolchain/@v/" + mod.Version + ".zip" }

type gotten struct {
	Summary struct {
		Toolchain, GOOS, GOARCH, State, To, Root, Hash, From string
		ZipBytes                                             int64 `json:"zip_bytes"`
		FetchedBytes                                         int64 `json:"fetched_bytes"`
		KeptBytes                                            int64 `json:"kept_bytes"`
		Tries                                                int
	}
	Toolchains []verdict
}

// run runs the program and gives its exit code and what it says.
func (l *getLab) run(args ...string) (code int, out, errs string) {
	l.t.Helper()
	var o, e bytes.Buffer
	args = append([]string{"toolchains", "get", "--experimental"}, args...)
	code = Run(l.t.Context(), IO{Args: args, Environ: l.environ(), Stdin: strings.NewReader(""), Stdout: &o, Stderr: &e})
	return code, o.String(), e.String()
}

// environ is that of the machine, with its checksum database and the go command of the one that the test runs on.
func (l *getLab) environ() []string {
	list := []string{"GOSUMDB=" + cachetest.SumDBKey(), "GOROOT=" + l.goroot}
	for _, kv := range l.m.Environ() {
		if !strings.HasPrefix(kv, "GOSUMDB=") {
			list = append(list, kv)
		}
	}
	return list
}

// get runs it with --json and insists on success.
func (l *getLab) get(args ...string) (g gotten) {
	l.t.Helper()
	code, out, errs := l.run(append(args, "--json")...)
	if err := json.Unmarshal([]byte(out), &g); err != nil || code != 0 {
		l.t.Fatalf("%q: %d, %v, %s%s", args, code, err, out, errs)
	}
	return g
}

// refused runs it and insists on a failure that says something.
func (l *getLab) refused(code int, says string, args ...string) {
	l.t.Helper()
	if got, out, errs := l.run(args...); got != code || !strings.Contains(errs, says) || out != "" {
		l.t.Errorf("%q: %d, %s%s, want %d, %q", args, got, out, errs, code, says)
	}
}

func (l *getLab) cache(mod cachetest.Module) string { return l.m.Dir(mod) }

func isThere(path string) bool { _, err := os.Lstat(path); return err == nil }

// A release comes to the module cache once, for this platform and another; what would come is said before.
func TestGetToolchain(t *testing.T) {
	one, old, win := here("go1.99.1"), here("go1.99.0"), cachetest.ToolchainModule("go1.99.1", "windows", "386")
	l := newGetLab(t, one, old, win)
	if err := os.Remove(l.m.GOMODCACHE); err != nil {
		t.Fatal(err)
	}
	if g := l.get("-n", "go1.99"); g.Summary.State != "planned" || g.Summary.Toolchain != "go1.99.1" || g.Summary.ZipBytes == 0 || g.Summary.Root != l.cache(one) || isThere(l.m.GOMODCACHE) {
		t.Errorf("-n: %+v", g)
	}
	for _, r := range l.proxy.Requests() {
		if r.Path == zipPath(one) && r.Range == "" {
			t.Error("-n fetched it")
		}
	}
	g := l.get("latest")
	if s := g.Summary; s.State != "installed" || s.To != "modcache" || s.Root != l.cache(one) || s.FetchedBytes != s.ZipBytes || s.Tries != 1 || !strings.HasPrefix(s.From, "http://") {
		t.Errorf("%+v", s)
	}
	if len(g.Toolchains) != 1 || g.Toolchains[0].Verdict.State != "genuine" {
		t.Errorf("%+v", g.Toolchains)
	}
	for _, ext := range []string{"zip", "ziphash", "info", "mod", "lock"} {
		if !isThere(l.m.CachePath(one, ext)) {
			t.Errorf("there is no .%s", ext)
		}
	}
	l.proxy.Forget()
	if g := l.get("1.99.1"); g.Summary.State != "there" || l.proxy.Count(zipPath(one)) != 0 {
		t.Errorf("again: %+v", g)
	}
	if g := l.get("go1.99.1", "--platform", "windows/386"); g.Summary.State != "installed" || g.Summary.GOOS != "windows" || !isThere(filepath.Join(l.cache(win), "bin", "go.exe")) {
		t.Errorf("windows: %+v", g)
	}
	record := filepath.Join(l.m.GOMODCACHE, "cache", "download", "sumdb", cachetest.SumDBName, "lookup", "golang.org", "toolchain@"+one.Version)
	if !isThere(record) {
		t.Error("the go command could not use it offline: it has no signed record")
	}
	if err := os.Remove(record); err != nil { // as after a kill before go kept it
		t.Fatal(err)
	}
	if g := l.get("go1.99.1"); g.Summary.State != "there" || !isThere(record) {
		t.Errorf("there without its record: %+v, %v", g, isThere(record))
	}
	parts, err := filepath.Glob(filepath.Join(filepath.Dir(l.m.GOMODCACHE), ".godoctor", "*", "*", "*"))
	if err != nil || len(parts) > 0 {
		t.Errorf("left: %v %v", parts, err)
	}
	runs, err := state.HomeIn(filepath.Join(l.m.Home, ".local", "state")).Runs()
	if err != nil || len(runs) != 2 || runs[0].Kind != "get" || runs[0].Items[0].Result != "done" {
		t.Errorf("history: %+v %v", runs, err)
	}
}

// With --sdk it lies where golang.org/dl would put it: from the zip in the module cache where there is one, never over
// anything.
func TestGetToolchainSDK(t *testing.T) {
	one := here("go1.99.1")
	l := newGetLab(t, one)
	g := l.get("go1.99.1", "--sdk")
	root := filepath.Join(l.m.Home, "sdk", "go1.99.1")
	if s := g.Summary; s.State != "installed" || s.To != "sdk" || s.Root != root || isThere(l.cache(one)) {
		t.Errorf("%+v", s)
	}
	if g.Toolchains[0].Verdict.State != "genuine" || !isThere(filepath.Join(root, ".unpacked-success")) || !isThere(filepath.Join(root, "src", "go.mod")) {
		t.Errorf("%+v", g)
	}
	if g := l.get("go1.99.1", "--sdk"); g.Summary.State != "there" {
		t.Errorf("again: %+v", g)
	}
	_, out, _ := l.run("go1.99.1", "--sdk")
	if !strings.Contains(out, "it has no api, doc, misc, test") {
		t.Errorf("says %s", out)
	}
	if err := os.WriteFile(filepath.Join(root, "src", "fmt", "print.go"), []byte("package fmt // !\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	l.refused(1, "is there and is not what was published", "go1.99.1", "--sdk")
	if err := os.RemoveAll(root); err != nil {
		t.Fatal(err)
	}
	l.get("go1.99.1")
	l.proxy.Forget()
	if g := l.get("go1.99.1", "--sdk"); g.Summary.State != "installed" || g.Summary.From != "" || l.proxy.Count(zipPath(one)) != 0 {
		t.Errorf("from the zip: %+v", g)
	}
}

// What is not proved is not installed: wrong bytes, no record, no database, another's go.mod or .info.
func TestGetToolchainRefuses(t *testing.T) {
	one := here("go1.99.1")
	l := newGetLab(t, one)
	at := "/golang.org/toolchain/@v/" + one.Version
	good, err := os.ReadFile(filepath.Join(l.m.ProxyDir, filepath.FromSlash(at)) + ".zip")
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(good)
	flipped[bytes.Index(flipped, []byte("PK\x01\x02"))-20] ^= 1 // content of the last file, or its checksum
	const says = "was not installed"
	for _, name := range []string{".zip", ".mod", ".info"} {
		l.proxy.Forget()
		l.proxy.Misbehave(at+name, cachetest.Fault{Flip: true, FlipAt: 14})
		l.proxy.Hook(func(w http.ResponseWriter, r *http.Request) bool {
			if name == ".zip" && r.URL.Path == at+".zip" {
				http.ServeContent(w, r, "x.zip", time.Time{}, bytes.NewReader(flipped))
				return true
			}
			return false
		})
		for _, flag := range []string{"", "--sdk"} {
			if flag == "--sdk" && name != ".zip" {
				continue
			}
			l.refused(1, says, append([]string{"go1.99.1"}, strings.Fields(flag)...)...)
		}
		if isThere(l.cache(one)) || isThere(l.m.CachePath(one, "zip")) || isThere(filepath.Join(l.m.Home, "sdk", "go1.99.1")) {
			t.Fatalf("%s: it was installed", name)
		}
	}
	l.proxy.Forget()
	l.proxy.Misbehave("/sumdb/"+cachetest.SumDBName+"/lookup/*", cachetest.Fault{Status: 404, Body: "not found"})
	l.refused(1, "has no record of go1.99.7", "go1.99.7")
	l.proxy.Forget()
	l.proxy.Misbehave("/sumdb/*", cachetest.Fault{Status: 503})
	l.refused(1, "cannot be proved, so it is not fetched", "go1.99.8")
	l.proxy.Forget()
	l.refused(1, "lists no release of go1.98", "go1.98")
	l.refused(2, "forbids it", "go1.99.1", "--offline")
	l.refused(2, "is no Go release", "bash")
	l.refused(2, "is no Go release", "go1.99.1/../x")
	l.refused(2, "takes one Go version")
	l.refused(2, "want OS/ARCH", "go1.99.1", "--platform", "windows")
	l.refused(2, "--sdk is for this platform", "go1.99.1", "--sdk", "--platform", "plan9/arm")
	var errs bytes.Buffer
	code := Run(t.Context(), IO{Args: []string{"toolchains", "get", "--experimental", "go1.99.1"}, Environ: append(l.environ()[1:], "GOSUMDB=off"), Stdin: strings.NewReader(""), Stdout: &errs, Stderr: &errs})
	if code != 1 || !strings.Contains(errs.String(), "no toolchain is installed that is not proved") || l.proxy.Count(zipPath(one)) != 0 {
		t.Errorf("GOSUMDB=off: %d %s", code, errs.String())
	}
	was := l.goroot
	l.goroot = filepath.Join(l.m.Home, "nowhere")
	l.refused(1, "--sdk needs none", "go1.99.1")
	l.goroot = was
	unlock, err := state.HomeIn(filepath.Join(l.m.Home, ".local", "state")).LockRuns()
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	l.refused(6, "another godoctor", "go1.99.1")
}

// What is in the module cache and is not right is not touched, and said; what was only half unpacked is finished.
func TestGetToolchainDamaged(t *testing.T) {
	one := here("go1.99.1")
	l := newGetLab(t, one)
	l.get("go1.99.1")
	dir := filepath.Join(l.cache(one), "src", "fmt")
	file := filepath.Join(dir, "print.go")
	if err := errors.Join(os.Chmod(dir, 0o755), os.Chmod(file, 0o644), os.WriteFile(file, []byte("package x\n"), 0o644)); err != nil {
		t.Fatal(err)
	}
	l.refused(1, "'godoctor repair golang.org/toolchain@"+one.Version+"' fetches it again", "go1.99.1")
	if err := os.WriteFile(l.m.CachePath(one, "partial"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	l.proxy.Forget()
	if g := l.get("go1.99.1"); g.Summary.State != "installed" || l.proxy.Count(zipPath(one)) != 0 {
		t.Errorf("half unpacked: %+v", g)
	}
	if err := os.WriteFile(l.m.CachePath(one, "zip"), []byte("PK"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(l.m.CachePath(one, "ziphash")); err != nil {
		t.Fatal(err)
	}
	l.refused(1, "its zip in the module cache is not what was published", "go1.99.1")
}

// watched is an output that is read while it is written.
type watched struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// Cut at half and given up, it goes on at half; --jsonl tells of it.
func TestGetToolchainResumes(t *testing.T) {
	one := here("go1.99.1")
	for i := range 600 {
		one.Files[fmt.Sprintf("src/big/f%d.txt", i)] = noise(i, 4<<10)
	}
	l := newGetLab(t, one)
	st, err := os.Stat(filepath.Join(l.m.ProxyDir, filepath.FromSlash(zipPath(one))))
	if err != nil {
		t.Fatal(err)
	}
	size := st.Size()
	half := make(chan struct{})
	l.proxy.Hook(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != zipPath(one) {
			return false
		}
		data, err := os.ReadFile(filepath.Join(l.m.ProxyDir, filepath.FromSlash(zipPath(one))))
		if err != nil {
			return false
		}
		w.Header().Set("ETag", `"one"`)
		w.Header().Set("Accept-Ranges", "bytes")
		w.Header().Set("Content-Length", fmt.Sprint(size))
		w.Write(data[:size/2])
		w.(http.Flusher).Flush()
		close(half)
		<-r.Context().Done()
		return true
	})
	ctx, stop := cancelable(t)
	done := make(chan int)
	var out watched
	var errs bytes.Buffer
	go func() {
		done <- Run(ctx, IO{Args: []string{"toolchains", "get", "--experimental", "--jsonl", "go1.99.1"}, Environ: l.environ(), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs})
	}()
	select {
	case <-half:
	case code := <-done:
		t.Fatalf("it ended before half of it came: %d %s%s", code, out.String(), errs.String())
	}
	progress := `{"event":"progress","module":"golang.org/toolchain","version":"` + one.Version
	came := func(name string) bool {
		fi, err := os.Stat(name)
		return err == nil && fi.Size() >= size/4
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) { // the bytes are on their way; the minute is a guard
		parts, _ := filepath.Glob(filepath.Join(filepath.Dir(l.m.GOMODCACHE), ".godoctor", "*", "*", "*"))
		if slices.ContainsFunc(parts, came) && strings.Contains(out.String(), progress) {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("nothing came, or nothing tells of it: %s", out.String())
		}
	}
	stop()
	if code := <-done; code != 1 {
		t.Fatalf("stopped: %d %s", code, errs.String())
	}
	if !strings.Contains(errs.String(), "of the zip are kept: the same command goes on there") {
		t.Errorf("says %s", errs.String())
	}
	if isThere(l.cache(one)) {
		t.Error("it is there")
	}
	l.proxy.Forget()
	l.proxy.Misbehave("*.zip", cachetest.Fault{Header: map[string]string{"ETag": `"one"`}})
	g := l.get("go1.99.1")
	if s := g.Summary; s.State != "installed" || s.KeptBytes < size/4 || s.KeptBytes+s.FetchedBytes > size+size/50 {
		t.Errorf("%+v of %d", s, size)
	}
}

// noise is text that cannot be packed well.
func noise(seed, size int) string {
	b := make([]byte, size)
	x := uint32(seed)*2654435761 + 1
	for i := range b {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		b[i] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/"[x>>26]
	}
	return string(b)
}

// cancelable is a context of the test that can be stopped.
func cancelable(t *testing.T) (context.Context, context.CancelFunc) {
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	return ctx, stop
}
