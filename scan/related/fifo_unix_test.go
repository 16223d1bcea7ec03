//go:build unix

package related

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A variable may name anything: fifos are no caches, and are not waited for.
func TestFifos(t *testing.T) {
	h := newHome(t)
	fifo := filepath.Join(h.tmp, "fifo")
	must(t, syscall.Mkfifo(fifo, 0o644))
	env := []string{"GOPLSCACHE=" + fifo, "STATICCHECK_CACHE=" + fifo, "GOENV_GOPATH_PREFIX=" + fifo, "TMPDIR=" + fifo}
	found := make(chan []Root, 1)
	go func() { found <- Find(Input{Environ: env, Home: h.dir}) }()
	select {
	case list := <-found:
		if len(list) > 0 {
			t.Errorf("%+v", list)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it waits for a fifo")
	}
}
