package bundle

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/module"

	"godoctor/doctor/fetch"
	"godoctor/scan/regular"
	"godoctor/scan/sum"
	"godoctor/scan/tree"
)

// fetch brings all files of the versions into the tree, each proved by its hash.
func (m *maker) fetch(ctx context.Context) error {
	q := fetch.NewQueue(m.Client, fetch.QueueOptions{Dir: m.stage.parts()})
	wait := make(map[int]int) // of the queue to the module
	if err := m.allSmall(ctx); err != nil {
		return m.explain(ctx, err)
	}
	for i := range m.modules {
		x := &m.modules[i]
		if x.Zip == "" {
			continue
		}
		m.made.Zips++
		have, err := m.reuse(ctx, x)
		if err != nil {
			return m.explain(ctx, fmt.Errorf("%s: %w", x.ID(), err))
		}
		if have {
			if !m.came[x.ID()] {
				m.made.Reused++
			}
			continue
		}
		wait[q.Add(fetch.Item{Module: x.ID(), Sum: x.Zip})] = i
	}
	if len(wait) == 0 {
		return nil
	}
	end := func() {}
	if m.Downloading != nil {
		end = m.Downloading(q)
	}
	err := q.Run(ctx)
	end()
	for id, i := range wait {
		if err := m.arrived(ctx, q, id, &m.modules[i]); err != nil {
			return m.explain(ctx, fmt.Errorf("%s: %w", m.modules[i].ID(), err))
		}
	}
	return err
}

// smallWorkers is how many small files are under way at a time.
const smallWorkers = 8

// allSmall brings the .mod and .info files of all versions.
func (m *maker) allSmall(ctx context.Context) error {
	errs := make([]error, len(m.modules))
	begin, stop := context.WithCancel(ctx) // what is under way goes on to its end
	defer stop()
	turns := tree.Turns(begin, len(m.modules))
	tree.Together(min(smallWorkers, len(m.modules)), func(int) {
		for i := range turns {
			if err := m.small(ctx, &m.modules[i]); err != nil {
				errs[i] = fmt.Errorf("%s: %w", m.modules[i].ID(), err)
				stop()
			}
		}
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// small brings the .mod and the .info of a version.
func (m *maker) small(ctx context.Context, x *Module) error {
	s, err := stem(x.ID())
	if err != nil {
		return err
	}
	m.Meter.Working(x.ID().String())
	if err := m.mod(ctx, x, s+".mod"); err != nil {
		return err
	}
	return m.info(ctx, x.ID(), s+".info")
}

// mod brings the go.mod file of a version.
func (m *maker) mod(ctx context.Context, x *Module, name string) error {
	if data, err := regular.ReadFile(m.stage.old(name), MaxMod); err == nil && sum.Mod(data) == x.Mod {
		m.Meter.Add(1, int64(len(data)))
		return m.stage.take(name)
	}
	data := m.mods[x.ID()]
	var err error
	if sum.Mod(data) != x.Mod {
		data, err = regular.ReadFile(m.cached(x.ID(), ".mod"), MaxMod)
	}
	if err != nil || sum.Mod(data) != x.Mod {
		if data, err = m.Client.Mod(ctx, x.ID()); err != nil {
			return err
		}
		if have := sum.Mod(data); have != x.Mod {
			return fmt.Errorf("%w: the go.mod file that came has %s, and %s is right: ask whoever runs the proxy", ErrMismatch, have, x.Mod)
		}
	}
	m.Meter.Add(1, int64(len(data)))
	return m.stage.write(name, data)
}

// info brings the .info of a version. It holds a time and where it came from, and nothing hangs on it.
func (m *maker) info(ctx context.Context, v module.Version, name string) error {
	if data, err := regular.ReadFile(m.stage.old(name), MaxInfo); err == nil && checkInfo(data, v.Version) == nil {
		m.Meter.Add(1, int64(len(data)))
		return m.stage.take(name)
	}
	data, err := regular.ReadFile(m.cached(v, ".info"), MaxInfo)
	if err != nil || checkInfo(data, v.Version) != nil {
		got, err := m.Client.Info(ctx, v)
		if err != nil {
			return err
		}
		if data, err = got.Raw, checkInfo(got.Raw, v.Version); err != nil {
			return err
		}
	}
	m.Meter.Add(1, int64(len(data)))
	return m.stage.write(name, data)
}

// reuse takes a zip that is here already, if it is right.
func (m *maker) reuse(ctx context.Context, x *Module) (bool, error) {
	s, err := stem(x.ID())
	if err != nil {
		return false, err
	}
	if m.right(ctx, x, m.stage.old(s+".zip")) {
		return true, m.stage.take(s + ".zip")
	}
	name := m.cached(x.ID(), ".zip")
	if !m.right(ctx, x, name) {
		return false, ctxErr(ctx)
	}
	in, err := regular.Open(name)
	if err != nil {
		return false, err
	}
	defer in.Close()
	if err := m.stage.writeFrom(s+".zip", &ctxReader{ctx, in}); err != nil {
		return false, err
	}
	return true, nil
}

// right reports whether a file is the zip of a version.
func (m *maker) right(ctx context.Context, x *Module, file string) bool {
	if fi, err := os.Lstat(file); err != nil || !fi.Mode().IsRegular() {
		return false
	}
	have, err := hashZip(ctx, x.ID(), file)
	return err == nil && have == x.Zip
}

// arrived proves a zip that has come, and puts it into the tree.
func (m *maker) arrived(ctx context.Context, q *fetch.Queue, id int, x *Module) error {
	p, err := q.Result(id)
	if err == nil && p == nil {
		err = errors.New("it was not fetched")
	}
	if err != nil {
		return err
	}
	m.made.Fetched += p.Fetched
	have, err := hashZip(ctx, x.ID(), p.Path)
	if (err != nil || have != x.Zip) && p.Doubtful() && ctx.Err() == nil {
		if p, err = p.Restart(ctx); err != nil {
			return err
		}
		m.made.Fetched += p.Fetched
		have, err = hashZip(ctx, x.ID(), p.Path)
	}
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		return errors.Join(fmt.Errorf("what came is no zip of it: %w", err), p.Remove())
	case have != x.Zip:
		return errors.Join(fmt.Errorf("%w: the zip that came has %s, and %s is right: ask whoever runs the proxy", ErrMismatch, have, x.Zip), p.Remove())
	}
	s, err := stem(x.ID())
	if err != nil {
		return err
	}
	to := m.stage.file(s + ".zip")
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return errors.Join(syncFile(p.Path), p.Move(to), os.Chmod(to, 0o644))
}
