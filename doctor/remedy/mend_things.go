package remedy

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"godoctor/doctor/plan"
)

// mendThing carries the step of one file or directory of a cache out. That it is gone by now is as good: what was done to
// a version before may have taken it along, or go has.
func (s *Session) mendThing(ctx context.Context, st *plan.Step) plan.Outcome {
	o := s.mendOne(ctx, st)
	if o.Result == plan.Skipped && gone(o.Err) {
		return plan.Outcome{Result: plan.Done}
	}
	return o
}

func (s *Session) mendOne(ctx context.Context, st *plan.Step) plan.Outcome {
	switch st.Fix() {
	case plan.FixIndex, plan.FixEntry:
		return outcomeOf(s.unlinkNamed(st))
	case plan.FixClone:
		return s.removeOne(ctx, plan.Item{Part: plan.VCS, Name: path.Base(st.Name), Dir: st.Stamp})
	case plan.FixAside:
		return s.aside(st)
	case plan.FixRemove:
		if path.Base(st.Name) == "list" {
			return outcomeOf(s.unlinkList(st))
		}
		return s.removeOne(ctx, plan.Item{Part: plan.Leftover, Name: st.Name, Dir: st.Stamp})
	}
	return outcomeOf(fmt.Errorf("it is not known how to carry out %q", st.Fix()))
}

// removeOne removes a thing as a cleanup does.
func (s *Session) removeOne(ctx context.Context, it plan.Item) (out plan.Outcome) {
	s.Remove(ctx, []plan.Item{it}, func(_ int, o plan.Outcome) { out = o })
	return out
}

// unlinkNamed removes one entry of the build cache that is wrong, whatever its age: without it go makes it again.
func (s *Session) unlinkNamed(st *plan.Step) error {
	if s.gc == nil {
		return errNoBuild
	}
	dirName, base, ok := strings.Cut(st.Name, "/")
	if dir, isEntry := entryDir(base); !ok || !isEntry || dir != dirName {
		return fmt.Errorf("%q: %w", st.Name, errNotNamed)
	}
	dir, err := s.gc.open(dirName)
	if err != nil {
		return err
	}
	defer dir.close()
	now, err := dir.lstat(base)
	if err := same(now, err, st.Stamp, file); err != nil {
		return err
	}
	return dir.unlink(base)
}

// unlinkList removes the list of a module's versions, under the lock that go takes when it writes it: that of the file
// itself (modfetch: rewriteVersionList).
func (s *Session) unlinkList(st *plan.Step) error {
	if s.mod == nil {
		return errNoModule
	}
	if !strings.HasPrefix(st.Name, "cache/download/") || !strings.HasSuffix(st.Name, "/@v/list") {
		return fmt.Errorf("%q: %w", st.Name, errNotNamed)
	}
	b := &removal{r: s.Remover, folders: make(map[string]*folder)}
	defer b.close()
	dir, err := b.at(path.Dir(st.Name))
	if err != nil {
		return err
	}
	now, err := dir.lstat("list")
	if err := same(now, err, st.Stamp, file); err != nil {
		return err
	}
	lock, err := dir.lock("list")
	if err != nil {
		return err
	}
	defer lock.Close()
	return dir.unlink("list")
}

// asideRoot is where the local copy of the checksum database lies below the module cache.
const asideRoot = "cache/download/sumdb/"

// aside moves a file of the local copy of the checksum database into the quarantine.
func (s *Session) aside(st *plan.Step) plan.Outcome {
	if s.mod == nil {
		return outcomeOf(errNoModule)
	}
	if !strings.HasPrefix(st.Name, asideRoot) || path.Clean(st.Name) != st.Name {
		return outcomeOf(fmt.Errorf("%q: %w", st.Name, errNotNamed))
	}
	b := &removal{r: s.Remover, folders: make(map[string]*folder)}
	defer b.close()
	dir, err := b.at(path.Dir(st.Name))
	if err != nil {
		return outcomeOf(err)
	}
	base := path.Base(st.Name)
	now, err := dir.lstat(base)
	if err := same(now, err, st.Stamp, file); err != nil {
		return outcomeOf(err)
	}
	v, err := s.openAside(st)
	if err != nil {
		return outcomeOf(err)
	}
	if err := dir.rename(base, v.dir, asideFile); err != nil {
		v.drop()
		return outcomeOf(err)
	}
	return plan.Outcome{Result: plan.Done, Kept: v.name, Err: errors.Join(s.mod.syncAll(), v.finish())}
}
