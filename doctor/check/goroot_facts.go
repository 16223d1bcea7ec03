package check

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
	"godoctor/scan/startfile"
	"godoctor/scan/toolchain"
)

// handGoroot is a GOROOT that somebody set, and the directory that it means; dir is empty where go finds its tree itself.
func (p *Pass) handGoroot() (set goenv.Setting, dir string) {
	set = p.Setting("GOROOT")
	if set.Value == "" || set.Origin != goenv.OriginEnvironment && set.Origin != goenv.OriginFile {
		return set, ""
	}
	dir = set.Value
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(p.Dir, dir)
	}
	return set, filepath.Clean(dir)
}

// ownGoroot is the tree that the go command in PATH stands in, whether it is a whole one or not; "" where there is none, or
// only a wrapper of which it is not known what it runs.
func (p *Pass) ownGoroot() string {
	f := p.Inventory.Toolchains
	if f == nil || f.Choice.Command == "" {
		return ""
	}
	if f.Choice.Local != "" {
		return f.Choice.Local
	}
	if f.Choice.Shim != "" {
		return ""
	}
	real, err := filepath.EvalSymlinks(f.Choice.Command)
	if err != nil || filepath.Base(filepath.Dir(real)) != "bin" {
		return ""
	}
	return filepath.Dir(filepath.Dir(real))
}

// hostPlatform is what the go command in PATH runs on.
func (p *Pass) hostPlatform() (goos, goarch string) {
	goos, goarch = p.Env.Value("GOHOSTOS"), p.Env.Value("GOHOSTARCH")
	if goos == "" {
		goos, goarch = runtime.GOOS, runtime.GOARCH
	}
	return goos, goarch
}

// isDirectory reports whether a path leads to a directory.
func isDirectory(path string) bool {
	fi, err := os.Stat(path)
	return err == nil && fi.IsDir()
}

// versionOf is the version of a tree: what its go command says, else its VERSION file; "" where neither does.
func (p *Pass) versionOf(root string) string {
	if f := p.Inventory.Toolchains; f != nil {
		if t := f.At(root); t != nil {
			return t.Version
		}
	}
	x := toolchain.Mingled(root)
	if x.Go != "" {
		return x.Go
	}
	return x.File
}

// exported are the lines of start files that export a variable, as evidence of where its value comes from.
func (p *Pass) exported(key string) []finding.Witness {
	var out []finding.Witness
	for _, l := range p.startLines() {
		if l.Key == key && len(out) < 5 {
			out = append(out, finding.Witness{Name: "file", Says: fmt.Sprintf("%s=%.200s", l.Key, l.Value), From: fmt.Sprintf("%s:%d", l.File, l.Line)})
		}
	}
	return out
}

// startLines are what start files export.
func (p *Pass) startLines() []startfile.Line {
	return startfile.Find(startfile.Input{GOOS: p.System.GOOS, Home: p.Home, Config: p.Getenv("XDG_CONFIG_HOME"),
		ZDOT: p.Getenv("ZDOTDIR"), Etc: p.System.Etc, Dir: p.Dir})
}
