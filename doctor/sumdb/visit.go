package sumdb

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/tlog"

	"godoctor/doctor/fetch"
)

// A visit is one lookup with an x/mod client of its own, of which it is the ClientOps. The client flattens errors to
// text and remembers them, so each lookup has its own and the visit writes down what really happened.
type visit struct {
	db     *DB
	ctx    context.Context
	module module.Version
	direct bool // no proxy is to hear of the module

	mu      sync.Mutex // the client reads tiles at the same time
	given   [][]byte   // the heads that the client was given, in turn
	head    []byte     // the newest head as this visit knows it
	record  []byte     // the lookup, as it was given to the client
	found   lookup     // what it says; zero where it makes no sense
	online  bool       // it came from the network
	tiles   map[tlog.Tile]bool
	damage  []Damage
	missing []string // what was not to be had without the network
	remote  error    // the last failure of the network
	absent  bool     // the database has no such record
	lie     *Error   // an answer that nobody honest gives, or no answer at all
	fork    string   // what the client says of two heads
	said    []Evidence
}

// errNotHere is what the client hears; the visit knows better.
var errNotHere = errors.New("not here")

// ReadConfig gives the key, and the newest head. Online that is one for all visits; offline each starts with that of
// GOPATH, so that what comes out does not hang on the order of the lookups.
func (v *visit) ReadConfig(file string) ([]byte, error) {
	if file == "key" {
		return []byte(v.db.key.text), nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.db.remote != nil {
		v.head = v.db.config(len(v.given))
	}
	v.given = append(v.given, v.head)
	if len(v.head) > 0 {
		v.said = append(v.said, Evidence{Name: "tree head", Data: v.head})
	}
	return v.head, nil
}

// WriteConfig keeps a newer head in memory.
func (v *visit) WriteConfig(_ string, old, new []byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	at := &v.head
	if v.db.remote != nil {
		v.db.mu.Lock()
		defer v.db.mu.Unlock()
		at = &v.db.latest
	}
	if !bytes.Equal(*at, old) {
		return sumdb.ErrWriteConflict
	}
	*at = new
	return nil
}

// ReadCache reads a lookup or a tile of the local copy.
func (v *visit) ReadCache(file string) ([]byte, error) {
	if v.db.fresh {
		return nil, fs.ErrNotExist
	}
	rel := strings.TrimPrefix(file, v.db.key.name+"/")
	tile, err := tlog.ParseTilePath(rel)
	if err != nil {
		return v.readLookup(rel)
	}
	data, damage, err := v.db.readTile(tile)
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case damage != nil:
		v.damage = append(v.damage, *damage)
		return nil, errNotHere
	case err == nil:
		v.tiles[tile] = false
	}
	return data, err
}

func (v *visit) readLookup(rel string) ([]byte, error) {
	var found lookup
	data, damage, err := v.db.readCopy(rel, maxLookup, func(b []byte) (f *flaw) {
		found, f = v.db.parseLookup(b)
		return f
	})
	v.mu.Lock()
	defer v.mu.Unlock()
	if damage != nil {
		v.damage = append(v.damage, *damage)
		return nil, errNotHere
	}
	v.record, v.found = data, found
	return data, err
}

// readTile reads a tile of the local copy, or remembers it.
func (db *DB) readTile(t tlog.Tile) ([]byte, *Damage, error) {
	name := t.Path()
	if data, ok := db.local.get(name); ok {
		return data, nil, nil
	}
	whole := func(b []byte) *flaw { return checkTile(t, b) }
	data, damage, err := db.readCopy(name, maxTile, whole)
	if db.files != nil && errors.Is(err, fs.ErrNotExist) && db.modCache != "" {
		if data, damage, err = readLocal(db.cached(name), maxTile, whole); damage != nil {
			return nil, nil, fs.ErrNotExist // it is nobody's but the module cache's
		}
	}
	if err == nil && damage == nil {
		db.local.put(name, data)
	}
	return data, damage, err
}

// WriteCache does nothing: what the network said is in memory already, and is proved each time anew.
func (v *visit) WriteCache(string, []byte) {}

// Log is never called.
func (v *visit) Log(string) {}

// SecurityError is called for two signed heads that do not agree.
func (v *visit) SecurityError(msg string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.fork = msg
}

// ReadRemote asks the network, if that is to be used. After damage and after a lie there is nothing to gain.
func (v *visit) ReadRemote(path string) ([]byte, error) {
	v.mu.Lock()
	if v.db.remote == nil || len(v.damage) > 0 || v.lie != nil {
		v.missing = append(v.missing, path)
		v.mu.Unlock()
		return nil, errNotHere
	}
	v.mu.Unlock()
	data, err := v.db.ask(v.ctx, path, v.direct)
	v.mu.Lock()
	defer v.mu.Unlock()
	if err != nil {
		if v.remote == nil || !errors.Is(err, fetch.ErrNotFound) {
			v.remote = err
		}
		v.absent = v.absent || strings.HasPrefix(path, "/lookup/") && errors.Is(err, fetch.ErrNotFound)
		return nil, errNotHere
	}
	tile, tileErr := tlog.ParseTilePath(strings.TrimPrefix(path, "/"))
	var f *flaw
	if tileErr == nil {
		f = checkTile(tile, data)
		v.tiles[tile] = true
	} else {
		v.record, v.online = data, true
		v.found, f = v.db.parseLookup(data)
	}
	v.said = append(v.said, Evidence{Name: path, Data: data})
	if f != nil {
		v.lie = judgeAnswer(data, tileErr == nil, f)
		return nil, errNotHere
	}
	return data, nil
}

// judgeAnswer says what an answer with a flaw is: the text of somebody else, or a lie.
func judgeAnswer(data []byte, tile bool, f *flaw) *Error {
	kind := ErrSecurity
	text := utf8.Valid(data) && !bytes.ContainsRune(data, 0)
	number := len(data) > 0 && (data[0] >= '0' && data[0] <= '9' || data[0] == '-')
	if len(data) == 0 || text && (tile || !number) {
		kind = ErrAnswer
	}
	return &Error{Kind: kind, Err: errors.New(f.why)}
}

// ask asks the network once for each path. That a tile is not there is remembered too: the full one is, then.
func (db *DB) ask(ctx context.Context, path string, direct bool) ([]byte, error) {
	limit, tile := int64(maxLookup), false
	if strings.HasPrefix(path, "/tile/") {
		limit, tile = maxTile, true
	}
	name := path
	if direct {
		name = "direct " + path
	}
	for {
		if data, ok := db.served.get(name); ok {
			if data == nil {
				return nil, fetch.ErrNotFound
			}
			return data, nil
		}
		mine, err := db.flights.take(ctx, name)
		if err != nil {
			return nil, err
		}
		if !mine {
			continue
		}
		data, err := db.remote.Get(ctx, path, limit, direct)
		switch {
		case err == nil && data == nil:
			data = []byte{}
			fallthrough
		case err == nil, tile && errors.Is(err, fetch.ErrNotFound):
			db.served.put(name, data)
		}
		db.flights.done(name)
		return data, err
	}
}
