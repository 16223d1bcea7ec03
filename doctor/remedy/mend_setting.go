package remedy

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"

	"godoctor/doctor/finding"
	"godoctor/doctor/plan"
	"godoctor/doctor/state"
	"godoctor/scan/regular"
)

// # How the GOENV file is edited
//
// Not by go: "go env -u" does not start where a line of the file names a GOROOT that is not there. What the file says is
// kept beside the run in the history, durable, before anything is changed. Lines are changed only while each says what it
// said, all or none, by a rename onto the file: whoever reads it meanwhile reads the old text or the new one. Owner and
// mode stay. The go command takes no lock on this file (envcmd.updateEnvFile), so there is none to take here.

// backup is where a run keeps what a settings file said.
func (s *Session) backup(run, file string) string { return s.home.BackupFile(run, file) }

// editSetting changes lines of the GOENV file.
func (s *Session) editSetting(name string, edits []finding.Edit) error {
	if err := s.isGoenv(name); err != nil {
		return err
	}
	return s.rewrite(name, func(old []byte) ([]byte, error) {
		text, err := edited(old, edits)
		if err != nil {
			return nil, err
		}
		return text, s.home.SaveBackup(s.opt.Run, name, old)
	})
}

// isGoenv refuses every file that is not the GOENV file of this run, links resolved.
func (s *Session) isGoenv(name string) error {
	real, err := filepath.EvalSymlinks(s.opt.Goenv)
	if s.opt.Goenv == "" || !filepath.IsAbs(name) {
		err = errNotNamed
	}
	if err == nil && real != name {
		err = fmt.Errorf("the GOENV file is %q by now: %w", real, errChanged)
	}
	if err != nil {
		return fmt.Errorf("%q: %w", name, err)
	}
	return nil
}

// uneditSetting puts back what a settings file said. Where other lines were changed since, only those of the repair are
// put back.
func (s *Session) uneditSetting(it *state.RunItem) error {
	was, err := regular.ReadFile(it.Backup, plan.SettingMax)
	if err != nil {
		return fmt.Errorf("what %q said is not there any more: %w", it.Root, err)
	}
	var edits []finding.Edit
	for _, e := range it.Edits {
		edits = append(edits, finding.Edit{Line: e.Line, Old: e.Old, New: e.New})
	}
	err = s.rewrite(it.Root, func(now []byte) ([]byte, error) {
		if left, err := edited(was, edits); err == nil && bytes.Equal(left, now) {
			return was, nil
		}
		return unedited(now, it.Edits)
	})
	if err != nil {
		err = fmt.Errorf("%w; what it said is in %q", err, it.Backup)
	}
	return err
}

// rewrite puts another text in the place of a regular file with one name, unless somebody changes it meanwhile.
func (s *Session) rewrite(name string, change func(old []byte) ([]byte, error)) error {
	dir, base, st, err := s.openText(name)
	if err != nil {
		return err
	}
	defer dir.close()
	old, err := regular.ReadFile(name, plan.SettingMax)
	if err != nil {
		return err
	}
	text, err := change(old)
	if err != nil {
		return fmt.Errorf("%q: %w", name, err)
	}
	now, err := dir.lstat(base)
	if now.disk = st.disk; err != nil || now != st { // blocks may be allocated late
		return pathError("edit", name, errors.Join(errChanged, err))
	}
	return dir.replace(base, text, st, s.temp(base+".godoctor-%s.tmp"))
}
