package remedy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/doctor/state"
)

// sumMax bounds a go.sum file.
const sumMax = 64 << 20

// editSum changes lines of a go.sum file, all or none, only while every line says what it said.
func (s *Session) editSum(name string, edits []finding.Edit) error {
	return s.rewriteSum(name, func(old []byte) ([]byte, error) { return edited(old, edits) })
}

// uneditSum takes edits of a go.sum file back.
func (s *Session) uneditSum(name string, edits []state.LineEdit) error {
	return s.rewriteSum(name, func(now []byte) ([]byte, error) { return unedited(now, edits) })
}

// rewriteSum puts another text in the place of a go.sum file: under the lock that the go command takes on it
// (modfetch.WriteGoSum: lockedfile.Transform), and by a rename, so that nobody reads half of it. Its mode is kept.
func (s *Session) rewriteSum(name string, change func(old []byte) ([]byte, error)) error {
	if !filepath.IsAbs(name) || filepath.Ext(name) != ".sum" {
		return fmt.Errorf("%q: %w", name, errNotNamed)
	}
	dir, base, st, err := s.openText(name)
	if err != nil {
		return err
	}
	defer dir.close()
	lock, err := dir.lock(base)
	if err != nil {
		return err
	}
	defer lock.Close()
	old, err := io.ReadAll(io.LimitReader(lock, sumMax+1))
	if err == nil && len(old) > sumMax {
		err = pathError("edit", name, errors.New("it is too large"))
	}
	if err != nil {
		return err
	}
	text, err := change(old)
	if err != nil {
		return fmt.Errorf("%q: %w", name, err)
	}
	return dir.replace(base, text, st, s.temp(base+".godoctor-%s.tmp"))
}

// openText opens the directory of a text that is to be edited: a regular file with one name, looked at now.
func (s *Session) openText(name string) (dir *folder, base string, st stat, err error) {
	if dir, err = openFolder(filepath.Dir(name), s.disk); err != nil {
		return nil, "", st, err
	}
	base = filepath.Base(name)
	if st, err = dir.lstat(base); err == nil && (st.kind != file || st.links > 1) {
		err = pathError("edit", name, errors.New("it is no regular file with one name: edit it by hand"))
	}
	if err != nil {
		dir.close()
		return nil, "", st, err
	}
	return dir, base, st, nil
}

// edited applies edits to a text.
func edited(text []byte, edits []finding.Edit) ([]byte, error) {
	lines := bytes.SplitAfter(text, []byte("\n"))
	for _, e := range edits {
		if e.Line == 0 {
			lines = appendLine(lines, e.New)
			continue
		}
		if e.Line < 1 || e.Line > len(lines) || strings.TrimSuffix(string(lines[e.Line-1]), "\n") != e.Old {
			return nil, fmt.Errorf("line %d is not as it was: %w", e.Line, errChanged)
		}
		end := lines[e.Line-1][len(e.Old):]
		lines[e.Line-1] = nil
		if e.New != "" {
			lines[e.Line-1] = append([]byte(e.New), end...)
		}
	}
	return bytes.Join(lines, nil), nil
}

// appendLine adds a line at the end.
func appendLine(lines [][]byte, line string) [][]byte {
	if last := lines[len(lines)-1]; len(last) > 0 && !bytes.HasSuffix(last, []byte("\n")) {
		lines[len(lines)-1] = append(bytes.Clone(last), '\n')
	}
	return append(lines, []byte(line+"\n"))
}

// unedited takes edits back. Lines that were removed stood where those before them have moved up to.
func unedited(text []byte, edits []state.LineEdit) ([]byte, error) {
	lines := bytes.SplitAfter(text, []byte("\n"))
	edits = slices.Clone(edits)
	slices.SortFunc(edits, func(a, b state.LineEdit) int { return a.Line - b.Line })
	for _, e := range edits { // from above: what stands before is as it was
		i := e.Line - 1
		if e.Line == 0 { // it was added at the end, and may stand higher by now
			for i = len(lines) - 1; i >= 0 && string(lines[i]) != e.New+"\n"; {
				i--
			}
			if i < 0 {
				return nil, fmt.Errorf("line %q is not there any more: %w", e.New, errChanged)
			}
			lines = slices.Delete(lines, i, i+1)
			continue
		}
		switch {
		case i < 0 || i > len(lines) || e.New != "" && i == len(lines):
			return nil, fmt.Errorf("line %d is not there any more: %w", e.Line, errChanged)
		case e.New == "":
			if i > 0 && len(lines[i-1]) > 0 && !bytes.HasSuffix(lines[i-1], []byte("\n")) { // somebody took the last line end away
				lines[i-1] = append(bytes.Clone(lines[i-1]), '\n')
			}
			lines = slices.Insert(lines, i, []byte(e.Old+"\n"))
		case strings.TrimSuffix(string(lines[i]), "\n") != e.New:
			return nil, fmt.Errorf("line %d is not as it was left: %w", e.Line, errChanged)
		default:
			lines[i] = append([]byte(e.Old), lines[i][len(e.New):]...)
		}
	}
	return bytes.Join(lines, nil), nil
}

// replace puts a text in the place of a file, durable, with the file's permissions.
func (f *folder) replace(name string, text []byte, was stat, temp string) error {
	dropTemps(f, name)
	w, err := f.create(temp, was.mode.Perm())
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	if err == nil {
		err = w.Chmod(was.mode.Perm())
	}
	if err == nil && was.uid >= 0 && was.uid != os.Geteuid() {
		err = w.Chown(was.uid, was.gid)
	}
	if err == nil {
		err = w.Sync()
	}
	if err = errors.Join(err, w.Close()); err == nil {
		err = pathError("rename", f.child(temp), f.disk.ask("rename", f.child(temp)))
	}
	if err == nil {
		err = os.Rename(f.child(temp), f.child(name))
	}
	if err != nil {
		return errors.Join(err, f.unlink(temp))
	}
	return f.sync()
}

// dropTemps removes what a run that was broken off has left of a new text. Nobody else is at work: the lock of the runs is
// held.
func dropTemps(dir *folder, base string) {
	for list, err := dir.names(256); len(list) > 0 && err == nil; list, err = dir.names(256) {
		for _, e := range list {
			rest, ok := strings.CutPrefix(e.name, base+".godoctor-")
			run, ok2 := strings.CutSuffix(rest, ".tmp")
			if ok && ok2 && validRun(run) && e.kind == file {
				dir.unlink(e.name) // what stays is in nobody's way
			}
		}
	}
}

// unmend takes one item of a repair back: lines of a go.sum or a settings file, what waits in the quarantine.
func (s *Session) unmend(it *state.RunItem) error {
	switch {
	case it.Result != "done":
		return ErrNoUndo
	case it.Backup != "":
		return s.uneditSetting(it)
	case len(it.Edits) > 0:
		return s.uneditSum(it.Root, it.Edits)
	case it.Kept == "":
		return ErrNoUndo
	case it.Module == "":
		_, err := s.Restore(it.Kept)
		return err
	}
	return s.swap(module.Version{Path: it.Module, Version: it.Version}, it.Kept)
}
