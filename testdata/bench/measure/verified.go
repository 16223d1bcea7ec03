package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
)

// A verification is what the bench reads of `godoctor verify --json`.
type verification struct {
	Command  string `json:"command"`
	ExitCode int    `json:"exit_code"`
	Summary  struct {
		Modules   int   `json:"modules"`
		Verified  int   `json:"verified"`
		Unchanged int   `json:"unchanged"`
		Errors    int   `json:"errors"`
		Warnings  int   `json:"warnings"`
		Notes     int   `json:"notes"`
		Bytes     int64 `json:"bytes_hashed"`
	} `json:"summary"`
	Findings []struct {
		Check    string          `json:"check"`
		Severity string          `json:"severity"`
		Target   json.RawMessage `json:"target"`
	} `json:"findings"`
	Unreadable []struct {
		Path  string `json:"path"`
		Error string `json:"error"`
	} `json:"unreadable"`
}

// expected is what a verification is to say. Findings are never wanted, but for notes with alarms.
type expected struct {
	modules   int   // versions, exactly; 0: any number but none
	least     int   // versions, or more
	bytes     int64 // hashed, exactly; 0: any number
	unchanged bool  // nothing was hashed again
	alarms    bool  // notes are allowed: what is looked for is errors and warnings
}

// verified checks what verify said of a set in which nothing is wrong.
func verified(args []string) error {
	fs := flag.NewFlagSet("verified", flag.ContinueOnError)
	var want expected
	fs.IntVar(&want.modules, "modules", 0, "how many versions are verified, exactly")
	fs.IntVar(&want.least, "least", 1, "how many versions are verified, at least")
	fs.Int64Var(&want.bytes, "bytes", 0, "how many bytes are hashed, exactly")
	fs.BoolVar(&want.unchanged, "unchanged", false, "all versions are unchanged, none is hashed")
	fs.BoolVar(&want.alarms, "alarms", false, "only errors and warnings are wrong, notes are not")
	if err := parse(fs, args); err != nil {
		return err
	}
	if fs.NArg() != 1 {
		fs.Usage()
		return errUsage
	}
	v, err := readVerification(fs.Arg(0))
	if err != nil {
		return err
	}
	s := &v.Summary
	fmt.Printf("modules: %d, verified %d, unchanged %d; %d errors, %d warnings, %d notes; %d bytes hashed\n",
		s.Modules, s.Verified, s.Unchanged, s.Errors, s.Warnings, s.Notes, s.Bytes)
	return want.judge(v)
}

func readVerification(file string) (*verification, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	v := new(verification)
	if err := json.Unmarshal(data, v); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if v.Command != "verify" {
		return nil, fmt.Errorf("%s: command %q, want verify", file, v.Command)
	}
	return v, nil
}

// judge gives everything that is wrong at once: the set may have taken minutes.
func (want *expected) judge(v *verification) error {
	var wrong []error
	complain := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	s := &v.Summary
	if v.ExitCode != 0 {
		complain("exit code %d", v.ExitCode)
	}
	notes := 0
	for i := range v.Findings {
		f := &v.Findings[i]
		if want.alarms && f.Severity == "note" {
			notes++
			fmt.Printf("note: %s %s\n", f.Check, f.Target)
			continue
		}
		complain("%s: %s %s", f.Severity, f.Check, f.Target)
	}
	if s.Errors+s.Warnings+s.Notes != len(v.Findings) {
		complain("the summary counts %d findings and %d are listed", s.Errors+s.Warnings+s.Notes, len(v.Findings))
	}
	for _, u := range v.Unreadable {
		complain("unreadable: %q: %s", u.Path, u.Error)
	}

	right := s.Verified
	if want.unchanged {
		right = s.Unchanged
		if s.Bytes != 0 {
			complain("%d bytes were hashed of what is unchanged", s.Bytes)
		}
	}
	if short := s.Modules - right; short < 0 || short > notes {
		complain("%d of %d versions are right", right, s.Modules)
	}
	if want.modules > 0 && s.Modules != want.modules || s.Modules < max(want.least, 1) {
		complain("%d versions, want %d", s.Modules, max(want.modules, want.least))
	}
	if want.bytes > 0 && s.Bytes != want.bytes {
		complain("%d bytes hashed, want %d", s.Bytes, want.bytes)
	}
	return errors.Join(wrong...)
}
