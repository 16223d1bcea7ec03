package process

import (
	"slices"
	"strings"

	"godoctor/scan/goenv"
)

// A need is how much of the module cache a go command may touch, by its command line.
type need uint8

const (
	needListed need = iota // what the files of its module or workspace name
	needNone               // nothing
	needSums               // what is listed, if there is a go.sum; else anything
	needAll                // anything
)

// verbs are the go commands (cmd/go main; "mod" and "work" have their own). What runs with -mod=mod, or takes modules
// that no file names yet, may need anything (modload: setDefaultBuildMod).
var verbs = map[string]need{
	"build": needListed, "run": needListed, "test": needListed, "install": needListed, "list": needListed,
	"vet": needListed, "generate": needListed, "doc": needListed, "fix": needListed, "fmt": needListed,
	"tool": needListed, "clean": needListed,
	"env": needNone, "version": needNone, "help": needNone, "bug": needNone, "telemetry": needNone,
	"get":      needAll,
	"mod edit": needNone, "mod download": needSums, "mod vendor": needSums,
	"mod init": needAll, "mod tidy": needAll, "mod verify": needAll, "mod graph": needAll, "mod why": needAll,
	"work edit": needNone, "work vendor": needSums, "work init": needAll, "work use": needAll, "work sync": needAll,
	"mod": needNone, "work": needNone, "": needNone, // they print help
}

// A commandLine is what the arguments of a go command say.
type commandLine struct {
	verb    string // "build", "mod tidy"
	chdir   string // of -C
	modfile string // of -modfile, here or in GOFLAGS
	need    need
	why     string // of needAll
}

// parseCommand reads the arguments of a go command, with its own name first, and GOFLAGS. What it does not understand
// needs anything.
func parseCommand(args []string, goflags string) commandLine {
	var c commandLine
	rest := args[min(1, len(args)):]
	rest = c.takeChdir(rest)
	if len(rest) > 0 {
		c.verb, rest = rest[0], rest[1:]
	}
	if (c.verb == "mod" || c.verb == "work") && len(rest) > 0 {
		c.verb, rest = c.verb+" "+rest[0], rest[1:]
	}
	if c.chdir == "" {
		rest = c.takeChdir(rest)
	}
	var known bool
	if c.need, known = verbs[c.verb]; !known {
		c.all("what \"go " + c.verb + "\" needs is not known")
	}
	if c.need == needAll && c.why == "" {
		c.why = "\"go " + c.verb + "\" may need any version"
	}
	flags, err := goenv.Words(goflags)
	if err != nil {
		c.all("its GOFLAGS cannot be split into words")
	}
	c.flags(flags)
	c.flags(rest)
	if c.verb == "clean" && slices.ContainsFunc(rest, func(a string) bool { return strings.TrimLeft(a, "-") == "modcache" }) {
		c.all("it removes the whole module cache")
	}
	if c.need != needNone && slices.ContainsFunc(rest, func(a string) bool { return strings.Contains(a, "@") }) {
		c.all("its arguments name a version")
	}
	return c
}

func (c *commandLine) all(why string) {
	if c.need != needAll || c.why == "" {
		c.need, c.why = needAll, why
	}
}

// takeChdir reads the flag -C, which has to be the first (cmd/go handleChdirFlag).
func (c *commandLine) takeChdir(args []string) []string {
	if len(args) == 0 {
		return args
	}
	a := args[0]
	if strings.HasPrefix(a, "--") {
		a = a[1:]
	}
	switch {
	case a == "-C" && len(args) > 1:
		c.chdir = args[1]
		return args[2:]
	case strings.HasPrefix(a, "-C="):
		c.chdir = a[len("-C="):]
		return args[1:]
	}
	return args
}

// flags looks for -mod and -modfile in all words: that some may belong to a program that go runs costs at most a
// version that is kept for a while.
func (c *commandLine) flags(words []string) {
	for i, w := range words {
		if !strings.HasPrefix(w, "-") {
			continue
		}
		name, value, set := strings.Cut(strings.TrimLeft(w, "-"), "=")
		if name != "mod" && name != "modfile" {
			continue
		}
		if !set && i+1 < len(words) {
			value = words[i+1]
		}
		switch {
		case name == "modfile":
			c.modfile = value
		case value == "mod" && c.need != needNone:
			c.all("with -mod=mod it may need any version")
		}
	}
}
