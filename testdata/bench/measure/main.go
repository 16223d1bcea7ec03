// Measure is the bench's stopwatch and judge.
//
//	measure run -name N -round R -times FILE [-out FILE] -- COMMAND [ARG...]
//	measure table -times FILE -entries N < limits
//	measure cost -times FILE -entries N NAME...
//	measure sums -bytes N -disk N -root DIR [-root DIR...] STATUS.json
//	measure cancel -name N -like NAME -runs N -times FILE -- COMMAND [ARG...]
//	measure verified [-modules N] [-least N] [-bytes N] [-unchanged] [-alarms] VERIFY.json
//	measure near -within SHARE A.json B.json
//
// Run appends one line to FILE: name, round, seconds of wall, user and system time, and the greatest
// resident size in bytes. Round 0 is the warm-up: it is written down and counted nowhere. Cancel appends lines
// whose wall time is that from SIGINT to the end of the command.
//
// Exit codes: 0 all is well, 1 a sum is wrong or a command failed, 2 bad usage, 3 a limit is not kept.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
)

// errShort says that every figure is right and one of them is above its limit.
var errShort = errors.New("a limit is not kept")

// errUsage ends the program with 2; what was wrong has been said.
var errUsage = errors.New("bad usage")

var commands = []struct {
	name string
	run  func(args []string) error
}{
	{"run", run},
	{"table", table},
	{"cost", cost},
	{"sums", sums},
	{"near", near},
	{"cancel", cancel},
	{"verified", verified},
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "measure: name a command: run, table, cost, sums, near, cancel or verified")
		os.Exit(2)
	}
	for _, c := range commands {
		if c.name == os.Args[1] {
			os.Exit(code(c.run(os.Args[2:])))
		}
	}
	fmt.Fprintf(os.Stderr, "measure: no command %q\n", os.Args[1])
	os.Exit(2)
}

func code(err error) int {
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		return 2
	case errors.Is(err, errShort):
		return 3
	}
	fmt.Fprintln(os.Stderr, "measure:", err)
	return 1
}

// parse fills fs and turns what it did not like, and has printed, into errUsage.
func parse(fs *flag.FlagSet, args []string) error {
	err := fs.Parse(args)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return err
	}
	return errUsage
}
