package process

import "testing"

func TestVersionAt(t *testing.T) {
	for rel, want := range map[string]string{
		"example.com/a@v1.0.0":                                     "example.com/a v1.0.0",
		"example.com/a@v1.0.0/sub/x.go":                            "example.com/a v1.0.0",
		"example.com/!big/a@v2.0.0+incompatible/x":                 "example.com/Big/a v2.0.0+incompatible",
		"example.com/a@v1.0.0.tmp-godoctor-7/x.go":                 "example.com/a v1.0.0",
		"golang.org/toolchain@v0.0.1-go1.25.3.linux-amd64/bin/go":  "golang.org/toolchain v0.0.1-go1.25.3.linux-amd64",
		"cache/download/example.com/a/@v/v1.0.0.zip":               "example.com/a v1.0.0",
		"cache/download/example.com/a/@v/v1.0.0.zip123.tmp":        "example.com/a v1.0.0",
		"cache/download/example.com/a/@v/v1.0.0.ziphash.tmp-x":     "example.com/a v1.0.0",
		"cache/download/example.com/!a/@v/v1.0.0-!r!c.lock":        "example.com/A v1.0.0-RC",
		"cache/download/example.com/a/@v/list":                     "",
		"cache/download/example.com/a/@v/nonsense.zip":             "",
		"cache/download/example.com/a":                             "",
		"cache/vcs/0123":                                           "",
		"example.com/a":                                            "",
		"example.com/A@v1.0.0":                                     "",
		"example.com/a@nonsense":                                   "",
		"cache/download/sumdb/sum.example.com/lookup/x.example@v1": "",
	} {
		got, ok := versionAt(rel)
		if got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v, want %q", rel, got, ok, want)
		}
	}
}

func TestKindOf(t *testing.T) {
	for exe, want := range map[string]kind{
		"/usr/local/go/bin/go":                                kindCommand,
		"/home/a/go/bin/go1.25.3":                             kindCommand,
		"/home/a/go/bin/gotip":                                kindCommand,
		"/home/a/go/bin/gopher":                               kindOther,
		"/usr/local/go/bin/gofmt":                             kindOther,
		"/usr/local/go/pkg/tool/linux_amd64/compile":          kindTool,
		"/c/golang.org/toolchain@v0.0.1-go1/pkg/tool/l_a/asm": kindTool,
		"/srv/pkg/tool/compile":                               kindOther,
		"/usr/bin/link":                                       kindOther,
		"/home/a/go/bin/gopls":                                kindReader,
		"/usr/bin/bash":                                       kindOther,
	} {
		if got := kindOf(exe); got != want {
			t.Errorf("%q: %v, want %v", exe, got, want)
		}
	}
	for comm, want := range map[string]bool{"go": true, "compile": true, "gopls": true, "go1.25.3": true, "golangci-lint": true, "bash": false, "kworker/0:1": false, "": false} {
		if isGoName(comm) != want {
			t.Errorf("%q: %v", comm, !want)
		}
	}
}

func TestToolchainOf(t *testing.T) {
	if got := toolchainOf("golang.org/toolchain", "v0.0.1-go1.25.3.linux-amd64"); got != "go1.25.3" {
		t.Error(got)
	}
	if got := toolchainOf("example.com/a", "v0.0.1-go1.25.3.linux-amd64"); got != "" {
		t.Error(got)
	}
}
