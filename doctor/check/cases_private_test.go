package check

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/cachetest"
)

// serve starts a server that answers everything with a status.
func (l *lab) serve(status int) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", `Basic realm="git"`)
		}
		w.WriteHeader(status)
	}))
	l.t.Cleanup(s.Close)
	return s.URL
}

// needs adds a module to the go.mod file of the project, which the cache does not have. With sum its hash is in go.sum.
func (l *lab) needs(path string) {
	l.edit("go.mod", "require example.com/dep v1.2.0", "require (\n\texample.com/dep v1.2.0\n\t"+path+" v1.0.0\n)")
}

// gitconfigFile writes the settings of git for the user.
func (l *lab) gitconfigFile(text string) { l.write(filepath.Join(l.Home, ".gitconfig"), text) }

// noGit leaves go in PATH, and no git.
func (l *lab) noGit() { l.set("PATH", filepath.Join(goroot(), "bin")) }

var corp = cachetest.Module{Path: "git.corp.example/team/lib", Version: "v1.0.0", Files: map[string]string{"lib.go": "package lib\n"}}

// overSSH is what people with a private host have in their settings.
const overSSH = "[user]\n\tname = A\n[url \"git@git.corp.example:\"]\n\tinsteadOf = https://git.corp.example/\n"

var privateCases = []labCase{{
	id: "private-module-public", name: "checksum database",
	damage: func(l *lab) { // a proxy of one's own has it, and the checksum database has not
		must(l.t, l.Publish(corp))
		l.needs(corp.Path)
		l.set("GOSUMDB", cachetest.SumDBKey()+" "+l.serve(410))
		l.set("GOPROXY", l.GOPROXY+",direct")
		l.gitconfigFile(overSSH)
	},
	goes:     []string{"go", "mod", "download", "git.corp.example/team/lib@v1.0.0"},
	says:     "reading …/lookup/…: 410 Gone",
	severity: finding.Warning,
	target: func(l *lab) finding.Target {
		return finding.Target{Path: "git.corp.example", File: filepath.Join(l.Home, ".gitconfig"), Line: 4}
	},
	detail: []string{"the checksum database sum.golang.org hears of git.corp.example/team/lib@v1.0.0", "go.mod:7", ".gitconfig:4", "ssh://git.corp.example"},
	fix:    FixSetting,
}, {
	id: "private-module-public", name: "checksum database 404",
	damage: func(l *lab) {
		must(l.t, l.Publish(corp))
		l.needs(corp.Path)
		l.set("GOSUMDB", cachetest.SumDBKey()+" "+l.serve(404))
		l.set("GOPROXY", l.GOPROXY+",direct")
		l.gitconfigFile(overSSH)
	},
	goes:     []string{"go", "mod", "download", "git.corp.example/team/lib@v1.0.0"},
	says:     "reading …/lookup/…: 404 Not Found",
	severity: finding.Warning,
	fix:      FixSetting,
}, {
	id: "private-module-public", name: "proxy",
	damage: func(l *lab) {
		l.needs(corp.Path)
		l.set("GOPROXY", "")
		l.write(filepath.Join(l.Home, ".netrc"), "machine git.corp.example login a password secret\n")
		l.goenv("GOPRIVATE=a.example")
	},
	twin: func(l *lab) { // a login at a forge says nothing about a module
		l.needs("github.com/somebody/lib")
		l.set("GOPROXY", "")
		l.write(filepath.Join(l.Home, ".netrc"), "machine github.com login a password secret\n")
		l.gitconfigFile("[url \"git@github.com:\"]\n\tinsteadOf = https://github.com/\n")
	},
	silent:   "it would ask the default proxy",
	severity: finding.Warning,
	target: func(l *lab) finding.Target {
		return finding.Target{Path: "git.corp.example", File: filepath.Join(l.Home, ".netrc")}
	},
	detail: []string{"the proxy https://", "netrc has a login for git.corp.example"},
	fix:    FixSetting,
}, {
	id: "private-module-public", name: "organisation",
	damage: func(l *lab) {
		l.needs("github.com/Corp/lib")
		l.set("GOPROXY", "")
		l.git(l.project)
		l.edit(".git/config", "[core]", "[remote \"origin\"]\n\turl = git@github.com:corp/app.git\n[core]")
	},
	twin: func(l *lab) { // public: the checksum database has it
		l.needs("github.com/corp/lib")
		l.set("GOPROXY", "")
		l.git(l.project)
		l.edit(".git/config", "[core]", "[remote \"origin\"]\n\turl = git@github.com:corp/app.git\n[core]")
		l.write(filepath.Join(l.GOMODCACHE, "cache/download/sumdb/sum.golang.org/lookup/github.com/corp/lib@v1.0.0"), "1\n")
	},
	silent:   "likewise",
	severity: finding.Note,
	target: func(l *lab) finding.Target {
		return finding.Target{Path: "github.com/Corp", File: filepath.Join(l.project, ".git", "config"), Line: 2}
	},
	detail: []string{"may be private", `the remote "origin" is ssh://github.com/corp/app`},
	fix:    FixSetting,
}, {
	id: "private-module-public", name: "a host of one's own",
	damage: func(l *lab) {
		l.needs("git.corp.example/other/lib")
		l.set("GOPROXY", "")
		l.git(l.project)
		l.edit(".git/config", "[core]", "[remote \"upstream\"]\n\turl = ssh://git@git.corp.example:2222/team/app\n[core]")
	},
	twin: func(l *lab) { // it was cloned as everybody may, and the module is here
		l.needs("git.corp.example/team/lib")
		must(l.t, l.Install(corp))
		l.set("GOPROXY", "")
		l.git(l.project)
		l.edit(".git/config", "[core]", "[remote \"origin\"]\n\turl = https://git.corp.example/team/app\n[core]")
	},
	silent:   "likewise",
	severity: finding.Warning,
	target: func(l *lab) finding.Target {
		return finding.Target{Path: "git.corp.example", File: filepath.Join(l.project, ".git", "config"), Line: 2}
	},
	detail: []string{"git.corp.example/other/lib@v1.0.0", `the remote "upstream" is ssh://git.corp.example:2222/team/app`},
	fix:    FixSetting,
}, {
	id: "private-module-public", name: "GONOPROXY wins",
	damage: func(l *lab) {
		l.needs(corp.Path)
		l.set("GOPROXY", "")
		l.set("GONOPROXY", "a.example")
		l.gitconfigFile("[credential \"https://git.corp.example\"]\n\tusername = a\n")
	},
	twin: func(l *lab) {
		l.needs(corp.Path)
		l.set("GOPROXY", "")
		l.set("GOPRIVATE", "*.corp.example")
		l.gitconfigFile(overSSH)
	},
	silent:   "likewise",
	severity: finding.Warning,
	detail:   []string{"credential setting for https://git.corp.example/"},
	fix:      FixEnvironment,
	cure: func(l *lab) {
		l.set("GONOPROXY", "a.example,git.corp.example")
		l.set("GONOSUMDB", "git.corp.example")
	},
}, {
	id: "goprivate-wide",
	damage: func(l *lab) {
		l.needs("golang.org/x/text")
		l.goenv("GOPRIVATE=golang.org,git.corp.example,example.com")
	},
	twin: func(l *lab) {
		l.needs("git.corp.example/team/lib")
		l.goenv("GOPRIVATE=git.corp.example")
	},
	silent:   "go is silent about it",
	severity: finding.Warning, target: firstGoenvLine,
	detail: []string{"example.com/dep, golang.org/x/text, which are public", "asks no checksum database"},
	fix:    FixSetting,
}, {
	id: "goprivate-wide", name: "checksum database",
	damage: func(l *lab) {
		l.needs("git.corp.example/team/lib")
		l.set("GONOSUMDB", "git.corp.example/*,example.com")
	},
	twin:     func(l *lab) { l.set("GOPRIVATE", "*"); l.set("GONOPROXY", "none"); l.set("GONOSUMDB", "none") },
	silent:   "likewise",
	severity: finding.Warning,
	detail:   []string{"GONOSUMDB=git.corp.example/*,example.com matches example.com/dep", "go asks no checksum database about them"},
	fix:      FixEnvironment,
	cure:     func(l *lab) { l.set("GONOSUMDB", "git.corp.example/*") },
}, {
	id: "direct-without-git",
	damage: func(l *lab) {
		l.needs("github.com/corp/lib")
		l.set("GOPRIVATE", "github.com/corp")
		l.noGit()
	},
	twin: func(l *lab) { // it is in the cache
		l.set("GOPRIVATE", "example.com")
		l.noGit()
	},
	goes:      []string{"go", "list", "-m", "github.com/corp/lib@v1.0.0"},
	says:      `exec: "git": executable file not found in $PATH`,
	severity:  finding.Error,
	detail:    []string{"github.com/corp/lib@v1.0.0", "GONOPROXY=github.com/corp"},
	fix:       "install-git",
	incurable: "a test installs nothing; with git go asks a network",
}, {
	id: "direct-without-git", name: "named .git",
	damage: func(l *lab) {
		l.needs("git.invalid/team/lib.git")
		l.set("GOPRIVATE", "git.invalid")
		l.noGit()
	},
	goes:      []string{"go", "list", "-m", "git.invalid/team/lib.git@v1.0.0"},
	says:      "go: missing Git command",
	severity:  finding.Error,
	fix:       "install-git",
	incurable: "likewise",
}}

var gitCases = []labCase{{
	id: "git-auth",
	damage: func(l *lab) {
		l.needs("github.com/corp/lib")
		l.set("GOPRIVATE", "github.com/corp")
		l.gitconfigFile("[url \"" + l.serve(401) + "/\"]\n\tinsteadOf = https://github.com/\n")
	},
	twin: func(l *lab) {
		l.needs("github.com/corp/lib")
		l.set("GOPRIVATE", "github.com/corp")
		l.write(filepath.Join(l.Home, ".netrc"), "machine github.com login a password secret\n")
		must(l.t, os.Chmod(filepath.Join(l.Home, ".netrc"), 0o600))
	},
	goes:     []string{"go", "list", "-m", "github.com/corp/lib@v1.0.0"},
	says:     "fatal: could not read Username for …: terminal prompts disabled",
	severity: finding.Warning,
	target: func(l *lab) finding.Target {
		return finding.Target{File: filepath.Join(l.Home, ".gitconfig"), Line: 2}
	},
	detail:    []string{"github.com/corp/lib@v1.0.0", "127.0.0.1:"},
	fix:       "ask-over-ssh",
	incurable: "a server that serves a repository over ssh would be needed",
}, {
	id: "git-auth", name: "ssh",
	damage: func(l *lab) {
		l.needs("git.invalid/team/lib.git")
		l.set("GOPRIVATE", "git.invalid")
		l.set("SSH_AUTH_SOCK", filepath.Join(l.Tmp, "gone"))
		l.gitconfigFile("[url \"git@git.invalid:\"]\n\tinsteadOf = https://git.invalid/\n")
	},
	silent:   "ssh is not everywhere, and its words are its own",
	severity: finding.Warning,
	detail:   []string{"SSH_AUTH_SOCK"},
	fix:      "ssh-agent",
	cure:     func(l *lab) { l.write(filepath.Join(l.Home, ".ssh", "id_ed25519"), "key\n") },
}, {
	id: "git-auth", name: "where it does not hold",
	damage: func(l *lab) {
		l.needs("github.com/corp/lib")
		l.set("GOPRIVATE", "github.com/corp")
		l.write(filepath.Join(l.Home, ".ssh", "id_ed25519"), "key\n")
		l.gitconfigFile("[includeIf \"gitdir:~/work/\"]\n\tpath = work\n")
		l.write(filepath.Join(l.Home, "work"), "[url \"git@github.com:\"]\n\tinsteadOf = https://github.com/\n")
	},
	silent:   "it would ask a network",
	severity: finding.Warning,
	target: func(l *lab) finding.Target {
		return finding.Target{Path: "github.com", File: filepath.Join(l.Home, "work"), Line: 2}
	},
	detail: []string{"work:2 would, but stands below an includeIf"},
	fix:    "ask-over-ssh",
}, {
	id: "git-auth", name: "a server that may say where",
	damage: func(l *lab) {
		l.needs("go.invalid/lib")
		l.set("GOPRIVATE", "go.invalid")
	},
	twin: func(l *lab) { // what is public needs no login
		l.needs("go.invalid/lib")
		l.set("GOPROXY", "direct")
	},
	silent:   "go asks the server first, which would be a network",
	severity: finding.Note,
	target:   func(*lab) finding.Target { return finding.Target{Path: "go.invalid"} },
	detail:   []string{"go.invalid/lib@v1.0.0"},
	fix:      "ask-over-ssh",
	cure:     func(l *lab) { l.gitconfigFile("[credential]\n\thelper = store\n") },
}, {
	id: "netrc-open",
	damage: func(l *lab) {
		l.write(filepath.Join(l.Home, ".netrc"), "machine git.corp.example login a password secret\n")
		must(l.t, os.Chmod(l.Home, 0o755))
		must(l.t, os.Chmod(filepath.Join(l.Home, ".netrc"), 0o644))
	},
	twin: func(l *lab) { // nobody else comes into the home directory
		l.write(filepath.Join(l.Home, ".netrc"), "machine git.corp.example login a password secret\n")
		must(l.t, os.Chmod(filepath.Join(l.Home, ".netrc"), 0o644))
		must(l.t, os.Chmod(l.Home, 0o700))
	},
	silent:   "nobody says it",
	severity: finding.Warning,
	target:   func(l *lab) finding.Target { return finding.Target{Path: filepath.Join(l.Home, ".netrc")} },
	detail:   []string{"-rw-r--r--"},
	fix:      "chmod",
}, {
	id: "goauth-broken", name: "off",
	damage:   goauth("netrc;off"),
	twin:     goauth("off"),
	goes:     ask,
	says:     "GOAUTH=off cannot be combined with other authentication commands",
	severity: finding.Error, target: firstGoenvLine, detail: []string{"off stands beside"}, fix: FixSetting,
}, {
	id: "goauth-broken", name: "empty",
	damage:   goauth("netrc;"),
	twin:     goauth("netrc"),
	goes:     ask,
	says:     "GOAUTH encountered an empty command",
	severity: finding.Error, target: firstGoenvLine, fix: FixSetting,
}, {
	id: "goauth-broken", name: "git",
	damage:   goauth("git src"),
	goes:     ask,
	says:     "GOAUTH=git dir method requires an absolute path to the git working directory",
	severity: finding.Error, target: firstGoenvLine, fix: FixSetting,
}, {
	id: "goauth-broken", name: "git without its directory",
	damage:   goauth("git /nonexistent"),
	goes:     ask,
	says:     "GOAUTH=git encountered an error; cannot stat …",
	severity: finding.Error, target: firstGoenvLine, fix: FixSetting,
}, {
	id: "goauth-broken", name: "command",
	damage:   goauth("netrc; no-such-program token=secret"),
	twin:     goauth("netrc; go version"),
	silent:   "go says it with -x only",
	severity: finding.Warning, target: firstGoenvLine, detail: []string{"its command 2 is not there"}, fix: FixSetting,
}, {
	id: "govcs-forbids",
	damage: func(l *lab) {
		l.needs("git.invalid/team/lib.git")
		l.set("GOPRIVATE", "git.invalid")
		l.set("GOVCS", "private:hg,public:off")
	},
	twin: func(l *lab) {
		l.needs("git.invalid/team/lib.git")
		l.set("GOPRIVATE", "git.invalid")
		l.set("GOVCS", "git.invalid:git|hg,private:off")
	},
	goes:      []string{"go", "list", "-m", "git.invalid/team/lib.git@v1.0.0"},
	says:      "GOVCS disallows using … for …; see 'go help vcs'",
	severity:  finding.Error,
	target:    func(*lab) finding.Target { return finding.Target{Path: "GOVCS"} },
	detail:    []string{"GOVCS=private:hg,public:off", "git.invalid/team/lib.git@v1.0.0"},
	fix:       FixEnvironment,
	incurable: "with GOVCS as it should be go asks a network",
}, {
	id: "govcs-forbids", name: "what is here already",
	damage: func(l *lab) {
		l.set("GOPRIVATE", "example.com")
		l.goenv("GOVCS=*:hg")
	},
	silent:   "the sources are here: it will fail with the next version",
	severity: finding.Warning, target: firstGoenvLine, fix: FixSetting,
}, {
	id: "govcs-forbids", name: "malformed",
	damage: func(l *lab) {
		l.needs("git.invalid/team/lib.git")
		l.set("GOPRIVATE", "git.invalid")
		l.goenv("GOVCS=git")
	},
	goes:     []string{"go", "list", "-m", "git.invalid/team/lib.git@v1.0.0"},
	says:     "malformed entry in GOVCS (missing colon): …",
	severity: finding.Error, target: firstGoenvLine, detail: []string{`malformed entry in GOVCS (missing colon): "git"`}, fix: FixSetting,
	incurable: "as before",
}, {
	id: "govcs-forbids", name: "unreachable",
	damage: func(l *lab) {
		l.needs("git.invalid/team/lib.git")
		l.set("GOPRIVATE", "git.invalid")
		l.goenv("GOVCS=private:git,private:hg")
	},
	goes:     []string{"go", "list", "-m", "git.invalid/team/lib.git@v1.0.0"},
	says:     "unreachable pattern in GOVCS: …",
	severity: finding.Error, target: firstGoenvLine, fix: FixSetting,
	incurable: "as before",
}}

// goauth sets GOAUTH, with a proxy over https that nobody is behind before the one that works: go runs GOAUTH before it
// asks.
func goauth(value string) func(*lab) {
	return func(l *lab) {
		l.set("GOPROXY", "https://127.0.0.1:1|"+strings.TrimSuffix(l.GOPROXY, "/"))
		l.goenv("GOAUTH=" + value)
	}
}
