package remedy

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"godoctor/scan/sum"
)

// How golang.org/dl marks a toolchain that is wholly unpacked (golang/dl internal/version), and how those are called here that
// are not.
const (
	sdkMarker = ".unpacked-success"
	sdkBegun  = ".godoctor-"
)

// ErrThere says that something has the name already that is to be made.
var ErrThere = errThere

// UnpackSDK unpacks the zip of a toolchain, which was proved, to Options.SDK/NAME, where golang.org/dl would put it: "go1.25.3".
//
// It is unpacked beside, under another name, made durable, marked as whole, and gets its name last: whenever the power goes,
// there is all of it or nothing. What is unpacked is hashed on the way, and has to have the hash of the zip. Nothing is
// overwritten: where there is anything of this name, the error is ErrThere. What killed runs have left is removed first.
func (r *Remover) UnpackSDK(ctx context.Context, s Staged, name string) (err error) {
	switch {
	case r.opt.SDK == "" || !sdkName.MatchString(name):
		return fmt.Errorf("%q is no name of a toolchain in HOME/sdk", name)
	case s.Hash == "":
		return errors.New("its hash is not known: nothing is unpacked that was not proved")
	}
	sdk, err := r.openSDK()
	if err != nil {
		return err
	}
	defer sdk.close()
	if _, err := sdk.lstat(name); !gone(err) {
		return errors.Join(err, pathError("unpack", sdk.child(name), errThere))
	}
	r.sweepSDK(sdk)
	begun := sdkBegun + r.opt.Run
	dir, err := sdk.make(begun)
	if err != nil {
		return err
	}
	defer func() {
		dir.close()
		if err != nil {
			err = errors.Join(err, r.erase(sdk, begun))
		}
	}()
	if err = r.unpack(ctx, s, dir); err != nil {
		return fmt.Errorf("unpacking %q: %w", name, err)
	}
	if err = dir.syncAll(); err != nil {
		return err
	}
	if err = dir.mark(); err != nil {
		return err
	}
	if err = dir.chmod(0o755); err != nil {
		return err
	}
	if err = sdk.rename(begun, sdk, name); err != nil {
		return err
	}
	return errors.Join(sdk.sync(), sdk.syncAll())
}

// openSDK opens HOME/sdk, which is made if it is not there and may be a link to another disk.
func (r *Remover) openSDK() (*folder, error) {
	at := r.opt.SDK
	if _, err := os.Stat(at); gone(err) {
		if err := r.disk.ask("mkdir", at); err != nil {
			return nil, pathError("mkdir", at, err)
		}
		if err := os.Mkdir(at, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
	real, err := filepath.EvalSymlinks(at)
	if err != nil {
		return nil, err
	}
	f, err := openFolder(real, r.disk)
	if err != nil {
		return nil, err
	}
	if err := r.owned(f); err != nil {
		f.close()
		return nil, refuse(at, err)
	}
	return f, nil
}

// sweepSDK removes what killed runs have begun to unpack: the lock of the runs says that no other is at work.
func (r *Remover) sweepSDK(sdk *folder) {
	list, _ := sdk.names(-1)
	for _, e := range list {
		if run, ok := strings.CutPrefix(e.name, sdkBegun); ok && validRun(run) {
			r.erase(sdk, e.name)
		}
	}
}

// mark says, durable, that everything is there.
func (f *folder) mark() error {
	m, err := f.create(sdkMarker, 0o644)
	if err != nil {
		return err
	}
	return errors.Join(m.Sync(), m.Close(), f.sync())
}

// unpack writes the files of a zip below a directory, and proves what it has written.
func (r *Remover) unpack(ctx context.Context, s Staged, dir *folder) error {
	z, err := zip.OpenReader(s.Zip)
	if err != nil {
		return err
	}
	defer z.Close()
	root, err := os.OpenRoot(dir.path)
	if err != nil {
		return err
	}
	defer root.Close()
	prefix := s.Module + "@" + s.Version + "/"
	var list []sum.File
	for _, f := range z.File {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		rel, ok := strings.CutPrefix(f.Name, prefix)
		if !ok || !fs.ValidPath(rel) || !filepath.IsLocal(filepath.FromSlash(rel)) || strings.ContainsAny(rel, `\:`) {
			return fmt.Errorf("the zip has %q, which no toolchain has", f.Name)
		}
		file, err := r.unpackFile(root, dir, f, rel)
		if err != nil {
			return err
		}
		list = append(list, file)
		r.opt.Meter.Add(1, file.Size)
	}
	have, err := sum.H1(prefix, list)
	if err == nil && have != s.Hash {
		err = fmt.Errorf("what came out of the zip has the hash %s, want %s", have, s.Hash)
	}
	return err
}

// unpackFile writes one file. A module zip cannot hold a go.mod below its root: distributions of toolchains call them
// _go.mod (cmd/distpack: RenameGoMod), and here they get their name back.
func (r *Remover) unpackFile(root *os.Root, dir *folder, f *zip.File, rel string) (sum.File, error) {
	to, perm := rel, sdkMode(rel)
	if path.Base(rel) == "_go.mod" {
		to = path.Join(path.Dir(rel), "go.mod")
	}
	if err := r.disk.ask("create", dir.child(to)); err != nil {
		return sum.File{}, pathError("create", dir.child(to), err)
	}
	if err := root.MkdirAll(path.Dir(to), 0o755); err != nil {
		return sum.File{}, err
	}
	in, err := f.Open()
	if err != nil {
		return sum.File{}, err
	}
	defer in.Close()
	out, err := root.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return sum.File{}, err
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(out, h), in)
	if err == nil {
		err = out.Chmod(perm) // whatever the umask is
	}
	if err == nil && runtime.GOOS != "linux" {
		err = out.Sync() // where syncAll makes only names durable
	}
	return sum.File{Name: rel, Size: n, Sum: [sha256.Size]byte(h.Sum(nil))}, errors.Join(err, out.Close())
}

// programs are the files of a distribution that can be run (cmd/distpack: mode).
var programs = regexp.MustCompile(`^bin/|^pkg/tool/|\.(?:bash|sh|pl|rc)$|(?:^|/)go_[^/]+_[^/]+_exec$`)

// sdkMode are the permissions of a file of a distribution; the zip of a module has none.
func sdkMode(rel string) fs.FileMode {
	if programs.MatchString(rel) {
		return 0o755
	}
	return 0o644
}

// erase removes a tree of ours, also after a stop. What is left of it goes with the next one.
func (r *Remover) erase(in *folder, name string) error {
	quiet := *r
	quiet.opt.Meter = nil // it frees nothing that anybody was told of
	var err error
	e := quiet.newErasure(context.Background())
	e.add(in, name, func(_ int64, failed error) { err = failed })
	e.wait()
	return err
}
