package check

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"godoctor/doctor/finding"
)

var noModule = &Check{
	ID:       "no-module",
	Title:    "this directory has Go files and belongs to no module",
	Severity: finding.Warning,
	Cost:     Stat,
	Covers:   []string{"C85"},
	Says: []string{
		"go: go.mod file not found in current directory or any parent directory; see 'go help modules'",
		"go: cannot find main module, but found …",
		"'go get' is no longer supported outside a module.",
	},
	Help: Help{
		Why: "go builds packages of modules: a directory with a go.mod file, and what lies below it. Here is none, neither in this " +
			"directory nor above it. Often the module is one directory below, and the command was started too high.",
		Look: "go env GOMOD is empty or /dev/null.",
		Do: "Change to the directory of the module, or make one here: go mod init NAME. Programs are installed with " +
			"go install PATH@VERSION from anywhere. A single file runs without a module: go run FILE.go.",
		See: []string{"https://go.dev/ref/mod#commands-outside"},
	},
	Run: func(p *Pass) {
		if v := p.Env.Value("GOMOD"); v != "" && v != os.DevNull || p.Env.Value("GO111MODULE") == "off" || upwards(p.Dir, "go.work") != "" {
			return
		}
		entries, err := os.ReadDir(p.Dir)
		if err != nil || !slices.ContainsFunc(entries, goFile) || p.inGoroot() {
			return
		}
		f := finding.Finding{
			Detail: fmt.Sprintf("there is no go.mod in %s nor above it", p.Dir),
			Target: finding.Target{Path: p.Dir},
			Fixes:  []finding.Fix{{ID: "mod-init", Title: "make a module here", Argv: []string{"go", "-C", p.Dir, "mod", "init", "example.com/" + plainName(p.Dir)}, Undo: "remove go.mod"}},
		}
		for _, e := range entries {
			file := filepath.Join(p.Dir, e.Name(), "go.mod")
			if _, err := os.Stat(file); e.IsDir() && err == nil {
				f.Detail += fmt.Sprintf("; there is %s", file)
				f.Fixes = slices.Insert(f.Fixes, 0, finding.Fix{ID: "change-directory", Title: "start go in " + filepath.Dir(file)})
				break
			}
		}
		p.Report(f)
	},
}

func goFile(e os.DirEntry) bool {
	return !e.IsDir() && strings.HasSuffix(e.Name(), ".go") && !strings.HasPrefix(e.Name(), "_") && !strings.HasPrefix(e.Name(), ".")
}

func (p *Pass) inGoroot() bool {
	root := p.Env.Goroot()
	return root != "" && inside(root, p.Dir)
}

// plainName makes a module path element of the name of a directory.
func plainName(dir string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return -1
	}, strings.ToLower(filepath.Base(dir)))
	if strings.Trim(name, "-_") == "" {
		return "hello"
	}
	return strings.Trim(name, "-_")
}
