package remedy

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
)

// beside removes what lies in neither of the two caches: a toolchain of golang.org/dl, old archives, the cache of a tool,
// a cache that no setting points to. Its place has to be one that the caller has found in this run, and what is there has
// to look like what it is taken for.
func (b *removal) beside(i int, it *plan.Item) error {
	in, name, err := b.r.besideAt(it)
	if err != nil {
		return err
	}
	b.hold(in)
	st, err := in.lstat(name)
	k := directory
	if err == nil && it.Part == plan.Related && st.kind == file {
		k = file
	}
	if err := same(st, err, it.Dir, k); err != nil {
		return err
	}
	if me := os.Geteuid(); st.uid >= 0 && st.uid != me && !b.r.opt.Shared {
		return fmt.Errorf("it belongs to user %d: run godoctor as that user (sudo -u)", st.uid)
	}
	if k == directory {
		if err := b.r.looksLike(it, in, name); err != nil {
			return err
		}
	}
	if who := b.r.runs(in.child(name)); who != "" {
		b.busy(i, fmt.Errorf("%s runs from it: run this again when it has ended", who))
		return nil
	}
	temp, told, err := b.hideThing(i, in, name)
	switch {
	case told:
		return nil
	case err != nil && forbidden(err) && (it.Part == plan.Related || it.Part == plan.Abandoned):
		b.discard(i, in, name, parts{}, true) // its parent cannot be written: it is emptied
		return nil
	case err != nil:
		return err
	}
	if who := b.r.runs(in.child(temp), in.child(name)); who != "" {
		return b.comeBack(i, in, temp, name, who)
	}
	b.discard(i, in, temp, parts{}, false)
	return nil
}

// comeBack renames a thing back that a program was started from meanwhile.
func (b *removal) comeBack(i int, in *folder, temp, name, who string) error {
	why := fmt.Errorf("%s was started from it meanwhile: it was put back", who)
	if err := in.rename(temp, in, name); err != nil {
		return errors.Join(why, fmt.Errorf("it could not be put back: %w", err))
	}
	b.each(i, plan.Outcome{Result: plan.Skipped, Busy: true, Undone: true, Err: why})
	return nil
}

// forbidden reports whether a directory cannot be written, or names in it cannot be longer.
func forbidden(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) || errors.Is(err, syscall.ENAMETOOLONG)
}

var (
	sdkName     = regexp.MustCompile(`^go1(\.[0-9]{1,4}){0,2}((rc|beta)[0-9]{1,3})?$`)
	archiveName = regexp.MustCompile(`^[a-z0-9]{2,16}_[a-z0-9]{2,16}(_[a-z0-9]{1,16})*$`)
)

// besideAt opens the directory that an item lies in, with its name there.
func (r *Remover) besideAt(it *plan.Item) (*folder, string, error) {
	var known []string // where such an item may lie
	switch it.Part {
	case plan.SDK:
		if r.opt.SDK != "" && sdkName.MatchString(it.Name) {
			known = []string{filepath.Join(r.opt.SDK, it.Name)}
		}
	case plan.Archive:
		for _, dir := range r.opt.Gopath {
			if archiveName.MatchString(it.Name) {
				known = append(known, filepath.Join(dir, "pkg", it.Name))
			}
		}
	default:
		known = r.opt.Places
	}
	if !slices.Contains(known, it.Root) {
		return nil, "", refuse(it.Root, errors.New("no look of this run has found it"))
	}
	real, err := r.realRoot(it.Root)
	if err != nil {
		return nil, "", refuse(it.Root, err)
	}
	parent, err := filepath.EvalSymlinks(filepath.Dir(it.Root))
	if err != nil {
		return nil, "", err
	}
	name := filepath.Base(it.Root)
	if real != filepath.Join(parent, name) {
		return nil, "", pathError("open", it.Root, errLink)
	}
	for _, cache := range []*folder{r.mod, r.gc} {
		if cache != nil && (within(cache.path, real) || within(real, cache.path)) {
			return nil, "", refuse(it.Root, fmt.Errorf("the cache %q is in use, and is not beside it", cache.path))
		}
	}
	in, err := openFolder(parent, r.disk)
	return in, name, err
}

// besideParent opens the directory in which an item lay.
func (r *Remover) besideParent(it *plan.Item) (*folder, string, error) {
	if !filepath.IsAbs(it.Root) || filepath.Clean(it.Root) != it.Root {
		return nil, "", refuse(it.Root, errNotNamed)
	}
	parent, err := filepath.EvalSymlinks(filepath.Dir(it.Root))
	if err != nil {
		return nil, "", err
	}
	in, err := openFolder(parent, r.disk)
	return in, filepath.Base(it.Root), err
}

// runs says which program runs from below one of the paths.
func (r *Remover) runs(paths ...string) string {
	if r.opt.Programs == nil {
		return ""
	}
	for _, program := range r.opt.Programs() {
		for _, p := range paths {
			if within(program, p) {
				return program
			}
		}
	}
	return ""
}

// looksLike asks for evidence that a directory is what its item says.
func (r *Remover) looksLike(it *plan.Item, in *folder, name string) error {
	f, err := in.open(name)
	if err != nil {
		return err
	}
	defer f.close()
	switch it.Part {
	case plan.SDK:
		st, err := f.lstat(".unpacked-success")
		if err != nil || st.kind != file {
			return refuse(f.path, errors.New("there is no .unpacked-success in it: golang.org/dl did not make it"))
		}
		return nil
	case plan.Archive:
		return f.each(archiveDepth, isArchive)
	case plan.Related:
		if err := noRepository(f); err != nil {
			return refuse(f.path, err)
		}
		return f.each(repositoryDepth, isRepository)
	}
	if err := noRepository(f); err != nil {
		return refuse(f.path, err)
	}
	return looksAbandoned(f)
}

const (
	archiveDepth    = 64
	repositoryDepth = 3
)

// each calls look for everything in a folder, down to a depth, before what is in it, until one returns an error.
func (f *folder) each(depth int, look func(in *folder, e entry) error) error {
	for {
		list, err := f.names(1024)
		for _, e := range list {
			if err := look(f, e); err != nil {
				return err
			}
			if e.kind != directory || depth <= 1 {
				continue
			}
			sub, err := f.open(e.name)
			if err == nil {
				err = sub.each(depth-1, look)
				sub.close()
			}
			if err != nil && !gone(err) {
				return err
			}
		}
		if errors.Is(err, io.EOF) || err == nil && len(list) == 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// isArchive refuses what the go command did not write into GOPATH/pkg.
func isArchive(in *folder, e entry) error {
	switch filepath.Ext(e.name) {
	case ".a", ".so", ".shlibname", ".h":
		return nil
	}
	if e.kind == directory {
		return nil
	}
	return refuse(in.child(e.name), errForeign)
}

func isRepository(in *folder, e entry) error {
	if slices.Contains(repositories, e.name) {
		return refuse(in.child(e.name), errors.New("it is a repository, and lies in what is to go"))
	}
	return nil
}

// looksAbandoned refuses a directory that is not a module cache or a build cache, nothing else, and not empty: nobody
// works in it, so nobody would miss what else is there before it is too late.
func looksAbandoned(f *folder) error {
	allowed, looks := isBuildTop, looksBuildCache
	if st, err := f.lstat("cache"); err == nil && st.kind == directory {
		allowed, looks = isModTop, looksModCache
	}
	n := 0
	err := f.each(1, func(in *folder, e entry) error {
		n++
		if e.name == ".DS_Store" && e.kind == file || allowed(e) {
			return nil
		}
		return refuse(in.child(e.name), errForeign)
	})
	if err != nil {
		return err
	}
	if n == 0 {
		return refuse(f.path, errors.New("it is empty"))
	}
	if err := f.rewind(); err != nil {
		return err
	}
	if err := looks(f); err != nil {
		return refuse(f.path, err)
	}
	return nil
}

// isModTop recognises what lies directly in a module cache: cache, and the first elements of module paths.
func isModTop(e entry) bool {
	if e.kind != directory {
		return false
	}
	_, err := module.UnescapePath(pathOnly(e.name))
	return e.name == "cache" || err == nil && strings.Contains(e.name, ".")
}

// pathOnly cuts the version off the directory of a module whose path has one element.
func pathOnly(name string) string {
	base, _, _ := strings.Cut(name, "@")
	return base
}

var hexByte = regexp.MustCompile(`^[0-9a-f]{2}$`)

// isBuildTop recognises what lies directly in a build cache.
func isBuildTop(e entry) bool {
	if e.kind == directory {
		return hexByte.MatchString(e.name) || e.name == "fuzz"
	}
	return e.kind == file && slices.Contains([]string{"README", "trim.txt", "testexpire.txt", "log.txt"}, e.name)
}
