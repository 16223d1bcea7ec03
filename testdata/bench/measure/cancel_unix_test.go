//go:build unix

package main

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestCancel(t *testing.T) {
	const sleep = "sleep 5 & wait" // a trap interrupts wait, not a command
	for name, c := range map[string]struct{ script, wrong string }{
		"stops":   {"trap 'exit 130' INT; " + sleep, ""},
		"ends":    {"exit 0", "process already finished|exit code 0"},
		"ignores": {"trap 'exit 3' INT; " + sleep, "exit code 3, want 130"},
		"killed":  {"exec sleep 9", "exit code -1, want 130"},
	} {
		file := filepath.Join(t.TempDir(), "times")
		if err := record(file, sample{name: "whole", round: 1, wall: 1}); err != nil {
			t.Fatal(err)
		}
		err := cancel([]string{"-name", "c", "-like", "whole", "-runs", "2", "-times", file, "--", "sh", "-c", c.script})
		if c.wrong != "" {
			if err == nil || !oneOf(err.Error(), c.wrong) {
				t.Errorf("%s: %v, want %s", name, err, c.wrong)
			}
			continue
		}
		all, err2 := readTimes(file)
		if err != nil || err2 != nil {
			t.Fatalf("%s: %v, %v", name, err, err2)
		}
		if len(all["c"]) != 2 || all.worst("c", wall) <= 0 || all.worst("c", wall) > 2 {
			t.Errorf("%s: %+v", name, all["c"])
		}
	}
	if err := cancel([]string{"-name", "c", "-like", "none", "-times", write(t, "times", ""), "--", "true"}); err == nil {
		t.Error("without a whole run: no error")
	}
}

func oneOf(s, list string) bool {
	for _, part := range strings.Split(list, "|") {
		if strings.Contains(s, part) {
			return true
		}
	}
	return false
}
