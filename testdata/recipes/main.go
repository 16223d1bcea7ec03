// Recipes prepares what bash .ci/recipes runs: a made-up machine with a project, and what the README says of CI and timers as
// files.
//
//	recipes -readme FILE -dir DIR
//
// DIR/machine is the machine and DIR/project a link to its project. DIR/out has environ (a variable a line), home and dep (the
// directory of a module that the project needs), config.toml with the table [auto], the units by their names, crontab with the
// commands, and workflow with the run lines of godoctor, one a line.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"godoctor/scan/cachetest"
)

func main() {
	readme := flag.String("readme", "", "the README in `FILE`")
	dir := flag.String("dir", "", "where everything goes, an empty `DIR`")
	flag.Parse()
	if *readme == "" || !filepath.IsAbs(*dir) || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	out := make(map[string]string)
	err := errors.Join(machine(*dir, out), recipes(*readme, out), os.Mkdir(filepath.Join(*dir, "out"), 0o755))
	for name, text := range out {
		err = errors.Join(err, os.WriteFile(filepath.Join(*dir, "out", name), []byte(text), 0o644))
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "recipes: %v\n", err)
		os.Exit(1)
	}
}

// machine makes a machine with a project that needs one module of two.
func machine(dir string, out map[string]string) error {
	m, err := cachetest.New(filepath.Join(dir, "machine"))
	if err != nil {
		return err
	}
	dep := cachetest.Module{Path: "example.com/dep", Version: "v1.2.0", Files: map[string]string{"dep.go": "package dep\n"}}
	other := cachetest.Module{Path: "example.com/other", Version: "v1.0.0", Files: map[string]string{"a.go": "package a\n"}}
	if err := m.Install(dep, other); err != nil {
		return err
	}
	project, err := m.Project("app", "module example.com/app\n\ngo 1.20\n\nrequire example.com/dep v1.2.0\n", map[string]string{
		"app.go": "package app\n\nimport _ \"example.com/dep\"\n", "go.sum": m.GoSum(dep)})
	if err != nil {
		return err
	}
	out["environ"] = strings.Join(m.Environ(), "\n") + "\n"
	out["home"], out["dep"] = m.Home+"\n", m.Dir(dep)+"\n"
	return os.Symlink(project, filepath.Join(dir, "project"))
}

// recipes takes the code blocks of the README apart.
func recipes(readme string, out map[string]string) error {
	b, err := os.ReadFile(readme)
	if err != nil {
		return err
	}
	for i, block := range strings.Split(string(b), "```") {
		language, text, _ := strings.Cut(block, "\n")
		switch {
		case i%2 == 0:
		case language == "ini":
			first, _, _ := strings.Cut(text, "\n")
			out[path.Base(strings.TrimPrefix(first, "# "))] = text
		case language == "toml":
			if _, auto, ok := strings.Cut(text, "\n[auto]"); ok {
				auto, _, _ = strings.Cut(auto, "\n\n")
				out["config.toml"] = "[auto]" + auto + "\n"
			}
		case language == "crontab":
			for line := range strings.Lines(text) {
				if fields := strings.SplitN(strings.TrimSpace(line), " ", 6); len(fields) == 6 {
					out["crontab"] += fields[5] + "\n"
				}
			}
		case language == "yaml":
			lines, err := steps(text)
			if err != nil {
				return err
			}
			out["workflow"] += lines
		}
	}
	for _, name := range []string{"godoctor.service", "godoctor.timer", "config.toml", "crontab", "workflow"} {
		if out[name] == "" {
			return fmt.Errorf("%s has no %s", readme, name)
		}
	}
	return nil
}

// steps are the lines of a workflow that run godoctor.
func steps(text string) (string, error) {
	var w struct {
		Jobs map[string]struct{ Steps []struct{ Run string } }
	}
	if err := yaml.Unmarshal([]byte(text), &w); err != nil {
		return "", err
	}
	lines := ""
	for _, job := range w.Jobs {
		for _, s := range job.Steps {
			if strings.HasPrefix(s.Run, "godoctor ") {
				lines += s.Run + "\n"
			}
		}
	}
	return lines, nil
}
