package gitconfig

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// texts are settings files, good and bad.
var texts = []string{
	"[user]\n\tname = A B\n\temail=a@example.com\n",
	"[url \"git@corp.example:\"]\n\tinsteadOf = https://corp.example/\n",
	"[credential \"https://corp.example\"]\n\thelper = \n\thelper = !f() { echo \"x\"; }; f\n",
	"[credential \"https://corp.example\"]\n\thelper = \"!f() { echo; }; f\" # c\n",
	"[a]b=c\n[A.B-c]\n  D-1 = \"  x \" y ; comment\n", "[core]\n\tbare\n\tx = \\\"q\\\" \\t z\\\n  more\n",
	"\ufeff[a]\r\nb = c\r\n", "# only\n; comments\n", "", "[a]\n  b = \"open\n", "[a\nb=c\n", "[a \"x\\\"y\\\\z\"]\nb=1\n",
	"b=c\n", "[a]\n1b=c\n", "[a]\nb = \\q\n", "[a]\nb = x   \n c = \"\"\n", "[]\nb=c\n", "[a] # c\nb # c\n", "[a]\nb = c",
	"[a \"s\" ]\nb=c\n", "[a]\n\tb =\n\tc = d#e\n", "[a]\nb = x \\\n\n", "[ a]\nb=c\n",
}

// TestParse: git itself reads the same.
func TestParse(t *testing.T) {
	for _, text := range texts {
		file := filepath.Join(t.TempDir(), "config")
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("git", "config", "-f", file, "--list", "-z")
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "LC_ALL=C", "SYSTEMROOT=" + os.Getenv("SYSTEMROOT")}
		out, err := cmd.Output()
		var got strings.Builder
		entries, fault := Parse(text)
		for _, e := range entries {
			if e.Section != "" {
				got.WriteString(e.Section + ".")
			}
			if e.Sub != "" {
				got.WriteString(e.Sub + ".")
			}
			got.WriteString(e.Key)
			if !e.Bare {
				got.WriteString("\n" + e.Value)
			}
			got.WriteString("\x00")
		}
		if (err != nil) != (fault != 0) || err == nil && got.String() != string(out) {
			t.Errorf("%q: got %q, fault %d; git: %q, %v", text, got.String(), fault, out, err)
		}
	}
}

func TestParseLines(t *testing.T) {
	entries, fault := Parse("[a]\n\n b = c\\\n d\n e\n[x \"y\"] f = g\n!\n")
	if len(entries) != 3 || entries[0].Line != 3 || entries[1].Line != 5 || entries[2].Line != 6 || fault != 7 {
		t.Errorf("%+v, fault %d", entries, fault)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		entries, fault := Parse(text)
		lines := strings.Count(text, "\n") + 1
		if fault < 0 || fault > lines {
			t.Errorf("a fault in line %d of %d", fault, lines)
		}
		for _, e := range entries {
			if e.Line < 1 || e.Line > lines || e.Key == "" {
				t.Errorf("%+v", e)
			}
			if a, ok := ParseAddress(e.Value); ok && a.Scheme != "file" && a.Host == "" {
				t.Errorf("the address %q has no host: %+v", e.Value, a)
			}
		}
	})
}

func write(t *testing.T, file, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

func env(vars map[string]string) func(string) string {
	return func(key string) string { return vars[key] }
}

// TestGlobal: the files come in git's order, with what they include, and the environment last.
func TestGlobal(t *testing.T) {
	home := t.TempDir()
	system := write(t, filepath.Join(home, "etc"), "[a]\nb = system\n")
	write(t, filepath.Join(home, ".config", "git", "config"), "[a]\nb = xdg\n")
	write(t, filepath.Join(home, ".gitconfig"), "[include]\npath = ~/more\n[a]\nb = home\n[includeIf \"gitdir:~/w/\"]\npath = work\n")
	write(t, filepath.Join(home, "more"), "[a]\nb = more\n[include]\npath = more\n[include]\npath = nowhere\n") // itself again
	write(t, filepath.Join(home, "work"), "[a]\nb = work\n!\n")
	c := Global(Input{Home: home, GOOS: "linux", Getenv: env(map[string]string{"GIT_CONFIG_SYSTEM": system,
		"GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": "a.B", "GIT_CONFIG_VALUE_0": "env", "GIT_CONFIG_KEY_1": "nonsense"})})
	var got []string
	for _, e := range c.Entries {
		if e.Key == "b" && (len(got) == 0 || got[len(got)-1] != e.Value) {
			got = append(got, e.Value)
		}
	}
	if s := strings.Join(got, " "); s != "system xdg more home work env" {
		t.Errorf("got %s", s)
	}
	if e := c.Last("a", "", "b"); e == nil || e.Value != "env" || e.File != "" {
		t.Errorf("last is %+v", e)
	}
	said := false
	for _, p := range c.Problems {
		said = said || p.File == filepath.Join(home, "work") && p.Line == 3
	}
	for _, e := range c.Entries {
		if e.Section == "a" && e.Conditional != (e.Value == "work") {
			t.Errorf("conditional: %+v", e)
		}
	}
	if !said || len(c.Entries) > 100 {
		t.Errorf("%d entries, problems %+v", len(c.Entries), c.Problems)
	}
	none := Global(Input{Home: home, GOOS: "linux", Getenv: env(map[string]string{"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.DevNull})})
	if len(none.Entries) != 0 {
		t.Errorf("with GIT_CONFIG_GLOBAL: %+v", none)
	}
}

// TestRepository: a repository and a worktree of it, as git makes them.
func TestRepository(t *testing.T) {
	dir := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
		cmd.Dir = dir
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "GIT_CONFIG_NOSYSTEM=1", "SYSTEMROOT=" + os.Getenv("SYSTEMROOT")}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %q: %v\n%s", args, err, out)
		}
	}
	run("init", "-q", "r")
	run("-C", "r", "remote", "add", "origin", "git@Corp.example:team/app.git")
	run("-C", "r", "commit", "-q", "--allow-empty", "-m", "1")
	run("-C", "r", "worktree", "add", "-q", "../w")
	for _, name := range []string{"r", "w"} {
		remotes := Repository(filepath.Join(dir, name), dir).Remotes()
		if len(remotes) != 1 || remotes[0].Name != "origin" || remotes[0].URL != "git@Corp.example:team/app.git" || remotes[0].Entry.Line == 0 {
			t.Errorf("%s: %+v", name, remotes)
		}
	}
	if c := Repository(dir, dir); len(c.Entries) != 0 || len(c.Problems) != 0 {
		t.Errorf("no repository: %+v", c)
	}
}

func TestAddress(t *testing.T) {
	for _, c := range []struct{ in, want, name string }{
		{"git@Corp.example:team/app.git", "ssh://corp.example/team/app", "corp.example/team/app"},
		{"corp.example:team/app", "ssh://corp.example/team/app", "corp.example/team/app"},
		{"ssh://git@corp.example:2222/team/app.git", "ssh://corp.example:2222/team/app", "corp.example/team/app"},
		{"https://user:secret@corp.example/team/app.git/", "https://corp.example/team/app", "corp.example/team/app"},
		{"https://corp.example/", "https://corp.example/", "corp.example"}, {"file:///srv/app.git", "file:///srv/app", "/srv/app"},
		{"/srv/app.git", "", ""}, {`C:\src\app`, "", ""}, {"./a:b", "", ""}, {"ext::sh -c x", "", ""}, {"https:///x", "", ""},
		{"https://[::1]:8080/x", "https://[::1]:8080/x", "[::1]/x"},
	} {
		a, ok := ParseAddress(c.in)
		if ok != (c.want != "") || ok && (a.String() != c.want || a.Name() != c.name) || strings.Contains(a.String(), "secret") {
			t.Errorf("%q: %+v, %v: %s, %s", c.in, a, ok, a, a.Name())
		}
	}
}

// TestRewritten: the longest beginning wins, as git says too.
func TestRewritten(t *testing.T) {
	home := t.TempDir()
	write(t, filepath.Join(home, ".gitconfig"), "[url \"git@corp.example:\"]\n\tinsteadOf = https://corp.example/\n"+
		"[url \"https://u:secret@corp.example/a/\"]\n\tinsteadOf = https://corp.example/a/\n\tpushInsteadOf = https://corp.example/b/\n")
	c := Global(Input{Home: home, GOOS: "linux", Getenv: env(map[string]string{"GIT_CONFIG_NOSYSTEM": "1"})})
	for from, want := range map[string]string{
		"https://corp.example/x": "git@corp.example:x", "https://corp.example/a/x": "https://u:secret@corp.example/a/x",
		"https://other.example/x": "https://other.example/x", "https://corp.example": "https://corp.example",
	} {
		if got := c.Rewritten(from); got.To != want || (got.By != nil) != (want != from) {
			t.Errorf("%s: %+v", from, got)
		}
		cmd := exec.Command("git", "ls-remote", "--get-url", from)
		cmd.Dir = home
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "GIT_CONFIG_NOSYSTEM=1", "GIT_CEILING_DIRECTORIES=" + filepath.Dir(home)}
		if out, err := cmd.Output(); err != nil || strings.TrimSpace(string(out)) != want {
			t.Errorf("git makes of %s: %q, %v", from, out, err)
		}
	}
}

// TestRewrittenIf: what stands below an includeIf is told apart.
func TestRewrittenIf(t *testing.T) {
	home := t.TempDir()
	write(t, filepath.Join(home, ".gitconfig"), "[includeIf \"gitdir:~/work/\"]\n\tpath = .gitconfig-work\n")
	file := write(t, filepath.Join(home, ".gitconfig-work"), "[url \"git@corp.example:\"]\n\tinsteadOf = https://corp.example/\n")
	c := Global(Input{Home: home, GOOS: "linux", Getenv: env(map[string]string{"GIT_CONFIG_NOSYSTEM": "1"})})
	if r := c.Rewritten("https://corp.example/x"); r.By != nil {
		t.Errorf("%+v", r)
	}
	if r := c.RewrittenIf("https://corp.example/x"); r.By == nil || r.By.File != file || r.To != "git@corp.example:x" {
		t.Errorf("%+v", r)
	}
}

func TestHelpers(t *testing.T) {
	entries, _ := Parse("[credential]\nhelper = store\n[credential \"https://corp.example\"]\nhelper =\nhelper = one\n" +
		"[credential \"https://*.wild.example/team\"]\nhelper = two\n")
	c := &Config{Entries: entries}
	for address, want := range map[string]string{
		"https://x.example/a": "store", "https://corp.example/a/b": "one", "https://git.wild.example/team/a": "store two",
		"https://git.wild.example/teams": "store", "https://a.git.wild.example/team": "store", "http://corp.example/a": "store",
		"https://corp.example:8443/a": "store",
	} {
		var got []string
		for _, e := range c.Helpers(address) {
			got = append(got, e.Value)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}
