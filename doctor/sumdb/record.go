package sumdb

import (
	"fmt"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/tlog"

	"godoctor/scan/sum"
)

// A lookup is the content of a lookup file, or of the answer to one. Its head is signed; nothing else is proved.
type lookup struct {
	id   int64
	text []byte // of the record
	head Head
}

// parseLookup reads a lookup. What passes is safe to give to x/mod's client, which takes a negative number for one.
func (db *DB) parseLookup(data []byte) (lookup, *flaw) {
	id, text, msg, err := tlog.ParseRecord(data)
	if err != nil {
		return lookup{}, &flaw{Malformed, "it is no record with a tree head"}
	}
	tree, f := db.openHead(msg)
	if f != nil {
		return lookup{}, f
	}
	if id < 0 || id >= tree.N {
		return lookup{}, &flaw{NotProved, fmt.Sprintf("it says record %d of a tree with %d", id, tree.N)}
	}
	return lookup{id: id, text: text, head: Head{Tree: tree, Note: msg}}, nil
}

// parseRecord reads the text of a record: the zip line, the go.mod line, and nothing else. cmd/go took a record
// without a line for the module as one that does not contradict, until a proxy could use that to have anything
// believed (CVE-2026-42501).
func parseRecord(text []byte, m module.Version) (zip, mod string, err error) {
	lines := strings.SplitAfter(string(text), "\n")
	if len(lines) != 3 || lines[2] != "" {
		return "", "", fmt.Errorf("its record has %d lines; that of a module version has 2", len(lines)-1)
	}
	for i, p := range []struct {
		prefix string
		hash   *string
	}{{m.Path + " " + m.Version + " ", &zip}, {m.Path + " " + m.Version + "/go.mod ", &mod}} {
		rest, ok := strings.CutPrefix(strings.TrimSuffix(lines[i], "\n"), p.prefix)
		if !ok {
			return "", "", fmt.Errorf("line %d of its record is not about %q", i+1, strings.TrimSpace(p.prefix))
		}
		if !sum.IsH1(rest) {
			return "", "", fmt.Errorf("line %d of its record has no h1 hash", i+1)
		}
		*p.hash = rest
	}
	return zip, mod, nil
}
