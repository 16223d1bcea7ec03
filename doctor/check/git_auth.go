package check

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"godoctor/doctor/fetch"
	"godoctor/doctor/finding"
	"godoctor/scan/gitconfig"
	"godoctor/scan/regular"
)

var gitAuth = &Check{
	ID:       "git-auth",
	Title:    "git has nothing to log in with where private modules are",
	Severity: finding.Warning,
	Cost:     Read,
	Covers:   []string{"C69"},
	Says: []string{
		"fatal: could not read Username for …: terminal prompts disabled",
	},
	Help: Help{
		Why: "go fetches private modules with git and forbids it to ask (GIT_TERMINAL_PROMPT=0), so a login has to lie where git finds it: a " +
			"credential helper, netrc, an address with insteadOf that leads to ssh, an agent with a key for that. In services and " +
			"containers none of the shell's is there.",
		Look: "git ls-remote https://HOST/PATH in a shell with GIT_TERMINAL_PROMPT=0; git config --show-origin --get-regexp 'url|credential'; " +
			"ls -l ~/.netrc; ssh-add -l. godoctor looks at the settings only and does not know whether a login is right.",
		Do: "For ssh: git config --global url.\"git@HOST:\".insteadOf https://HOST/ and an agent or a key without passphrase. For a token: a line " +
			"'machine HOST login USER password TOKEN' in ~/.netrc, mode 600, or a credential helper.",
		See: []string{"golang/go#26145", "golang/go#43205", "https://go.dev/doc/faq#git_https"},
	},
	Run: func(p *Pass) {
		c := gitGlobal(p.Machine)
		lacks := map[string]*noLogin{}
		s := p.proxies()
		for _, r := range requires(p.Machine) {
			if inCache(p.Machine, r.Version) || !s.Private(r.Path) {
				continue // what is public needs no login
			}
			to := c.Rewritten(repositoryOf(r.Path))
			a, ok := gitconfig.ParseAddress(to.To)
			why := ""
			switch {
			case !ok:
			case a.Scheme == "ssh" && !sshWorks(p.Machine, c):
				why = "ssh is asked, and there is neither an agent (SSH_AUTH_SOCK) nor a key in ~/.ssh"
			case (a.Scheme == "https" || a.Scheme == "http") && p.System.GOOS != "windows" && !loggedIn(p.Machine, c, to.To):
				why = "no credential helper, no netrc line, no address with insteadOf is about it, and go lets git ask nobody"
			}
			if why == "" {
				continue
			}
			if may := c.RewrittenIf(repositoryOf(r.Path)); may.By != nil && to.By == nil {
				why += fmt.Sprintf("; %s:%d would, but stands below an includeIf, which does not hold in the module cache, where go runs git",
					may.By.File, may.By.Line)
				to.By = may.By
			}
			if lacks[a.Host] == nil {
				lacks[a.Host] = &noLogin{why: why, by: to.By, scheme: a.Scheme}
			}
			if to.By != nil || forges[firstElements(r.Path, 1)] || strings.Contains(r.Path, ".git") {
				lacks[a.Host].sure = true
			}
			lacks[a.Host].modules = append(lacks[a.Host].modules, r.String())
		}
		for _, host := range slices.Sorted(maps.Keys(lacks)) {
			p.noLogin(host, lacks[host])
		}
	},
}

// A noLogin is a host that git cannot log in to.
type noLogin struct {
	why, scheme string
	by          *gitconfig.Entry
	sure        bool // the repository is there; else the server may say that it is elsewhere (go help importpath)
	modules     []string
}

func (p *Pass) noLogin(host string, n *noLogin) {
	f := finding.Finding{
		Target: finding.Target{Path: host},
		Detail: fmt.Sprintf("%s has to be fetched from %s: %s", firstFew(n.modules), host, n.why),
	}
	if n.by != nil {
		f.Target.File, f.Target.Line = n.by.File, n.by.Line
	}
	if n.scheme == "ssh" {
		f.Fixes = []finding.Fix{{ID: "ssh-agent", Title: "start an agent with a key (ssh-agent, ssh-add), or make a key"}}
	} else {
		f.Fixes = []finding.Fix{
			{ID: "ask-over-ssh", Title: "let git ask over ssh", Argv: []string{"git", "config", "--global", "url.git@" + host + ":.insteadOf", "https://" + host + "/"}},
			{ID: "add-login", Title: "put a line for " + host + " into ~/.netrc, mode 600, or set a credential helper"},
		}
	}
	severity := finding.Warning
	if !n.sure {
		severity = finding.Note
	}
	p.ReportAs(severity, f)
}

// sshWorks reports whether ssh may find a key: an agent, a key file, or settings of somebody who thought of it.
func sshWorks(m *Machine, c *gitconfig.Config) bool {
	if m.Getenv("GIT_SSH_COMMAND") != "" || m.Getenv("GIT_SSH") != "" || c.Last("core", "", "sshcommand") != nil || m.System.GOOS == "windows" {
		return true // Windows has its agent elsewhere
	}
	if sock := m.Getenv("SSH_AUTH_SOCK"); sock != "" {
		if fi, err := os.Stat(sock); err == nil && fi.Mode()&os.ModeSocket != 0 {
			return true
		}
	}
	if m.Home == "" {
		return true
	}
	keys, _ := filepath.Glob(filepath.Join(m.Home, ".ssh", "id_*"))
	if slices.ContainsFunc(keys, func(k string) bool { return !strings.HasSuffix(k, ".pub") }) {
		return true
	}
	data, err := regular.ReadFile(filepath.Join(m.Home, ".ssh", "config"), 1<<20)
	text := strings.ToLower(string(data))
	return err == nil && (strings.Contains(text, "identity") || strings.Contains(text, "include"))
}

var netrcOpen = &Check{
	ID:       "netrc-open",
	Title:    "other users can read the passwords in netrc",
	Severity: finding.Warning,
	Cost:     Stat,
	Covers:   []string{"C69"},
	Help: Help{
		Why:  "netrc holds tokens and passwords in plain text. Neither go nor git minds who else can read it.",
		Look: "ls -l ~/.netrc.",
		Do:   "chmod 600 ~/.netrc, and make new tokens if others use this machine.",
		See:  []string{"https://go.dev/doc/faq#git_https"},
	},
	Run: func(p *Pass) {
		n, err := fetch.NetrcOf(p.Environ, p.System.GOOS)
		if p.System.GOOS == "windows" || err != nil || len(n.Machines) == 0 {
			return
		}
		e, err := p.System.Entry(n.File)
		if err != nil || e.Mode&0o044 == 0 || !e.Mode.IsRegular() {
			return
		}
		if dir, err := p.System.Entry(filepath.Dir(n.File)); err == nil && dir.Mode&0o011 == 0 {
			return // nobody else comes that far
		}
		p.Report(finding.Finding{
			Target: finding.Target{Path: n.File},
			Detail: fmt.Sprintf("%s has mode %v", n.File, e.Mode.Perm()),
			Fixes:  []finding.Fix{{ID: "chmod", Title: "let only its owner read it", Argv: []string{"chmod", "600", n.File}}},
		})
	},
}
