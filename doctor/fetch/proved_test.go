package fetch

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/mod/module"
)

// What is installed is not kept any longer; what was stopped before it was, and before it was looked at to its end, is there
// for the next run.
func TestProvedIsKept(t *testing.T) {
	s := &shop{data: zipLike(100<<10, 1)}
	url, dir := serve(t, s.ServeHTTP), t.TempDir()
	good := func(string) error { return nil }
	other := module.Version{Path: "example.com/other", Version: example.Version}
	bring := func(ctx context.Context, c *Client, v module.Version, proved func(string) error) error {
		return c.Proved(dir, nil)(ctx, v, "zip", "", filepath.Join(t.TempDir(), "to"), proved)
	}
	c := downloader(t, url)
	for _, v := range []module.Version{example, other} {
		if err := bring(t.Context(), c, v, good); err != nil {
			t.Fatal(err)
		}
	}
	c.Installed(other)
	if got := names(t, dir); len(got) != 2 { // the part and its sidecar
		t.Errorf("%q", got)
	}
	c.Leave()
	c.Close()
	ctx, cancel := context.WithCancel(t.Context())
	s.sent.Store(0)
	err := bring(ctx, downloader(t, url), example, func(string) error {
		cancel()
		return context.Cause(ctx)
	})
	if !errors.Is(err, context.Canceled) || len(names(t, dir)) != 2 {
		t.Errorf("%v, %q", err, names(t, dir))
	}
	c = downloader(t, url)
	if err := bring(t.Context(), c, example, good); err != nil || s.sent.Load() > 0 {
		t.Errorf("%v, %d bytes were sent again", err, s.sent.Load())
	}
	c.Close()
	if got := names(t, dir); len(got) > 0 {
		t.Errorf("%q", got)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Error(err)
	}
}
