package check

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/gitconfig"
	"godoctor/scan/goenv"
	"godoctor/scan/regular"
)

var vcsStamping = &Check{
	ID:       "vcs-stamping",
	Title:    "git refuses to say which commit this is, and go build with it",
	Severity: finding.Error,
	Cost:     Read,
	Subject:  OfProject,
	Covers:   []string{"C81"},
	Says: []string{
		"error obtaining VCS status: exit status 128 Use -buildvcs=false to disable VCS stamping.",
	},
	Help: Help{
		Why: "go build writes the commit into programs and asks git for it. git gives no answer where the working tree belongs " +
			"to another user (a container, a mounted directory, a checkout by another account), and where .git is damaged.",
		Look: "git status in the directory says why. ls -ld . .git shows the owner.",
		Do: "Of another user's tree: git config --global --add safe.directory DIR. In a container, check out as the user that builds, or " +
			"build with -buildvcs=false (the program then does not say its commit).",
		See: []string{"golang/go#53532", "golang/go#64275", "https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory"},
	},
	Run: func(p *Pass) {
		q := p.Project
		git := filepath.Join(q.Repo, ".git")
		// A .git that is a file, as in worktrees and submodules, go passes over (cmd/go/internal/vcs: RootNames).
		if fi, err := os.Stat(git); q.Repo == "" || err != nil || !fi.IsDir() || q.Weak || !p.stamps() {
			return
		}
		if why := damagedGit(git); why != "" {
			p.Report(finding.Finding{Title: "the repository is damaged", Detail: why, Target: finding.Target{Path: q.Repo},
				Fixes: []finding.Fix{{ID: "no-stamp", Title: "build without the commit: go build -buildvcs=false"},
					{ID: "get-repository", Title: "get the repository again"}}})
			return
		}
		for _, dir := range []string{q.Repo, git} {
			e, err := p.System.Entry(dir)
			if err != nil || p.owns(e.UID) || safeDirectory(p.Machine, q.Repo) {
				continue
			}
			p.Report(finding.Finding{Title: "the working tree belongs to another user, and git does not trust it",
				Detail: fmt.Sprintf("%s belongs to the user number %d, and this is %d; safe.directory does not name it", dir, e.UID, p.System.UID),
				Target: finding.Target{Path: q.Repo},
				Fixes: []finding.Fix{{ID: "safe-directory", Title: "have git trust the directory",
					Argv: []string{"git", "config", "--global", "--add", "safe.directory", q.Repo}, Undo: "git config --global --unset-all safe.directory DIR"},
					{ID: "no-stamp", Title: "build without the commit: go build -buildvcs=false"}}})
			return
		}
	},
}

// stamps reports whether go build writes the commit into programs (cmd/go/internal/load: setBuildInfo).
func (p *Pass) stamps() bool {
	value, _ := goenv.LastFlag(p.Env.Value("GOFLAGS"), "-buildvcs") // or "auto"
	if on, err := strconv.ParseBool(value); err == nil && !on {
		return false
	}
	return p.program("git") != "" // with -buildvcs=auto a git that is not there is no error
}

// owns reports whether git takes an owner for the user's own (git's compat-util: is_path_owned_by_current_uid).
func (m *Machine) owns(uid int) bool {
	if uid < 0 || m.System.UID < 0 || uid == m.System.UID {
		return true
	}
	sudo, err := strconv.Atoi(m.Getenv("SUDO_UID"))
	return m.System.UID == 0 && err == nil && sudo == uid
}

// safeDirectory reports whether git was told to trust a directory: only by settings that the repository cannot make.
func safeDirectory(m *Machine, dir string) bool {
	safe := false
	for _, e := range gitconfig.Global(gitconfig.Input{Getenv: m.Getenv, Home: m.Home, GOOS: m.System.GOOS}).Entries {
		if e.Section != "safe" || e.Key != "directory" {
			continue
		}
		under, all := strings.CutSuffix(e.Value, "/*")
		switch {
		case e.Value == "":
			safe = false // an empty one forgets those before it
		case e.Value == "*" || e.Value == dir || all && inside(under, dir):
			safe = true
		}
	}
	return safe
}

// damagedGit says why git takes a directory .git for no repository; "" where it looks like one.
func damagedGit(git string) string {
	file := filepath.Join(git, "HEAD")
	head, err := regular.ReadFile(file, 4096)
	if err == nil && (strings.HasPrefix(string(head), "ref: refs/") || len(strings.TrimSpace(string(head))) >= 40) {
		return ""
	}
	return fmt.Sprintf("%s is missing, or not what git writes", file)
}
