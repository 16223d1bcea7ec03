//go:build linux && amd64

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// A mutant is godoctor with one fault that somebody could make. This test has to find it. All are in one program, for it takes long
// to build: which of the faults it has is told by the name that it is started by.
type mutant struct {
	name     string // of the program
	what     string
	file     string // of the sources
	was, now string // what stands there exactly once, and what stands there instead
}

var mutants = []mutant{
	{"needed", "removes what a project needs", "doctor/plan/versions.go",
		"	if reason == \"\" && !insist {\n		reason = f.needed(", "	if reason == \"\" && !insist && !fault(`needed`) {\n		reason = f.needed("},
	{"differs", "removes a directory that differs from its zip", "doctor/plan/prove.go",
		"		return true, \"\"\n	}\n	return false, keptDiffers\n", "		return true, \"\"\n	case fault(`differs`):\n		return false, \"\"\n	}\n	return false, keptDiffers\n"},
	{"mods", "removes .mod files too", "doctor/remedy/remove.go",
		"	if t.it.Part == plan.Forget {\n", "	if t.it.Part == plan.Forget || fault(`mods`) {\n"},
	{"modes", "does not put back the mode of what it brings back", "doctor/remedy/vault.go",
		"	return d.chmod(v.dirMode)\n", "	if fault(`modes`) {\n		return nil\n	}\n	return d.chmod(v.dirMode)\n"},
	{"hold", "deletes at once what may not come back", "doctor/remedy/versions.go",
		"return it.Later() && !r.opt.NoQuarantine", "return it.Later() && !r.opt.NoQuarantine && !fault(`hold`)"},
	{"journal", "does not end what it was killed in", "doctor/remedy/recover.go",
		"	if s.mod == nil && s.gc == nil {\n		return // settings", "	if s.mod == nil && s.gc == nil || fault(`journal`) {\n		return // settings"},
	{"locks", "removes lock files", "doctor/remedy/remove.go",
		"		t.lock.Close()\n", "		t.lock.Close()\n		if fault(`locks`) {\n			t.download.unlink(path.Base(t.names.Lock))\n		}\n"},
	{"purges", "purges more than the one run", "ui/cli/undo.go",
		"if len(args) == 0 || held[i].Run == args[0] {", "if len(args) == 0 || held[i].Run == args[0] || fault(`purges`) {"},
}

// asks is added to each package that has a fault.
const asks = "package %s\n\nimport (\n\t\"os\"\n\t\"path/filepath\"\n)\n\nfunc fault(name string) bool { return filepath.Base(os.Args[0]) == name }\n"

// prove makes all mutants of the sources in a directory, and lets this test find each within a bound of operations.
func prove(opt *options) (code int, err error) {
	self, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return exitError, err
	}
	program, err := makeMutants(opt.source, opt.dir)
	if err != nil {
		return exitError, err
	}
	for _, m := range mutants {
		dir := filepath.Join(opt.dir, "of "+m.name)
		if err := errors.Join(os.Mkdir(dir, 0o755), os.Link(program, filepath.Join(dir, m.name))); err != nil {
			return exitError, err
		}
		began := time.Now()
		c := exec.Command(self, "-godoctor", filepath.Join(dir, m.name), "-dir", dir, "-bound", fmt.Sprint(opt.bound), "-seed", fmt.Sprint(opt.seed))
		out, err := c.CombinedOutput()
		if stopped := (*exec.ExitError)(nil); err != nil && !errors.As(err, &stopped) {
			return exitError, err
		}
		switch c.ProcessState.ExitCode() {
		case exitFault:
			fmt.Printf("model: a godoctor that %s: %s, %.0f s\n", m.what, foundIn(string(out)), time.Since(began).Seconds())
		case 0:
			fmt.Printf("model: a godoctor that %s: NOT FOUND within %d operations\n", m.what, opt.bound)
			code = exitFault
		default:
			return exitError, fmt.Errorf("a godoctor that %s: %w\n%s", m.what, err, out)
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

// makeMutants builds the program with all faults, from the sources and files that lie over some of them.
func makeMutants(source, dir string) (program string, err error) {
	texts := make(map[string]string)
	for _, m := range mutants {
		text, ok := texts[m.file]
		if !ok {
			b, err := os.ReadFile(filepath.Join(source, m.file))
			if err != nil {
				return "", err
			}
			text = string(b)
		}
		if n := strings.Count(text, m.was); n != 1 {
			return "", fmt.Errorf("%s has %d times what is to be changed, and has to have it once: %q", m.file, n, m.was)
		}
		texts[m.file] = strings.Replace(text, m.was, m.now, 1)
		texts[path.Join(path.Dir(m.file), "of_the_mutants.go")] = fmt.Sprintf(asks, path.Base(path.Dir(m.file)))
	}
	replace := make(map[string]string)
	for file, text := range texts {
		over := filepath.Join(dir, strings.ReplaceAll(file, "/", "-"))
		if err := os.WriteFile(over, []byte(text), 0o644); err != nil {
			return "", err
		}
		replace[filepath.Join(source, filepath.FromSlash(file))] = over
	}
	list, err := json.Marshal(map[string]map[string]string{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlay, list, 0o644); err != nil {
		return "", err
	}
	program = filepath.Join(dir, "mutants")
	c := exec.Command("go", "build", "-overlay", overlay, "-o", program, ".")
	c.Dir = source
	return program, said(c)
}
