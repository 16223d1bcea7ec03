package state

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/natefinch/atomic"
	"github.com/rogpeppe/go-internal/lockedfile"
	"golang.org/x/mod/sumdb/tlog"

	"godoctor/scan/regular"
)

// Limits of the file of tree heads: a head has 200 bytes, and a machine one or two databases.
const (
	headsMax    = 1 << 20
	headsKept   = 100
	headsSchema = "godoctor/heads/v1"
)

// heads is the file.
type heads struct {
	Schema string `json:"schema"`
	Heads  []head `json:"heads"`
}

// A head is the newest signed tree head of one checksum database.
type head struct {
	Name   string `json:"name"`   // of the database and its key
	Note   []byte `json:"note"`   // as it was signed
	SHA256 string `json:"sha256"` // of Note, in hex: what the disk has damaged must not stand for ever because its number is high
}

// whole reports whether a head is as it was written, and how many records its tree has.
func (d *head) whole() (tlog.Tree, bool) {
	sum := sha256.Sum256(d.Note)
	tree, err := tlog.ParseTree(d.Note)
	return tree, err == nil && d.SHA256 == hex.EncodeToString(sum[:])
}

func (h Home) headsFile() string { return filepath.Join(string(h), "heads.json") }

// readHeads reads the file. Of one that is not there or cannot be used there is an error, and no heads.
func (h Home) readHeads() (heads, error) {
	data, err := regular.ReadFile(h.headsFile(), headsMax)
	if err != nil {
		return heads{}, err
	}
	var f heads
	if err := json.Unmarshal(data, &f); err != nil || f.Schema != headsSchema {
		return heads{}, fmt.Errorf("%q is damaged or of another version; remove it to begin anew", h.headsFile())
	}
	return f, nil
}

// Head gives the newest tree head of a checksum database that was ever proved here, as it was signed; nil where there is
// none. The name says which database and by which key. The signature is for the caller to check. It outlives the module
// cache and GOPATH, so that a database cannot begin anew, or show an older or another history, to a machine that was
// cleaned. The empty Home knows none.
func (h Home) Head(name string) ([]byte, error) {
	if h == "" {
		return nil, nil
	}
	f, err := h.readHeads()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the tree head seen before is not known: %w", err)
	}
	for i := range f.Heads {
		if d := &f.Heads[i]; d.Name == name {
			if _, ok := d.whole(); !ok {
				return nil, fmt.Errorf("the tree head seen before is not known: that of %s in %q is damaged", name, h.headsFile())
			}
			return d.Note, nil
		}
	}
	return nil, nil
}

// SaveHead keeps a tree head that was proved. It never lowers: one with no more records than that which is kept changes
// nothing, and is an error where it has as many and another hash. The file is replaced atomically, under a lock that
// other godoctors wait for; one that is damaged is made anew.
func (h Home) SaveHead(name string, note []byte) error {
	if h == "" {
		return nil
	}
	d := head{Name: name, Note: note}
	sum := sha256.Sum256(note)
	d.SHA256 = hex.EncodeToString(sum[:])
	tree, ok := d.whole()
	if !ok {
		return fmt.Errorf("what is to be kept for %s is no tree head", name)
	}
	if err := os.MkdirAll(string(h), 0o700); err != nil {
		return err
	}
	unlock, err := lockedfile.MutexAt(h.headsFile() + ".lock").Lock()
	if err != nil {
		return err
	}
	defer unlock()
	f, _ := h.readHeads()
	if replaced, err := f.put(d, tree); !replaced {
		return err
	}
	data, err := json.MarshalIndent(f, "", "\t")
	if err != nil {
		return err
	}
	return atomic.WriteFile(h.headsFile(), bytes.NewReader(append(data, '\n')))
}

// put puts a head in the place of an older one of the same name, and reports whether it did.
func (f *heads) put(d head, tree tlog.Tree) (bool, error) {
	f.Schema = headsSchema
	for i := range f.Heads {
		old := &f.Heads[i]
		if old.Name != d.Name {
			continue
		}
		kept, ok := old.whole()
		switch {
		case ok && kept.N == tree.N && kept.Hash != tree.Hash:
			return false, fmt.Errorf("%s has signed two tree heads of %d records that differ: the first is kept", d.Name, tree.N)
		case ok && kept.N >= tree.N:
			return false, nil
		}
		*old = d
		return true, nil
	}
	if len(f.Heads) >= headsKept {
		return false, fmt.Errorf("the tree head of %s is not kept: there are those of %d other databases", d.Name, headsKept)
	}
	f.Heads = append(f.Heads, d)
	return true, nil
}
