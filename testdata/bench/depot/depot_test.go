package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// started serves modules, and gives the address and the key.
func started(t *testing.T, modules int, f *faults) (dir, url, key string) {
	t.Helper()
	dir = t.TempDir()
	in, stop := io.Pipe()
	out, says := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := serve(dir, modules, f, in, says)
		says.CloseWithError(err)
		ended <- err
	}()
	t.Cleanup(func() {
		stop.Close()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	url, key, _ = strings.Cut(strings.TrimSpace(line), " ")
	return dir, url, key
}

func goCommand(dir, cache, url, key string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOENV=off", "GOTOOLCHAIN=local", "GOWORK=off", "GOFLAGS=-modcacherw", "GOMODCACHE="+cache,
		"GOPATH="+filepath.Join(cache, "..", "gopath"), "GOPROXY="+url, "GOSUMDB="+key, "GOPRIVATE=", "GONOPROXY=", "GONOSUMDB=", "GOINSECURE=")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// The real go downloads what the project needs, with the checksum database and with go.sum, and verifies it.
func TestDepot(t *testing.T) {
	dir, url, key := started(t, 12, &faults{})
	project := filepath.Join(dir, "project")
	for _, sums := range []bool{true, false} {
		cache := filepath.Join(t.TempDir(), "mod")
		if !sums {
			if err := os.Remove(filepath.Join(project, "go.sum")); err != nil {
				t.Fatal(err)
			}
		}
		for _, args := range [][]string{{"mod", "download"}, {"mod", "verify"}} {
			if out, err := goCommand(project, cache, url, key, args...); err != nil {
				t.Errorf("go %q, go.sum there: %v: %v\n%s", args, sums, err, out)
			}
		}
		zips, err := filepath.Glob(filepath.Join(cache, "cache/download/bench.example/*/*/@v/*.zip"))
		if err != nil || len(zips) != 12 {
			t.Errorf("%d zips, %v", len(zips), err)
		}
		_, err = os.Stat(filepath.Join(cache, "cache/download/sumdb"))
		if asked := err == nil; asked == sums {
			t.Errorf("go.sum there: %v; the checksum database was asked: %v", sums, asked)
		}
	}
}

// The same number gives the same module, and the sizes are spread.
func TestMade(t *testing.T) {
	if a, b := made(7), made(7); !reflect.DeepEqual(a, b) {
		t.Error("it differs from call to call")
	}
	var files []int
	bytes := 0
	for i := range 60 {
		m := made(i)
		files = append(files, len(m.Files))
		for _, text := range m.Files {
			bytes += len(text)
		}
	}
	slices.Sort(files)
	if files[30] < 15 || files[30] > 60 || files[55] < 100 || bytes < 10<<20 {
		t.Errorf("files %v, %d bytes", files, bytes)
	}
}

// About as many answers break as were asked for, whatever their order, and a second time is another lot.
func TestFaults(t *testing.T) {
	body := strings.Repeat("x", 10000)
	f := &faults{cut: 0.1, seed: 5, next: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		io.WriteString(w, body)
	})}
	server := httptest.NewServer(f)
	defer server.Close()
	ask := func(i int) bool {
		resp, err := http.Get(fmt.Sprintf("%s/%d", server.URL, i))
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		data, err := io.ReadAll(resp.Body)
		return err == nil && string(data) == body
	}
	first, again := []bool{}, []bool{}
	for i := range 500 {
		first = append(first, ask(i))
	}
	f.asked = nil
	for i := range 500 {
		again = append(again, ask(499-i))
	}
	slices.Reverse(again)
	failed := 0
	for _, ok := range first {
		if !ok {
			failed++
		}
	}
	if failed < 25 || failed > 75 {
		t.Errorf("%d of 500 failed", failed)
	}
	if !slices.Equal(first, again) {
		t.Error("which fail hangs on the order")
	}
	if i := slices.Index(first, false); !slices.Contains([]bool{ask(i), ask(i), ask(i)}, true) {
		t.Error("it fails again and again")
	}
	if n := f.answers.Load(); n < 1000 || f.broken.Load() < int64(2*failed) {
		t.Errorf("%d answers, %d broken", n, f.broken.Load())
	}
}

// Every answer waits.
func TestLatency(t *testing.T) {
	f := &faults{latency: 30 * time.Millisecond, next: http.NotFoundHandler()}
	begin := time.Now()
	f.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(context.Background(), "GET", "/x", nil))
	if d := time.Since(begin); d < f.latency {
		t.Errorf("it took %v", d)
	}
}
