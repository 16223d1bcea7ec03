package fetch

import (
	"context"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const killedURL, killedDir = "GODOCTOR_TEST_URL", "GODOCTOR_TEST_DIR"

// TestKilledChild is what TestKilled runs and kills.
func TestKilledChild(t *testing.T) {
	url, dir := os.Getenv(killedURL), os.Getenv(killedDir)
	if url == "" {
		return
	}
	downloader(t, url).Download(context.Background(), example, Downloads{Dir: dir})
	time.Sleep(time.Minute)
}

// A process that is killed at any moment leaves a part that the next one goes on with, or begins anew: in the end the file is
// right, and nothing else is there.
func TestKilled(t *testing.T) {
	const size, kills = 3*blockSize + 12345, 10
	data := zipLike(size, 1)
	s := &shop{data: data, head: map[string]string{"ETag": `"a"`}}
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		s.ServeHTTP(&slow{ResponseWriter: w}, r)
	})
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	kill := func(when func() bool) {
		cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestKilledChild$")
		cmd.Env = append(os.Environ(), killedURL+"="+url, killedDir+"="+dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		until(t, "the right moment", when)
		cmd.Process.Kill()
		cmd.Wait()
	}
	kept := func() int64 {
		for _, name := range names(t, dir) {
			data, err := os.ReadFile(filepath.Join(dir, name))
			if side, err2 := parseSidecar(data, MaxZip); strings.HasSuffix(name, sidecarEnd) && err == nil && err2 == nil {
				return side.Bytes
			}
		}
		return 0
	}
	for range kills {
		most := s.sent.Load() + rnd.Int64N(size/2)
		kill(func() bool { return s.sent.Load() > most || kept() == size })
	}
	kill(func() bool { return kept() >= blockSize })
	p, err := downloader(t, url).Download(t.Context(), example, Downloads{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	same(t, p, data)
	if p.Kept < blockSize {
		t.Errorf("after %d kills only %d bytes were there", kills, p.Kept)
	}
	t.Logf("%d kills: %.2f times the size was sent, %d bytes were there at last", kills, float64(s.sent.Load())/size, p.Kept)
	if err := p.Remove(); err != nil {
		t.Error(err)
	}
	for _, name := range names(t, dir) { // at most the sidecars that were being written
		if !strings.HasSuffix(name, ".tmp") {
			t.Errorf("left: %s", name)
		}
	}
}

// A slow writer lets about 200 MB a second through.
type slow struct {
	http.ResponseWriter
	n int
}

func (s *slow) Write(p []byte) (int, error) {
	if s.n += len(p); s.n > 256<<10 {
		s.n = 0
		time.Sleep(time.Millisecond)
	}
	return s.ResponseWriter.Write(p)
}

// Flush is that of http.Flusher.
func (s *slow) Flush() { s.ResponseWriter.(http.Flusher).Flush() }
