package cli

import (
	"strings"

	"godoctor/ui/plain"
)

// What the manual page of the program says beyond the help of its commands: terms, and what they mean.
var (
	exitStatus = [][2]string{
		{"0", "It is done, or there is nothing to do. Places that could not be read do not fail a command that only looks: the answer lists them."},
		{"1", "The program failed; the reason is one line on standard error."},
		{"2", "The call is wrong: an unknown command, flag or argument, or flags that exclude each other."},
		{"3", "There are findings at or above --fail-on (default: error)."},
		{"4", "A part is done: some items failed or were left, and each says why."},
		{"5", "It was not confirmed, or nobody could be asked: nothing was changed."},
		{"6", "The caches are in use by something that this would disturb: nothing was changed."},
		{"129, 130, 143", "Stopped by SIGHUP, by SIGINT, by SIGTERM. What was begun is put back or ended by the next run."},
	}
	environment = [][2]string{
		{"GODOCTOR_*", "Stands in for a flag where that is not given: GODOCTOR_COLOR for --color, GODOCTOR_LS_SORT for --sort of ls. godoctor-settings(7) says which flags have none, and why."},
		{"NO_COLOR", "With any value: no colour."},
		{"ACCESSIBLE", "With any value but 0 and false: --accessible."},
		{"GOMODCACHE, GOCACHE, GOPATH, GOENV, GOROOT, GOTOOLCHAIN, GOPROXY, GONOPROXY, GOPRIVATE, GOSUMDB, GONOSUMDB, GOAUTH, GOFLAGS",
			"And all other settings of go, read as go reads them, from the environment, the GOENV file and GOROOT/go.env, without running go: 'godoctor env' shows each, and where it comes from."},
		{"HTTPS_PROXY, HTTP_PROXY, NO_PROXY, NETRC", "Where something is fetched, as the go command takes them."},
		{"XDG_CONFIG_HOME, XDG_CACHE_HOME, XDG_STATE_HOME", "Where godoctor's own files are, see FILES."},
		{"TMPDIR", "Where temporary files are made."},
		{"SOURCE_DATE_EPOCH", "The day that stands on manual pages, for 'godoctor man'."},
		{"GOGC, GOMEMLIMIT", "How the program itself collects garbage. Without them it keeps to 64 MiB where it can."},
	}
	filesOfOurs = [][2]string{
		{"/etc/godoctor.toml", "Settings for everybody on the machine. Windows has none. 'godoctor config path' tells all files of settings, and whether they are there."},
		{"$XDG_CONFIG_HOME/godoctor/config.toml", "The user's settings, in ~/.config without the variable; on macOS ~/Library/Application Support too, on Windows %AppData%."},
		{"$XDG_CONFIG_HOME/godoctor/pins.toml", "Versions that are kept whatever happens."},
		{".godoctor.toml", "What a project says of itself; see godoctor-settings(7)."},
		{"$XDG_STATE_HOME/godoctor", "History, seen projects, and what the next run has to know, in ~/.local/state without the variable."},
		{"$XDG_CACHE_HOME/godoctor", "The index of the last scan, which may be deleted; in ~/.cache without the variable."},
		{".godoctor/quarantine", "Beside GOMODCACHE: what was removed and may not come back, for seven days. cache/godoctor in it where the parent is another file system."},
	}
)

// checksPage is the page of all checks.
func (a *app) checksPage(r *plain.Roff) {
	r.Section("description")
	r.Text("These are the checks of godoctor-check(1). 'godoctor help CHECK' shows one of them, 'godoctor check CHECK' runs it.")
	for _, c := range a.table() {
		r.Part(c.ID)
		r.Text(c.Title + ". Severity: " + c.Severity.String() + ". Cost: " + c.Cost.String() + ".")
		if len(c.Says) > 0 {
			lines := make([]string, len(c.Says))
			for i, s := range c.Says {
				lines[i] = "  " + strings.ReplaceAll(s, "\n", " ")
			}
			r.Text("Words of go that lead here:\n" + strings.Join(lines, "\n"))
		}
		for _, text := range []string{c.Help.Why, c.Help.Look, c.Help.Do} {
			if text != "" {
				r.Text(text)
			}
		}
	}
	seeAlso(r, "godoctor(1)", "godoctor-check(1)")
}
