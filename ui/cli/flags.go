package cli

import (
	"cmp"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"godoctor/doctor/config"
	"godoctor/ui/style"
)

// flags are the switches of all commands.
type flags struct {
	json, jsonl bool
	format      string
	quiet       bool
	verbose     bool
	color       string
	theme       string
	ascii       bool
	bytes       bool
	noProgress  bool
	noInput     bool
	offline     bool
	debug       bool
	demo        bool
	from        string
	dir         string
	modcache    string
	gocache     string

	roots      []string
	grace      days
	noBranches bool
	askProxy   bool
	config     string
	noConfig   bool

	yes          bool
	dryRun       bool
	confirm      int
	accessible   bool
	allowShared  bool
	experimental bool

	fast       bool // status, ls
	tui, noTUI bool // without a command
	mouse      bool
}

// global registers the flags that every command has.
func (f *flags) global(s *pflag.FlagSet) {
	s.BoolVar(&f.json, "json", false, "print one JSON document")
	s.BoolVar(&f.jsonl, "jsonl", false, "print JSON lines, one object a line")
	s.StringVar(&f.format, "format", "text", "print `FORMAT`: text, json or jsonl; findings as sarif, github or markdown too")
	s.BoolVarP(&f.quiet, "quiet", "q", false, "print no progress and no hints")
	s.BoolVarP(&f.verbose, "verbose", "v", false, "print the long lists too")
	s.StringVar(&f.color, "color", "auto", "colour the text: `WHEN` is auto, always or never")
	s.StringVar(&f.theme, "theme", "auto", "colour it with `THEME`: auto, ansi, light, dark, mono or colorblind")
	s.BoolVar(&f.ascii, "ascii", false, "print nothing but ASCII")
	s.BoolVar(&f.bytes, "bytes", false, "print sizes as plain numbers of bytes")
	s.BoolVar(&f.noProgress, "no-progress", false, "print no progress on stderr")
	s.BoolVar(&f.noInput, "no-input", false, "never ask anything")
	s.BoolVar(&f.offline, "offline", false, "never use the network")
	s.BoolVar(&f.debug, "debug", false, "say on stderr what is done and how long it takes")
	s.BoolVar(&f.demo, "demo", false, "show a made-up machine instead of this one")
	s.StringVar(&f.from, "from", "", "look at the scan in `FILE`, which 'godoctor scan -o' wrote, instead of this machine; read only")
	s.StringVarP(&f.dir, "chdir", "C", "", "act as if started in `DIR`")
	s.StringVar(&f.modcache, "modcache", "", "look at the module cache in `DIR` instead of GOMODCACHE")
	s.StringArrayVar(&f.roots, "root", nil, "look for projects below `DIR` instead of the home directory; may be given again")
	f.grace = days(config.DefaultGrace)
	s.Var(&f.grace, "grace", "what was downloaded or read within `DURATION` is young; 0: nothing is")
	s.BoolVar(&f.noBranches, "no-branches", false, "do not read what other git branches and stash entries need")
	s.BoolVar(&f.askProxy, "ask-proxy", false, "ask the module proxy whether what nobody needs can be had again; with check: run the checks that ask")
	s.StringVar(&f.config, "config", "", "read `FILE` instead of config.toml in the user's config directory")
	s.BoolVar(&f.noConfig, "no-config", false, "read no config file")
	s.BoolVarP(&f.yes, "yes", "y", false, "answer yes to what is not severe")
	s.BoolVarP(&f.dryRun, "dry-run", "n", false, "show what would be done, and change nothing")
	s.IntVar(&f.confirm, "confirm", -1, "confirm that exactly `N` items are removed, where --yes is not enough")
	s.BoolVar(&f.accessible, "accessible", false, "for screen readers: numbered menus instead of the screen, progress in lines that stay")
	s.BoolVar(&f.allowShared, "allow-shared", false, "change caches that others own or can write, too")
	s.BoolVar(&f.experimental, "experimental", false, "change caches on systems where the fault tests have not run")
	s.BoolVar(&f.mouse, "mouse", false, "let the mouse pick screens and rows in the terminal UI, which then keeps it from selecting text")
	s.StringVar(&f.gocache, "gocache", "", "look at the build cache in `DIR` instead of GOCACHE")
}

// scan registers the flags of commands that say how closely to look.
func (f *flags) scan(s *pflag.FlagSet) {
	s.BoolVar(&f.fast, "fast", false, "take sizes from zips and from the last scan instead of looking at every file")
}

// bare registers the flags of the program without a command.
func (f *flags) bare(s *pflag.FlagSet) {
	s.BoolVar(&f.tui, "tui", false, "show the terminal UI, or say why not")
	s.BoolVar(&f.noTUI, "no-tui", false, "print 'status' even in a terminal")
}

// utf8Locale recognises the locales that use UTF-8, like C.UTF-8 and de_DE.utf8@euro.
func utf8Locale(v string) bool {
	v = strings.ToLower(v)
	return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
}

// check makes one format of the three flags that ask for one, and refuses what contradicts itself.
func (f *flags) check(cmd *cobra.Command) error {
	set := cmd.Flags().Changed
	switch {
	case f.json && f.jsonl:
		return misuse("--json and --jsonl exclude each other")
	case f.json:
		if set("format") && f.format != "json" {
			return misuse("--json and --format %s exclude each other", f.format)
		}
		f.format = "json"
	case f.jsonl:
		if set("format") && f.format != "jsonl" {
			return misuse("--jsonl and --format %s exclude each other", f.format)
		}
		f.format = "jsonl"
	}
	if err := formatFits(cmd, f.format); err != nil {
		return err
	}
	if f.offline && f.askProxy {
		return misuse("--offline and --ask-proxy exclude each other")
	}
	for _, own := range []string{"modcache", "gocache", "root"} {
		if f.demo && set(own) {
			return misuse("--demo and --%s exclude each other: a made-up machine has its own", own)
		}
	}
	if f.noConfig && f.config != "" {
		return misuse("--config and --no-config exclude each other")
	}
	if _, err := style.ParseWhen(f.color); err != nil {
		return misuse("%w", err)
	}
	if _, err := style.ParseName(f.theme); err != nil {
		return misuse("%w", err)
	}
	return nil
}

// formatFits refuses formats that there are not, or in which a command has no answer.
func formatFits(cmd *cobra.Command, format string) error {
	switch format {
	case "text", "json", "jsonl":
		return nil
	case "sarif", "github", "markdown":
		if (cmd.Name() == "compare" || cmd.Name() == "keys") && format == "markdown" {
			return nil
		}
		if !hasFindings(cmd) {
			return misuse("--format %s is for findings, and %s has none: want text, json or jsonl", format, cmp.Or(strings.ReplaceAll(tableOf(cmd), ".", " "), cmd.Name()))
		}
		return nil
	}
	return misuse("--format %q: want text, json, jsonl, or for findings sarif, github or markdown", format)
}

// hasFindings reports whether a command answers with findings. What is wrong with a bundle is none.
func hasFindings(cmd *cobra.Command) bool {
	switch tableOf(cmd) {
	case "verify", "check", "proxy", "toolchains.verify":
		return true
	case "binary":
		return cmd.Flags().NArg() > 0 && !cmd.Flags().Changed("rebuild")
	}
	return false
}

// days is a duration that may be given in days, weeks or years too: 90d, 2w, 1y, 336h.
type days time.Duration

func (d *days) String() string {
	if *d == 0 {
		return ""
	}
	return time.Duration(*d).String()
}

func (d *days) Type() string { return "DURATION" }

func (d *days) Set(s string) error {
	v, err := config.ParseDuration(s)
	if err != nil {
		return err
	}
	*d = days(v)
	return nil
}
