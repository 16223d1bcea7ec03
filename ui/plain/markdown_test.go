package plain

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"godoctor/doctor/finding"
	"godoctor/doctor/report"
)

func ann() Export {
	return Export{Root: "/home/ann/src/app", Home: "/home/ann", User: "ann", Hosts: []string{"corp.example"}}
}

func TestMarkdown(t *testing.T) {
	d := found()
	d.Host = report.Host{OS: "linux", Arch: "amd64", Go: "go1.26.8"}
	d.Unreadable = []report.Unreadable{{Path: "/home/ann/secret"}}
	var buf bytes.Buffer
	if err := Markdown(&buf, d, ann()); err != nil {
		t.Fatal(err)
	}
	want := strings.ReplaceAll(`## godoctor verify: 2 errors, 1 warning, 1 note

'godoctor v0.1.0' on 'linux/amd64' with 'go1.26.8'. Home directory, user name and private hosts are left out.
1 place could not be read.

| | check | where | what |
|---|---|---|---|
| ERROR | 'gosum-wrong' | 'example.com/a@v1.2.0' in 'go.sum:41' | a 'go.sum' line disagrees with the checksum database |
| ERROR | 'sources-modified' | 'example.com/b@v0.3.0' in '~/go/pkg/mod/example.com/b@v0.3.0' | the extracted directory is not what the zip holds |
| WARN | 'proxy-down' |  | a proxy does not answer |
| NOTE | 'leftover-tmp' | '/tmp/x' | temporary files that nothing will remove |

### ERROR 'gosum-wrong' 'example.com/a@v1.2.0'

What: a 'go.sum' line disagrees with the checksum database

Seen: cache and database agree on 'h1:aaa='; the line says 'h1:bbb='.

| witness | says | | from |
|---|---|---|---|
| 'zip' | 'h1:aaa=' |  |  |
| 'sumdb' | 'h1:aaa=' |  |  |
| 'gosum' | 'h1:bbb=' | **DIFFERS** | '~/src/app/go.sum' |

- Fix: replace that line: 'godoctor repair example.com/a@v1.2.0'

More: 'godoctor help gosum-wrong'

### ERROR 'sources-modified' 'example.com/b@v0.3.0'

What: the extracted directory is not what the zip holds

- modified 'a.go'
- missing 'b.go'
- extra 'c.go'
- extra 'd.go'
- extra 'e.go'
- and 2 more

- Fix: unpack again (needs the network)

### WARN 'proxy-down'

What: a proxy does not answer

Seen: GET 'https://HOST/x?token=***' dial tcp 'HOST:443' as USER; see '~/log', '/home/USER/log'

### NOTE 'leftover-tmp' '/tmp/x'

What: temporary files that nothing will remove
`, "'", "`")
	if got := buf.String(); got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestMarkdownBounds(t *testing.T) {
	d := report.Bare("check", "v0").WithFindings(make([]finding.Finding, 150))
	for verbose, want := range map[bool][]int{false: {100, 20, 2}, true: {150, 150, 0}} {
		var buf bytes.Buffer
		if err := Markdown(&buf, d, Export{Verbose: verbose}); err != nil {
			t.Fatal(err)
		}
		s := buf.String()
		got := []int{strings.Count(s, "\n| ERROR |"), strings.Count(s, "\n### "), strings.Count(s, "more finding")}
		if got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
			t.Errorf("verbose %v: %v, want %v", verbose, got, want)
		}
	}
}

func TestRedact(t *testing.T) {
	o := ann()
	o.Home = "/home/ann"
	for in, want := range map[string]string{
		"/home/ann":                          "~",
		"/home/ann/a:/home/ann/b /home/ann":  "~/a:~/b ~",
		"/home/anna/x":                       "/home/USER/x",
		"/mnt/home/ann/x":                    "/mnt/home/USER/x",
		"/tmp/ann-build, ann@box, Ann, mann": "/tmp/USER-build, USER@box, USER, mann",
		"ann ann ann":                        "USER USER USER",
		`C:\Users\Bob\go C:\\Users\\Bob\\go`: `C:\Users\USER\go C:\\Users\\USER\\go`,
		"file:///home/ann/p":                 "file://~/p",
		"https://proxy.golang.org/x":         "https://proxy.golang.org/x",
		"https://t0ken@proxy.golang.org:443": "https://proxy.golang.org:443",
		"https://u:p'w@a.b:8/x,direct":       "https://HOST/x,direct",
		"git.corp.example/x CORP.example:80": "HOST/x HOST",
		"corp.example.org notcorp.example":   "HOST.org notcorp.example",
		"lookup secret.lan on 192.168.0.1:53: no such host; lookup go.dev": "lookup HOST on HOST:53: no such host; lookup go.dev",
		"[fd00::1]:443 [::1]:80 127.0.0.1 v1.2.3":                          "HOST:443 [::1]:80 127.0.0.1 v1.2.3",
		"Authorization: Bearer abc ghp_Abc123":                             "Authorization: Bearer *** ghp_***",
	} {
		if got := newRedactor(o).redact(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for _, o := range []Export{{}, {Home: "/", User: "root"}, {Home: "/root", User: "go"}} {
		if got := newRedactor(o).redact("root /usr/local/go golang.org/x/text"); got != "root /usr/local/go golang.org/x/text" {
			t.Errorf("%+v: %q", o, got)
		}
	}
	if got := newRedactor(Export{Home: `C:\Users\Jo Do`}).redact(`c:/users/jo do/x`); got != "~/x" {
		t.Errorf("a home with a drive: %q", got)
	}
}

// Different names stay different in code spans.
func TestSpan(t *testing.T) {
	r := newRedactor(Export{})
	for in, want := range map[string]string{"|": `\x7c`, `\|`: `\\\x7c`, `\x7c`: `\\x7c`, "a`b": `a\x60b`, `C:\a`: `C:\a`} {
		if got := r.code(in); got != "`"+want+"`" {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
	if got := r.code(""); got != "" {
		t.Error(got)
	}
}

// spans matches code spans as CommonMark has them, where no backtick is left in one.
var spans = regexp.MustCompile("`[^`\n]+`")

// structure are the shapes that lines have once the code spans are words: nothing of theirs is anything but words.
var structure = regexp.MustCompile(`^(|[\pL\pN][\pL\pN '".,;:?()/-]*|\|([\pL\pN '".,;:?()*-]*\|)+|#{2,3} [\pL\pN ,:]*|- [\pL\pN][\pL\pN '".,;:?()-]*)$`)

func FuzzMarkdown(f *testing.F) {
	for _, n := range evil {
		f.Add(n)
	}
	f.Add("GET https://u:pw@h.example/x")
	f.Fuzz(func(t *testing.T, s string) {
		d := hostile(s)
		var buf bytes.Buffer
		if err := Markdown(&buf, d, Export{Root: "/r"}); err != nil {
			t.Fatal(err)
		}
		out := buf.String()
		if n := strings.Count(out, "\n### "); n != len(d.Findings) {
			t.Errorf("%d headings of %d findings", n, len(d.Findings))
		}
		for _, l := range strings.Split(out, "\n") {
			bare := spans.ReplaceAllString(l, "x")
			cells := strings.Count(l, "|")
			if !structure.MatchString(bare) || cells != 0 && cells != 5 || cells != strings.Count(bare, "|") {
				t.Errorf("line %q is more than words: %q", l, bare)
			}
		}
		terminalSafe(t, out)
	})
}
