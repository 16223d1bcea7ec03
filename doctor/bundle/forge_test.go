package bundle

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// A forgery is a bundle that somebody changes: the manifest, the contents, the members of its archive.
type forgery struct {
	t    testing.TB
	m    Manifest
	data map[string][]byte
	text []byte // the manifest as it is written; nil: as Encode has it
	tail []byte // behind the end
	cut  int    // so many bytes are kept; 0: all
	// header, if set, gives the header of a member, or nil for the right one.
	header func(name string, size int64) []byte
}

// forge reads a bundle that is right.
func forge(t testing.TB, dir string) *forgery {
	t.Helper()
	b, err := Open(dir)
	check(t, err)
	defer b.Close()
	f := &forgery{t: t, m: *b.Manifest, data: make(map[string][]byte)}
	for _, x := range b.Manifest.Files {
		f.data[x.Name], err = os.ReadFile(filepath.Join(dir, filepath.FromSlash(x.Name)))
		check(t, err)
	}
	return f
}

// clone gives one that may be changed.
func (f *forgery) clone() *forgery {
	c := &forgery{t: f.t, m: f.m, data: maps.Clone(f.data)}
	c.m.Modules, c.m.Files = slices.Clone(f.m.Modules), slices.Clone(f.m.Files)
	if f.m.SumDB != nil {
		db := *f.m.SumDB
		c.m.SumDB = &db
	}
	return c
}

// put changes a content, and what the manifest says of it: he who forges knows how to compute SHA-256.
func (f *forgery) put(name string, data []byte) *forgery {
	f.data[name] = data
	x := File{name, int64(len(data)), hexSum(data)}
	if i := slices.IndexFunc(f.m.Files, func(x File) bool { return x.Name == name }); i >= 0 {
		f.m.Files[i] = x
		return f
	}
	f.m.Files = append(f.m.Files, x)
	slices.SortFunc(f.m.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return f
}

func (f *forgery) drop(name string) *forgery {
	f.m.Files = slices.DeleteFunc(f.m.Files, func(x File) bool { return x.Name == name })
	delete(f.data, name)
	return f
}

// rename gives a file another name, in manifest and archive.
func (f *forgery) rename(from, to string) *forgery {
	data := f.data[from]
	return f.drop(from).put(to, data)
}

func (f *forgery) module(path string) *Module {
	i := slices.IndexFunc(f.m.Modules, func(x Module) bool { return x.Path == path })
	return &f.m.Modules[i]
}

// archive writes it as a tar.
func (f *forgery) archive() []byte {
	var b bytes.Buffer
	text := f.text
	if text == nil {
		var err error
		text, err = f.m.Encode()
		check(f.t, err)
	}
	member := func(name string, size int64, data []byte) {
		h := []byte(nil)
		if f.header != nil {
			h = f.header(name, size)
		}
		if h == nil {
			var err error
			if h, err = header(name, size); err != nil {
				h = rawHeader(name, size, tar.TypeReg) // archive/tar itself refuses the name
			}
		}
		b.Write(h)
		b.Write(data)
		b.Write(make([]byte, padding(int64(len(data)))))
	}
	member(ManifestName, int64(len(text)), text)
	for _, x := range f.m.Files {
		member(x.Name, x.Size, f.data[x.Name])
	}
	b.Write(make([]byte, 2*blockSize))
	b.Write(f.tail)
	out := b.Bytes()
	if f.cut > 0 {
		out = out[:f.cut]
	}
	return out
}

// rawHeader is a header that archive/tar would not write: a name with anything in it.
func rawHeader(name string, size int64, kind byte) []byte {
	b := make([]byte, blockSize)
	copy(b, name[:min(len(name), 100)])
	field := func(at, n int, v int64) {
		s := strings.Repeat("0", n)
		for i := n - 2; i >= 0; i-- {
			s = s[:i] + string(rune('0'+v&7)) + s[i+1:]
			v >>= 3
		}
		copy(b[at:], s[:n-1]+"\x00")
	}
	field(100, 8, 0o644)
	field(108, 8, 0)
	field(116, 8, 0)
	field(124, 12, size)
	field(136, 12, 0)
	b[156] = kind
	copy(b[257:], "ustar\x0000")
	copy(b[148:], "        ")
	sum := int64(0)
	for _, c := range b {
		sum += int64(c)
	}
	field(148, 7, sum)
	b[155] = ' '
	return b
}

// otherHeader is one that archive/tar writes of something else.
func otherHeader(t testing.TB, h tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	h.ModTime, h.Mode = time.Unix(0, 0), 0o644
	check(t, tar.NewWriter(&b).WriteHeader(&h))
	return b.Bytes()
}

// raw is the manifest as a tree, for what a Manifest cannot hold.
func (f *forgery) raw(change func(m map[string]any)) *forgery {
	text, err := f.m.Encode()
	check(f.t, err)
	var m map[string]any
	check(f.t, json.Unmarshal(text, &m))
	change(m)
	f.text, err = json.MarshalIndent(m, "", " ")
	check(f.t, err)
	f.text = append(f.text, '\n')
	return f
}
