//go:build unix

package main

import "regexp"

// A shot is one picture: what is run in which terminal, and what is done until it is taken.
type shot struct {
	name       string
	cols, rows int // a command's picture has at most so many rows, or all that there are if 0
	args       []string
	steps      []step // none: the picture is that of a command which has ended
}

// A step waits for a text on the screen and then presses a key: until another text is there, if it says so.
type step struct{ wait, key, until string }

// shots is the table of pictures. A picture more is a line more.
var shots = []shot{
	{name: "overview", cols: 100, rows: 30, steps: []step{{wait: scanned}}},
	{name: "builds", cols: 100, rows: 30, steps: []step{
		{wait: scanned, key: "down", until: "> Build cache"}, {key: "enter"}, {wait: "windows/amd64"}}},
	{name: "map", cols: 120, rows: 36, steps: []step{{wait: scanned, key: "m", until: "Map of"}, {wait: "Map of", key: "l"}}},
	{name: "ages", cols: 100, rows: 30, steps: []step{{wait: scanned, key: "m", until: "Map of"}, {wait: "Map of", key: "m", until: "by age"}}},
	{name: "modules", cols: 100, rows: 30, steps: []step{
		{wait: scanned, key: "2"}, {wait: "[2 Modules]", key: "down", until: "> + golang.org/x/tools"},
		{key: "enter"}, {wait: "v0.31.0", key: "down"}, {key: "down"}, {key: "space"}}},
	{name: "why", cols: 100, rows: 30, steps: []step{
		{wait: scanned, key: "2"}, {wait: "[2 Modules]", key: "down", until: "> + golang.org/x/text"},
		{key: "enter"}, {wait: "v0.14.0", key: "down"}, {key: "w"}, {wait: "requires"}}},
	{name: "projects", cols: 100, rows: 30, steps: []step{{wait: scanned, key: "4"}, {wait: "[4 Projects]", key: "down"}}},
	{name: "findings", cols: 100, rows: 30, steps: []step{
		{wait: scanned, key: "5"}, {wait: "Hashes are not verified yet", key: "v"}, {wait: " ok [o]", key: "j"}, {key: "k"}}},
	{name: "plan", cols: 100, rows: 30, steps: []step{
		{wait: scanned, key: "6"}, {wait: "items ticked", key: "down"}, {key: "up"}, {wait: "RISK", key: "x"}, {wait: "y remove"}}},
	{name: "activity", cols: 100, rows: 30, steps: []step{
		{wait: scanned, key: "6"}, {wait: "items ticked", key: "x"}, {wait: "y remove", key: "y"}, {wait: "Done: "}}},
	{name: "toolchains", cols: 100, rows: 30, steps: []step{{wait: scanned, key: "3"}, {wait: "RUNS HERE", key: "down"}}},
	{name: "compare", cols: 100, rows: 30, steps: []step{
		{wait: scanned, key: "C"}, {wait: "git.harbour.example/shop/api", key: "end"}, {key: "enter", until: "alike"},
		{wait: "alike", key: "C", until: "Choose A"}, {wait: "Choose A", key: "tab", until: "Choose B"},
		{wait: "Choose B", key: "up", until: "> project    example.com/ledger"}, {key: "enter"}, {wait: "CAN CHANGE"}}},
	{name: "bundle", cols: 100, rows: 30, steps: []step{
		{wait: scanned, key: "B"}, {wait: "git.harbour.example/shop/api", key: "down"}, {key: "space"}, {key: "down"}, {key: "space"}}},
	{name: "help", cols: 100, rows: 30, steps: []step{{wait: scanned, key: "?"}, {wait: "type to search"}}},
	{name: "status", cols: 100, rows: 41, args: []string{"status"}},
	{name: "ls", cols: 100, args: []string{"ls", "--sort", "size", "--limit", "15"}},
}

// scanned is on every screen of the terminal UI once all figures are final.
const scanned = "scanned "

// masks are what a screen says of the machine that the pictures are made on, and what stands there instead: a
// picture that changes with the clock and the disk would be another one each time it is made.
var masks = []struct {
	found *regexp.Regexp
	text  string
}{
	{regexp.MustCompile(`\d+% of the disk, of which \d+% are free, \S+ \S*B of \S+ \S*B`), "0% of the disk, of which 38% are free, 176 GiB of 460 GiB"},
	{regexp.MustCompile(`\(\S+ \S*B free of \S+ \S*B\)`), "(176 GiB free of 460 GiB)"},
	{regexp.MustCompile(`scanned \d\d:\d\d, \S+ ?m?s`), "scanned 12:41, 180ms"},
	{regexp.MustCompile(`scanned \d\d:\d\d\b`), "scanned 12:41"},
	{regexp.MustCompile(`[Rr]un of \d+ \w+ \d\d:\d\d`), "run of 24 Mar 12:43"},
	{regexp.MustCompile(`verified \d\d:\d\d`), "verified 12:42"},
	{regexp.MustCompile(`downloaded \d{4}-\d\d-\d\d`), "downloaded 2026-03-24"},
	{regexp.MustCompile(`\d\d:\d\d:\d\d`), "12:43:21"},
	{regexp.MustCompile(`bundle-\d{4}-\d\d-\d\d`), "bundle-2026-03-24"},
	{regexp.MustCompile(`hashed in \S+`), "hashed in 32ms"},
	{regexp.MustCompile(`, in \d\S*s\b`), ", in 1.2s"},
	{regexp.MustCompile(`Free on this file system: \S+ \S*B before, \S+ \S*B after`), "Free on this file system: 176 GiB before, 176 GiB after"},
	{regexp.MustCompile(`ago, \d+ \w+ \d{4} \d\d:\d\d`), "ago, 24 Mar 2026 10:00"},
}
