package check

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
	"godoctor/scan/regular"
)

var gocacheprogBroken = &Check{
	ID:       "gocacheprog-broken",
	Title:    "the program of GOCACHEPROG cannot be started",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C37"},
	Says: []string{
		"error starting GOCACHEPROG program …: …: no such file or directory",
		"error starting GOCACHEPROG program …: executable file not found in $PATH",
		"error starting GOCACHEPROG program …: …: permission denied",
		"error starting GOCACHEPROG program …: exec: no command",
		"GOCACHEPROG args: unterminated … string",
		"GOCACHEPROG exited pre-Close with … pending requests",
	},
	Help: Help{
		Why: "GOCACHEPROG names a program that keeps the build cache in the place of GOCACHE, mostly on a server. Every build starts it, " +
			"and fails without it. \"exited pre-Close\" is what go says when it started and ended at once: it crashed, or is no such program.",
		Look: "go env GOCACHEPROG, and the program by hand: it has to answer with a line of JSON.",
		Do:   "Install the program, correct the path, or take the setting away: go env -u GOCACHEPROG.",
		See:  []string{"https://pkg.go.dev/cmd/go/internal/cacheprog"},
	},
	Run: func(p *Pass) {
		s := p.Setting("GOCACHEPROG")
		if s.Value == "" {
			return
		}
		why := ""
		switch words, err := goenv.Words(s.Value); {
		case err != nil:
			why = err.Error()
		case len(words) == 0:
			why = "it names no program"
		default:
			why = p.startable(words[0])
		}
		if why != "" {
			p.Report(finding.Finding{Detail: fmt.Sprintf("GOCACHEPROG is %q (%s): %s", s.Value, from(s), why), Target: at(s),
				Fixes: []finding.Fix{unset(s)}})
		}
	},
}

// startable says why a program cannot be started by its name; "" if it can, as far as its permissions tell.
func (p *Pass) startable(name string) string {
	if strings.ContainsRune(name, '/') || p.System.GOOS == "windows" && strings.ContainsAny(name, `\:`) {
		return p.runnable(p.abs(name))
	}
	for _, dir := range filepath.SplitList(p.Getenv("PATH")) {
		if filepath.IsAbs(dir) && p.runnable(filepath.Join(dir, name)) == "" {
			return ""
		}
	}
	return fmt.Sprintf("%s is in no directory of PATH", name)
}

// runnable says why a file cannot be started.
func (p *Pass) runnable(file string) string {
	exts := []string{""}
	if p.System.GOOS == "windows" {
		exts = append(exts, ".exe", ".com", ".bat", ".cmd")
	}
	why := file + " does not exist"
	for _, ext := range exts {
		switch fi, err := os.Stat(file + ext); {
		case err != nil:
		case !fi.Mode().IsRegular():
			why = file + " is no program"
		case p.System.GOOS != "windows" && !regular.MayExecute(file, fi):
			why = file + " may not be executed"
		default:
			return ""
		}
	}
	return why
}
