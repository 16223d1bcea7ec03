package compare

import "strings"

// advice is what a person can do about a difference, by its subject. NAME, A and B stand for the name and the values as they
// are typed in a shell.
var advice = map[string]string{
	"hash":           "believe neither side before 'godoctor verify' on both says whose copy differs from what the checksum database knows",
	"main module":    "compare the same project on both sides: choose its directory there and here",
	"go.work":        "GOWORK=off builds without it; 'go env GOWORK' says which file is in effect",
	"go":             "a toolchain line makes all take one release: 'go get toolchain@RELEASE' in the project; GOTOOLCHAIN=RELEASE does it for one command",
	"go line":        "use one go.mod on both sides: 'go get go@VERSION' writes the line",
	"toolchain line": "use one go.mod on both sides: 'go get toolchain@RELEASE' writes the line, toolchain@none takes it out",
	"vendor":         "'go mod vendor' makes the directory anew; -mod=mod builds without it",
	"replace":        "'go list -m NAME' says what stands in its place; the replace line is in go.mod or go.work, and 'go mod edit -dropreplace NAME' takes it out of go.mod",
	"godebug":        "use one go.mod on both sides: 'go mod edit -godebug KEY=VALUE' writes the line, -dropgodebug takes it out",
	"compiler":       "install the same C compiler on both sides, or build with CGO_ENABLED=0 where nothing needs C",
	"environment":    "set or unset NAME where the build is started: the shell, the service or the job",
	"checkout":       "build with -buildvcs=false, or from a checkout on both sides",
	"program":        "build both from one revision and one package, without changes that are not committed",
	"file":           "build both with -trimpath from one clean checkout and one release: 'godoctor binary --rebuild DIR FILE' says whether these sources make it",
}

// Do says what a person can do: what makes both sides alike, or tells which of them to believe. The commands in it are to be
// read, not run unseen: values come from what is compared.
func (d *Difference) Do() string {
	if d.Effect == Nothing {
		return "nothing: no build is known to depend on it"
	}
	switch d.Subject {
	case "setting":
		return d.set()
	case "flag":
		return d.flag()
	case "module":
		return d.get()
	case "toolchain":
		return "'godoctor toolchains get " + typed(d.Name, "RELEASE") + "' fetches it where it is missing: on " + d.lacking()
	}
	return strings.ReplaceAll(advice[d.Subject], "NAME", typed(d.Name, "NAME"))
}

// lacking is the side that has no value.
func (d *Difference) lacking() string {
	if d.A == "" {
		return "A"
	}
	return "B"
}

// set is about a setting of the go command: what gives B the value of A. What is in the environment is stronger than what go env
// -w writes.
func (d *Difference) set() string {
	name, value := typed(d.Name, "NAME"), typedValue(d.A, "VALUE-OF-A")
	if d.FromB == "the environment" {
		if d.A == "" || d.FromA == "go's default" {
			return "unset " + name + " in the environment of B"
		}
		return "set " + name + "=" + value + " in the environment of B, or unset it there and run 'go env -w' on B"
	}
	if d.A == "" || d.FromA == "go's default" {
		return "'go env -u " + name + "' on B goes back to the default"
	}
	return "'go env -w " + name + "=" + value + "' on B makes it like A; in the environment " + name + " is stronger"
}

// flag is about a flag, of GOFLAGS or of the command that built a program.
func (d *Difference) flag() string {
	if !strings.HasPrefix(d.Name, "-") {
		return "build both from one revision, without changes that are not committed (-buildvcs=false leaves it out)"
	}
	name := typedValue(d.Name, "flags")
	if d.FromA == "" && d.FromB == "" {
		return "give both builds the same " + name + ", in GOFLAGS or in the command"
	}
	return "make GOFLAGS the same on both sides ('go env GOFLAGS'), or give " + name + " in the command that builds"
}

// get is about a version in the build list.
func (d *Difference) get() string {
	path := typed(d.Name, "MODULE")
	if d.A == "" || d.B == "" {
		return "'go mod why -m " + path + "' on the other side says what needs it; one go.mod and go.work on both sides make one build list"
	}
	return "'go get " + path + "@" + typed(d.A, "VERSION-OF-A") + "' in the project of B makes it like A; 'go mod graph' says who asks for which version"
}

// typedMax bounds a value in a command.
const typedMax = 120

// typed is a name as it is typed in a shell; a word of ours where that cannot be: what is private was taken out of it, it is
// long, a shell would take it for more than one word, or a command for a flag.
func typed(s, instead string) string {
	if strings.HasPrefix(s, "-") {
		return instead
	}
	return typedValue(s, instead)
}

// typedValue is likewise a flag, or what stands behind the = of a setting.
func typedValue(s, instead string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("@%+=:,./_-", r)
	}
	if s == "" || len(s) > typedMax || strings.Contains(s, "USER") || strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return instead
	}
	return s
}
