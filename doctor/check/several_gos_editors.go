package check

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/doctor/usage"
	"godoctor/scan/regular"
)

// An editorFile is a settings file of an editor, and how it names a Go.
type editorFile struct {
	path string
	form *regexp.Regexp // its first group is a GOROOT or a go command
	name string
}

// settingsMax is more than settings of editors have.
const settingsMax = 1 << 20

// The settings of the Go extension of VS Code, and of GoLand. They are JSON with comments, and XML of one form.
var (
	codeForm   = regexp.MustCompile(`"go\.(?:goroot|gopath\.goroot)"\s*:\s*"((?:[^"\\\n]|\\.){1,400})"|"go\.alternateTools"\s*:\s*\{[^}]{0,900}?"go"\s*:\s*"((?:[^"\\\n]|\\.){1,400})"`)
	golandForm = regexp.MustCompile(`<component name="GOROOT" url="file://([^"\n]{1,400})"`)
)

// editorFiles are those of the user and of the projects.
func (p *Pass) editorFiles() []editorFile {
	config := p.Getenv("XDG_CONFIG_HOME")
	switch {
	case p.System.GOOS == "darwin":
		config = filepath.Join(p.Home, "Library", "Application Support")
	case p.System.GOOS == "windows":
		config = p.Getenv("AppData")
	case config == "" && p.Home != "":
		config = filepath.Join(p.Home, ".config")
	}
	var list []editorFile
	if filepath.IsAbs(config) {
		for _, app := range []string{"Code", "VSCodium", "Cursor"} {
			list = append(list, editorFile{filepath.Join(config, app, "User", "settings.json"), codeForm, "VS Code"})
		}
	}
	seen := map[string]bool{}
	for _, project := range p.Projects {
		for _, dir := range []string{project.Dir, project.Repo} {
			if dir != "" && !seen[dir] {
				seen[dir] = true
				list = append(list, editorFile{filepath.Join(dir, ".vscode", "settings.json"), codeForm, "VS Code"},
					editorFile{filepath.Join(dir, ".idea", "workspace.xml"), golandForm, "GoLand"})
			}
		}
	}
	return list
}

// editors reports editors that are set to another Go than runs here.
func (p *Pass) editors(here string) {
	for _, e := range p.editorFiles() {
		text, err := regular.ReadFile(e.path, settingsMax)
		if err != nil {
			continue
		}
		for _, m := range e.form.FindAllSubmatchIndex(text, 8) {
			from := m[2]
			if from < 0 {
				from = m[4]
			}
			value := string(text[from : from+strings.IndexByte(string(text[from:]), '"')])
			line := 1 + strings.Count(string(text[:from]), "\n")
			if d := commentedOut(text, from); d {
				continue
			}
			p.editor(e, value, line, here)
		}
	}
}

// commentedOut reports whether the place lies behind // in its line.
func commentedOut(text []byte, at int) bool {
	line := string(text[:at])
	line = strings.TrimSpace(line[strings.LastIndexByte(line, '\n')+1:])
	return strings.HasPrefix(line, "//")
}

func (p *Pass) editor(e editorFile, value string, line int, here string) {
	root := p.inHome(strings.ReplaceAll(value, `\\`, `\`))
	if !filepath.IsAbs(root) {
		return
	}
	if base := filepath.Base(root); base == "go" || base == "go.exe" {
		if real, err := filepath.EvalSymlinks(root); err == nil && !isDirectory(real) {
			root = filepath.Dir(filepath.Dir(real))
		}
	}
	f := finding.Finding{Target: finding.Target{File: e.path, Line: line},
		Fixes: []finding.Fix{{ID: "edit-editor", Title: "take the setting out: the editor then uses the go in PATH"}}}
	v := p.versionOf(root)
	switch {
	case v == "" && !isDirectory(root):
		f.Title = e.name + " is set to a Go that is not there"
		f.Detail = fmt.Sprintf("%s:%d names %s; the shell runs %s.", e.path, line, value, here)
	case v != "" && usage.LocalToolchain(v) != here:
		f.Title = e.name + " is set to another Go than the shell runs"
		f.Detail = fmt.Sprintf("%s:%d names %s, which is %s; the shell runs %s.", e.path, line, value, v, here)
	default:
		return
	}
	p.Report(f)
}
