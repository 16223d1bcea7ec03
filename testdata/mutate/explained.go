//go:build linux

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// separator stands between the columns of a list: no Go code has it.
const separator = " :: "

// An explanation says why mutants may survive: file, function (* for any), kind, text, reason.
type explanation struct {
	line    int
	columns [4]string
	reason  string
	matched bool
}

type explanations []*explanation

// readExplained reads a list: an explanation a line; # begins a comment.
func readExplained(name string) (out explanations, err error) {
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: make it, it may be empty", err)
	}
	if err != nil {
		return nil, err
	}
	for i, line := range strings.Split(string(b), "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		c := strings.Split(line, separator)
		if len(c) != 5 || strings.TrimSpace(c[4]) == "" {
			return nil, fmt.Errorf("%s:%d: want file, function, kind, text and reason with %q between them", name, i+1, separator)
		}
		out = append(out, &explanation{line: i + 1, columns: [4]string(c[:4]), reason: c[4]})
	}
	return out, nil
}

// apply notes the reasons in the mutants of a directory, and returns what the list says of mutants that are not there.
func (list explanations) apply(dir string, mutants []*mutant) (stale []string) {
	for _, e := range list {
		if e.columns[0][:max(0, strings.LastIndexByte(e.columns[0], '/'))] != dir {
			continue
		}
		for _, m := range mutants {
			if m.file == e.columns[0] && (e.columns[1] == "*" || e.columns[1] == m.fn) && m.kind == e.columns[2] && m.text == e.columns[3] {
				m.reason, e.matched = e.reason, true
			}
		}
		if !e.matched {
			stale = append(stale, fmt.Sprintf("line %d matches no mutant: take it out, or mend it: %s", e.line, strings.Join(e.columns[:], separator)))
		}
	}
	return stale
}
