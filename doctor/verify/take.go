package verify

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/mod/modfile"

	"godoctor/scan/modcache"
	"godoctor/scan/regular"
	"godoctor/scan/sum"
)

// take puts what was hashed into the evidence.
func (e *Evidence) take(ctx context.Context, s *sum.Result, noZip bool) {
	switch {
	case s.Zip != nil:
		if e.Zip = partOf(s.Zip, e.Zip.Path); e.Zip.Hash == ofNothing {
			e.Zip = Part{State: Broken, Path: e.Zip.Path, Why: noFiles}
		}
	case noZip && e.Parts.Has(modcache.HasZip):
		e.Zip.State = Unasked
	}
	if s.Dir != nil {
		e.Dir = partOf(s.Dir, e.Dir.Path)
	}
	e.differences(ctx, s)
	e.gone()
	doubted := slices.ContainsFunc(e.GoSumMod, func(c Claim) bool { return c.Hash != e.Mod.Hash })
	if e.SumDBMod == nil && e.Zip.known() && e.Mod.known() && (len(e.GoSumMod) == 0 || doubted) {
		e.ZipMod = e.zipMod(ctx)
	}
}

// zipMod is the hash of the go.mod file that belongs to the zip. Where there is none in it, go makes up one line
// (modfetch: legacyGoMod).
func (e *Evidence) zipMod(ctx context.Context) string {
	data, err := sum.FromZip(ctx, e.Zip.Path, e.Path, e.Version.Version, "go.mod", goModMax)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		data = []byte("module " + modfile.AutoQuote(e.Path) + "\n")
	case err != nil:
		return ""
	}
	return sum.Mod(data)
}

// gone looks again where something is wrong: what was removed meanwhile, or is being unpacked by a go command that came
// after the scan, looked damaged and is not.
func (e *Evidence) gone() {
	absent := func(path string) bool { _, err := os.Lstat(path); return path != "" && errors.Is(err, fs.ErrNotExist) }
	if len(e.Differences) > 0 || e.Dir.State != Whole && e.Dir.State != Absent && e.Dir.State != Unasked {
		why := ""
		switch {
		case absent(e.Dir.Path):
			why = "it was removed"
		case !e.Parts.Has(modcache.HasPartial) && e.Zip.Path != "" && !absent(beside(e.Zip.Path, "partial")):
			why = "go began to unpack it"
		}
		if why != "" {
			e.Dir.State, e.Dir.Hash, e.Dir.Why, e.Differences, e.More = Unasked, "", why, nil, 0
		}
	}
	switch e.Zip.State {
	case Broken, Empty, Foreign:
		if absent(e.Zip.Path) {
			e.Zip.State, e.Zip.Why = Unasked, "it was removed"
		}
	}
}

// goModMax is the largest go.mod file of a zip that is read (modfetch: codehost.MaxGoMod).
const goModMax = 16 << 20

// ofNothing is the hash of a zip without files: what a broken proxy makes go write down (cespare/xxhash#62).
const ofNothing = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

const noFiles = "it has no files: a proxy gave an archive of nothing"

// partOf translates a hash or what was in its way.
func partOf(h *sum.Hashed, path string) Part {
	p := Part{Path: path, Hash: h.H1}
	if h.H1 != "" {
		p.State = Whole
		return p
	}
	p.Why = h.Err.Error()
	switch {
	case errors.Is(h.Err, sum.ErrEmpty):
		p.State, p.Why = Empty, ""
	case denied(h) != "":
		p.State, p.Path = Denied, filepath.Join(path, denied(h))
	case errors.Is(h.Err, sum.ErrOdd):
		p.State, p.Hash = Whole, h.Rest // without what is odd
	case errors.Is(h.Err, sum.ErrNotDir), errors.Is(h.Err, regular.ErrNot):
		p.State = Strange
	case changing(h.Err):
		p.State = Unasked
	case errors.Is(h.Err, fs.ErrNotExist):
		p.State = Absent // since the scan
	case errors.Is(h.Err, sum.ErrPrefix), errors.Is(h.Err, sum.ErrName), errors.Is(h.Err, sum.ErrDuplicate):
		p.State = Foreign
	default:
		p.State = Broken
	}
	return p
}

// denied is the path of what the system does not let this user read, or empty.
func denied(h *sum.Hashed) string {
	for _, f := range h.Faults {
		if errors.Is(f.Err, fs.ErrPermission) {
			return filepath.FromSlash(f.Name)
		}
	}
	if errors.Is(h.Err, fs.ErrPermission) {
		return "."
	}
	return ""
}

// changing reports whether something was at work while we read.
func changing(err error) bool {
	return errors.Is(err, sum.ErrGrew) || errors.Is(err, sum.ErrShrank)
}

// endsMax bounds the files that are read again to see whether only their line ends differ, and their size.
const (
	endsMax     = 50
	endsMaxSize = 4 << 20
)

// differences lists the files of the directory that are not as in the zip.
func (e *Evidence) differences(ctx context.Context, s *sum.Result) {
	for _, c := range s.Changes {
		d := Difference{Path: c.Name}
		switch c.Kind {
		case sum.Missing:
			d.Kind = Missing
		case sum.Extra:
			d.Kind = Extra
		case sum.Replaced, sum.Added:
			d.Kind = Odd
		default:
			d.Empty = c.ZipSize > 0 && (c.DirSize == 0 || c.Zeros)
			d.Ends = !d.Empty && len(e.Differences) < endsMax && e.sameButEnds(ctx, c.Name)
		}
		e.Differences = append(e.Differences, d)
	}
	e.More = s.Changed - len(s.Changes)
	if s.Dir == nil || s.Zip != nil {
		return
	}
	for _, o := range s.Dir.Odd { // without a zip there are no changes
		e.Differences = append(e.Differences, Difference{Path: o.Name, Kind: Odd})
	}
}

// sameButEnds reports whether a file differs from that of the zip in line ends only.
func (e *Evidence) sameButEnds(ctx context.Context, name string) bool {
	a, err := sum.FromZip(ctx, e.Zip.Path, e.Path, e.Version.Version, name, endsMaxSize)
	if err != nil {
		return false
	}
	b, err := sum.FromDir(ctx, e.Dir.Path, name, endsMaxSize)
	if err != nil {
		return false
	}
	unix := func(s []byte) []byte { return bytes.ReplaceAll(s, []byte("\r\n"), []byte("\n")) }
	return bytes.Equal(unix(a), unix(b))
}
