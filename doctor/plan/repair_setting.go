package plan

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/regular"
)

// SettingMax bounds a settings file, in bytes.
const SettingMax = 1 << 20

// setting makes edits of the GOENV file, which a person may edit, and which go itself cannot where a line of it keeps go
// from starting. Where the file is a link, what it leads to is edited: a rename onto the link would part the two.
func (m *mender) setting(f *finding.Finding, fix *finding.Fix) {
	if len(fix.Edits) == 0 {
		m.leave(f, fix.Title, fix.Argv)
		return
	}
	real, err := m.goenvFile(f.Target.File)
	if err == nil {
		err = asTheyWere(real, fix.Edits)
	}
	if err == nil && m.goenv != nil {
		err = compatible(m.goenv.Edits, fix.Edits)
	}
	if err != nil {
		m.leave(f, err.Error(), nil)
		return
	}
	s := m.goenv
	if s == nil {
		s = &Step{File: real, Title: fix.Title, Keep: true}
		m.goenv = s
	}
	s.add(f, fix.ID)
	for _, e := range fix.Edits {
		if !slices.Contains(s.Edits, e) {
			s.Edits = append(s.Edits, e)
		}
	}
	if len(s.Of) > 1 {
		s.Title = fmt.Sprintf("change %d of its lines", len(s.Edits))
	}
}

// goenvFile is where the GOENV file lies that a finding is about; no other file is edited.
func (m *mender) goenvFile(file string) (string, error) {
	if at := m.in.Inventory.Env.Value("GOENV"); file == "" || !filepath.IsAbs(file) || file != at {
		return "", fmt.Errorf("%q is not the GOENV file: edit it by hand", file)
	}
	return filepath.EvalSymlinks(file)
}

// asTheyWere compares the lines of a file with what edits take them for.
func asTheyWere(file string, edits []finding.Edit) error {
	text, err := regular.ReadFile(file, SettingMax)
	if err != nil {
		return err
	}
	lines := strings.Split(string(bytes.TrimSuffix(text, []byte("\n"))), "\n")
	for _, e := range edits {
		if e.Line != 0 && (e.Line < 1 || e.Line > len(lines) || lines[e.Line-1] != e.Old) {
			return fmt.Errorf("line %d of it is not as it was: run the check again", e.Line)
		}
	}
	return nil
}

// compatible is an error where two findings want different things of one line.
func compatible(have, more []finding.Edit) error {
	for _, e := range more {
		if slices.ContainsFunc(have, func(x finding.Edit) bool { return x.Line == e.Line && e.Line != 0 && x != e }) {
			return errors.New("another finding changes that line: run this again")
		}
	}
	return nil
}
