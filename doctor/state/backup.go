package state

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// BackupFile is where a run keeps what a text said before it was edited: beside the run in the history, and forgotten with
// it. "" where no history is kept.
func (h Home) BackupFile(run, of string) string {
	if h == "" || !runID(run) {
		return ""
	}
	sum := sha256.Sum256([]byte(of))
	return filepath.Join(h.runsDir(), run+"."+hex.EncodeToString(sum[:4])+".bak")
}

// SaveBackup writes such a file, durable and for this user alone: settings may hold passwords. One that is there stays: it
// is the older one.
func (h Home) SaveBackup(run, of string, text []byte) error {
	file := h.BackupFile(run, of)
	if file == "" {
		return errors.New("no state is kept here, so there is nowhere to keep the old text: set HOME or XDG_STATE_HOME")
	}
	if err := os.MkdirAll(h.runsDir(), 0o700); err != nil {
		return err
	}
	w, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	if err == nil {
		err = w.Sync()
	}
	if err = errors.Join(err, w.Close()); err != nil {
		os.Remove(file)
	}
	return err
}

// forgetBackups removes what a run has kept.
func (h Home) forgetBackups(r *Run) error {
	var errs []error
	for i := range r.Items {
		if it := &r.Items[i]; it.Backup != "" {
			if err := os.Remove(h.BackupFile(r.ID, it.Root)); !errors.Is(err, fs.ErrNotExist) {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}
