package bundle

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"godoctor/doctor/remedy"
	"godoctor/scan/regular"
	"godoctor/scan/sum"
)

// There reports whether a module cache has a version of a bundle, as the go command sees it: what is in the bundle is not looked
// at again by the go command, which takes the word of .ziphash.
func There(modCache string, x *Module) bool {
	s, err := stem(x.ID())
	if err != nil {
		return false
	}
	file := func(ext string) string {
		return filepath.Join(modCache, "cache", "download", filepath.FromSlash(s+ext))
	}
	mod, err := regular.ReadFile(file(".mod"), MaxMod)
	if err != nil || sum.Mod(mod) != x.Mod {
		return false
	}
	info, err := regular.ReadFile(file(".info"), MaxInfo)
	if err != nil || checkInfo(info, x.Version) != nil {
		return false
	}
	if x.Zip == "" {
		return true
	}
	hash, err := regular.ReadFile(file(".ziphash"), 1<<10)
	if err != nil || strings.TrimSpace(string(hash)) != x.Zip {
		return false
	}
	if _, err := os.Lstat(file(".partial")); !isGone(err) {
		return false
	}
	at, v, _ := strings.Cut(s, "/@v/")
	fi, err := os.Lstat(filepath.Join(modCache, filepath.FromSlash(at+"@"+v)))
	return err == nil && fi.IsDir()
}

// Release takes the version of a toolchain module apart: "v0.0.1-go1.25.3.linux-amd64".
func Release(version string) (release, goos, goarch string, ok bool) {
	rest, ok := strings.CutPrefix(version, "v0.0.1-")
	i := strings.LastIndexByte(rest, '.')
	if !ok || i < 0 {
		return "", "", "", false
	}
	goos, goarch, ok = strings.Cut(rest[i+1:], "-")
	return rest[:i], goos, goarch, ok && strings.HasPrefix(rest, "go1.")
}

// Extract gives the files of versions, which Check has found to be right, as files on the disk: those of a directory where they are,
// those of an archive below dir, which is made, each compared with the manifest once more as it is written. remove takes
// them away.
func (b *Bundle) Extract(ctx context.Context, dir string, list []Module) (files []remedy.Staged, remove func(), err error) {
	remove = func() {}
	if !b.Dir {
		if err := removeAll(dir); err != nil {
			return nil, remove, err
		}
		remove = func() { removeAll(dir) }
	}
	for i := range list {
		x := &list[i]
		s, err := stem(x.ID())
		if err != nil {
			remove()
			return nil, func() {}, err
		}
		f := remedy.Staged{Module: x.Path, Version: x.Version, Hash: x.Zip, ModHash: x.Mod}
		for _, y := range []struct {
			ext string
			to  *string
		}{{".info", &f.Info}, {".mod", &f.Mod}, {".zip", &f.Zip}} {
			if y.ext == ".zip" && x.Zip == "" {
				continue
			}
			if *y.to, err = b.extract(ctx, dir, s+y.ext); err != nil {
				remove()
				return nil, func() {}, err
			}
		}
		files = append(files, f)
	}
	return files, remove, nil
}

// extract gives one file as a file on the disk.
func (b *Bundle) extract(ctx context.Context, dir, name string) (string, error) {
	if b.Dir {
		return filepath.Join(b.Path, filepath.FromSlash(name)), nil
	}
	to := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return "", err
	}
	return to, b.copyTo(ctx, name, to)
}

// copyTo writes a file of the manifest to a path that is free, and compares it with the manifest as it does.
func (b *Bundle) copyTo(ctx context.Context, name, to string) error {
	f := b.Manifest.file(name)
	if f == nil {
		return fmt.Errorf("%q: %w", name, ErrMissing)
	}
	in, err := b.open(f)
	if err != nil {
		return err
	}
	defer in.close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	h := sha256.New()
	_, err = io.Copy(io.MultiWriter(out, h), &ctxReader{ctx, io.NewSectionReader(in, 0, f.Size)})
	if err = errors.Join(err, out.Close()); err != nil {
		return err
	}
	if hex.EncodeToString(h.Sum(nil)) != f.SHA256 {
		return fmt.Errorf("%q: %w", name, ErrHash)
	}
	return nil
}

// ExtractSums gives a directory that is, as a module proxy, the checksum database of the bundle and nothing else.
func (b *Bundle) ExtractSums(ctx context.Context, dir string) (proxy string, remove func(), err error) {
	if b.Dir {
		at, err := filepath.Abs(b.Path)
		return at, func() {}, err
	}
	if err := removeAll(dir); err != nil {
		return "", nil, err
	}
	for i := range b.Manifest.Files {
		if name := b.Manifest.Files[i].Name; strings.HasPrefix(name, "sumdb/") {
			if _, err := b.extract(ctx, dir, name); err != nil {
				removeAll(dir)
				return "", nil, err
			}
		}
	}
	return dir, func() { removeAll(dir) }, nil
}

// Discard removes what Extract and ExtractSums of a run that was killed have left in a directory.
func Discard(dir string) error { return removeAll(dir) }
