package remedy

import (
	"context"

	"golang.org/x/mod/module"

	"godoctor/doctor/state"
)

// Bring has the go command install versions whose files are here, from an offline bundle, and writes that into the history
// before and after. stage is asked for some of them at a time, list[lo:hi], and gives files that it has proved; done is called
// once they are not needed any more. each is told of every version. When ctx ends, what was not begun stays out.
func (s *Session) Bring(ctx context.Context, in Installer, list []module.Version, stage func(lo, hi int) (files []Staged, done func(), err error), each func(i int, err error)) *state.Run {
	r := s.begin("bundle")
	for _, m := range list {
		r.Items = append(r.Items, state.RunItem{Module: m.Path, Version: m.Version, Part: "bundle", Tier: "keep"})
	}
	s.keep(r)
	told := func(i int, hash string, err error) {
		it := &r.Items[i]
		it.Hash, it.Result = hash, "done"
		if err != nil {
			it.Result, it.Error = "failed", err.Error()
		}
		each(i, err)
	}
	for lo := 0; lo < len(list) && ctx.Err() == nil; lo += installMax {
		hi := min(lo+installMax, len(list))
		files, done, err := stage(lo, hi)
		if err != nil && ctx.Err() != nil {
			break
		}
		if err != nil {
			for i := lo; i < hi; i++ {
				told(i, "", err)
			}
			continue
		}
		s.InstallFrom(ctx, in, files, func(i int, err error) { told(lo+i, files[i].Hash, err) })
		done()
	}
	s.end(r)
	return r
}

// Unpacked writes into the history that a toolchain was unpacked below HOME/sdk, and does it: as [Remover.UnpackSDK].
func (s *Session) Unpacked(ctx context.Context, files Staged, name string) (*state.Run, error) {
	return s.Get(ctx, Installer{}, Get{Module: files.Module, Version: files.Version, SDK: name}, func(string) (Staged, func(), error) {
		return files, func() {}, nil
	})
}
