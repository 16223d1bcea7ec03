package fetch

import (
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The go command and we send the same login for the same netrc file. The go command hears where its certificates are
// from SSL_CERT_FILE on Linux.
func TestNetrcLikeGo(t *testing.T) {
	goCommand, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	limit := make(chan struct{}, 2)
	for i, text := range append(netrcs, "machine proxy.example\nlogin me\npassword secret\nmachine proxy.example/mod login a password b\n",
		"machine proxy.example login me password secret default\n", "default login x password y machine proxy.example login me password secret\n") {
		w := newWitness(t, true, say(404, ""))
		cert := filepath.Join(t.TempDir(), "cert.pem")
		if err := os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: w.Certificate().Raw}), 0o600); err != nil {
			t.Fatal(err)
		}
		text = strings.ReplaceAll(text, "proxy.example:443", "127.0.0.1:443")
		text = strings.ReplaceAll(text, "proxy.example", w.host())
		netrc := netrcFile(t, text)
		dir := t.TempDir()
		wg.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			cmd := exec.Command(goCommand, "list", "-m", listModule.String())
			cmd.Dir = dir
			cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, netrc, "SSL_CERT_FILE=" + cert, "GOPROXY=" + w.URL + "/mod", "GOSUMDB=off",
				"GOFLAGS=-mod=mod", "GOENV=off", "GOTOOLCHAIN=local", "GO_TELEMETRY_CHILD=2", "GOMODCACHE=" + filepath.Join(dir, "mod"), "GOCACHE=" + filepath.Join(dir, "cache")}
			out, err := cmd.CombinedOutput()
			theirs := w.seen()
			if err == nil || len(theirs) == 0 {
				t.Errorf("%d: go did not ask: %s", i, out)
				return
			}
			c := client(t, w.URL+"/mod", netrc)
			trust(c, w)
			_, err = c.Info(t.Context(), listModule)
			if err == nil || !strings.Contains(err.Error(), fmt.Sprint(404)) {
				t.Errorf("%d: %v", i, err)
			}
			ours := w.seen()[len(theirs):]
			if !slices.Equal(ours, theirs[:1]) {
				t.Errorf("%q: we send %q, go sends %q", text, ours, theirs)
			}
		})
	}
	wg.Wait()
}
