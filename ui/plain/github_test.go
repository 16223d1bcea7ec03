package plain

import (
	"bytes"
	"strings"
	"testing"

	"godoctor/doctor/finding"
	"godoctor/doctor/report"
)

func TestGitHub(t *testing.T) {
	var buf bytes.Buffer
	if err := GitHub(&buf, found(), Export{Root: "/home/ann/src/app"}); err != nil {
		t.Fatal(err)
	}
	const want = `::error file=go.sum,line=41,title=gosum-wrong%3A a go.sum line disagrees with the checksum database::` +
		`example.com/a@v1.2.0: a go.sum line disagrees with the checksum database%0A` +
		`cache and database agree on h1:aaa=; the line says h1:bbb=.%0Ain /home/ann/src/app/go.sum:41%0A` +
		`zip: h1:aaa=%0Asumdb: h1:aaa=%0Agosum: h1:bbb= (differs)%0Afix: replace that line: godoctor repair example.com/a@v1.2.0
::error title=sources-modified%3A the extracted directory is not what the zip holds::` +
		`example.com/b@v0.3.0: the extracted directory is not what the zip holds%0Ain /home/ann/go/pkg/mod/example.com/b@v0.3.0%0A` +
		`modified a.go%0Amissing b.go%0Aextra c.go%0Aextra d.go%0Aextra e.go%0Aand 2 more files%0Afix: unpack again
::warning title=proxy-down%3A a proxy does not answer::a proxy does not answer%0A` +
		`GET https://goproxy.corp.example/x?token=*** dial tcp 10.1.2.3:443 as ann; see /home/ann/log, /home/bob/log
::notice title=leftover-tmp%3A temporary files that nothing will remove::/tmp/x: temporary files that nothing will remove
`
	if got := buf.String(); got != want {
		t.Errorf("got\n%s", got)
	}
}

// A path of the checkout is the place of a finding that has no file.
func TestGitHubPath(t *testing.T) {
	d := report.Bare("verify", "v0").WithFindings([]finding.Finding{{Check: "vendor-modified", Target: finding.Target{Path: "/r/vendor/a,b:c%/x.go"}}})
	var buf bytes.Buffer
	if err := GitHub(&buf, d, Export{Root: "/r"}); err != nil || !strings.HasPrefix(buf.String(), "::error file=vendor/a%2Cb%3Ac%25/x.go,title=") {
		t.Errorf("%v %s", err, buf.String())
	}
}

// runner reads a line as the runner of GitHub does (ActionCommand.TryParseV2): properties end at the first "::" after
// the command.
func runner(line string) (command string, properties map[string]string, message string, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimLeft(line, " \t"), "::")
	if !ok {
		return "", nil, "", false
	}
	head, message, ok := strings.Cut(rest, "::")
	command, list, _ := strings.Cut(head, " ")
	properties = map[string]string{}
	for _, p := range strings.Split(list, ",") {
		k, v, _ := strings.Cut(p, "=")
		properties[k] = unescape(v, "%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",")
	}
	return command, properties, unescape(message, "%0D", "\r", "%0A", "\n"), ok
}

// unescape undoes escapes one after the other, that of % last, as the runner does.
func unescape(s string, pairs ...string) string {
	for i := 0; i < len(pairs); i += 2 {
		s = strings.ReplaceAll(s, pairs[i], pairs[i+1])
	}
	return strings.ReplaceAll(s, "%25", "%")
}

func FuzzGitHub(f *testing.F) {
	for _, n := range evil {
		f.Add(n)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d := hostile(s)
		var buf bytes.Buffer
		if err := GitHub(&buf, d, Export{Root: "/r"}); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(buf.String(), "\n"), "\n")
		if len(lines) != len(d.Findings) {
			t.Fatalf("%d lines of %d findings:\n%s", len(lines), len(d.Findings), buf.String())
		}
		for i, l := range lines {
			want := strings.Join(message(&d.Findings[i]), "\n")
			c, p, m, ok := runner(l)
			if !ok || c != "warning" && c != "notice" || m != want {
				t.Errorf("%q is read as %q %q %q", l, c, p, m)
			}
			for k := range p {
				if k != "file" && k != "line" && k != "title" {
					t.Errorf("%q has a property %q", l, k)
				}
			}
		}
		if got := unescape(githubProperty(s), "%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ","); got != s {
			t.Errorf("%q came back as %q", s, got)
		}
		if e := githubProperty(s); strings.ContainsAny(e, "\r\n:,") || strings.ContainsAny(githubData(s), "\r\n") {
			t.Errorf("%q is not escaped", e)
		}
	})
}
