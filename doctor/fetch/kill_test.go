package fetch

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
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

// A process that is killed at any moment leaves a part that the next one goes on with where it was killed: in the end the file
// is right, nothing else is there, and no more than 1.02 times its bytes were transferred.
func TestKilled(t *testing.T) {
	const size, kills = 3*blockSize + 12345, 12
	data := zipLike(size, 1)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, head := range map[string]map[string]string{"strong": {"ETag": `"a"`}, "none": nil} {
		dir := t.TempDir()
		s, sent, asked := &shop{data: data, head: head}, atomic.Int64{}, atomic.Int64{}
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			at := int64(0)
			asked.Add(1)
			fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &at)
			s.ServeHTTP(&inStep{w, r.Context(), dir, at, &sent}, r)
		})
		rnd := rand.New(rand.NewPCG(1, 2))
		for n := range int64(kills) {
			when := (n*size + rnd.Int64N(size)) / (kills + 1)
			cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestKilledChild$")
			cmd.Env = append(os.Environ(), killedURL+"="+url, killedDir+"="+dir)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			until(t, "the right moment", func() bool { return asked.Load() > n && partSize(dir) > when })
			cmd.Process.Kill()
			cmd.Wait()
		}
		p, err := downloader(t, url).Download(t.Context(), example, Downloads{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		same(t, p, data)
		if sent := sent.Load(); sent > size*102/100 || p.Kept < size*(kills-1)/(kills+1) || asked.Load() != kills+1 {
			t.Errorf("%s: %d bytes of %d were sent in %d answers; at last %d were there", name, sent, size, asked.Load(), p.Kept)
		} else {
			t.Logf("%s: %d kills, %.4f times the size", name, kills, float64(sent)/size)
		}
		if err := p.Remove(); err != nil {
			t.Error(err)
		}
		for _, name := range names(t, dir) { // at most the sidecars that were being written
			if !strings.HasSuffix(name, ".tmp") {
				t.Errorf("left: %s", name)
			}
		}
	}
}

// partSize is the size of the part file in a directory.
func partSize(dir string) (n int64) {
	list, _ := os.ReadDir(dir)
	for _, e := range list {
		if fi, err := e.Info(); err == nil && strings.HasPrefix(e.Name(), partPrefix) && filepath.Ext(e.Name()) == "" {
			n = max(n, fi.Size())
		}
	}
	return n
}

// An inStep writer is never far ahead of the part file: what lies in the buffers of the system is not to depend on the machine.
type inStep struct {
	http.ResponseWriter
	ctx context.Context
	dir string
	at  int64

	sent *atomic.Int64
}

func (s *inStep) Write(p []byte) (n int, err error) {
	for len(p) > 0 {
		for s.at-partSize(s.dir) > 16<<10 {
			if s.ctx.Err() != nil {
				return n, s.ctx.Err()
			}
			time.Sleep(50 * time.Microsecond)
		}
		k, err := s.ResponseWriter.Write(p[:min(len(p), 8<<10)])
		s.sent.Add(int64(k))
		if n, s.at, p = n+k, s.at+int64(k), p[k:]; err != nil {
			return n, err
		}
		s.Flush()
	}
	return n, nil
}

// Flush is that of http.Flusher.
func (s *inStep) Flush() { s.ResponseWriter.(http.Flusher).Flush() }
