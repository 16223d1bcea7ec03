package process

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Who stands in a directory, or has a file in it open, is inside; who stands beside it is not.
func TestInside(t *testing.T) {
	top := t.TempDir()
	in, beside := filepath.Join(top, "dir"), filepath.Join(top, "dir2")
	for _, d := range []string{in, beside} {
		if err := os.Mkdir(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	sleeper := func(dir string, open string) *exec.Cmd {
		cmd := exec.Command("sleep", "60")
		cmd.Dir = dir
		if open != "" {
			f, err := os.Create(open)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			cmd.ExtraFiles = []*os.File{f}
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
		return cmd
	}
	sleeper(beside, "")
	if who, known := Inside(in); who != "" || !known {
		t.Errorf("%q, %v", who, known)
	}
	cmd := sleeper(in, "")
	if who, _ := Inside(in); !strings.HasPrefix(who, "sleep (pid ") {
		t.Errorf("%q", who)
	}
	cmd.Process.Kill()
	cmd.Wait()
	if who, _ := Inside(in); who != "" {
		t.Errorf("%q is gone", who)
	}
	sleeper(beside, filepath.Join(in, "file"))
	if who, _ := Inside(in); !strings.HasPrefix(who, "sleep (pid ") {
		t.Errorf("%q", who)
	}
}
