package check

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/regular"
)

var goauthBroken = &Check{
	ID:       "goauth-broken",
	Title:    "GOAUTH cannot be carried out",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C69"},
	Says: []string{
		"GOAUTH=off cannot be combined with other authentication commands",
		"GOAUTH encountered an empty command",
		"GOAUTH=git dir method requires an absolute path to the git working directory",
		"GOAUTH=git encountered an error; cannot stat …",
	},
	Help: Help{
		Why: "GOAUTH is a list of commands with \";\" between them, which go asks for passwords before its first request over https: netrc, " +
			"off, git DIRECTORY, or a program. A list that makes no sense stops go at that request; a program that is not there " +
			"is passed over without a word, and the server refuses.",
		Look: "go env GOAUTH, go help goauth, and go list -x for what the commands said.",
		Do:   "Correct the list, or take it away: the default is netrc.",
		See:  []string{"https://pkg.go.dev/cmd/go#hdr-GOAUTH_environment_variable"},
	},
	Run: func(p *Pass) {
		s := p.Setting("GOAUTH")
		if s.Value == "" {
			return
		}
		commands := strings.Split(s.Value, ";")
		for i, command := range commands {
			severity, why := finding.Error, ""
			words := strings.Fields(command)
			switch {
			case len(words) == 0:
				why = "it has an empty command"
			case words[0] == "off" && len(commands) != 1:
				why = "off stands beside other commands"
			case words[0] == "git":
				why = gitDirFault(words)
			case words[0] != "off" && words[0] != "netrc" && !runnable(p.Machine, words[0]):
				severity, why = finding.Warning, fmt.Sprintf("its command %d is not there, or not in PATH", i+1)
			}
			if why == "" {
				continue
			}
			// Nothing of the commands is quoted: their words may be secret.
			p.ReportAs(severity, finding.Finding{Target: at(s), Detail: fmt.Sprintf("GOAUTH: %s; set by %s", why, from(s)), Fixes: []finding.Fix{unset(s)}})
			return
		}
	},
}

// gitDirFault is what go refuses of "git DIRECTORY" (cmd/go/internal/auth: runGoAuth).
func gitDirFault(words []string) string {
	if len(words) != 2 || !filepath.IsAbs(words[1]) {
		return "git wants one absolute directory behind it"
	}
	if fi, err := os.Stat(words[1]); err != nil || !fi.IsDir() {
		return "the directory behind git is not there, or none"
	}
	return ""
}

// runnable reports whether a name leads to a program, by PATH where it has no separator. On Windows, with its extensions,
// nobody is accused.
func runnable(m *Machine, name string) bool {
	switch {
	case m.System.GOOS == "windows":
		return true
	case !strings.Contains(name, "/"):
		return m.program(name) != ""
	}
	fi, err := os.Stat(name)
	return err == nil && fi.Mode().IsRegular() && regular.MayExecute(name, fi)
}
