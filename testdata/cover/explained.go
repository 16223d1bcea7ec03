package main

import (
	"fmt"
	"os"
	"strings"
)

// An explanation says why no test comes past blocks: file, function, text, reason.
type explanation struct {
	line    int
	block   string
	matched bool
}

// readExplained reads a list: an explanation a line; # begins a comment.
func readExplained(name string) (out []*explanation, err error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	for i, line := range strings.Split(string(data), "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		c := strings.Split(line, separator)
		if len(c) != 4 || strings.TrimSpace(c[3]) == "" {
			return nil, fmt.Errorf("%s:%d: want file, function, text and reason with %q between them", name, i+1, separator)
		}
		out = append(out, &explanation{line: i + 1, block: strings.Join(c[:3], separator)})
	}
	return out, nil
}

// explain looks a block up, and notes that its explanation is needed.
func explain(list []*explanation, b *block) (found bool) {
	for _, e := range list {
		if e.block == b.name() {
			e.matched, found = true, true
		}
	}
	return found
}
