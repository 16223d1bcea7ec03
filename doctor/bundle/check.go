package bundle

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/sumdb"
	"godoctor/scan/meter"
	"godoctor/scan/sum"
)

// A Proof says who stands for the hashes of a version.
type Proof string

// The proofs.
const (
	ByRecord Proof = "record" // the signed checksum database
	BySum    Proof = "go.sum" // a go.sum file of the receiver
	ByNobody Proof = ""
)

// A Witness is who can tell what is true: the receiver's own. The zero value is nobody.
type Witness struct {
	DB   *sumdb.DB                   // of the receiver's GOSUMDB, with Options.Files of [Bundle.SumFile]; nil: there is none
	Key  string                      // the name of that database with the hash of its key
	Sums map[module.Version][]string // h1 hashes of zips in go.sum files, and of go.mod files with "/go.mod" behind the version
}

// A Checked is what is known of a version of a bundle.
type Checked struct {
	Module
	Zipped int64 // bytes of the zip
	Proof  Proof
	Linked bool  // the head of its record goes on from that of this machine
	Err    error // why it is not to be believed; nil otherwise. Of kind ErrMismatch or ErrSumDB
}

// A Fault is a file that is not what it should be.
type Fault struct {
	Name string
	Err  error
}

// A Report is what Check has found.
type Report struct {
	Modules []Checked // in the order of the manifest
	Faults  []Fault   // in the order of the manifest
	Err     error     // what is wrong with the whole; nil otherwise
	Foreign string    // the database of the bundle, where it is not that of this machine
	Bytes   int64     // that were read
}

// OK reports whether nothing is wrong. Versions that nobody stands for are not wrong.
func (r *Report) OK() bool {
	for i := range r.Modules {
		if r.Modules[i].Err != nil {
			return false
		}
	}
	return len(r.Faults) == 0 && r.Err == nil
}

// First is the first thing that is wrong, or nil.
func (r *Report) First() error {
	if r.Err != nil {
		return r.Err
	}
	for _, f := range r.Faults {
		return f.Err
	}
	for i := range r.Modules {
		if m := &r.Modules[i]; m.Err != nil {
			return fmt.Errorf("%s: %w", m.ID(), m.Err)
		}
	}
	return nil
}

// Check looks at everything in a bundle: the SHA-256 of every file, the h1 of every zip and go.mod file, what the files say,
// and who stands for the hashes. It writes nothing and asks nobody. The meter counts files and bytes. The error is that of
// the context.
func (b *Bundle) Check(ctx context.Context, w Witness, m *meter.Meter) (*Report, error) {
	r := &Report{Modules: make([]Checked, len(b.Manifest.Modules))}
	m.Expect(int64(len(b.Manifest.Files)))
	for i := range b.Manifest.Files {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		f := &b.Manifest.Files[i]
		m.Working(f.Name)
		if err := b.checkFile(ctx, f); err != nil {
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			r.Faults = append(r.Faults, Fault{f.Name, err})
		}
		r.Bytes += f.Size
		m.Add(1, f.Size)
		m.Done(1)
	}
	if b.Dir {
		extra, err := b.extra()
		r.Faults, r.Err = append(r.Faults, extra...), err
	}
	for i := range b.Manifest.Modules {
		c := &r.Modules[i]
		c.Module = b.Manifest.Modules[i]
		if s, err := stem(c.ID()); err == nil && c.Zip != "" {
			c.Zipped = b.Manifest.file(s + ".zip").Size
		}
	}
	if len(r.Faults) == 0 && r.Err == nil { // who would prove what is damaged
		b.prove(ctx, w, r, m)
	}
	return r, ctxErr(ctx)
}

func ctxErr(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// checkFile compares a file with the manifest, and with what its name says.
func (b *Bundle) checkFile(ctx context.Context, f *File) error {
	in, err := b.open(f)
	if err != nil {
		return err
	}
	defer in.close()
	h := sha256.New()
	if _, err := io.Copy(h, &ctxReader{ctx, io.NewSectionReader(in, 0, f.Size)}); err != nil {
		return fmt.Errorf("%q: %w", f.Name, err)
	}
	if hex.EncodeToString(h.Sum(nil)) != f.SHA256 {
		return fmt.Errorf("%q: %w", f.Name, ErrHash)
	}
	p, err := locate(f.Name, b.Manifest.sumdb())
	if err != nil {
		return err
	}
	if err := b.checkContent(ctx, f, p, in); err != nil {
		return fmt.Errorf("%q: %w", f.Name, err)
	}
	return nil
}

// A ctxReader ends with its context.
type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

func (r *ctxReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

func (b *Bundle) checkContent(ctx context.Context, f *File, p place, in *member) error {
	if p.kind == kindZip {
		return b.checkZip(ctx, p, in)
	}
	if p.kind == kindTile || p.kind == kindLookup { // they are proved, or are of no use
		return nil
	}
	data := make([]byte, f.Size)
	if _, err := in.ReadAt(data, 0); err != nil && err != io.EOF {
		return err
	}
	want := []byte(nil)
	switch p.kind {
	case kindMod:
		if x := b.Manifest.module(p); sum.Mod(data) != x.Mod {
			return fmt.Errorf("%w: its h1 is not that in the manifest", ErrContent)
		}
		return nil
	case kindInfo:
		return checkInfo(data, p.version)
	case kindLatest:
		return checkInfo(data, b.Manifest.latestOf(p.path))
	case kindList:
		want = b.Manifest.listOf(p.path)
	case kindHead:
		want = []byte(b.Manifest.SumDB.Head)
	}
	if !bytes.Equal(data, want) {
		return ErrContent
	}
	return nil
}

// checkZip compares a zip with the h1 in the manifest. It is unpacked to nowhere.
func (b *Bundle) checkZip(ctx context.Context, p place, in *member) error {
	r := sum.One(ctx, sum.Job{Path: p.path, Version: p.version, ZipAt: in, ZipLen: in.size}, sum.Options{Workers: 1})
	switch {
	case r == nil:
		return context.Cause(ctx)
	case r.Zip.Err != nil:
		return fmt.Errorf("%w: %w", ErrContent, r.Zip.Err)
	case r.Zip.H1 != b.Manifest.module(p).Zip:
		return fmt.Errorf("%w: its h1 is not that in the manifest", ErrContent)
	}
	return nil
}

func checkInfo(data []byte, version string) error {
	var info struct{ Version string }
	if err := json.Unmarshal(data, &info); err != nil || info.Version != version {
		return fmt.Errorf("%w: it is not the .info of %s", ErrContent, version)
	}
	return nil
}

// maxExtra is how many files are named that do not belong to a bundle.
const maxExtra = 20

// extra lists what is in a directory beside the bundle.
func (b *Bundle) extra() (out []Fault, err error) {
	err = fs.WalkDir(b.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() || name == ManifestName || d.Type().IsRegular() && b.Manifest.file(name) != nil:
			return nil
		}
		if out = append(out, Fault{name, fmt.Errorf("%q: %w", name, ErrExtra)}); len(out) >= maxExtra {
			return fs.SkipAll
		}
		return nil
	})
	return out, err
}

// prove asks the witness for each version.
func (b *Bundle) prove(ctx context.Context, w Witness, r *Report, m *meter.Meter) {
	records := b.records(ctx, w, r, m)
	for i := range r.Modules {
		c := &r.Modules[i]
		if x, ok := records[c.ID()]; ok {
			switch {
			case x.Err != nil:
				c.Err = fmt.Errorf("%w: %w", ErrSumDB, x.Err)
			case c.Zip != "" && x.Record.Zip != c.Zip, x.Record.GoMod != c.Mod:
				c.Err = fmt.Errorf("%w: the signed record says %s, and for its go.mod file %s", ErrMismatch, x.Record.Zip, x.Record.GoMod)
			default:
				c.Proof, c.Linked = ByRecord, x.Record.Linked
			}
		}
		c.sums(w.Sums)
	}
}

// sums compares a version with what go.sum files say of it.
func (c *Checked) sums(sums map[module.Version][]string) {
	known := 0
	for _, x := range []struct{ version, have string }{{c.Version, c.Zip}, {c.Version + "/go.mod", c.Mod}} {
		if x.have == "" {
			known++
			continue
		}
		list := sums[module.Version{Path: c.Path, Version: x.version}]
		for _, h := range list {
			if strings.HasPrefix(h, "h1:") && h != x.have && c.Err == nil {
				c.Err = fmt.Errorf("%w: a go.sum file says %s of %s, and the bundle has %s", ErrMismatch, h, x.version, x.have)
			}
		}
		if len(list) > 0 {
			known++
		}
	}
	if known == 2 && c.Err == nil && c.Proof == ByNobody {
		c.Proof = BySum
	}
}

// records looks the versions up that have a record.
func (b *Bundle) records(ctx context.Context, w Witness, r *Report, m *meter.Meter) map[module.Version]sumdb.Result {
	s := b.Manifest.SumDB
	if s == nil {
		return nil
	}
	if w.DB == nil || w.Key != s.Key {
		r.Foreign = s.Key
		return nil
	}
	var ask []module.Version
	for i := range b.Manifest.Modules {
		if x := &b.Manifest.Modules[i]; x.Recorded {
			ask = append(ask, x.ID())
		}
	}
	out := make(map[module.Version]sumdb.Result, len(ask))
	for _, x := range w.DB.LookupAll(ctx, ask, m) {
		if errors.Is(x.Err, sumdb.ErrPrivate) { // GONOSUMDB matches it here: no record is believed, and none is against it
			continue
		}
		out[x.Module] = x
	}
	if e := w.DB.Distrust(); e != nil {
		r.Err = fmt.Errorf("%w: %w", ErrSumDB, e)
	}
	return out
}
