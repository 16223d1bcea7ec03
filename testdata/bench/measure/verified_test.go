package main

import (
	"strings"
	"testing"
)

const allRight = `{"command":"verify","exit_code":0,"summary":{"modules":3,"verified":3,"unchanged":0,
	"errors":0,"warnings":0,"notes":0,"bytes_hashed":100},"findings":[],"unreadable":[]}`

func TestVerified(t *testing.T) {
	replace := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(allRight) }
	unchanged := replace(`"verified":3`, `"verified":0`, `"unchanged":0`, `"unchanged":3`, `_hashed":100`, `_hashed":0`)
	note := replace(`"verified":3`, `"verified":2`, `"notes":0`, `"notes":1`,
		`"findings":[]`, `"findings":[{"check":"list-damaged","severity":"note","target":{}}]`)
	for name, c := range map[string]struct {
		answer string
		args   string
		right  bool
	}{
		"right":              {allRight, "-modules 3 -bytes 100", true},
		"any number":         {allRight, "", true},
		"enough":             {allRight, "-least 3", true},
		"too few":            {allRight, "-least 4", false},
		"other modules":      {allRight, "-modules 4", false},
		"other bytes":        {allRight, "-bytes 99", false},
		"one is not right":   {replace(`"verified":3`, `"verified":2`), "-modules 3", false},
		"more than there":    {replace(`"verified":3`, `"verified":4`), "-modules 3", false},
		"none":               {replace(`"modules":3,"verified":3`, `"modules":0,"verified":0`), "", false},
		"exit code":          {replace(`"exit_code":0`, `"exit_code":3`), "", false},
		"unreadable":         {replace(`"unreadable":[]`, `"unreadable":[{"path":"/x","error":"denied"}]`), "-alarms", false},
		"finding":            {replace(`"findings":[]`, `"findings":[{"check":"c","severity":"error"}]`, `"errors":0`, `"errors":1`), "-alarms", false},
		"note":               {note, "-modules 3", false},
		"note, alarms":       {note, "-alarms", true},
		"counted, not told":  {replace(`"errors":0`, `"errors":1`), "-alarms", false},
		"unchanged":          {unchanged, "-modules 3 -unchanged", true},
		"unchanged, hashed":  {strings.Replace(unchanged, `_hashed":0`, `_hashed":1`, 1), "-modules 3 -unchanged", false},
		"not unchanged":      {allRight, "-modules 3 -unchanged", false},
		"of another command": {replace(`"verify"`, `"status"`), "", false},
		"not JSON":           {"verified", "", false},
	} {
		err := verified(append(strings.Fields(c.args), write(t, "answer", c.answer)))
		if (err == nil) != c.right {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWorstAndBeside(t *testing.T) {
	all := times{
		"cancel": {1: {wall: 0.01}, 2: {wall: 0.09}, 3: {wall: 0.02}},
		"peer":   {1: {wall: 0.01, user: 1}, 2: {wall: 0.01, user: 1}, 3: {wall: 0.01, user: 1}},
	}
	for line, want := range map[string]row{
		"worst cancel 91":    {figure: "90.0 ms, median 20.0 ms"},
		"worst cancel 90":    {figure: "90.0 ms, median 20.0 ms", short: true},
		"beside cancel peer": {ratio: "2.0000 (0.0000)", most: "-"},
	} {
		l, err := parseLimit(strings.Fields(line))
		if err != nil {
			t.Fatal(err)
		}
		got := l.judge(all, 1)
		if got.short != want.short || want.figure != "" && got.figure != want.figure ||
			want.ratio != "" && (got.ratio != want.ratio || got.most != want.most || got.mark() != "") {
			t.Errorf("%s: %+v, want %+v", line, got, want)
		}
	}
}
