//go:build unix

package tui_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"godoctor/scan/cachetest"
	"godoctor/ui/tui/tuitest"
)

// counting is what the first line says while a scan runs.
var counting = regexp.MustCompile(`(?:scanning|checking) ([0-9.]+)([kM]?)`)

// While the scan runs the counters and totals grow, keys are answered, and then the totals are exact.
func TestLiveTotals(t *testing.T) {
	m, err := cachetest.New(filepath.Join(t.TempDir(), "m"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { check(m.RemoveAll()) })
	linkFarm(t, m.GOCACHE, 30_000)
	term, err := tuitest.Start(t.Context(), binary, tuitest.Options{Env: m.Environ(), Dir: m.Home, Cols: 80, Rows: 24})
	if err != nil {
		t.Fatal(err)
	}
	defer term.Close()
	var counts []float64
	pressed, answered := false, false
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err = term.WaitFor(ctx, func(screen string) bool {
		if s := counting.FindStringSubmatch(screen); s != nil {
			n, _ := strconv.ParseFloat(s[1], 64)
			n *= map[string]float64{"": 1, "k": 1e3, "M": 1e6}[s[2]]
			if len(counts) == 0 || counts[len(counts)-1] != n {
				counts = append(counts, n)
			}
			if !pressed {
				pressed = true // once: again it would close
				term.Keys("?")
			}
		}
		if !answered && strings.Contains(screen, "Keys of") {
			answered = true
			term.Keys("esc") // the counter is behind the keys
		}
		return strings.Contains(screen, "scanned ")
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i < len(counts); i++ {
		if counts[i] < counts[i-1] {
			t.Errorf("the counter went back: %v", counts)
		}
	}
	if len(counts) < 2 || !answered {
		t.Errorf("the counter showed %v; a key was answered meanwhile: %v", counts, answered)
	}
	until(t, term, func(screen string) bool { return !strings.Contains(screen, "Keys of") })
	press(t, term, "q") // not right behind esc: that would be alt+q
	clean(t, term, 0)
}

// linkFarm fills a build cache with entries that are names of one file: many to look at, quickly made.
func linkFarm(t *testing.T, root string, n int) {
	t.Helper()
	var first string
	for i := range n {
		dir := filepath.Join(root, fmt.Sprintf("%02x", i%256))
		if i < 256 {
			check(os.MkdirAll(dir, 0o777))
		}
		name := filepath.Join(dir, fmt.Sprintf("%02x%062x-d", i%256, i))
		if i%20_000 == 0 { // a file system has a limit to the names of one file
			first = name
			check(os.WriteFile(name, []byte("v1 entry"), 0o666))
			continue
		}
		check(os.Link(first, name))
	}
	check(os.WriteFile(filepath.Join(root, "README"), []byte("This directory holds cached build artifacts from the Go build system.\n"), 0o666))
}
