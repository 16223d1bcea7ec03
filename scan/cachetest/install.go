package cachetest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
	"golang.org/x/mod/zip"
)

// Publish puts modules into the proxy tree: list, .info, .mod and .zip. Publishing a version again
// with other content is allowed, as a careless author would do.
func (m *Machine) Publish(mods ...Module) error {
	all, err := packAll(mods)
	if err != nil {
		return err
	}
	for _, p := range all {
		if err := m.publish(p); err != nil {
			return err
		}
	}
	return nil
}

func (m *Machine) publish(p *packed) error {
	dir := filepath.Join(m.ProxyDir, filepath.FromSlash(p.epath), "@v")
	files := []struct {
		ext  string
		data []byte
	}{{".info", p.info}, {".mod", []byte(p.Mod())}, {".zip", p.zip}}
	for _, f := range files {
		if err := m.write(filepath.Join(dir, p.eversion+f.ext), f.data, 0o666, time.Time{}); err != nil {
			return err
		}
	}
	m.remember(p, true)
	return m.writeList(dir, time.Time{})
}

// Install writes modules into the module cache as `go mod download` leaves them. A version that is
// there already is left as it is, as the go command would.
func (m *Machine) Install(mods ...Module) error {
	all, err := packAll(mods)
	if err != nil {
		return err
	}
	for _, p := range all {
		if err := m.install(p); err != nil {
			return err
		}
	}
	return nil
}

func (m *Machine) install(p *packed) error {
	if err := m.installMod(p); err != nil {
		return err
	}
	m.remember(p, true)
	if err := m.installZip(p); err != nil {
		return err
	}
	return m.extract(p, m.cached(p, "zip"))
}

// InstallModOnly writes only .info and .mod: what the cache holds of a version that takes part in
// the module graph but gives no package to any build.
func (m *Machine) InstallModOnly(mods ...Module) error {
	for _, mod := range mods {
		p, err := pack(mod)
		if err != nil {
			return err
		}
		if err := m.installMod(p); err != nil {
			return err
		}
		m.remember(p, false)
	}
	return nil
}

func (m *Machine) installMod(p *packed) error {
	if err := m.write(m.cached(p, "info"), p.info, 0o666, p.Fetched); err != nil {
		return err
	}
	if err := m.write(m.cached(p, "mod"), []byte(p.Mod()), 0o666, p.Fetched); err != nil {
		return err
	}
	return m.writeList(filepath.Dir(m.cached(p, "mod")), p.Fetched)
}

// installZip writes .lock, .ziphash and .zip, in the order in which they become true.
func (m *Machine) installZip(p *packed) error {
	if err := m.write(m.cached(p, "lock"), nil, 0o666, p.Fetched); err != nil {
		return err
	}
	if err := m.write(m.cached(p, "ziphash"), []byte(p.sum), 0o666, p.Fetched); err != nil {
		return err
	}
	return m.write(m.cached(p, "zip"), p.zip, 0o666, p.Fetched)
}

// extract unpacks a zip to the version's directory with the go command's own code and modes.
func (m *Machine) extract(p *packed, zipfile string) error {
	dir := m.dir(p)
	if _, err := os.Lstat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o777); err != nil {
		return err
	}
	if err := zip.Unzip(dir, p.ID(), zipfile); err != nil {
		return fmt.Errorf("extracting %q: %w", p.Module, err)
	}
	if err := freezeDirs(dir); err != nil {
		return err
	}
	return m.touchTree(dir, p.Fetched)
}

// writeList writes the list of the versions whose .mod lies in dir. Escaped versions are missing
// from it, as in the go command's own list, which looks at names as they are on disk.
func (m *Machine) writeList(dir string, t time.Time) error {
	names, err := filepath.Glob(filepath.Join(globQuote(dir), "*.mod"))
	if err != nil {
		return err
	}
	var list []string
	for _, name := range names {
		v := strings.TrimSuffix(filepath.Base(name), ".mod")
		if v != "" && module.CanonicalVersion(v) == v {
			list = append(list, v)
		}
	}
	slices.SortFunc(list, semver.Compare)
	text := strings.Join(list, "\n")
	if text != "" {
		text += "\n"
	}
	return m.write(filepath.Join(dir, "list"), []byte(text), 0o666, t)
}

// globQuote keeps a directory name from being read as a pattern.
func globQuote(dir string) string {
	if filepath.Separator == '\\' {
		return dir // windows has no quoting; its temporary directories hold no pattern characters
	}
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}

func (m *Machine) cached(p *packed, ext string) string {
	return filepath.Join(m.GOMODCACHE, "cache", "download", filepath.FromSlash(p.epath), "@v", p.eversion+"."+ext)
}

func (m *Machine) dir(p *packed) string {
	return filepath.Join(m.GOMODCACHE, filepath.FromSlash(p.epath)+"@"+p.eversion)
}

// CachePath returns the file of a version under cache/download: ext is info, mod, zip, ziphash,
// lock or partial. It returns "" for a name that cannot be escaped.
func (m *Machine) CachePath(mod Module, ext string) string {
	epath, eversion, err := mod.escaped()
	if err != nil {
		return ""
	}
	return m.cached(&packed{epath: epath, eversion: eversion}, ext)
}

// Dir returns the extracted directory of a version, "" for a name that cannot be escaped.
func (m *Machine) Dir(mod Module) string {
	epath, eversion, err := mod.escaped()
	if err != nil {
		return ""
	}
	return m.dir(&packed{epath: epath, eversion: eversion})
}

// remember keeps what go.sum and the checksum database say of p. A version that was once known with
// its zip stays so.
func (m *Machine) remember(p *packed, withZip bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := record{mod: p.Mod(), sum: p.sum, modSum: p.modSum}
	if !withZip {
		r.sum = m.known[p.ID()].sum
	}
	m.known[p.ID()] = r
}

// recall returns what the machine knows of a version.
func (m *Machine) recall(v module.Version) (record, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.known[v]
	return r, ok
}
