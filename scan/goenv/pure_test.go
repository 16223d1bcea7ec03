package goenv

import (
	"slices"
	"strings"
	"testing"
)

func TestUserDirs(t *testing.T) {
	for _, c := range []struct{ goos, env, config, cache string }{
		{"linux", "HOME=/h", "/h/.config", "/h/.cache"},
		{"linux", "HOME=/h XDG_CONFIG_HOME=/x XDG_CACHE_HOME=/y", "/x", "/y"},
		{"linux", "HOME=/h XDG_CONFIG_HOME=x XDG_CACHE_HOME=y", "", ""},
		{"linux", "", "", ""},
		{"darwin", "HOME=/h XDG_CONFIG_HOME=/x", "/h/Library/Application Support", "/h/Library/Caches"},
		{"darwin", "", "", ""},
		{"windows", `appdata=C:\r LOCALAPPDATA=C:\l`, `C:\r`, `C:\l`},
		{"windows", `USERPROFILE=C:\u`, "", ""},
		{"plan9", "home=/usr/g", "/usr/g/lib", "/usr/g/lib/cache"},
		{"plan9", "", "", ""},
	} {
		env := parseEnviron(c.goos, strings.Fields(c.env))
		config, err1 := env.userConfigDir(c.goos)
		cache, err2 := env.userCacheDir(c.goos)
		if config != c.config || cache != c.cache || (err1 != nil) != (c.config == "") || (err2 != nil) != (c.cache == "") {
			t.Errorf("%s %q: %q %v, %q %v", c.goos, c.env, config, err1, cache, err2)
		}
	}
}

func TestEnviron(t *testing.T) {
	env := parseEnviron("linux", []string{"A=1", "A=2", "b", "", "=x=y", "C=a=b", "Path=p"})
	if env["A"] != "1" || env["C"] != "a=b" || env["PATH"] != "" || len(env) != 4 {
		t.Errorf("%q", env)
	}
	env = parseEnviron("windows", []string{`=C:=C:\d`, "Path=p"})
	if env["PATH"] != "p" || env["=C:"] != `C:\d` {
		t.Errorf("%q", env)
	}
}

func TestIsAbs(t *testing.T) {
	for _, c := range []struct {
		goos, p string
		want    bool
	}{
		{"linux", "/a", true}, {"linux", "a", false}, {"linux", "", false}, {"linux", "~/a", false}, {"linux", `C:\a`, false},
		{"windows", `C:\a`, true}, {"windows", "c:/a", true}, {"windows", `\\host\share`, true}, {"windows", `\a`, false},
		{"windows", "C:a", false}, {"windows", "a", false}, {"windows", "", false},
	} {
		if got := isAbs(c.goos, c.p); got != c.want {
			t.Errorf("isAbs(%s, %q) = %v", c.goos, c.p, got)
		}
	}
}

func TestSplitList(t *testing.T) {
	for _, c := range []struct {
		goos, list string
		want       []string
	}{
		{"linux", "", nil}, {"linux", "/a::/b", []string{"/a", "", "/b"}}, {"linux", `"/a`, []string{`"/a`}},
		{"windows", `C:\a;"C:\b;c";`, []string{`C:\a`, `C:\b;c`, ""}},
	} {
		if got := splitList(c.goos, c.list); !slices.Equal(got, c.want) {
			t.Errorf("splitList(%s, %q) = %q", c.goos, c.list, got)
		}
	}
}

func TestExecutableExtensions(t *testing.T) {
	for _, c := range []struct {
		goos, p, pathext string
		want             []string
	}{
		{"linux", "go", ".EXE", []string{""}},
		{"windows", "go", "", []string{".com", ".exe", ".bat", ".cmd"}},
		{"windows", "go", ".EXE;;PY", []string{".exe", ".py"}},
		{"windows", `C:\x.d\go.exe`, ".EXE", []string{"", ".exe"}},
		{"windows", `C:\x.d\go`, ".EXE", []string{".exe"}},
	} {
		if got := executableExtensions(c.goos, c.p, c.pathext); !slices.Equal(got, c.want) {
			t.Errorf("%s %q %q: %q", c.goos, c.p, c.pathext, got)
		}
	}
}

func TestPlaces(t *testing.T) {
	env := parseEnviron("windows", []string{`ProgramFiles=D:\P`})
	if got := wellKnownGoroots("windows", env); !strings.HasPrefix(got[0], `D:\P`) {
		t.Errorf("%q", got)
	}
	for _, goos := range []string{"linux", "darwin"} {
		if got := wellKnownGoroots(goos, nil); got[0] != "/usr/local/go" {
			t.Errorf("%s: %q", goos, got)
		}
	}
}

func TestTempDir(t *testing.T) {
	for _, c := range []struct{ goos, env, want string }{
		{"linux", "TMPDIR=/x", "/x"}, {"linux", "", "/tmp"}, {"android", "", "/data/local/tmp"},
		{"windows", `TEMP=C:\t`, `C:\t`}, {"windows", `USERPROFILE=C:\u`, `C:\u`}, {"windows", "", `C:\Windows`},
		{"plan9", "TMPDIR=/x", "/tmp"},
	} {
		if got := parseEnviron(c.goos, strings.Fields(c.env)).tempDir(c.goos); got != c.want {
			t.Errorf("%s %q: %q", c.goos, c.env, got)
		}
	}
}

func TestNearestKey(t *testing.T) {
	for key, want := range map[string]string{
		"GOPROXXY": "GOPROXY", "goproxy": "GOPROXY", "GOFLAG": "GOFLAGS", "GOFLAGS ": "GOFLAGS", "GOPRIVAT": "GOPRIVATE",
		"EDITOR": "", "X": "", "": "", strings.Repeat("G", 1000): "",
	} {
		if got := nearestKey(key); got != want {
			t.Errorf("nearest to %q is %q, want %q", key, got, want)
		}
	}
}

func TestVersionExperiment(t *testing.T) {
	for v, want := range map[string]string{"go1.26.8": "", "go1.22.1 X:a,b": "a,b", "go1.27.1-X:a": "a", "X:a": "", "": ""} {
		if got := versionExperiment(v); got != want {
			t.Errorf("%q: %q", v, got)
		}
	}
}

// TestParseSettings is about what a file says to go, and which of its lines are not heard.
func TestParseSettings(t *testing.T) {
	entries, faults := parseSettings([]byte("# c\n\nGOBIN=/b\nfoo\n GOFLAGS=-x\nGOPROXXY=off\nXYZZYQUUX=1\nGOOS=a\r\nGOVERSION=1\nGODEBUG=x\nGOVCS=\xff\nGOAUTH=a\x00b\nGOARCH"))
	var got []string
	for _, e := range entries {
		got = append(got, e.key+"="+e.value)
	}
	want := []string{"GOBIN=/b", "GOPROXXY=off", "XYZZYQUUX=1", "GOOS=a\r", "GOVERSION=1", "GODEBUG=x", "GOVCS=\xff", "GOAUTH=a\x00b"}
	if !slices.Equal(got, want) {
		t.Errorf("entries %q", got)
	}
	for i, says := range []string{4: `no "="`, 5: "does not begin", 6: `did you mean "GOPROXY"`, 7: `unknown key "XYZZYQUUX"`, 8: "CRLF", 9: "cannot be set",
		10: "no effect in a file", 11: "utf-8", 12: "control", 13: `no "="`} {
		j := slices.IndexFunc(faults, func(f fault) bool { return f.line == i })
		if says == "" {
			if j >= 0 {
				t.Errorf("line %d: %+v", i, faults[j])
			}
		} else if j < 0 || !strings.Contains(faults[j].message, says) {
			t.Errorf("line %d: no %q in %+v", i, says, faults)
		}
	}
}

// FuzzParseSettings looks for lines that get lost: every line is heard, complained about, or empty or a comment.
func FuzzParseSettings(f *testing.F) {
	for _, seed := range []string{"", "\n", "=", "A=", "GOPROXY=off\n", "GOPROXY=off\r\nGOBIN=/b", "\x00", "#=\n", " A=b\n", "A\n=\nB=C=D", "\xff=\xfe\n", "GOPROXXY=a\nZ=\xff"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		lines := strings.Split(string(data), "\n")
		entries, faults := parseSettings(data)
		seen := map[int]bool{}
		for _, e := range entries {
			if lines[e.line-1] != e.key+"="+e.value || seen[e.line] || e.key == "" {
				t.Fatalf("entry %+v is not line %q", e, lines[e.line-1])
			}
			seen[e.line] = true
		}
		for _, x := range faults {
			if x.line < 1 || x.line > len(lines) || x.message == "" {
				t.Fatalf("fault %+v", x)
			}
			seen[x.line] = true
		}
		for i, line := range lines {
			if text := strings.TrimSpace(line); !seen[i+1] && text != "" && text[0] != '#' {
				t.Fatalf("line %d %q is lost", i+1, line)
			}
		}
	})
}

// FuzzQuoted: what is put together comes apart as it was.
func FuzzQuoted(f *testing.F) {
	for _, seed := range []string{"", "-O2 -g", `'a b' "c'd" e"f`, "'", `""`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		words, err := splitQuoted(s)
		if err != nil || slices.ContainsFunc(words, func(w string) bool { return w == "" || strings.ContainsAny(w, `'"`) }) {
			return
		}
		if again, err := splitQuoted(joinQuoted(words)); err != nil || !slices.Equal(words, again) {
			t.Fatalf("%q -> %q -> %q, %v", s, words, again, err)
		}
	})
}
