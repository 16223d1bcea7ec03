// Package startfile finds out which file gives a variable to the programs of a session: the start files of shells, and what
// the system and its service manager read when somebody logs in.
//
// The files are read, not run. A line counts that exports a variable, wherever in the file it stands: under an if that is
// never true, too. What a file sources, what a program prints that it evaluates (eval "$(tool env)"), and what a desktop or
// a container adds is not seen. So a line that is found is evidence of where a value comes from, and none that is found is
// none of anything.
//
// Values are what the file says: variables in them are not expanded. They are raw.
package startfile

import (
	"path/filepath"
	"slices"
	"strings"

	"godoctor/scan/regular"
)

// Limits of one look.
const (
	fileMax  = 256 << 10 // bytes of a file that is read; a larger one is not
	filesMax = 200
	linesMax = 500  // that export something
	valueMax = 4096 // bytes; a longer one is cut
)

// A Line is one line of a file that exports a variable.
type Line struct {
	File  string // absolute
	Line  int    // from 1
	Key   string
	Value string // as it is written, without the quotes around it
}

// An Input says where to look.
type Input struct {
	GOOS   string
	Home   string // "": only what is for all users
	Config string // the user's directory for configuration, XDG_CONFIG_HOME; "": .config in Home
	ZDOT   string // ZDOTDIR; "": Home
	Etc    string // the system's configuration: /etc; "": it is not looked at
	Dir    string // where the program was started: .envrc files of direnv there and above it; "": none
}

// A language is how a file writes that a variable is exported.
type language func(line string) (key, value string, ok bool)

// A place is a file, or all of a directory with names of a kind, in one language.
type place struct {
	pattern string // of filepath.Match in its last element; absolute
	reads   language
}

// places are the files that are looked at. On Windows variables are in the registry, and only PowerShell has such files.
func (in Input) places() []place {
	var out []place
	add := func(dir string, reads language, names ...string) {
		for _, name := range names {
			if dir != "" {
				out = append(out, place{filepath.Join(dir, filepath.FromSlash(name)), reads})
			}
		}
	}
	config := in.Config
	if config == "" && in.Home != "" {
		config = filepath.Join(in.Home, ".config")
	}
	add(config, powershell, "powershell/*profile.ps1")
	if in.GOOS == "windows" {
		add(in.Home, powershell, "Documents/PowerShell/*profile.ps1", "Documents/WindowsPowerShell/*profile.ps1")
		return out
	}
	zdot := in.ZDOT
	if zdot == "" {
		zdot = in.Home
	}
	add(in.Etc, pairs, "environment", "environment.d/*.conf")
	add(in.Etc, posix, "profile", "profile.d/*.sh", "bashrc", "bash.bashrc", "zshenv", "zprofile", "zshrc", "zsh/zshenv", "zsh/zprofile", "zsh/zshrc")
	add(in.Etc, csh, "csh.cshrc", "csh.login", "profile.d/*.csh")
	add(in.Etc, fish, "fish/config.fish", "fish/conf.d/*.fish")
	add(in.Home, pairs, ".pam_environment")
	add(config, pairs, "environment.d/*.conf")
	add(in.Home, posix, ".profile", ".bash_profile", ".bash_login", ".bashrc", ".bash_aliases", ".bashrc.d/*", ".kshrc")
	add(zdot, posix, ".zshenv", ".zprofile", ".zshrc", ".zlogin")
	add(in.Home, csh, ".cshrc", ".tcshrc", ".login")
	add(config, fish, "fish/config.fish", "fish/conf.d/*.fish")
	add(config, fishVariables, "fish/fish_variables")
	for dir := in.Dir; filepath.IsAbs(dir); dir = filepath.Dir(dir) {
		add(dir, posix, ".envrc")
		if dir == filepath.Dir(dir) {
			break
		}
	}
	return out
}

// Find reads the files and gives the lines that export something, in the order of the files.
func Find(in Input) []Line {
	var out []Line
	var seen []string
	for _, p := range in.places() {
		files := []string{p.pattern}
		if strings.ContainsAny(filepath.Base(p.pattern), "*") {
			files, _ = filepath.Glob(escape(filepath.Dir(p.pattern)) + string(filepath.Separator) + filepath.Base(p.pattern))
		}
		for _, file := range files {
			if len(seen) >= filesMax || len(out) >= linesMax || slices.Contains(seen, file) {
				continue
			}
			seen = append(seen, file)
			if text, err := regular.ReadFile(file, fileMax); err == nil {
				out = append(out, read(file, string(text), p.reads)...)
			}
		}
	}
	return out[:min(len(out), linesMax)]
}

// escape makes a pattern of a path that matches it alone. On Windows nothing can be escaped; a name there may have "[".
func escape(path string) string {
	if filepath.Separator == '\\' {
		return path
	}
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}

// read gives the lines of a text that export something. In POSIX shells a variable may get its value in one line and be
// exported in another: then it is the line with the value that counts.
func read(file, text string, reads language) []Line {
	var out []Line
	assigned := make(map[string]Line) // what is not exported, or not yet
	exported := make(map[string]bool)
	for n := 1; text != ""; n++ {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		for _, part := range statements(strings.TrimSpace(line)) {
			key, value, ok := reads(part)
			l := Line{file, n, key, value[:min(len(value), valueMax)]}
			switch {
			case ok:
				exported[key] = true
				out = append(out, l)
			case key == "": // nothing of the kind
			case value == exportOnly:
				exported[key] = true
				if was, ok := assigned[key]; ok {
					delete(assigned, key)
					out = append(out, was)
				}
			case exported[key]:
				out = append(out, l)
			default:
				assigned[key] = l
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Line) int { return a.Line - b.Line })
	return out
}
