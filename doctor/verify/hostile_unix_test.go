//go:build unix

package verify

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"godoctor/scan"
	"godoctor/scan/cachetest"
)

// childVar names the machine that a child of TestUnreadable looks at.
const childVar = "VERIFY_TEST_MACHINE"

// What this user cannot read is one finding for the version, whatever else there is to say of it; the other versions
// are verified. Nothing is denied to root, so as root the same test binary looks again as nobody.
func TestUnreadable(t *testing.T) {
	if list := os.Getenv(childVar); list != "" {
		env := strings.Split(list, "\x1f")
		inv := scan.Run(t.Context(), scan.Options{Environ: env, Dir: "/"})
		for _, f := range Run(t.Context(), inv, Options{}, nil).Findings {
			fmt.Printf("found %s %s %s %s\n", f.Check, f.Severity, f.Target.Module, filepath.Base(f.Target.Path))
		}
		os.Exit(0) // it could not write down what it came past, which go test would take for a failure
	}
	m, mods := unreadableMachine(t)
	close := func(file string) { must(t, os.Chmod(file, 0)) }
	close(m.CachePath(mods[0], "zip"))
	close(m.CachePath(mods[1], "mod"))
	close(m.CachePath(mods[2], "ziphash"))
	close(m.CachePath(mods[3], "info"))
	close(filepath.Join(m.Dir(mods[4]), "a.go"))
	close(m.Dir(mods[5]))
	defer os.Chmod(m.Dir(mods[5]), 0o755)
	want := strings.Join([]string{"permission error example.com/m0 v1.0.0.zip", "permission error example.com/m1 v1.0.0.mod",
		"permission error example.com/m2 v1.0.0.ziphash", "permission error example.com/m3 v1.0.0.info",
		"permission error example.com/m4 a.go", "permission error example.com/m5 m5@v1.0.0"}, "\n")
	var got []string
	for _, line := range strings.Split(unprivileged(t, m), "\n") {
		if f, ok := strings.CutPrefix(line, "found "); ok {
			got = append(got, f)
		}
	}
	if strings.Join(got, "\n") != want {
		t.Errorf("found %q", got)
	}
}

// unreadableMachine makes a machine with seven modules, which everybody can reach.
func unreadableMachine(t *testing.T) (*cachetest.Machine, []cachetest.Module) {
	t.Helper()
	root := t.TempDir()
	must(t, os.Chmod(filepath.Dir(root), 0o755)) // the parent of all temporary directories of the test
	must(t, os.Chmod(root, 0o755))
	m, err := cachetest.New(filepath.Join(root, "machine"))
	must(t, err)
	t.Cleanup(func() { must(t, m.RemoveAll()) })
	var mods []cachetest.Module
	for i := range 7 {
		mods = append(mods, cachetest.Module{Path: fmt.Sprint("example.com/m", i), Version: "v1.0.0", Files: map[string]string{"a.go": "package a\n"}})
	}
	must(t, m.Install(mods...))
	return m, mods
}

// unprivileged runs the test once more as a user for whom modes count, and gives what it printed.
func unprivileged(t *testing.T, m *cachetest.Machine) string {
	t.Helper()
	exe, err := os.Executable()
	must(t, err)
	cmd := exec.Command(exe, "-test.run=^TestUnreadable$", "-test.count=1")
	if os.Geteuid() == 0 {
		cmd.Path = filepath.Join(m.Root, "verify.test") // where go puts it nobody else can go
		copyFile(t, exe, cmd.Path)
		const nobody = 65534
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	cmd.Dir = m.Root
	cmd.Env = append(m.Environ(), childVar+"="+strings.Join(m.Environ(), "\x1f"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	must(t, err)
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	must(t, err)
	_, err = io.Copy(out, in)
	must(t, err)
	must(t, out.Close())
}
