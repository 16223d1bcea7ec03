package gocache

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// actionSize is the length of an action file: "v1", two IDs, size and time, spaces and a newline.
const actionSize = 2 + 1 + 2*idSize + 1 + 2*idSize + 1 + 20 + 1 + 20 + 1

// action is what an action file says. The time in it, when the entry was made, is not used: the
// modification time says when it was used last.
type action struct {
	output [idSize]byte
	size   int64
}

// parseAction reads an action file as the go command does, and refuses what that refuses.
func parseAction(b []byte, id [idSize]byte) (a action, ok bool) {
	const out, size, made = 3 + 2*idSize + 1, 3 + 4*idSize + 2, 3 + 4*idSize + 23
	if len(b) != actionSize || string(b[:3]) != "v1 " || b[out-1] != ' ' || b[size-1] != ' ' ||
		b[made-1] != ' ' || b[actionSize-1] != '\n' {
		return action{}, false
	}
	var self [idSize]byte
	if _, err := hex.Decode(self[:], b[3:out-1]); err != nil || self != id {
		return action{}, false
	}
	if _, err := hex.Decode(a.output[:], b[out:size-1]); err != nil {
		return action{}, false
	}
	if a.size, ok = number(b[size : made-1]); !ok {
		return action{}, false
	}
	_, ok = number(b[made : actionSize-1])
	return a, ok
}

// number reads a decimal that is padded with spaces on the left and not negative.
func number(b []byte) (int64, bool) {
	n, err := strconv.ParseInt(string(bytes.TrimLeft(b, " ")), 10, 64)
	return n, err == nil && n >= 0
}

// emptyOutput is the ID of an output without content.
var emptyOutput = sha256.Sum256(nil)

// subkeys are the actions that go derives from the one which compiles a package. Their outputs do not
// say for which Go they are, and most of them are empty: only the derivation tells.
var subkeys = []string{"stdout", "srcfiles", "link-stdout"}

// subkey derives an action ID as cmd/go/internal/cache does.
func subkey(parent [idSize]byte, what string) [idSize]byte {
	b := make([]byte, 0, 64)
	b = append(b, "subkey:"...)
	b = append(b, parent[:]...)
	b = append(b, what...)
	return sha256.Sum256(b)
}
