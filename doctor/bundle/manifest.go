package bundle

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"godoctor/scan/sum"
)

// Encode is the manifest as it is written.
func (m *Manifest) Encode() ([]byte, error) {
	data, err := json.MarshalIndent(m, "", " ")
	return append(data, '\n'), err
}

// decodeManifest reads a manifest. What it accepts is what Encode writes, to the byte: a key that is there twice or that nobody
// knows, another order, white space, all show there.
func decodeManifest(data []byte) (*Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrManifest, err)
	}
	if m.Schema != Schema {
		return nil, fmt.Errorf("%w: it is of the schema %q, and this godoctor reads %q", ErrManifest, cut(m.Schema), Schema)
	}
	again, err := m.Encode()
	if err != nil || !bytes.Equal(again, data) {
		return nil, fmt.Errorf("%w: it is not written as godoctor writes it (a key twice, or one that is not known)", ErrManifest)
	}
	return &m, m.check()
}

func cut(s string) string { return s[:min(len(s), 100)] }

func (m *Manifest) check() error {
	switch {
	case m.Modules == nil || m.Files == nil:
		return fmt.Errorf("%w: it lacks modules or files", ErrManifest)
	case len(m.Files) > MaxFiles || len(m.Modules) > MaxFiles:
		return fmt.Errorf("%w: it lists more than %d files", ErrTooLarge, MaxFiles)
	case m.Since != "" && !isHex(m.Since):
		return fmt.Errorf("%w: since is no SHA-256", ErrManifest)
	}
	if s := m.SumDB; s != nil && (module.CheckFilePath(s.Name) != nil || strings.ToLower(s.Name) != s.Name || strings.ContainsAny(s.Name, `\:@`) || len(s.Name) > 255 || len(s.Head) > maxNote) {
		return fmt.Errorf("%w: the checksum database %q has a name that none has", ErrManifest, cut(s.Name))
	}
	if err := m.checkModules(); err != nil {
		return err
	}
	return m.checkFiles()
}

func (m *Manifest) checkModules() error {
	for i := range m.Modules {
		x := &m.Modules[i]
		if err := checkVersion(x.ID()); err != nil {
			return fmt.Errorf("%w: %v", ErrManifest, err)
		}
		switch {
		case i > 0 && compareModules(m.Modules[i-1], *x) >= 0:
			return fmt.Errorf("%w: %s is there twice, or not in its place", ErrManifest, x.ID())
		case x.Zip != "" && !sum.IsH1(x.Zip), !sum.IsH1(x.Mod):
			return fmt.Errorf("%w: %s has no h1 hash", ErrManifest, x.ID())
		case x.Recorded && m.SumDB == nil:
			return fmt.Errorf("%w: %s has a record, and there is no checksum database", ErrManifest, x.ID())
		}
	}
	return nil
}

func compareModules(a, b Module) int {
	return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Version, b.Version))
}

// checkFiles sees to it that there is every file that has to be, and no other but tiles.
func (m *Manifest) checkFiles() error {
	want, err := m.want()
	if err != nil {
		return err
	}
	for i := range m.Files {
		f := &m.Files[i]
		p, err := locate(f.Name, m.sumdb())
		switch {
		case err != nil:
			return err
		case i > 0 && strings.Compare(m.Files[i-1].Name, f.Name) >= 0:
			return fmt.Errorf("%w: %q is there twice, or not in its place", ErrManifest, f.Name)
		case f.Size < 0 || f.Size > p.kind.limit():
			return fmt.Errorf("%q: %w: %d bytes, and such a file has at most %d", f.Name, ErrTooLarge, f.Size, p.kind.limit())
		case !isHex(f.SHA256):
			return fmt.Errorf("%w: %q has no SHA-256", ErrManifest, f.Name)
		case p.kind != kindTile && !want[f.Name]:
			return fmt.Errorf("%w: %q belongs to no version in it", ErrManifest, f.Name)
		}
		delete(want, f.Name)
	}
	for name := range want {
		return fmt.Errorf("%w: %q is not in it", ErrManifest, name)
	}
	return nil
}

// sumdb is the name of the checksum database, or "".
func (m *Manifest) sumdb() string {
	if m.SumDB == nil {
		return ""
	}
	return m.SumDB.Name
}

// want are the names of the files that the versions make necessary.
func (m *Manifest) want() (map[string]bool, error) {
	want := make(map[string]bool, 4*len(m.Modules)+2)
	if db := m.sumdb(); db != "" {
		want["sumdb/"+db+"/supported"], want["sumdb/"+db+"/latest"] = true, true
	}
	for i := range m.Modules {
		x := &m.Modules[i]
		s, err := stem(x.ID())
		if err != nil {
			return nil, err
		}
		want[s+".info"], want[s+".mod"] = true, true
		if x.Zip != "" {
			want[s+".zip"] = true
		}
		at, _, _ := strings.Cut(s, "/@v/")
		want[at+"/@v/list"], want[at+"/@latest"] = true, true
		if x.Recorded {
			name, err := lookupOf(x.ID(), m.sumdb())
			if err != nil {
				return nil, err
			}
			want[name] = true
		}
	}
	return want, nil
}

// listOf is the list of a module: its versions with a tag, as proxies have it.
func (m *Manifest) listOf(path string) []byte {
	var out []string
	for _, v := range m.versions(path) {
		if !module.IsPseudoVersion(v) {
			out = append(out, v+"\n")
		}
	}
	return []byte(strings.Join(out, ""))
}

// versions are those of a module, in the order of semver.
func (m *Manifest) versions(path string) []string {
	var out []string
	for _, x := range m.ofPath(path) {
		out = append(out, x.Version)
	}
	semver.Sort(out)
	return out
}

// ofPath are the versions of a module.
func (m *Manifest) ofPath(path string) []Module {
	i, _ := slices.BinarySearchFunc(m.Modules, path, func(x Module, path string) int { return strings.Compare(x.Path, path) })
	n := i
	for n < len(m.Modules) && m.Modules[n].Path == path {
		n++
	}
	return m.Modules[i:n]
}

// module is a version by the name of one of its files; the zero Module where there is none.
func (m *Manifest) module(p place) Module {
	for _, x := range m.ofPath(p.path) {
		if x.Version == p.version {
			return x
		}
	}
	return Module{}
}

// latestOf is the version that "latest" means: the highest release, else the highest.
func (m *Manifest) latestOf(path string) string {
	all := m.versions(path)
	for _, v := range slices.Backward(all) {
		if semver.Prerelease(v) == "" {
			return v
		}
	}
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

// Bytes is the size of all files.
func (m *Manifest) Bytes() (n int64) {
	for i := range m.Files {
		n += m.Files[i].Size
	}
	return n
}

// file finds a file by its name.
func (m *Manifest) file(name string) *File {
	i, ok := slices.BinarySearchFunc(m.Files, name, func(f File, name string) int { return strings.Compare(f.Name, name) })
	if !ok {
		return nil
	}
	return &m.Files[i]
}

// isHex reports whether a text is a SHA-256 in its one spelling.
func isHex(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == sha256.Size && strings.ToLower(s) == s
}

func hexSum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}
