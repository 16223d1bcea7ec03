//go:build linux && amd64

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A mutant is a copy of godoctor with one fault that somebody could make. This test has to find it.
type mutant struct {
	name     string
	file     string // of the sources
	was, now string // what stands there exactly once, and what stands there instead
}

var mutants = []mutant{
	{"removes what a project needs", "doctor/plan/versions.go",
		"	case u.State == usage.InUse:\n		return keptInUse\n", ""},
	{"removes a directory that differs from its zip", "doctor/plan/prove.go",
		"		return true, \"\"\n	}\n	return false, keptDiffers\n", "		return true, \"\"\n	}\n	return false, \"\"\n"},
	{"removes .mod files too", "doctor/remedy/remove.go",
		"	if t.it.Part == plan.Forget {\n", "	if true {\n"},
	{"does not put back the mode of what it brings back", "doctor/remedy/vault.go",
		"	return d.chmod(v.dirMode)\n", "	return nil\n"},
	{"deletes at once what may not come back", "doctor/remedy/versions.go",
		"return it.Later() && !r.opt.NoQuarantine", "return false"},
	{"does not read its journal after a kill", "doctor/remedy/recover.go",
		"	if s.mod == nil && s.gc == nil {\n		return // settings", "	if s.mod == nil || s.gc != nil {\n		return // settings"},
	{"removes lock files", "doctor/remedy/remove.go",
		"		t.lock.Close()\n", "		t.lock.Close()\n		t.download.unlink(path.Base(t.names.Lock))\n"},
	{"purges more than the one run", "ui/cli/undo.go",
		"if len(args) == 0 || held[i].Run == args[0] {", "if len(args) <= 1 {"},
}

// prove makes all mutants of the sources in a directory, and lets this test find each within a bound of operations.
func prove(opt *options) (code int, err error) {
	self, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return exitError, err
	}
	for n, m := range mutants {
		dir := filepath.Join(opt.dir, fmt.Sprint("mutant", n))
		program, err := m.make(opt.source, dir)
		if err != nil {
			return exitError, fmt.Errorf("a godoctor that %s: %w", m.name, err)
		}
		began := time.Now()
		c := exec.Command(self, "-godoctor", program, "-dir", dir, "-bound", fmt.Sprint(opt.bound), "-seed", fmt.Sprint(opt.seed))
		out, err := c.CombinedOutput()
		if stopped := (*exec.ExitError)(nil); err != nil && !errors.As(err, &stopped) {
			return exitError, err
		}
		switch c.ProcessState.ExitCode() {
		case exitFault:
			fmt.Printf("model: a godoctor that %s: %s, %.0f s\n", m.name, foundIn(string(out)), time.Since(began).Seconds())
		case 0:
			fmt.Printf("model: a godoctor that %s: NOT FOUND within %d operations\n", m.name, opt.bound)
			code = exitFault
		default:
			return exitError, fmt.Errorf("a godoctor that %s: %w\n%s", m.name, err, out)
		}
		if err := os.RemoveAll(dir); err != nil {
			return exitError, err
		}
	}
	return code, nil
}

// foundIn gives the line that says after how many operations it was found, and the first that says what.
func foundIn(out string) string {
	what, found := "", ""
	for line := range strings.Lines(out) {
		line = strings.TrimSpace(line)
		if text, ok := strings.CutPrefix(line, "model: found "); ok {
			found = "found " + text
		} else if what == "" && !strings.HasPrefix(line, "model: ") {
			what = line
		}
	}
	return found + ": " + what[:min(len(what), 160)]
}

// make builds the mutant, from the sources and one file that lies over one of them.
func (m mutant) make(source, dir string) (program string, err error) {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", err
	}
	file := filepath.Join(source, m.file)
	b, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	if n := strings.Count(string(b), m.was); n != 1 {
		return "", fmt.Errorf("%s has %d times what is to be changed, and has to have it once: %q", m.file, n, m.was)
	}
	changed, overlay := filepath.Join(dir, filepath.Base(m.file)), filepath.Join(dir, "overlay.json")
	list, err := json.Marshal(map[string]map[string]string{"Replace": {file: changed}})
	if err != nil {
		return "", err
	}
	err = errors.Join(os.WriteFile(changed, []byte(strings.Replace(string(b), m.was, m.now, 1)), 0o644), os.WriteFile(overlay, list, 0o644))
	if err != nil {
		return "", err
	}
	program = filepath.Join(dir, "godoctor")
	c := exec.Command("go", "build", "-overlay", overlay, "-o", program, ".")
	c.Dir = source
	return program, said(c)
}
