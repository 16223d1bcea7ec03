package goenv

import (
	"io"
	"path/filepath"
	"strings"

	"godoctor/scan/regular"
)

// A goCommand is what a go command says of itself, read from its file.
type goCommand struct {
	path    string // where it was found
	script  bool   // it is a wrapper, not go itself
	goroot  string // the tree it stands in, or ""
	version string // what "go env GOVERSION" prints, or "" where the file does not say
	baked   string // the GOROOT that was linked into it, or ""
	built   map[string]string
}

// foreign reports whether a program called go is not the go command, as far as its file tells.
func (c goCommand) foreign() bool { return c.script || c.built == nil && c.goroot == "" }

// inspectCommand reads the file of a go command.
func inspectCommand(goos, file string) goCommand {
	c := goCommand{path: file}
	if file == "" {
		return goCommand{}
	}
	f, err := regular.Open(file)
	if err == nil {
		defer f.Close()
		c.script = isScript(goos, file, f)
		if info := BuildInfo(f); info != nil && info.Path == "cmd/go" {
			c.version = info.GoVersion
			c.built = map[string]string{}
			for _, s := range info.Settings {
				c.built[s.Key] = s.Value
			}
		}
	}
	c.goroot = treeOf(goos, file)
	if c.built != nil && c.built["-trimpath"] != "true" {
		// Built on the spot by make.bash: the linker wrote the tree's path into it. It is not
		// in the build info, but that is where the binary stands unless somebody moved it.
		c.baked = c.goroot
	}
	return c
}

// isScript reports whether a file is an interpreted program.
func isScript(goos, file string, f io.ReaderAt) bool {
	if goos == "windows" {
		switch strings.ToLower(filepath.Ext(file)) {
		case ".bat", ".cmd", ".ps1":
			return true
		}
	}
	var magic [2]byte
	n, _ := f.ReadAt(magic[:], 0)
	return string(magic[:n]) == "#!"
}

// hostOS is the GOOS that the go command was built for, or that of this machine.
func (r *resolver) hostOS() string { return r.builtOr("GOOS", r.goos) }

// hostArch is the GOARCH that the go command was built for: a 386 go on an amd64 machine says 386.
func (r *resolver) hostArch() string { return r.builtOr("GOARCH", r.goarch) }

// builtOr returns a build setting of the go command, or def.
func (r *resolver) builtOr(key, def string) string {
	if v := r.command.built[key]; v != "" {
		return v
	}
	return def
}

func exeSuffix(goos string) string {
	if goos == "windows" {
		return ".exe"
	}
	return ""
}
