package startfile

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestLanguages: what exports a variable, and what only looks so.
func TestLanguages(t *testing.T) {
	for _, c := range []struct {
		name  string
		reads language
		text  string
		want  string // LINE KEY=VALUE, separated by "|"
	}{
		{"export", posix, "export GOFLAGS=-mod=mod\n  export GOPATH=\"$HOME/my go\" # mine\nexport PATH GOBIN=/b\n", "1 GOFLAGS=-mod=mod|2 GOPATH=$HOME/my go|3 GOBIN=/b"},
		{"apart", posix, "GOROOT=/usr/lib/go\nexport GOROOT\nGOROOT=/other\nA=1; export A\n", "1 GOROOT=/usr/lib/go|3 GOROOT=/other|4 A=1"},
		{"declare", posix, "declare -gx GOOS=js\ntypeset -x GOARCH=wasm\ndeclare GOBIN=/b\n", "1 GOOS=js|2 GOARCH=wasm"},
		{"inside", posix, "if true; then export GOOS=js; fi\n[ -d /x ] && export GOROOT=/x\n", "1 GOOS=js|2 GOROOT=/x"},
		{"not exported", posix, "GOFLAGS=-v\nGOOS=js go build\n# export GOFLAGS=-x\nalias go='export A=b'\nexport -p\nexport 1A=b\nunset GOFLAGS\n", ""},
		{"quotes", posix, "export A='x; export B=y' C=\"a\\\"b\"\nexport D=a\"b\"c\n", `1 C=a\"b|2 D=abc`},
		{"environment", pairs, "GOFLAGS=-mod=mod\nexport GOOS=\"js\"\n#A=b\nGOROOT DEFAULT=/x OVERRIDE=@{HOME}\nnot a pair\n", "1 GOFLAGS=-mod=mod|2 GOOS=js|4 GOROOT=/x"},
		{"csh", csh, "setenv GOPATH $HOME/go\nset GOOS=js\nsetenv A\n", "1 GOPATH=$HOME/go|3 A="},
		{"fish", fish, "set -gx GOPATH $HOME/go\nset -Ux GOFLAGS -v -x\nset --export GOOS js\nset -g GOARCH wasm\nset -e GOROOT\nset -ex GOROOT\nexport GOBIN=/b\n",
			"1 GOPATH=$HOME/go|2 GOFLAGS=-v -x|3 GOOS=js|7 GOBIN=/b"},
		{"fish_variables", fishVariables, "# x\nSETUVAR --export GOPATH:/x\nSETUVAR fish_color:green\n", "2 GOPATH=/x"},
		{"powershell", powershell, "$env:GOPATH = 'C:\\go'\n$Env:GOOS=\"js\"\n$x = 1\n", `1 GOPATH=C:\go|2 GOOS=js`},
		{"no end", posix, "export A='x\n\\", "1 A=x"},
	} {
		var got []string
		for _, l := range read("/f", c.text, c.reads) {
			got = append(got, fmt.Sprint(l.Line, " ", l.Key, "=", l.Value))
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%s: %q, want %q", c.name, s, c.want)
		}
	}
}

// TestFind: which files are read, of which systems.
func TestFind(t *testing.T) {
	dir := t.TempDir()
	home, etc, work := filepath.Join(dir, "h[1]"), filepath.Join(dir, "etc"), filepath.Join(dir, "w", "p")
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(etc, "environment"), "A=1\n")
	write(filepath.Join(etc, "profile.d", "go.sh"), "export A=2\n")
	write(filepath.Join(etc, "profile.d", "go.txt"), "export A=no\n")
	write(filepath.Join(home, ".bashrc"), "export A=3\n")
	write(filepath.Join(home, ".zdot", ".zshrc"), "export A=4\n")
	write(filepath.Join(home, ".config", "fish", "conf.d", "go.fish"), "set -gx A 5\n")
	write(filepath.Join(home, ".config", "environment.d", "go.conf"), "A=6\n")
	write(filepath.Join(home, ".config", "powershell", "Microsoft.PowerShell_profile.ps1"), "$env:A = '7'\n")
	write(filepath.Join(home, ".profile"), "export A=big\n"+strings.Repeat("#", fileMax))
	write(filepath.Join(filepath.Dir(work), ".envrc"), "export A=8\n")
	if err := os.MkdirAll(filepath.Join(home, ".kshrc"), 0o777); err != nil { // no file
		t.Fatal(err)
	}
	find := func(in Input) (out []string) {
		for _, l := range Find(in) {
			out = append(out, l.Value)
		}
		slices.Sort(out)
		return out
	}
	all := Input{GOOS: "linux", Home: home, Etc: etc, ZDOT: filepath.Join(home, ".zdot"), Dir: work}
	if got := find(all); !slices.Equal(got, []string{"1", "2", "3", "4", "5", "6", "7", "8"}) {
		t.Errorf("%q", got)
	}
	all.GOOS = "windows"
	if got := find(all); !slices.Equal(got, []string{"7"}) {
		t.Errorf("on Windows: %q", got)
	}
	if got := find(Input{GOOS: "linux", Etc: etc}); !slices.Equal(got, []string{"1", "2"}) {
		t.Errorf("without a home: %q", got)
	}
	if got := find(Input{GOOS: "linux"}); got != nil {
		t.Errorf("without anything: %q", got)
	}
	write(filepath.Join(home, ".bashrc"), strings.Repeat("export A=3\n", 2*linesMax))
	if got := Find(Input{GOOS: "linux", Home: home}); len(got) != linesMax {
		t.Errorf("%d lines", len(got))
	}
}

// FuzzRead: whatever a file says, it is read to its end.
func FuzzRead(f *testing.F) {
	f.Add("export A=b; B='c d' && export B # x\nset -gx C d\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, reads := range []language{posix, pairs, csh, fish, fishVariables, powershell} {
			for _, l := range read("/f", text, reads) {
				if !name(l.Key) || l.Line < 1 || l.Line > strings.Count(text, "\n")+1 {
					t.Errorf("%q: %+v", text, l)
				}
			}
		}
	})
}
