// Command release makes what a release is made of, beside the programs: archives, checksums, a list of what is in it, and the
// licences of that. .ci/release calls it.
//
// Everything it writes is decided by its input alone: names are sorted, the only time is the one that is given, and nobody owns
// anything. So whoever repeats a release with the same Go gets the same files, byte for byte.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const usage = `usage: release pack -o FILE.tar.gz|FILE.zip -epoch SECONDS DIR   all of DIR, under its name
       release sbom -o FILE -epoch SECONDS -version V PROGRAM...   the programs and their modules, in SPDX 2.3
       release check FILE                                          is it what SPDX 2.3 requires?
       release notices -o FILE PROGRAM...                          the licences of all modules in the programs
       release examine -platform OS/ARCH -version V [-without TEXT]... PROGRAM
       release sums -o FILE DIR                                    the SHA-256 of all files in DIR
       release typed -prepare LINE -line LINE -want TEXT SHELL...  does the shell complete the line to the text?`

// errUsage is for a call that is wrong.
var errUsage = errors.New(usage)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		if errors.Is(err, errUsage) {
			os.Exit(2)
		}
		os.Exit(1)
	}
}

// texts is a flag that may be given again.
type texts []string

func (t *texts) String() string     { return strings.Join(*t, " ") }
func (t *texts) Set(s string) error { *t = append(*t, s); return nil }

func run(args []string) error {
	if len(args) == 0 {
		return errUsage
	}
	s := flag.NewFlagSet(args[0], flag.ContinueOnError)
	out := s.String("o", "", "the file to write")
	epoch := s.Int64("epoch", -1, "the time of everything, in seconds since 1970")
	version := s.String("version", "", "the version of the release")
	platform := s.String("platform", "", "what the program is for")
	prepare, line, want := s.String("prepare", "", "what the shell runs first"), s.String("line", "", "what is typed"), s.String("want", "", "what is to come")
	var without texts
	s.Var(&without, "without", "a text that may not be in the program")
	if err := s.Parse(args[1:]); err != nil {
		return fmt.Errorf("%w\n%w", err, errUsage)
	}
	names, when := s.Args(), time.Unix(*epoch, 0).UTC()
	switch one := len(names) == 1; {
	case args[0] == "pack" && one && *out != "" && *epoch >= 0:
		return pack(*out, names[0], when)
	case args[0] == "sbom" && len(names) > 0 && *out != "" && *epoch >= 0 && *version != "":
		return writeSBOM(*out, names, *version, when)
	case args[0] == "check" && one:
		return checkFile(names[0])
	case args[0] == "notices" && len(names) > 0 && *out != "":
		return writeNotices(*out, names)
	case args[0] == "examine" && one && *platform != "" && *version != "":
		return examine(names[0], *platform, *version, without)
	case args[0] == "typed" && len(names) > 0 && *line != "" && *want != "":
		return typed(*prepare, *line, *want, names)
	case args[0] == "sums" && one && *out != "":
		return writeSums(*out, names[0])
	}
	return errUsage
}

// writeSBOM writes the document, and looks at it as anybody else would.
func writeSBOM(out string, programs []string, version string, when time.Time) error {
	list, err := readPrograms(programs)
	if err != nil {
		return err
	}
	g, err := findGo()
	if err != nil {
		return err
	}
	b, err := sbom(list, version, when, g.licences)
	if err != nil {
		return err
	}
	if err := checkSPDX(b); err != nil {
		return err
	}
	return os.WriteFile(out, b, 0o666)
}

func checkFile(name string) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if err := checkSPDX(b); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// writeSums writes what sha256sum -c reads, sorted by name. It does not sum up itself.
func writeSums(out, dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	for _, e := range entries { // sorted by name
		name := filepath.Join(dir, e.Name())
		if name == filepath.Clean(out) {
			continue
		}
		sum, err := sha256Of(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%s  %s\n", sum, e.Name())
	}
	return os.WriteFile(out, b.Bytes(), 0o666)
}
