package check

import (
	"path/filepath"

	"godoctor/scan/goenv"
)

// A tempPlace is a directory for temporary files, and who says so.
type tempPlace struct {
	key string // GOTMPDIR, TMPDIR, TMP, ...; "": the system's default
	dir string // absolute; "": there is none
	set goenv.Setting
}

// goTemp is where the go command makes its work directory (cmd/go/internal/work: NewBuilder).
func (p *Pass) goTemp() tempPlace {
	if s := p.Setting("GOTMPDIR"); s.Value != "" {
		return tempPlace{"GOTMPDIR", p.abs(s.Value), s}
	}
	return p.osTemp()
}

// osTemp is os.TempDir for the environment of the machine: where programs that go runs put theirs, tests and compilers.
func (p *Pass) osTemp() tempPlace {
	keys, def := []string{"TMPDIR"}, "/tmp"
	if p.System.GOOS == "windows" { // GetTempPath
		keys, def = []string{"TMP", "TEMP", "USERPROFILE"}, ""
	}
	for _, key := range keys {
		if dir := p.Getenv(key); dir != "" {
			return tempPlace{key, p.abs(dir), goenv.Setting{Key: key, Value: dir, Origin: goenv.OriginEnvironment}}
		}
	}
	return tempPlace{"", def, goenv.Setting{Key: "TMPDIR", Origin: goenv.OriginDefault}}
}

// abs is a path as a program that is started in Dir understands it.
func (m *Machine) abs(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(m.Dir, path)
}
