package privacy

import (
	"strings"
	"testing"
)

// TestSettings holds the values of settings against what may be told of them.
func TestSettings(t *testing.T) {
	r := New(Who{Home: "/home/alice", Users: []string{"alice", "root"}, KeepHosts: true})
	for _, c := range []struct{ key, value, want string }{
		{"GOPROXY", "https://go.dev/proxy,direct", "https://go.dev/proxy,direct"},
		{"GOPROXY", "https://alice:hunter2@proxy.example.com|direct", "https://proxy.example.com|direct"},
		{"GOPROXY", "https://a:pa/ss@proxy.example.com:8080/go", "https://proxy.example.com:8080/go"},
		{"GOPROXY", "https://go.example.com/AbCdEf0123456789Gh/org/", "https://go.example.com/***/org/"},
		{"GOPROXY", "https://go.example.com/token/hunter2/go", "https://go.example.com/token/***/go"},
		{"GOPROXY", "https://go.example.com/x?t=hunter2", "https://go.example.com/x?***"},
		{"GOPROXY", "https://127.0.0.1:3000/x@v1", "https://127.0.0.1:3000/x@v1"},
		{"GOSUMDB", "sum.golang.org https://u:hunter2@sum.example.com", "sum.golang.org https://sum.example.com"},
		{"http_proxy", "alice:hunter2@10.0.0.1:3128", "10.0.0.1:3128"},
		{"GOAUTH", "netrc; git ~/src; /home/alice/bin/auth --pass hunter2", "netrc; git ~/src; ~/bin/auth ***"},
		{"GOAUTH", "off", "off"},
		{"GOCACHEPROG", "TOKEN=hunter2 prog", "prog ***"},
		{"GOFLAGS", "-tags=a,b -trimpath", "-tags=a,b -trimpath"},
		{"GOFLAGS", "'-ldflags=-X main.key=hunter2 -s'", "'-ldflags=-X main.key=*** -s'"},
		{"-ldflags", `-X main.version=v1.2.3 -X "main.commit=0123abcd0123" -X=main.pin=hunter2`, `-X main.version=v1.2.3 -X "main.commit=0123abcd0123" -X=main.pin=***`},
		{"-ldflags", "-X main.pin=aHVudGVyMg== -X 'main.a=b=hunter2' -X=main.pin=hunter2=", "-X main.pin=*** -X 'main.a=***' -X=main.pin=***"},
		{"CGO_CFLAGS", "-O2 -DPIN=hunter2= -DEASY='a=hunter2'", "-O2 -DPIN=*** -DEASY=***"},
		{"CGO_CFLAGS", "-O2 -g -DNDEBUG -D_FORTIFY_SOURCE=2 -DPIN=hunter2", "-O2 -g -DNDEBUG -D_FORTIFY_SOURCE=2 -DPIN=***"},
		{"CC", "env SECRET_KEY=hunter2 gcc", "env SECRET_KEY=*** gcc"},
		{"GOPATH", "/home/alice/go:/data/alice/go:/home/bob/go", "~/go:/data/USER/go:/home/USER/go"},
		{"GOROOT", "/root/go", "/root/go"},
		{"GODEBUG", "http2client=0,api_token=hunter2", "http2client=0,api_token=***"},
		{"GOPRIVATE", "corp.example/*", "corp.example/*"},
	} {
		got := r.Setting(c.key, c.value)
		if got != c.want {
			t.Errorf("%s=%s: got %q, want %q", c.key, c.value, got, c.want)
		}
		if again := r.Setting(c.key, got); again != got {
			t.Errorf("%s=%s: the second time %q becomes %q", c.key, c.value, got, again)
		}
	}
}

// TestText finds tokens wherever they stand, and leaves alone what only looks a little like one.
func TestText(t *testing.T) {
	r := New(Who{KeepHosts: true})
	for _, secret := range []string{"ghp_0123456789abcdef", "github_pat_0123456789", "glpat-0123456789ab", "AKIA0123456789ABCDEF",
		"xoxb-0123456789-abc", "eyJhbGciOiJI.eyJzdWIi.sflKxwRJ", "npm_0123456789abcdef", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"} {
		for _, in := range []string{secret, "x " + secret + " y", "https://host/" + secret + "/z", "'" + secret + "'"} {
			if got := r.Text(in); strings.Contains(got, secret) || strings.Contains(got, "0123456789") || strings.Contains(got, "MIIE") {
				t.Errorf("%q became %q", in, got)
			}
		}
	}
	for in, want := range map[string]string{
		"Authorization: Bearer hunter2":       "Authorization: Bearer ***",
		"Private-Token: hunter2":              "Private-Token: ***",
		"git config --password hunter2 x":     "git config --password *** x",
		"https://x/y?a=1&access_token=abc&b":  "https://x/y?a=1&access_token=***&b",
		"golang.org/x/text v0.3.0 h1:abc=":    "golang.org/x/text v0.3.0 h1:abc=",
		"example.com/token v1.0.0":            "example.com/token v1.0.0",
		"GOAUTH=netrc":                        "GOAUTH=netrc",
		"https://proxy.example.com/m/@v/list": "https://proxy.example.com/m/@v/list",
	} {
		if got := r.Text(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
