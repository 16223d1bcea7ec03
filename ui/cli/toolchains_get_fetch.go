package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"godoctor/doctor/fetch"
	"godoctor/doctor/remedy"
	"godoctor/doctor/verify"
	"godoctor/scan/meter"
	"godoctor/scan/regular"
	"godoctor/scan/sum"
	"godoctor/ui/text"
)

// bring puts the toolchain where it belongs, or says what that would take.
func (g *getting) bring(ctx context.Context) error {
	there, err := g.there(ctx)
	if err != nil {
		return err
	}
	if there {
		g.sum.State = "there"
		return g.keepRecord(ctx)
	}
	if err := g.cachedZip(ctx); err != nil {
		return err
	}
	in := g.installer(g.inv)
	if _, err := os.Stat(in.Go); err != nil && g.sum.To != "sdk" {
		return fmt.Errorf("there is no go command here to install it in the module cache: %w: --sdk needs none", err)
	}
	if g.dryRun {
		return g.plan(ctx)
	}
	opt := g.remedyOptions(&look{inv: g.inv})
	s, err := g.start(ctx, opt, "toolchains", "get")
	if err != nil {
		return err
	}
	defer s.Close()
	get := remedy.Get{Module: g.module.Path, Version: g.module.Version}
	if g.sum.To == "sdk" {
		get.SDK = g.sum.Toolchain
	}
	stop := func() {}
	g.run, err = s.Get(ctx, in, get, func(dir string) (remedy.Staged, func(), error) {
		got, clean, err := g.fetch(ctx, dir)
		if err == nil {
			stop = g.progressOf("installing", opt.Meter)
		}
		return got, clean, err
	})
	stop()
	g.notes(s)
	g.keepRate(g.client)
	if err != nil {
		return g.failed(fmt.Sprintf("%s for %s/%s was not installed", g.sum.Toolchain, g.sum.GOOS, g.sum.GOARCH), err)
	}
	g.sum.State = "installed"
	return nil
}

// keepRecord has the go command keep the signed record of a toolchain that is there, where it is not: who was killed before that
// has left one which go cannot use without a network.
func (g *getting) keepRecord(ctx context.Context) error {
	name := filepath.Join(g.inv.ModCache.Root, "cache", "download", "sumdb", g.db.db.Name(), "lookup", filepath.FromSlash(g.module.String()))
	in := g.installer(g.inv)
	if _, err := os.Lstat(name); err == nil || g.sum.To == "sdk" || g.dryRun || in.Go == "" {
		return nil
	}
	s, err := g.start(ctx, g.remedyOptions(&look{inv: g.inv}), "toolchains", "get")
	if err != nil {
		return err
	}
	defer s.Close()
	s.Install(ctx, in, []remedy.Want{{Module: g.module.Path, Version: g.module.Version}}, func(_ int, err error) {
		if err != nil && ctx.Err() == nil {
			g.note("the go command did not get the signed record of %s, and will ask for it when it first runs it: %v", g.sum.Toolchain, err)
		}
	})
	g.notes(s)
	return nil
}

// failed adds what the server says, and what to do.
func (g *getting) failed(what string, err error) error {
	detail := ""
	if e := (*fetch.Error)(nil); errors.As(err, &e) && e.Detail() != "" {
		detail = fmt.Sprintf(" (the server says %q)", e.Detail())
	}
	if fetch.ForGo(err) {
		detail += ": name a module proxy in GOPROXY"
	}
	return fmt.Errorf("%s: %w%s", what, err, detail)
}

// there reports whether the toolchain is there, and right. What is there and not right is refused: it is repaired, or somebody
// else's.
func (g *getting) there(ctx context.Context) (bool, error) {
	if _, err := os.Lstat(g.sum.Root); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return false, nil
		}
		return false, err
	}
	mend := fmt.Sprintf("'godoctor repair %s' fetches it again", g.module)
	if g.sum.To == "sdk" {
		mend = "move it away, nothing is overwritten"
	} else if _, err := os.Lstat(g.cached(".partial")); err == nil {
		return false, nil // go unpacks it anew
	}
	if err := verify.NamedToolchain(g.sum.Root); err != nil {
		return false, fmt.Errorf("something else is there: %w: %s", err, mend)
	}
	v, err := g.verdict(ctx)
	if err != nil {
		return false, err
	}
	switch {
	case v.State != verify.Genuine && v.State != verify.GenuineButEnv:
		return false, fmt.Errorf("%q is there and is not what was published, %s: %s", g.sum.Root, v, mend)
	case g.sum.To == "sdk":
		if _, err := os.Lstat(filepath.Join(g.sum.Root, ".unpacked-success")); err != nil {
			return false, fmt.Errorf("%q is there without the mark that golang.org/dl looks for: %s", g.sum.Root, mend)
		}
		return true, nil
	}
	says, err := regular.ReadFile(g.cached(".ziphash"), 1<<10)
	return err == nil && strings.TrimSpace(string(says)) == g.hash, nil
}

// cached is a file of the version in the module cache.
func (g *getting) cached(ext string) string {
	return filepath.Join(g.inv.ModCache.Root, "cache", "download", "golang.org", "toolchain", "@v", g.module.Version+ext)
}

// cachedZip takes the zip in the module cache, if it is right.
func (g *getting) cachedZip(ctx context.Context) error {
	name := g.cached(".zip")
	fi, err := os.Lstat(name)
	if err != nil {
		return nil
	}
	if have, err := g.hashZip(ctx, name); err != nil || have != g.hash {
		if g.sum.To == "sdk" {
			return nil // it is not needed
		}
		return fmt.Errorf("its zip in the module cache is not what was published: 'godoctor repair %s' fetches it again", g.module)
	}
	g.zip, g.sum.ZipBytes = name, fi.Size()
	return nil
}

// hashZip computes the h1 of a zip.
func (g *getting) hashZip(ctx context.Context, file string) (string, error) {
	m := new(meter.Meter)
	defer g.progressOf("hashing", m)()
	r := sum.One(ctx, sum.Job{Path: g.module.Path, Version: g.module.Version, Zip: file}, sum.Options{Meter: m})
	if r == nil {
		return "", context.Cause(ctx)
	}
	return r.Zip.H1, r.Zip.Err
}

// plan says what would be fetched, and from where.
func (g *getting) plan(ctx context.Context) error {
	g.sum.State = "planned"
	if g.zip != "" {
		return nil
	}
	w, err := g.client.Weigh(ctx, g.module, fetch.ExtZip)
	if err != nil {
		return g.failed("how much is to be fetched is not known", err)
	}
	g.sum.ZipBytes, g.sum.From = max(w.Bytes, 0), w.Proxy
	return nil
}

// fetch brings the files that lack, and proves all.
func (g *getting) fetch(ctx context.Context, dir string) (got remedy.Staged, clean func(), err error) {
	if dir, err = staged(dir); err != nil {
		return got, nil, err
	}
	got = remedy.Staged{Module: g.module.Path, Version: g.module.Version, Zip: g.zip, Hash: g.hash, ModHash: g.mod}
	q := fetch.NewQueue(g.client, fetch.QueueOptions{Dir: dir})
	info, mod, zip := -1, -1, -1
	if g.zip == "" {
		zip = q.Add(fetch.Item{Module: g.module, Sum: g.hash})
	}
	if g.sum.To != "sdk" {
		info = q.Add(fetch.Item{Module: g.module, Ext: fetch.ExtInfo})
		mod = q.Add(fetch.Item{Module: g.module, Ext: fetch.ExtMod, Sum: g.mod})
	}
	if err := g.download(ctx, q); err != nil {
		return got, nil, err
	}
	var parts []*fetch.Part
	for _, x := range []struct {
		id     int
		proved func(ctx context.Context, file string) error
		to     *string
	}{{info, g.rightInfo, &got.Info}, {mod, g.rightMod, &got.Mod}, {zip, g.rightZip, &got.Zip}} {
		if x.id < 0 {
			continue
		}
		p, err := g.proved(ctx, q, x.id, x.proved)
		if err != nil {
			return got, nil, err
		}
		*x.to = p.Path
		parts = append(parts, p)
	}
	if err := g.room(); err != nil {
		return got, nil, err
	}
	return got, func() {
		for _, p := range parts {
			if err := p.Remove(); err != nil {
				g.debugf("%v", err)
			}
		}
	}, nil
}

// room looks whether there is room for what the zip unpacks to, about four times its size, where it is to go.
func (g *getting) room() error {
	at := g.inv.ModCache.Root
	if g.sum.To == "sdk" {
		at = g.home()
	}
	r, err := fetch.RoomIn(at)
	if err != nil {
		return nil // the system does not say
	}
	return r.Lacks(0, 4*g.sum.ZipBytes)
}

// download runs the queue, in front of the user's eyes.
func (g *getting) download(ctx context.Context, q *fetch.Queue) error {
	start := time.Now()
	stop, quiet := g.progressOfQueue(q), g.eventsOfQueue(q)
	err := q.Run(ctx)
	quiet()
	stop()
	g.sum.FetchMS = time.Since(start).Milliseconds()
	for _, f := range q.Picture().Files {
		if f.Item.Ext == fetch.ExtZip && f.State != fetch.Finished && f.Bytes > 0 {
			g.note("%s of the zip are kept: the same command goes on there", text.Bytes(f.Bytes))
		}
	}
	for _, f := range q.Picture().Files {
		if f.Err != nil && ctx.Err() == nil {
			return f.Err
		}
	}
	return err
}

// proved gives a file that has come, if it is right. What was put together of several pieces is fetched once more; what is
// wrong does not stay.
func (g *getting) proved(ctx context.Context, q *fetch.Queue, id int, right func(context.Context, string) error) (*fetch.Part, error) {
	p, err := q.Result(id)
	if err == nil && p == nil {
		err = errors.New("it was not fetched")
	}
	if err != nil {
		return nil, err
	}
	bad := right(ctx, p.Path)
	if bad != nil && p.Doubtful() && ctx.Err() == nil {
		g.note("what came in several pieces is not right, and is fetched once more")
		if p, err = p.Restart(ctx); err != nil {
			return nil, errors.Join(bad, err)
		}
		bad = right(ctx, p.Path)
	}
	if bad != nil {
		if ctx.Err() == nil {
			bad = errors.Join(bad, p.Remove())
		}
		return nil, bad
	}
	if p.Ext == fetch.ExtZip {
		g.sum.ZipBytes, g.sum.FetchedBytes, g.sum.KeptBytes, g.sum.Tries, g.sum.From = p.Bytes, p.Fetched, p.Kept, p.Tries, p.Proxy
	}
	return p, nil
}

func (g *getting) rightZip(ctx context.Context, file string) error {
	have, err := g.hashZip(ctx, file)
	if err != nil {
		return fmt.Errorf("what came is no zip of it: %w: nothing was installed", err)
	}
	if have != g.hash {
		return fmt.Errorf("what came has the hash %s, and the signed record says %s: nothing was installed; ask whoever runs the proxy", have, g.hash)
	}
	return nil
}

func (g *getting) rightMod(_ context.Context, file string) error {
	data, err := regular.ReadFile(file, 1<<20)
	if err != nil {
		return err
	}
	if have := sum.Mod(data); have != g.mod {
		return fmt.Errorf("the go.mod file that came has the hash %s, and the signed record says %s: nothing was installed; ask whoever runs the proxy", have, g.mod)
	}
	return nil
}

func (g *getting) rightInfo(_ context.Context, file string) error {
	data, err := regular.ReadFile(file, 1<<20)
	if err != nil {
		return err
	}
	var info struct{ Version string }
	if err := json.Unmarshal(data, &info); err != nil || info.Version != g.module.Version {
		return fmt.Errorf("the .info that came is not of %s: nothing was installed", g.module)
	}
	return nil
}
