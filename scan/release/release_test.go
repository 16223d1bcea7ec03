package release

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// this is the release that runs the tests.
func this(t *testing.T) Release {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	return Release(strings.TrimSpace(string(out)))
}

// TestThis holds what the sources say against what the go command says.
func TestThis(t *testing.T) {
	r := this(t)
	dist, err := exec.Command("go", "tool", "dist", "list").Output()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for port := range strings.FieldsSeq(string(dist)) {
		goos, goarch, _ := strings.Cut(port, "/")
		if has, known := r.Port(goos, goarch); !has || !known {
			t.Errorf("%s is not known", port)
		}
		n++
	}
	if n < 20 {
		t.Errorf("only %d ports", n)
	}
	if has, known := r.Port("linux", "foo"); has || !known {
		t.Error("linux/foo is a port")
	}
	manual, _ := r.read("cmd/go/alldocs.go")
	flags := []string{"modcacherw", "test.v", "debug-trace"}
	for _, m := range regexp.MustCompile(`(?m)^//\t+-([a-z][a-z0-9]*)( [^=\n]*)?$`).FindAllSubmatch(manual, -1) {
		if string(m[1]) != "args" { // where the arguments of the test program begin: go does not take it from GOFLAGS
			flags = append(flags, string(m[1]))
		}
	}
	if len(flags) < 50 {
		t.Errorf("only %d flags in the manual", len(flags))
	}
	for _, flag := range flags {
		if r.UnknownFlag(flag) {
			t.Errorf("-%s is not known", flag)
		}
	}
	for _, flag := range []string{"foo", "mods", "modmode", "v=x"} {
		if !r.UnknownFlag(flag) {
			t.Errorf("-%s is known", flag)
		}
	}
	for value, want := range map[string]string{"": "", "none": "", "foo": "foo", "nofoo": "foo", "regabi": "", "noregabiargs,bar": "bar"} {
		if got := r.UnknownExperiment(value); got != want {
			t.Errorf("of %q unknown is %q, want %q", value, got, want)
		}
		cmd := exec.Command("go", "version")
		cmd.Env = append(os.Environ(), "GOEXPERIMENT="+value, "GOTOOLCHAIN=local")
		if out, err := cmd.CombinedOutput(); (err != nil) != (want != "") || want != "" && !strings.Contains(string(out), "unknown GOEXPERIMENT "+want) {
			t.Errorf("of %q go says %s (%v)", value, out, err)
		}
	}
	for key, want := range map[string]bool{"GOFLAGS": true, "CGO_ENABLED": true, "GOPROXXY": false, "PATH": false} {
		if has, known := r.Setting(key); has != want || !known {
			t.Errorf("%s: %v, %v", key, has, known)
		}
	}
	start := time.Now()
	r.UnknownFlag("nobody-has-this")
	t.Logf("all sources of the go command in %v", time.Since(start))
}

// TestNone: where there are no sources, nothing is known.
func TestNone(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "src", "internal", "goexperiment"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, r := range []Release{"", Release(dir)} {
		if _, known := r.experiments(); known {
			t.Error("experiments are known")
		}
		if _, known := r.Port("linux", "amd64"); known {
			t.Error("ports are known")
		}
		if _, known := r.Setting("GOFLAGS"); known {
			t.Error("settings are known")
		}
		if r.UnknownFlag("foo") || r.UnknownExperiment("foo") != "" {
			t.Error("something is called unknown")
		}
	}
}
