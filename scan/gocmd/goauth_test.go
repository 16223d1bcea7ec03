package gocmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMain is the GOAUTH command too: what it is to do stands in its environment.
func TestMain(m *testing.M) {
	switch os.Getenv("GODOCTOR_TEST_AUTH") {
	case "":
		os.Exit(m.Run())
	case "say":
		var in [1000]byte
		n, _ := os.Stdin.Read(in[:])
		dir, _ := os.Getwd()
		fmt.Printf("%q %q %q", os.Args[1:], in[:n], dir)
	case "fail":
		fmt.Println("secret")
		fmt.Fprintln(os.Stderr, "secret")
		os.Exit(3)
	case "leave":
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), "GODOCTOR_TEST_AUTH=linger")
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			os.Exit(4)
		}
		fmt.Print("https://x.example\n\nAuthorization: token\n\n")
		fmt.Fprintln(os.Stderr, "secret")
	case "linger":
		time.Sleep(4 * patience)
	case "hang":
		time.Sleep(2 * hangs)
	case "flood":
		for {
			if _, err := os.Stdout.Write(make([]byte, 1<<16)); err != nil {
				os.Exit(0)
			}
		}
	}
}

func TestGoAuth(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	home, _ := filepath.EvalSymlinks(t.TempDir())
	environ := func(do string) []string {
		return append(slices.Clone(os.Environ()), "GODOCTOR_TEST_AUTH="+do, "HOME="+home, "USERPROFILE="+home, "PATH="+filepath.Dir(self))
	}
	first := func(env []string) []string { // the first of a name counts
		return slices.DeleteFunc(env[:len(env)-4], func(kv string) bool {
			k, _, _ := strings.Cut(kv, "=")
			return slices.Contains([]string{"HOME", "USERPROFILE", "PATH", "GODOCTOR_TEST_AUTH"}, strings.ToUpper(k))
		})
	}
	with := func(do string) []string {
		env := environ(do)
		tail := slices.Clone(env[len(env)-4:])
		return append(first(env), tail...)
	}
	quoted := `"` + self + `"  a 'b c' "d" e"f`
	out, err := GoAuth(t.Context(), quoted, with("say"), "https://x.example/y", []byte("HTTP/1.1 401 No\n"))
	if want := fmt.Sprintf(`["a" "b c" "d" "e\"f" "https://x.example/y"] "HTTP/1.1 401 No\n" %q`, home); err != nil || string(out) != want {
		t.Errorf("%s, %v; want %s", out, err, want)
	}
	if out, err := GoAuth(t.Context(), filepath.Base(self), with("say"), "", nil); err != nil || !strings.HasPrefix(string(out), `[] "" `) {
		t.Errorf("%s, %v", out, err)
	}
	for _, command := range []string{"", " ", "./x", "x/y", "no-such-program", `"x`, t.TempDir(), "'' x"} {
		if out, err := GoAuth(t.Context(), command, with("say"), "", nil); err == nil {
			t.Errorf("%q: %s", command, out)
		}
	}
	if _, err := GoAuth(t.Context(), quoted, with("fail"), "", nil); err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "3") && runtime.GOOS != "plan9" {
		t.Error(err)
	}
	if out, err := GoAuth(t.Context(), quoted, with("leave"), "", nil); err != nil || !strings.HasSuffix(string(out), "token\n\n") {
		t.Errorf("%q, %v: what its child has open is waited for", out, err)
	}
	if _, err := GoAuth(t.Context(), quoted, with("flood"), "", nil); !errors.Is(err, ErrTooMuch) {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	end := make(chan error, 1)
	go func() {
		_, err := GoAuth(ctx, quoted, with("hang"), "", nil)
		end <- err
	}()
	select {
	case err := <-end:
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	case <-time.After(hangs):
		t.Fatal("it waits for its end")
	}
}
