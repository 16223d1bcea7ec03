package goenv

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestFlags(t *testing.T) {
	got := Flags(` -v	--tags=a--b '-ldflags=-s -w' word ---x=1 -- = -o= `)
	want := []Flag{{"-v", "true"}, {"-tags", "a--b"}, {"-ldflags", "-s -w"}, {"word", "true"}, {"--x", "1"}, {"-", "true"}, {"", ""}, {"-o", ""}}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	if got := Flags(`-v "-x`); len(got) > 0 {
		t.Errorf("a quote is not closed: %q", got)
	}
}

func TestBoolFlag(t *testing.T) {
	for flags, want := range map[string]bool{"": false, "-modcacherw": true, "-mod=mod --modcacherw": true, "-modcacherw=true": true,
		"-modcacherw=false": false, "-modcacherw -modcacherw=false": false, "-modcacherw=0 -modcacherw": true, "-modcacherwx": false,
		"'-tags=a -modcacherw'": false, "---modcacherw": false, "-modcacherw=": false, `"-x`: false} {
		if got := BoolFlag(flags, "-modcacherw"); got != want {
			t.Errorf("BoolFlag(%q) = %v", flags, got)
		}
	}
}

// TestBuildTags asks the go command which files it builds with some GOFLAGS.
func TestBuildTags(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module example.com/m\n\ngo 1.21\n", "m.go": "package m\n",
		"a.go": "//go:build a\n\npackage m\n", "b.go": "//go:build b\n\npackage m\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for flags, want := range map[string]string{"": "", "-tags=a": "a", "--tags=b": "b", "-tags=a -tags=b": "b", "-tags=a '-tags='": "",
		`"-tags=a" -v`: "a", "'-ldflags=-s -tags=b' -tags=a": "a", "-tags=a '-ldflags=-s -tags=b'": "a", "-tags=,a,,b": "a b",
		"'-tags=b a'": "a b", `"-tags='a' b"`: "a b", "-tags=a--b": "a--b"} {
		cmd := exec.Command("go", "list", "-f", "{{.GoFiles}}", ".")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS="+flags, "GOENV=off", "GOTOOLCHAIN=local", "GOPROXY=off", "GOWORK=off")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("GOFLAGS=%s: %v", flags, err)
		}
		tags, files := slices.Sorted(slices.Values(BuildTags(flags))), "["
		for _, tag := range tags {
			if tag == "a" || tag == "b" {
				files += tag + ".go "
			}
		}
		if got := strings.Join(tags, " "); got != want || strings.TrimSpace(string(out)) != files+"m.go]" {
			t.Errorf("GOFLAGS=%s: the tags are %q, want %q; go builds %s", flags, got, want, out)
		}
	}
}

func TestJoinWords(t *testing.T) {
	for _, words := range [][]string{nil, {"-v"}, {"-ldflags=-s -w", "-v"}, {`'a"`, "x"}, {`"a'`}, {"a\nb"}, {""}, {"a", "", "b"}} {
		value, ok := JoinWords(words)
		again, err := Words(value)
		if ok != (err == nil && slices.Equal(again, words) && !strings.Contains(value, "\n")) {
			t.Errorf("%q: %q, %v", words, value, ok)
		}
	}
	if value, ok := JoinWords([]string{"-ldflags=-s -w", "-v"}); !ok || value != "'-ldflags=-s -w' -v" {
		t.Errorf("%q, %v", value, ok)
	}
}
