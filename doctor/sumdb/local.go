package sumdb

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"godoctor/scan/regular"
)

// A flaw is why a content cannot be used.
type flaw struct {
	kind Kind
	why  string
}

// root is the directory of this database's lookups and tiles.
func (db *DB) root() string {
	return filepath.Join(db.modCache, "cache", "download", "sumdb", filepath.FromSlash(db.key.name))
}

// cached is a file of the module cache.
func (db *DB) cached(name string) string { return filepath.Join(db.root(), filepath.FromSlash(name)) }

// named is what a file of the copy is called: its full name, or with Options.Files the one that it was asked for by.
func (db *DB) named(name string) string {
	if db.files != nil {
		return name
	}
	return db.cached(name)
}

// readCopy reads a lookup or a tile of what takes the place of a network: the module cache, or Options.Files.
func (db *DB) readCopy(name string, limit int64, check func([]byte) *flaw) ([]byte, *Damage, error) {
	if db.files == nil {
		return readLocal(db.cached(name), limit, check)
	}
	data, err := db.files(name, limit)
	f := (*flaw)(nil)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && len(data) == 0:
		return nil, nil, fs.ErrNotExist
	case errors.Is(err, regular.ErrTooLarge):
		f = &flaw{Malformed, "it is larger than any such file"}
	case err != nil:
		f = &flaw{Unreadable, err.Error()}
	default:
		f = check(data)
	}
	if f != nil {
		return nil, &Damage{File: name, Kind: f.kind, Why: f.why}, nil
	}
	return data, nil, nil
}

// latestFile is the file of the newest head that this machine knows.
func (db *DB) latestFile() string {
	return filepath.Join(db.gopath, "pkg", "sumdb", filepath.FromSlash(db.key.name), "latest")
}

// The go command writes these files in place and under a lock, which is not taken here: a file that was just changed
// and makes no sense is read once more.
const (
	justNow = 5 * time.Second
	settle  = 30 * time.Millisecond
)

// readLocal reads a file of the local copy. What is not there, and what is empty, is fs.ErrNotExist; what check
// refuses is Damage.
func readLocal(name string, limit int64, check func([]byte) *flaw) ([]byte, *Damage, error) {
	for again := false; ; again = true {
		data, f, err := readOnce(name, limit)
		if err != nil {
			return nil, nil, err
		}
		if f == nil {
			f = check(data)
		}
		if f == nil {
			return data, nil, nil
		}
		fi, err := os.Stat(name)
		if again || err != nil || time.Since(fi.ModTime()).Abs() > justNow {
			return nil, &Damage{File: name, Kind: f.kind, Why: f.why}, nil
		}
		time.Sleep(settle)
	}
}

func readOnce(name string, limit int64) ([]byte, *flaw, error) {
	data, err := regular.ReadFile(name, limit)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.ENAMETOOLONG), err == nil && len(data) == 0:
		return nil, nil, fs.ErrNotExist
	case errors.Is(err, regular.ErrTooLarge):
		return nil, &flaw{Malformed, "it is larger than any such file"}, nil
	case err != nil:
		if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
			err = pe.Err
		}
		return nil, &flaw{Unreadable, err.Error()}, nil
	}
	return data, nil, nil
}

// openHead reads a signed tree head and checks its signature.
func (db *DB) openHead(msg []byte) (tlog.Tree, *flaw) {
	n, err := note.Open(msg, db.verifier)
	if err != nil {
		f := &flaw{Malformed, "it is no signed tree head"}
		switch err.(type) {
		case *note.UnverifiedNoteError:
			f = &flaw{OtherKey, "its tree head is signed by another key"}
		case *note.InvalidSignatureError:
			f = &flaw{BadSignature, "the signature of its tree head does not fit"}
		}
		return tlog.Tree{}, f
	}
	tree, err := tlog.ParseTree([]byte(n.Text))
	if err != nil {
		return tlog.Tree{}, &flaw{Malformed, "what is signed is no tree head"}
	}
	empty, _ := tlog.TreeHash(0, nil)
	if tree.N > maxTree || tree.N == 0 && tree.Hash != empty {
		return tlog.Tree{}, &flaw{Malformed, "its tree head says " + strconv.FormatInt(tree.N, 10) + " records"}
	}
	return tree, nil
}

// maxTree is more than any log will have, and little enough to count with.
const maxTree = 1 << 48

// checkHead is openHead for a caller that wants to know only whether it is one.
func (db *DB) checkHead(msg []byte) *flaw {
	_, f := db.openHead(msg)
	return f
}

// checkTile says what is wrong with the size of a tile.
func checkTile(t tlog.Tile, data []byte) *flaw {
	if want := t.W * tlog.HashSize; len(data) != want {
		return &flaw{Malformed, "it has " + strconv.Itoa(len(data)) + " bytes; such a tile has " + strconv.Itoa(want)}
	}
	return nil
}
