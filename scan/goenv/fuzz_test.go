package goenv

import (
	"slices"
	"strings"
	"testing"
)

// FuzzEnviron: of an environment the first entry of a variable counts, whoever reads it, and leaving the others out changes
// nothing; what is set for a process that runs is what its settings file and its environment say.
func FuzzEnviron(f *testing.F) {
	f.Add("A=b\x00A=c\x00=C:=x\x00B\x00\x00=\x00==", "GOFLAGS=-mod=mod\nGOMODCACHE=/m\n")
	f.Add("GOENV=off\x00GOFLAGS='a b\x00a=1\x00A=2", "GOENV=x\nGOROOT=/r\n")
	f.Add("HOME=/h\x00GOPATH=/a:/b\x00GO111MODULE=off\x00GOMODCACHE=rel\x00GOCACHE=~/x", "\xff\x00=\n")
	f.Fuzz(func(t *testing.T, text, file string) {
		list := strings.Split(text, "\x00")
		for _, goos := range []string{"linux", "windows"} {
			env := parseEnviron(goos, list)
			less := distinct(goos, list)
			again := parseEnviron(goos, less)
			for k, v := range env {
				if k == "" || again[k] != v {
					t.Fatalf("%s: %q is %q, and %q without what does not count", goos, k, v, again[k])
				}
				first := slices.IndexFunc(list, func(kv string) bool {
					at := strings.Index(kv[min(1, len(kv)):], "=") + 1
					return at > 0 && envKey(goos, kv[:at]) == k
				})
				if first < 0 || list[first][strings.Index(list[first][1:], "=")+2:] != v {
					t.Fatalf("%s: %q is %q in %q", goos, k, v, list)
				}
			}
			for k, v := range env {
				if k[0] != '=' && Getenv(goos, list, k) != v {
					t.Fatalf("%s: %q is %q, and %q by itself", goos, k, v, Getenv(goos, list, k))
				}
			}
			if len(again) != len(env) {
				t.Fatalf("%s: %q and %q", goos, env, again)
			}
		}
		run := LoadRunning(Running{Environ: list, Goroot: "/go", Read: func(string) ([]byte, error) { return []byte(file), nil }})
		if s, ok := run.Lookup("GOFLAGS"); ok && s.Value != "" && !strings.Contains(text, s.Value) && !strings.Contains(file, s.Value) {
			t.Fatalf("GOFLAGS is %+v", s)
		}
	})
}
