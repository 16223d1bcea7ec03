package regular

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// Reading a file of ours leaves its access time alone.
func TestAccessTime(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(name, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	then := time.Now().Add(-100 * time.Hour).Truncate(time.Second)
	if err := os.Chtimes(name, then, then.Add(time.Hour)); err != nil { // older than the content: relatime would update it
		t.Fatal(err)
	}
	if _, err := ReadFile(name, 10); err != nil {
		t.Fatal(err)
	}
	fi, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if got := fi.Sys().(*syscall.Stat_t).Atim; int64(got.Sec) != then.Unix() {
		t.Errorf("the access time is %v, was %v", time.Unix(int64(got.Sec), 0), then)
	}
}
