package bundle

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"godoctor/doctor/sumdb"
	"godoctor/scan/meter"
)

// pin writes what proves the versions, the lists, and the manifest.
func (m *maker) pin(ctx context.Context) error {
	man := &Manifest{Schema: Schema, Modules: m.modules, Files: []File{}}
	if m.Without != nil {
		man.Since = m.Without.SHA256
		if s := m.Without.Manifest.SumDB; s != nil {
			m.Older = append(slices.Clone(m.Older), []byte(s.Head))
		}
	}
	if len(m.records) > 0 {
		base := "sumdb/" + m.DB.Name() + "/"
		head, err := m.DB.Pin(ctx, m.records, m.Older, m.Meter, func(name string, data []byte) error { return m.stage.write(base+name, data) })
		if err != nil {
			return m.explain(ctx, err)
		}
		m.made.Head = head.Tree.N
		man.SumDB = &SumDB{Name: m.DB.Name(), Key: m.DB.Key(), Head: string(head.Note)}
		if err := errors.Join(m.stage.write(base+"supported", nil), m.stage.write(base+"latest", head.Note)); err != nil {
			return err
		}
	}
	if err := m.lists(man); err != nil {
		return err
	}
	err := filepath.WalkDir(m.stage.tree(), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return errors.Join(err, ctxErr(ctx))
		}
		rel, err := filepath.Rel(m.stage.tree(), name)
		if err != nil {
			return err
		}
		f, err := fileOf(name, filepath.ToSlash(rel))
		man.Files = append(man.Files, f)
		return err
	})
	if err != nil {
		return err
	}
	slices.SortFunc(man.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	if err := man.check(); err != nil {
		return err
	}
	text, err := man.Encode()
	if err != nil {
		return err
	}
	if len(text) > MaxManifest {
		return fmt.Errorf("%w: the manifest has %d bytes, and %d are read: make several bundles", ErrTooLarge, len(text), MaxManifest)
	}
	m.made.Manifest = man
	return m.stage.write(ManifestName, text)
}

// lists writes the list and the latest version of each module.
func (m *maker) lists(man *Manifest) error {
	for i := range man.Modules {
		x := &man.Modules[i]
		if i > 0 && man.Modules[i-1].Path == x.Path {
			continue
		}
		s, err := stem(x.ID())
		if err != nil {
			return err
		}
		at, _, _ := strings.Cut(s, "/@v/")
		last := *x
		last.Version = man.latestOf(x.Path)
		if s, err = stem(last.ID()); err != nil {
			return err
		}
		info, err := os.ReadFile(m.stage.file(s + ".info"))
		if err = errors.Join(err, m.stage.write(at+"/@v/list", man.listOf(x.Path)), m.stage.write(at+"/@latest", info)); err != nil {
			return err
		}
	}
	return nil
}

func fileOf(name, rel string) (File, error) {
	in, err := os.Open(name)
	if err != nil {
		return File{}, err
	}
	defer in.Close()
	h := sha256.New()
	n, err := io.Copy(h, in)
	return File{Name: rel, Size: n, SHA256: hex.EncodeToString(h.Sum(nil))}, err
}

// check looks at the tree as a receiver would who has nothing: a checksum database with no other memory than the bundle.
func (m *maker) check(ctx context.Context) error {
	b, err := Open(m.stage.tree())
	if err != nil {
		return err
	}
	defer b.Close()
	w := Witness{Sums: m.Go.sums(slices.DeleteFunc(slices.Clone(m.modules), func(x Module) bool { return x.Recorded }))}
	if b.Manifest.SumDB != nil {
		if w.DB, err = sumdb.Open(sumdb.Settings{GOSUMDB: m.Go.GOSUMDB}, "", m.stage.path("nowhere"), nil, sumdb.Options{Files: b.SumFile}); err != nil {
			return err
		}
		w.Key = w.DB.Key()
	}
	r, err := b.Check(ctx, w, m.Meter)
	if err != nil {
		return err
	}
	if err := r.First(); err != nil {
		return fmt.Errorf("what was made is not right: %w", err)
	}
	for i := range r.Modules {
		if c := &r.Modules[i]; c.Proof == ByNobody {
			return fmt.Errorf("what was made is not right: %s is not proved", c.ID())
		}
	}
	return nil
}

// publish gives the bundle its name.
func (m *maker) publish(ctx context.Context) error {
	from := m.stage.tree()
	m.made.Bytes = m.made.Manifest.Bytes()
	if strings.HasSuffix(m.Target, ".tar") {
		if err := m.stage.room(m.made.Bytes, 0); err != nil {
			return err
		}
		from = m.stage.archive()
		if err := m.pack(ctx, from, m.Meter); err != nil {
			return err
		}
	} else {
		if err := errors.Join(os.Chmod(from, 0o755), syncDirs(from)); err != nil {
			return err
		}
	}
	if err := nameAs(from, m.Target); err != nil {
		return err
	}
	return syncDir(filepath.Dir(m.Target))
}

// nameAs gives what is made its name, where nothing has it: what somebody has put there meanwhile stays.
func nameAs(from, to string) error {
	_, err := os.Lstat(to)
	if isGone(err) {
		if err = os.Link(from, to); err == nil { // of a file, on most file systems; the other name goes with its directory
			return nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return os.Rename(from, to) // onto a directory only if it is empty
		}
	} else if err != nil {
		return err
	}
	return fmt.Errorf("%q: %w: it came while this one was made", to, ErrThere)
}

// pack writes the archive, durable.
func (m *maker) pack(ctx context.Context, name string, progress *meter.Meter) error {
	out, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	open := func(name string) (io.ReadCloser, error) {
		f, err := os.Open(m.stage.file(name))
		if err != nil {
			return nil, err
		}
		return struct {
			io.Reader
			io.Closer
		}{&ctxReader{ctx, f}, f}, nil
	}
	err = writeArchive(out, m.made.Manifest, open, func(n int64) { progress.Add(1, n) })
	if err == nil {
		var fi fs.FileInfo
		if fi, err = out.Stat(); err == nil {
			m.made.Bytes = fi.Size()
		}
	}
	return m.explain(ctx, errors.Join(err, out.Sync(), out.Close()))
}
