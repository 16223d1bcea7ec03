package privacy

import (
	"strings"
	"testing"
)

// fuzzSecrets are planted into what is fuzzed: none of them may be left, wherever it stands as a whole word.
var fuzzSecrets = []string{"ghp_0123456789abcdefABCDEF0123456789abcd", "glpat-0123456789abcdefghij", "AKIA0123456789ABCDEF", "https://user:hunter2hunter2@git.example.com/x"}

// FuzzText: no token that is known by its looks is left, whatever stands around it; and what was made of a text is left alone
// the next time.
func FuzzText(f *testing.F) {
	f.Add("GOPROXY=", ",direct")
	f.Add("go: reading https://proxy.example.com/x?token=abc&sig=def: 404\n", "\n\tlookup git.corp.example: no such host")
	f.Add("-ldflags=-X main.password=hunter2 -DKEY=value ", " \"-X=a.b=c\"")
	f.Add("/home/gopher/x C:\\Users\\gopher\\go ", " 10.1.2.3 [fe80::1%eth0] Authorization: Bearer x")
	f.Add("Authorization: Basic x Authorization:", "-----BEGIN PRIVATE KEY-----\nx")
	f.Add("--api-key '", "' https://a/b:c@d//e@f ://::1:2@")
	f.Add("npm_v1.0.0[fe80::1]", "token=''Authorization: u:p@Basic USER")
	f.Add("xox-X [fe80::1]=/home/github.com", "token=' @:\u00e9'Basic ***")
	all := []*Redactor{New(Who{Home: "/home/gopher", Users: []string{"gopher", "ada \xff"}, Hosts: []string{"corp.example"}}), New(Who{KeepHosts: true, KeepHomes: true})}
	f.Fuzz(func(t *testing.T, before, behind string) {
		for _, r := range all {
			for i, s := range fuzzSecrets {
				out := r.Text(before + " " + s + " " + behind)
				if word := []string{s[4:], s[6:], s[4:], "hunter2hunter2"}[i]; strings.Contains(out, word) && !strings.Contains(before+behind, word) {
					t.Errorf("%q is in %q", word, out)
				}
				if again := r.Text(out); again != out {
					t.Errorf("%q becomes %q", out, again)
				}
				if some := Secrets(out); some != out {
					t.Errorf("%q has secrets still: %q", out, some)
				}
			}
		}
	})
}
