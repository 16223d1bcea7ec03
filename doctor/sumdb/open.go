package sumdb

import (
	"golang.org/x/mod/sumdb/note"

	"godoctor/doctor/fetch"
)

// Open makes a DB of what lies below modCache (GOMODCACHE) and gopath (the first element of GOPATH). Nothing is
// read yet. The client may be nil: then nobody is asked, whatever the options say. The error is an *Error that is
// ErrOff or ErrSettings.
func Open(s Settings, modCache, gopath string, client *fetch.Client, o Options) (*DB, error) {
	k, err := parseGOSUMDB(s.GOSUMDB)
	if err != nil {
		return nil, err
	}
	verifier, err := note.NewVerifier(k.text)
	if err != nil {
		return nil, refuse("%w", err)
	}
	db := &DB{settings: s, key: k, verifier: note.VerifierList(verifier), modCache: modCache, gopath: gopath, fresh: o.Fresh, files: o.Files, keeper: o.Heads}
	if o.Online && client != nil {
		remote, err := client.SumDB(k.name, k.url)
		if err != nil {
			return nil, refuse("%w", err)
		}
		if !remote.Offline() {
			db.remote = remote
		}
	}
	return db, nil
}

// Name is the name of the database.
func (db *DB) Name() string { return db.key.name }

// Key is the name of the database with the hash of its key: "sum.golang.org+033de0ae".
func (db *DB) Key() string { return db.headName() }
