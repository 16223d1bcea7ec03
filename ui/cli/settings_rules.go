package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"godoctor/doctor/finding"
	"godoctor/ui/style"
)

// A rule says how files and variables may stand in for a flag. The zero rule: as a flag is given.
type rule struct {
	flagOnly string   // why it can only be given with the command; "": anywhere
	noFile   string   // why no file can set it, but a variable; "": one can
	key      string   // what files call it; "": as the flag, with _ for -
	policy   bool     // package config reads it itself, beside keys that are no flags
	yields   []string // flags of the same command, or of all, before which it gives way where it comes from a file or a variable
	needs    string   // a flag without which it means nothing
	onlyOn   bool     // a file or variable can switch it on, and only a flag can switch it off
	safe     bool     // as in config.Key, like the next three
	limit    bool
	project  bool
	skips    bool
	choices  func() []string
}

const (
	consent  = "it is the answer to a question, and is given for one run with the command: a file or variable would answer for all that nobody has seen"
	guard    = "it takes a safeguard away, and is given for one run with the command"
	wider    = "it says what is removed or changed, and is given with the command; [auto] is for what goes by itself"
	oneCall  = "it says what one call is about"
	oneFile  = "it names the file of one call"
	unlisted = "nothing says yet that it is harmless, and its command changes the disk"
)

// rules are the flags that are not simply set: by the name of the flag where it is of all commands, else the command's and the
// flag's. *.flag is a flag of any command that has no line of its own.
//
// What could remove more than the command says, or without a question, comes from the command line only. A command that changes
// the disk has a line for each of its flags; one that has none cannot be set.
var rules = map[string]rule{
	"help":              {flagOnly: "it asks for something else than the command does"},
	"*.help":            {flagOnly: "it asks for something else than the command does"},
	"*.version":         {flagOnly: "it asks for something else than the command does"},
	"*.no-descriptions": {flagOnly: oneCall},
	"*.output":          {flagOnly: oneFile},

	"yes":          {flagOnly: consent},
	"confirm":      {flagOnly: consent},
	"allow-shared": {flagOnly: guard},
	"experimental": {flagOnly: guard},
	"no-config":    {flagOnly: "pins and protected patterns stand in the files: " + guard},
	"from":         {noFile: oneFile, yields: []string{"demo"}},
	"modcache":     {yields: []string{"from", "demo"}},
	"gocache":      {yields: []string{"from", "demo"}},
	"config":       {yields: []string{"no-config"}, noFile: "it says which file is read"},
	"chdir":        {noFile: "it says where a project's file is looked for"},
	"demo":         {yields: []string{"from"}, noFile: "a made-up machine is for a look, and not for always"},
	"dry-run":      {onlyOn: true, safe: true},
	"offline":      {safe: true},
	"no-input":     {safe: true},
	"ask-proxy":    {yields: []string{"offline", "from"}},
	"json":         {yields: []string{"jsonl", "format"}},
	"jsonl":        {yields: []string{"json", "format"}},
	"format":       {yields: []string{"json", "jsonl"}, choices: words("text", "json", "jsonl", "sarif", "github", "markdown")},
	"color":        {choices: words(string(style.Auto), string(style.Always), string(style.Never))},
	"theme":        {choices: themes},
	"grace":        {policy: true},
	"root":         {policy: true, key: "roots", yields: []string{"demo"}},
	"no-branches":  {policy: true, key: "branches"},
	"tui":          {flagOnly: "it fails where there is no terminal"},
	"no-tui":       {yields: []string{"tui"}},
	"accessible":   {yields: []string{"tui"}},

	"*.fail-on":               {choices: severities},
	"check.fail-on":           {choices: severities, project: true},
	"verify.fail-on":          {choices: severities, project: true},
	"check.skip":              {project: true, skips: true, choices: checkNames},
	"check.all":               {yields: []string{"project"}},
	"check.project":           {yields: []string{"all", "from"}},
	"check.deep":              {yields: []string{"from"}},
	"binary.sumdb":            {yields: []string{"offline", "from"}},
	"check.list":              {flagOnly: oneCall},
	"man.list":                {flagOnly: oneCall},
	"check.error":             {flagOnly: oneCall},
	"verify.sumdb":            {yields: []string{"offline"}},
	"verify.fresh":            {needs: "sumdb"},
	"verify.fetch":            {needs: "toolchains", yields: []string{"offline"}},
	"toolchains.refresh":      {yields: []string{"offline", "from"}},
	"toolchains.verify.sumdb": {yields: []string{"offline"}},
	"toolchains.verify.fresh": {needs: "sumdb"},
	"toolchains.verify.fetch": {yields: []string{"offline"}},
	"toolchains.get.platform": {flagOnly: oneCall},
	"toolchains.get.sdk":      {},
	"binary.rebuild":          {flagOnly: oneCall},
	"ls.state":                {choices: states},
	"ls.sort":                 {choices: words("name", "size", "age")},
	"bundle.create.project":   {flagOnly: oneCall},
	"bundle.create.module":    {flagOnly: oneCall},
	"bundle.create.toolchain": {flagOnly: oneCall},
	"bundle.create.since":     {flagOnly: oneCall},
	"bundle.apply.project":    {},
	"bundle.apply.sdk":        {},
	"repair.all":              {flagOnly: wider},
	"repair.project":          {flagOnly: wider},
	"clean.older-than":        {limit: true},
	"clean.keep":              {limit: true},
	"clean.goal":              {limit: true, yields: []string{"apply"}},
	"clean.budget":            {limit: true, yields: []string{"apply"}},
	"clean.fast":              {flagOnly: "projects that were not found before would not count"},
	"clean.apply":             {flagOnly: oneFile},
	"clean.auto":              {flagOnly: consent},
	"clean.purge":             {flagOnly: wider},
	"clean.module":            {flagOnly: wider},
	"clean.orphans":           {flagOnly: wider},
	"clean.forget":            {flagOnly: wider},
	"clean.sources":           {flagOnly: wider},
	"clean.zips":              {flagOnly: wider},
	"clean.toolchains":        {flagOnly: wider},
	"clean.vcs":               {flagOnly: wider},
	"clean.build":             {flagOnly: wider},
	"clean.dead":              {flagOnly: wider},
	"clean.test":              {flagOnly: wider},
	"clean.fuzz":              {flagOnly: wider},
	"clean.leftovers":         {flagOnly: wider},
	"clean.related":           {flagOnly: wider},
	"clean.abandoned":         {flagOnly: wider},
	"clean.all-modules":       {flagOnly: wider},
}

// changing are the commands that change the disk.
var changing = []string{"clean", "repair", "undo", "purge", "bundle.create", "bundle.apply", "toolchains.get"}

// ruleOf is the rule of a flag of a command, whose words are joined by dots.
func ruleOf(table, flag string) rule {
	name := flag
	if table != "" {
		name = table + "." + flag
	}
	r, ok := rules[name]
	if !ok && table != "" {
		r, ok = rules["*."+flag]
	}
	if !ok && slices.Contains(changing, table) {
		r.flagOnly = unlisted
	}
	return r
}

func words(list ...string) func() []string { return func() []string { return list } }

func severities() []string {
	return []string{finding.Error.String(), finding.Warning.String(), finding.Note.String(), "never"}
}

func themes() []string {
	var out []string
	for _, n := range style.Names() {
		out = append(out, string(n))
	}
	return out
}

func checkNames() []string { return append(ids(allChecks()), classes...) }

// tableOf is how files call a command: its words joined by dots. What the program without a command has is at the top.
func tableOf(cmd *cobra.Command) string {
	_, words, _ := strings.Cut(cmd.CommandPath(), " ")
	return strings.ReplaceAll(words, " ", ".")
}

// tableOfFlag is the table of a flag as a command has it. What godoctor prints without a command is the answer of status, and is as
// fast as that.
func tableOfFlag(cmd *cobra.Command, f *pflag.Flag) string {
	switch {
	case cmd.Root().PersistentFlags().Lookup(f.Name) == f:
		return ""
	case cmd == cmd.Root() && f.Name == "fast":
		return "status"
	}
	return tableOf(cmd)
}
