package plan

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/scan/regular"
)

// sumMax bounds a go.sum file.
const sumMax = 64 << 20

// lines makes edits of a go.sum file of a finding about lines in it: one line, or two that contradict each other.
func (m *mender) lines(f *finding.Finding, fix *finding.Fix) {
	at := []sumPlace{{f.Target.File, f.Target.Line}}
	if fix.ID == FixKeep {
		at = nil
		for _, w := range f.Witnesses {
			if p, ok := sumPlaceOf(w.From); ok && !slices.Contains(at, p) {
				at = append(at, p)
			}
		}
	}
	rec := m.record(module.Version{Path: f.Target.Module, Version: f.Target.Version})
	if fix.ID != FixUnline && (m.in.DB == nil || rec.Err != nil || rec.Zip == "") {
		m.leave(f, "the checksum database says nothing of it, and nobody else can tell which line is right", nil)
		return
	}
	edits := make(map[string][]finding.Edit)
	for _, p := range at {
		text, err := sumLines(p.file)
		if err != nil {
			m.leave(f, err.Error(), nil)
			return
		}
		e, err := edit(text, p.line, f, rec.Zip, rec.Mod)
		if err != nil {
			m.leave(f, err.Error(), nil)
			return
		}
		if e != nil {
			edits[p.file] = append(edits[p.file], *e)
		}
	}
	if len(edits) == 0 {
		m.leave(f, "the lines say by now what they should: run verify again", nil)
		return
	}
	for file, list := range edits {
		m.edit(file, list, f, fix)
	}
}

// edit adds edits to the step of a file. A line that two findings are about is edited once.
func (m *mender) edit(file string, list []finding.Edit, f *finding.Finding, fix *finding.Fix) {
	s := m.files[file]
	if s == nil {
		s = &Step{File: file, Keep: true}
		m.files[file] = s
	}
	s.add(f, fix.ID)
	for _, e := range list {
		i := slices.IndexFunc(s.Edits, func(x finding.Edit) bool { return x.Line == e.Line })
		if i < 0 {
			s.Edits = append(s.Edits, e)
		}
	}
	s.Title = fmt.Sprintf("change %d of its lines", len(s.Edits))
	if len(s.Edits) == 1 {
		s.Title = "change one line of it"
	}
}

// A sumPlace is a line of a file.
type sumPlace struct {
	file string
	line int
}

// sumPlaceOf reads FILE:LINE.
func sumPlaceOf(s string) (sumPlace, bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return sumPlace{}, false
	}
	n, err := strconv.Atoi(s[i+1:])
	return sumPlace{s[:i], n}, err == nil && n > 0
}

// sumLines reads a go.sum file. Line ends stay out; a carriage return before one is part of the line.
func sumLines(file string) ([]string, error) {
	data, err := regular.ReadFile(file, sumMax)
	if err != nil {
		return nil, err
	}
	return strings.Split(string(bytes.TrimSuffix(data, []byte("\n"))), "\n"), nil
}

// edit makes the edit of one line: it gets the right hash, or goes where another line has that already, or where nobody
// knows it. nil: the line is right.
func edit(text []string, n int, f *finding.Finding, zip, mod string) (*finding.Edit, error) {
	if n < 1 || n > len(text) {
		return nil, fmt.Errorf("there is no line %d in it any more: run verify again", n)
	}
	old := text[n-1]
	fields := strings.Fields(old)
	if len(fields) != 3 || fields[0] != f.Target.Module || strings.TrimSuffix(fields[1], "/go.mod") != f.Target.Version {
		return nil, fmt.Errorf("line %d is not about %s any more: run verify again", n, f.Target)
	}
	right := zip
	if strings.HasSuffix(fields[1], "/go.mod") {
		right = mod
	}
	e := &finding.Edit{Line: n, Old: old}
	switch {
	case right == "":
		return e, nil
	case fields[2] == right:
		return nil, nil
	}
	for i, line := range text {
		if other := strings.Fields(line); i != n-1 && len(other) == 3 && other[0] == fields[0] && other[1] == fields[1] && other[2] == right {
			return e, nil
		}
	}
	e.New = strings.Join([]string{fields[0], fields[1], right}, " ")
	if strings.HasSuffix(old, "\r") {
		e.New += "\r"
	}
	return e, nil
}
