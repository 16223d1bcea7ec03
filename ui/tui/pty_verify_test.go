//go:build unix

package tui_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godoctor/scan/cachetest"
	"godoctor/ui/tui/tuitest"
)

// harbour is a machine with two modules and a project that needs them.
func harbour(t *testing.T) (*cachetest.Machine, cachetest.Module) {
	t.Helper()
	m, err := cachetest.New(filepath.Join(t.TempDir(), "m"))
	check(err)
	t.Cleanup(func() { check(m.RemoveAll()) })
	log := cachetest.Module{Path: "example.com/harbour/log", Version: "v1.4.2", Files: map[string]string{
		"go.mod": "module example.com/harbour/log\n\ngo 1.22\n", "log.go": "package log\n\nfunc Print(string) {}\n"}}
	crane := cachetest.Module{Path: "example.com/harbour/crane", Version: "v0.3.0", Files: map[string]string{
		"go.mod": "module example.com/harbour/crane\n\ngo 1.22\n", "crane.go": "package crane\n"}}
	check(m.Install(log, crane))
	_, err = m.Project("api", "module example.com/api\n\ngo 1.22\n\nrequire (\n\texample.com/harbour/log v1.4.2\n\texample.com/harbour/crane v0.3.0\n)\n",
		map[string]string{"main.go": "package main\n\nfunc main() {}\n"})
	check(err)
	return m, log
}

// start starts the built program on a machine.
func start(t *testing.T, m *cachetest.Machine, cols, rows int) *tuitest.Terminal {
	t.Helper()
	term, err := tuitest.Start(t.Context(), binary, tuitest.Options{Env: append(m.Environ(), "LC_ALL=", "LANG=C.UTF-8"), Dir: m.Home, Cols: cols, Rows: rows})
	check(err)
	t.Cleanup(func() { term.Close() })
	return term
}

// A file that somebody edited in the module cache is found, with its liar; once it is mended r sees it.
func TestVerifyDamage(t *testing.T) {
	m, log := harbour(t)
	check(m.Edit(log, "log.go", time.Now(), func(s string) string { return s + "// edited\n" }))
	term := start(t, m, 80, 24)
	see(t, term, "scanned ", "hashes not verified yet", "5 Findings 1 ") // that the file is too long is seen without a hash
	press(t, term, "5")
	see(t, term, "Hashes are not verified yet: v verifies 2 versions.")
	press(t, term, "v")
	see(t, term, "verified 2 module versions in", "> ERROR   sources-modified    example.com/harbour/log@v1.4.2",
		"dir LIES", "modified log.go", "unpack", "shows what that would do, and asks")
	press(t, term, "enter")
	see(t, term, "Who says what", "LIES h1:", "go.sum:")
	press(t, term, "esc", "d")
	see(t, term, "log.go of example.com/harbour/log@v1.4.2", "+// edited", " func Print(string) {}")
	press(t, term, "esc", "1")
	see(t, term, "1 error, ", " 1 ok, verified ")
	check(m.Edit(log, "log.go", time.Now(), func(s string) string { return strings.TrimSuffix(s, "// edited\n") }))
	press(t, term, "5", "r")
	see(t, term, "verified 1 module version in", " 2 ok [o]")
	check(term.WaitGone(patience, "ERROR"))
	press(t, term, "o")
	see(t, term, "ok                          example.com/harbour/crane@v0.3.0")
	press(t, term, "q")
	clean(t, term, 0)
}

// A verification that takes long is stopped by ctrl+c, which quits only when pressed again; and q does not wait for it.
func TestVerifyStops(t *testing.T) {
	m, log := harbour(t)
	check(m.Sparse(filepath.Join(m.Dir(log), "huge.bin"), 15<<30))
	term := start(t, m, 80, 24)
	see(t, term, "scanned ")
	press(t, term, "5", "v")
	see(t, term, "iB/s, ", "ctrl+c stops", "verifying ")
	press(t, term, "ctrl+c")
	see(t, term, "stopped: ", "what was found stays, v begins again")
	press(t, term, "v")
	see(t, term, "ctrl+c stops")
	press(t, term, "q")
	clean(t, term, 0)
}
