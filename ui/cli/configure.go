package cli

import (
	"cmp"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"godoctor/doctor/config"
	"godoctor/scan/goenv"
	"godoctor/ui/text"
)

// configure lets files and variables stand in for the flags that are not given.
func (a *app) configure(cmd *cobra.Command) error {
	s := a.newSaid(cmd)
	if err := s.early(); err != nil {
		return err
	}
	dir := a.dir
	if !filepath.IsAbs(dir) {
		wd, err := a.getwd(cmd)
		if err != nil {
			return fmt.Errorf("the working directory is not known: %w; give one with -C", err)
		}
		dir = filepath.Join(wd, dir)
	}
	a.workDir, a.fromDir = dir, dir
	a.mayBeSaid = s.table.keys()
	a.read()
	s.files = a.conf.Settings
	for _, l := range a.conf.Limits {
		s.limits = append(s.limits, fmt.Sprintf("%q, line %d", l.File, l.Line))
	}
	a.said = s
	if err := s.apply(a, cmd); err != nil {
		return err
	}
	s.softer(cmd)
	return nil
}

// read reads the files of settings, of the machine that is looked at.
func (a *app) read() {
	a.pins = ""
	if d, err := goenv.UserConfigDir(a.Environ); err == nil && !a.noConfig {
		a.pins = config.In(d)
	}
	a.conf = config.Read(a.files())
}

// files are where settings stand for the environment that the program was given.
func (a *app) files() config.Places {
	p := config.Places{Home: a.home(), Keys: a.mayBeSaid}
	if a.noConfig {
		return p
	}
	p.System, p.From = a.SystemConfig, a.workDir
	if a.pins != "" {
		p.User, p.Pins = userFiles(runtime.GOOS, a.pins, a.home(), a.getenv("XDG_CONFIG_HOME")), a.pins.PinFile()
	}
	if a.config != "" {
		p.User, p.Named = []string{a.at(a.config)}, true
	}
	return p
}

// userFiles are where config.toml may be. On macOS, where programs of the terminal keep theirs in ~/.config too, there are two, and
// that one counts before the other.
func userFiles(goos string, dir config.Dir, home, xdg string) []string {
	list := []string{dir.File()}
	if goos == "darwin" && (home != "" || xdg != "") {
		if other := config.In(cmp.Or(xdg, filepath.Join(home, ".config"))).File(); other != list[0] {
			list = append(list, other)
		}
	}
	return list
}

// told reports whether a flag was given with the command, or by a variable.
func (a *app) told(name string) bool { return a.ranks[name] >= byVariable }

// softer tells of a project's file that has a command fail on less than it would without.
func (s *said) softer(cmd *cobra.Command) {
	one := s.table.find(tableOf(cmd), "fail-on")
	if one == nil {
		return
	}
	r, err := s.resolveOne(one)
	if err != nil || r.rank != byProject {
		return
	}
	without := one.flag.DefValue
	if len(r.others) > 0 {
		without = r.others[0].values[0]
	}
	order := []string{"note", "warning", "error", "never"}
	if slices.Index(order, r.values[0]) > slices.Index(order, without) {
		s.warnings = append(s.warnings, fmt.Sprintf("%q, line %d: the project asks for --fail-on %s where %s would hold", r.at.File, r.at.Line, r.values[0], without))
	}
}

// warn says once what makes no sense in files and variables.
func (a *app) warn() {
	if a.warned || a.said == nil {
		return
	}
	a.warned = true
	for _, w := range a.said.warnings {
		a.note("%s", text.Clean(w))
	}
	for _, w := range a.conf.Warnings {
		a.note("%s", text.Clean(w.Message))
	}
}

// limited refuses to remove anything where a limit of what is removed was meant and is not known.
func (a *app) limited() error {
	if a.said == nil || len(a.said.limits) == 0 {
		return nil
	}
	return misuse("clean removes nothing: what is said of its limits makes no sense: %s; mend it", strings.Join(a.said.limits, ", "))
}
