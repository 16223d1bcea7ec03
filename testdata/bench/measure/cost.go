package main

import (
	"flag"
	"fmt"
)

// cost prints the rows of one set in the table of growth, without a head: the caller prints one head for
// sets of several sizes.
func cost(args []string) error {
	fs := flag.NewFlagSet("cost", flag.ContinueOnError)
	file := fs.String("times", "", "the file of samples")
	entries := fs.Int64("entries", 0, "files and directories in the set")
	if err := parse(fs, args); err != nil {
		return err
	}
	t, err := readTimes(*file)
	if err != nil {
		return err
	}
	if err := t.need(fs.Args()...); err != nil {
		return err
	}
	for _, name := range fs.Args() {
		fmt.Printf("| %d | %s | %s | %s | %.1f MiB |\n",
			*entries, name, t.figure(name), t.entryCost(name, *entries), float64(t.peakRSS(name))/(1<<20))
	}
	return nil
}
