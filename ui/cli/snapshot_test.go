package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godoctor/doctor/report"
)

// planted are secrets of many kinds, each with its own text, and where it is: KEY=VALUE in the environment, or a file below the
// home directory ("~/") or the project, with its text after a colon.
var planted = []struct{ kind, secret, where string }{
	{"login of a proxy", "pl-login", "GOPROXY=https://zaphod:pl-login@proxy.example.com,direct"},
	{"token as a name", "ghp_pl0123456789", "HTTPS_PROXY=http://ghp_pl0123456789@10.1.2.3:3128"},
	{"login without a scheme", "pl-noscheme", "http_proxy=zaphod:pl-noscheme@10.1.2.3:3128"},
	{"password with a slash", "pl-slash", "ALL_PROXY=socks5://zaphod:x/pl-slash@10.1.2.3:1080"},
	{"token in a query", "pl-query", "GOSUMDB=sum.golang.org https://sum.example.com/?token=pl-query"},
	{"command of GOAUTH", "pl-goauth", "GOAUTH=/opt/auth --password pl-goauth; netrc"},
	{"program of the build cache", "pl-cacheprog", "GOCACHEPROG=/opt/cache --token=pl-cacheprog"},
	{"stamped in by the linker", "pl-ldflags", "GOFLAGS='-ldflags=-X main.key=pl-ldflags' -tags=zt"},
	{"macro of C", "pl-macro", "CGO_CFLAGS=-O2 -DAPI_KEY=pl-macro"},
	{"another macro of C", "pl-pin-9", "CGO_CXXFLAGS=-DPIN=pl-pin-9"},
	{"flag of the linker", "pl-wl", "CGO_LDFLAGS=-L/lib --auth-token pl-wl"},
	{"variable before a compiler", "pl-cc", "CC=env LICENSE_TOKEN=pl-cc gcc"},
	{"variable of CI", "pl-ci", "CI_JOB_TOKEN=pl-ci"},
	{"key of a cloud", "pl-cloud", "AWS_SECRET_ACCESS_KEY=pl-cloud"},
	{"git's own variable", "pl-gitenv", "GIT_CONFIG_VALUE_0=Authorization: Basic pl-gitenv"},
	{"netrc", "pl-netrc", "~/.netrc:machine proxy.example.com login zaphod password pl-netrc\n"},
	{"git config", "pl-gitconfig", "~/.gitconfig:[url \"https://zaphod:pl-gitconfig@git.example.com/\"]\n\tinsteadOf = https://git.example.com/\n"},
	{"git credentials", "pl-credentials", "~/.git-credentials:https://zaphod:pl-credentials@git.example.com\n"},
	{"GOENV file", "pl-goenv", "~/.config/go/env:GOINSECURE=https://zaphod:pl-goenv@insecure.example.com\nMY_TOKEN=pl-goenv\n"},
	{"comment of go.mod", "pl-comment", "go.mod:module example.com/p\n\ngo 1.20\n\n// token=pl-comment\nrequire example.com/dep v1.2.0\n\nreplace example.com/dep => ../zaphod/dep\n"},
	{"git config of the project", "pl-project", ".git/config:[http]\n\textraHeader = Authorization: Bearer pl-project\n"},
	{"web token", "eyJhbGciOiJI.eyJpbGQi.plweb", "GODEBUG=x=eyJhbGciOiJI.eyJpbGQi.plweb"},
	{"key of the runtime", "pl-godebug", "PKG_CONFIG_PATH=/opt/zaphod/lib?secret=pl-godebug"},
	{"path of an address", "Pl0123456789abcdefgh", "GONOSUMDB=x"},
}

// TestSecrets plants secrets, and finds none in anything that is made to be given away: snapshots, comparisons, Markdown, and what
// --debug says.
func TestSecrets(t *testing.T) {
	l := newCheckLab(t)
	l.env = append(l.env, "USER=zaphod", "LOGNAME=zaphod", "GOPATH="+filepath.Join(l.m.Root, "zaphod", "go"), "GOROOT=")
	seen := make(map[string]bool)
	for _, p := range planted {
		key, value, variable := strings.Cut(p.where, "=")
		file, text, isFile := strings.Cut(p.where, ":")
		switch {
		case isFile && (!variable || len(file) < len(key)):
			if rest, ok := strings.CutPrefix(file, "~/"); ok {
				file = filepath.Join(l.m.Home, rest)
			}
			l.write(file, text)
		default:
			l.env = append(l.env, key+"="+value)
		}
		if p.secret == "" || seen[p.secret] || !strings.Contains(p.where, p.secret) && p.kind != "path of an address" {
			t.Fatalf("%s: planted wrongly", p.kind)
		}
		seen[p.secret] = true
	}
	l.env = append(l.env, "GOENV="+filepath.Join(l.m.Home, ".config", "go", "env"), "XDG_CONFIG_HOME="+filepath.Join(l.m.Home, ".config"))
	colleague := l.write("colleague.txt", "GOHOSTOS=linux\nGOHOSTARCH=amd64\nGOVERSION=go1.25.0\nGOENV=/home/ford/.config/go/env\nGOCACHE=/home/ford/.cache/go-build\n"+
		"GOPROXY=https://go.example.com/Pl0123456789abcdefgh/,https://ford:pl-goenv@x.example.com\nGOFLAGS=-ldflags=-X=main.k=pl-ldflags\nGOAUTH=/opt/auth pl-goauth\n")
	snap := filepath.Join(l.m.Root, "snap.json")
	var all, given strings.Builder
	for _, args := range [][]string{
		{"snapshot", "--debug"}, {"snapshot", "--debug", "-o", snap}, {"snapshot", "--jsonl"}, {"compare", colleague, "--debug", "-v"},
		{"compare", colleague, "here", "--json"}, {"compare", colleague, snap, "--format", "markdown", "-v"}, {"compare", snap, colleague, "--jsonl"},
	} {
		out, errs := l.run(0, args...)
		if len(out) < 20 {
			t.Errorf("%q says %q", args, out)
		}
		all.WriteString(out)
		if !strings.Contains(strings.Join(args, " "), "-o") {
			given.WriteString(out)
		}
		all.WriteString(errs)
	}
	b, err := os.ReadFile(snap)
	l.must(err)
	all.Write(b)
	given.Write(b)
	for _, p := range planted {
		if i := strings.Index(all.String(), p.secret); i >= 0 {
			t.Errorf("%s: found: %.160s", p.kind, all.String()[max(0, i-80):])
		}
	}
	for _, who := range []string{"zaphod", "ford", l.m.Home} { // that --debug names places of this machine is its purpose
		if i := strings.Index(given.String(), who); i >= 0 {
			t.Errorf("%q: found: %.160s", who, given.String()[max(0, i-80):])
		}
	}
	for _, want := range []string{"https://proxy.example.com,direct", "/opt/auth ***", "-DAPI_KEY=***", "-X main.key=***", "zt"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("%q is not told any more", want)
		}
	}
}

// TestSnapshot: what is in a snapshot of a machine with a project.
func TestSnapshot(t *testing.T) {
	l := newCheckLab(t)
	l.env = append(l.env, "GOFLAGS=-tags=a,b", "GOAMD64=v3")
	l.write("go.sum", l.m.GoSum(l.dep))
	s := l.document(0, "snapshot").Snapshot
	if s == nil || s.Project == nil || s.Project.Module != "example.com/p" || s.Project.Go != "1.20" || s.Project.Work != "" || s.Project.Vendor != "none" {
		t.Fatalf("%+v", s)
	}
	if len(s.Modules) != 1 || s.Modules[0].Path != "example.com/dep" || !strings.HasPrefix(s.Modules[0].Sum, "h1:") {
		t.Errorf("modules: %+v", s.Modules)
	}
	if len(s.Flags) != 1 || s.Flags[0].Value != "a,b" {
		t.Errorf("flags: %+v", s.Flags)
	}
	if x, _ := s.Setting("GOFLAGS"); x.Origin != "environment" {
		t.Errorf("GOFLAGS: %+v", x)
	}

	// A workspace, a replaced module and a vendor directory change it, and compare says so before all else.
	before := filepath.Join(l.m.Root, "before.json")
	l.run(0, "snapshot", "-o", before)
	if d := l.document(0, "compare", before); len(d.Differences) != 0 {
		t.Errorf("nothing was changed, and yet: %+v", d.Differences)
	}
	l.write("../go.work", "go 1.21\n\nuse ./p\n\nreplace example.com/dep => ./p/dep\n")
	l.write("dep/go.mod", "module example.com/dep\n")
	d := l.document(3, "compare", before, "--exit-code")
	if len(d.Differences) < 2 || d.Differences[0].Subject != "go.work" || d.Differences[0].B != "../go.work, with p" {
		t.Errorf("with a go.work: %+v", d.Differences)
	}
	replaced := false
	for _, x := range d.Differences {
		replaced = replaced || x.Subject == "replace" && strings.HasSuffix(x.B, "p/dep")
	}
	if !replaced {
		t.Errorf("the replacement is not told: %+v", d.Differences)
	}
	out, _ := l.run(0, "compare", before)
	if !strings.HasPrefix(out, "A  before.json: a machine") || !strings.Contains(out, "\ngo.work  can change: code\n") {
		t.Errorf("%s", out)
	}
	if _, errs := l.run(2, "compare", "-", "-"); !strings.Contains(errs, "standard input can be read once") {
		t.Error(errs)
	}
	l.stdin = "nothing"
	if _, errs := l.run(1, "compare", "-"); !strings.Contains(errs, "go env -json") {
		t.Error(errs)
	}
	raw, err := os.ReadFile(before)
	l.must(err)
	l.stdin = string(raw)
	var doc report.Document
	o, _ := l.run(0, "compare", "-", before, "--json")
	l.must(json.Unmarshal([]byte(o), &doc))
	if len(doc.Differences) != 0 {
		t.Errorf("%+v", doc.Differences)
	}
}

// TestSnapshotOfNothing: neither a project nor a go command is needed.
func TestSnapshotOfNothing(t *testing.T) {
	l := newCheckLab(t)
	l.project = l.m.Home
	l.env = append(l.env, "PATH="+filepath.Join(l.m.Root, "nothing"))
	s := l.document(0, "snapshot").Snapshot
	if s.Project != nil || len(s.Modules) != 0 || s.Go != "" || s.Selection == nil || s.Selection.Error == "" || len(s.Settings) < 30 {
		t.Errorf("%+v", s)
	}
	for _, c := range s.Compilers {
		if c.Path != "" {
			t.Errorf("found without a PATH: %+v", c)
		}
	}
	if d := l.document(0, "compare", "here", l.project); len(d.Differences) != 0 {
		t.Errorf("%+v", d.Differences)
	}
	out, _ := l.run(0, "--demo", "compare", "here", "here")
	if !strings.Contains(out, "no difference in ") {
		t.Errorf("the made-up machine differs from itself: %s", out)
	}
}
