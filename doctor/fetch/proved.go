package fetch

import (
	"context"
	"errors"
	"os"

	"golang.org/x/mod/module"

	"godoctor/scan/meter"
)

// Proved gives a func that downloads one file of a module version ("zip", "mod" or "info"), through a part file in dir, to
// a path on the same file system, where proved has accepted it: it is called with a file, and its error is the func's.
// What was put together of several answers, or of what an earlier run has left, and is not accepted is fetched once more from
// its beginning. What is not accepted does not stay. A zip keeps its name in dir until Installed or Close: who is killed while
// it is installed does not fetch it again. The func may be called by many goroutines at once; the meter, which may be nil, counts bytes.
func (c *Client) Proved(dir string, m *meter.Meter) func(ctx context.Context, v module.Version, ext, hash, to string, proved func(file string) error) error {
	return func(ctx context.Context, v module.Version, ext, hash, to string, proved func(file string) error) error {
		p, err := c.Download(ctx, v, Downloads{Dir: dir, Ext: Ext("." + ext), Sum: hash, Progress: m})
		if err != nil {
			return err
		}
		bad := proved(p.Path)
		if bad != nil && p.Doubtful() && ctx.Err() == nil {
			if p, err = p.Restart(ctx); err != nil {
				return errors.Join(bad, err)
			}
			bad = proved(p.Path)
		}
		if bad == nil {
			bad = c.hand(p, to)
		}
		switch {
		case bad == nil:
			return nil
		case ctx.Err() != nil: // it was not looked at to its end: what came is kept
			return bad
		}
		return errors.Join(bad, remove(p))
	}
}

// hand gives a file another name.
func (c *Client) hand(p *Part, to string) error {
	if p.Ext != ExtZip || os.Link(p.Path, to) != nil {
		return p.Move(to)
	}
	c.handed.Store(p.Path, p.Module)
	return nil
}

// Installed removes what Proved has kept of a version: it is where it belongs, and is not fetched again.
func (c *Client) Installed(v module.Version) {
	c.handed.Range(func(path, of any) bool {
		if of == v {
			removePart(path.(string)) // what cannot be removed goes after two weeks
			c.handed.Delete(path)
		}
		return true
	})
}

// Leave has Close remove nothing of what Proved has kept: whoever was stopped before it was installed does not fetch it again.
func (c *Client) Leave() { c.handed.Clear() }

// remove removes a part that is of no use.
func remove(p *Part) error {
	if err := p.Remove(); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
