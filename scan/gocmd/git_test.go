package gocmd

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// repo makes a repository with two branches, with nobody's settings.
func repo(t *testing.T) (dir string, git func(args ...string) string) {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	git = func(args ...string) string {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"}, args...)...)
		cmd.Dir = dir
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
			"GIT_CONFIG_GLOBAL=" + os.DevNull, "SYSTEMROOT=" + os.Getenv("SYSTEMROOT")}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %q: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	git("init", "-q")
	write(t, filepath.Join(dir, "go.mod"), "module a\n")
	git("add", ".")
	git("commit", "-qm", "1")
	git("branch", "other")
	return dir, git
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o777); err != nil {
		t.Fatal(err)
	}
}

func runner(t *testing.T) *Git {
	t.Helper()
	g, err := FindGit(os.Environ())
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestGit(t *testing.T) {
	dir, git := repo(t)
	g, ctx := runner(t), t.Context()
	head := git("rev-parse", "HEAD")
	refs, err := g.Refs(ctx, dir, "refs/heads")
	if err != nil || len(refs) != 2 || refs[0] != (Ref{"refs/heads/main", head}) || refs[1] != (Ref{"refs/heads/other", head}) {
		t.Errorf("%v, %v", refs, err)
	}
	objects, err := g.Look(ctx, dir, []string{head + ":go.mod", "", head + ":none", "a\nb", head})
	if err != nil || len(objects) != 5 || objects[0].Type != "blob" || objects[0].Size != 9 || objects[4].Type != "commit" {
		t.Fatalf("%v, %v", objects, err)
	}
	for _, i := range []int{1, 2, 3} {
		if objects[i] != (Object{}) {
			t.Errorf("%d is there: %v", i, objects[i])
		}
	}
	missing := strings.Repeat("0", 40)
	contents, err := g.Contents(ctx, dir, []string{objects[0].ID, missing, objects[0].ID})
	if err != nil || string(contents[0]) != "module a\n" || contents[1] != nil || string(contents[2]) != "module a\n" {
		t.Errorf("%q, %v", contents, err)
	}
	if _, err := g.Contents(ctx, dir, []string{"HEAD:go.mod"}); err == nil {
		t.Error("a name was taken for an object ID")
	}
	if _, err := g.Refs(ctx, ".", "refs/heads"); err == nil {
		t.Error("a relative directory was taken")
	}
	below := filepath.Join(dir, "sub")
	if err := os.Mkdir(below, 0o777); err != nil {
		t.Fatal(err)
	}
	if refs, err := g.Refs(ctx, below, "refs/heads"); err == nil {
		t.Errorf("the repository above was read: %v", refs)
	}
}

func TestNoGit(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{"", dir, ".", "relative" + string(os.PathListSeparator) + dir} {
		if _, err := FindGit([]string{"PATH=" + path}); !errors.Is(err, ErrNoGit) {
			t.Errorf("PATH=%s: %v", path, err)
		}
	}
}

func TestLimits(t *testing.T) {
	g := runner(t)
	dir, _ := repo(t)
	c := g.call(dir, nil, "for-each-ref")
	c.limit = 10
	if _, err := c.run(t.Context()); !errors.Is(err, ErrTooMuch) {
		t.Errorf("more output than there may be: %v", err)
	}
	var l limited
	l.limit = 3
	if n, err := l.Write([]byte("12345")); n != 5 || err != nil || l.buf.String() != "123" || !l.over {
		t.Errorf("%d, %v, %q", n, err, l.buf.String())
	}
}

// TestEnviron: nothing of the environment of this process reaches git.
func TestEnviron(t *testing.T) {
	t.Setenv("GIT_DIR", "/nowhere")
	t.Setenv("GIT_CONFIG_COUNT", "1")
	t.Setenv("GIT_CONFIG_KEY_0", "safe.directory")
	t.Setenv("GIT_CONFIG_VALUE_0", "*")
	t.Setenv("GIT_TRACE", filepath.Join(t.TempDir(), "trace"))
	dir, _ := repo(t)
	if refs, err := runner(t).Refs(t.Context(), dir, "refs/heads"); err != nil || len(refs) != 2 {
		t.Errorf("%v, %v", refs, err)
	}
	if _, err := os.Stat(os.Getenv("GIT_TRACE")); err == nil {
		t.Error("git heard GIT_TRACE")
	}
	for _, e := range runner(t).call(dir, nil, "x").env {
		if k, _, _ := strings.Cut(e, "="); strings.HasPrefix(k, "GIT_CONFIG_KEY") || k == "GIT_DIR" {
			t.Error(e)
		}
	}
}

// TestAnswers: what git never says is an error, not a panic and not a wrong answer.
func TestAnswers(t *testing.T) {
	for _, line := range []string{"", "x\n", "HEAD:go.mod missing\n", strings.Repeat("0", 40) + " blob -1\n",
		strings.Repeat("0", 40) + " blob 99999999999999999999\n", strings.Repeat("g", 40) + " blob 1\n", "a b c d\n"} {
		if o, ok := parseObject([]byte(line)); ok {
			t.Errorf("%q is %v", line, o)
		}
	}
	if o, ok := parseObject([]byte(strings.Repeat("a", 64) + " blob 12\n")); !ok || o.Size != 12 {
		t.Errorf("%v", o)
	}
}

// TestTooLong: a program that does not end is killed, and so is what it has started.
func TestTooLong(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := &call{path: exe, args: []string{"-test.run=^TestSleeper$"}, env: []string{"GOCMD_SLEEP=1", "SYSTEMROOT=" + os.Getenv("SYSTEMROOT")},
		dir: t.TempDir(), limit: 1 << 20, time: 200 * time.Millisecond}
	end := make(chan error, 1)
	go func() {
		_, err := c.run(t.Context())
		end <- err
	}()
	select {
	case err := <-end:
		if !errors.Is(err, ErrTooLong) {
			t.Errorf("%v", err)
		}
	case <-time.After(hangs):
		t.Fatal("it waits for its end")
	}
}

// hangs is when a test says that something hangs which ends at once: a guard, and no measure. What has to be killed sleeps longer.
const hangs = time.Minute

// TestSleeper is the program that does not end, and starts another one like it.
func TestSleeper(t *testing.T) {
	if os.Getenv("GOCMD_SLEEP") == "" {
		return
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("GOCMD_SLEEP") == "1" {
		child := exec.Command(exe, "-test.run=^TestSleeper$")
		child.Env = []string{"GOCMD_SLEEP=2", "SYSTEMROOT=" + os.Getenv("SYSTEMROOT")}
		child.Stdout = os.Stdout // keeps the pipe open
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(2 * hangs)
}

func TestErrorText(t *testing.T) {
	dir := t.TempDir()
	_, err := runner(t).Refs(t.Context(), dir, "refs/heads")
	if err == nil || !strings.Contains(err.Error(), "not a git repository") || !strings.Contains(err.Error(), dir) {
		t.Errorf("%v", err)
	}
	if bytes.ContainsAny([]byte(err.Error()), "\n") {
		t.Errorf("more than a line: %q", err)
	}
}
