package gomod

import (
	"errors"
	"runtime"
	"strings"
	"testing"
)

// TestLong: what would take the parser gigabytes is not given to it, and what is given to it takes little.
func TestLong(t *testing.T) {
	const head = "module example.com/a\n"
	for what, once := range map[string]string{"a word a line": "x\n", "empty lines": "\n", "words": "x ", "commas": ",", "brackets": "[", "blocks": "x (\n)\n",
		"strings": `""`, "raw strings": "``", "comments": "x//\n", "requirements": "require a.b/c v1.0.0\n", "versions": "v1.0.0,"} {
		const most = Limit - len(head)
		for n := most / len(once); ; n /= 2 { // halves until it is parsed
			text := []byte(head + strings.Repeat(once, n))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			f, err := ParseLax("go.mod", text, nil)
			runtime.ReadMemStats(&after)
			if mib := (after.TotalAlloc - before.TotalAlloc) >> 20; mib > 120 {
				t.Errorf("%s, %d times: %d MiB", what, n, mib)
			}
			if bad := new(TooLongError); !errors.As(err, &bad) {
				if n == most/len(once) {
					t.Errorf("%s: all of 16 MiB was parsed: %v", what, err)
				}
				break
			}
			if f != nil {
				t.Errorf("%s: a file and %v", what, err)
			}
		}
	}
}

// TestParse: each of the three parses as that of modfile does, up to the limit, and refuses one line more.
func TestParse(t *testing.T) {
	parse := map[string]func(string) error{
		"Parse":     func(s string) error { f, err := Parse("f", []byte(s), nil); return whole(f != nil, err) },
		"ParseLax":  func(s string) error { f, err := ParseLax("f", []byte(s), nil); return whole(f != nil, err) },
		"ParseWork": func(s string) error { f, err := ParseWork("f", []byte(s), nil); return whole(f != nil, err) },
	}
	for name, parse := range parse {
		head := "module example.com/a\n"
		if name == "ParseWork" {
			head = "go 1.21\n"
		}
		if err := parse(head + strings.Repeat("\n", MaxLines-2)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		bad := new(TooLongError)
		if err := parse(head + strings.Repeat("\n", MaxLines-1)); !errors.As(err, &bad) || bad.File != "f" || !strings.Contains(err.Error(), "65536 lines") {
			t.Errorf("%s: %v", name, err)
		}
		if err := parse(head + "// " + strings.Repeat("x ", MaxWords)); !errors.As(err, &bad) {
			t.Errorf("%s: %v", name, err)
		}
		if err := parse("x ("); err == nil || errors.As(err, &bad) {
			t.Errorf("%s of a block without end: %v", name, err)
		}
	}
}

// whole is err, and an error where there is a file beside it or neither.
func whole(is bool, err error) error {
	if is == (err == nil) {
		return err
	}
	return errors.New("a file and an error, or neither")
}

// TestGuard: a panic of the parser is an error.
func TestGuard(t *testing.T) {
	f, err := guard("go.mod", nil, func() (*int, error) { panic("oh") })
	if f != nil || err == nil || !strings.Contains(err.Error(), "oh") || !strings.Contains(err.Error(), "go.mod") {
		t.Errorf("%v, %v", f, err)
	}
}
