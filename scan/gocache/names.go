package gocache

import (
	"encoding/hex"

	"godoctor/scan/tree"
)

// idSize is the length of an action or output ID, a SHA-256.
const idSize = 32

// class is what a name in one of the 256 directories stands for.
type class uint8

const (
	classAlien  class = iota
	classAction       // HASH-a
	classOutput       // HASH-d
)

// hexByte reads a name of two hexadecimal digits in lower case.
func hexByte(name string) (byte, bool) {
	if len(name) != 2 {
		return 0, false
	}
	hi, ok1 := hexDigit(name[0])
	lo, ok2 := hexDigit(name[1])
	return hi<<4 | lo, ok1 && ok2
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	}
	return 0, false
}

// classify says what a name in the directory dir is. An entry in the wrong directory is alien: go
// would not find it there, though its trim would remove it.
func classify(dir byte, name string) class {
	if len(name) != 2*idSize+2 || name[2*idSize] != '-' {
		return classAlien
	}
	if b, ok := hexByte(name[:2]); !ok || b != dir {
		return classAlien
	}
	for i := range 2 * idSize {
		if _, ok := hexDigit(name[i]); !ok {
			return classAlien
		}
	}
	switch name[2*idSize+1] {
	case 'a':
		return classAction
	case 'd':
		return classOutput
	}
	return classAlien
}

// entryID reads the ID out of the name of an entry.
func entryID(name string) (id [idSize]byte) {
	hex.Decode(id[:], []byte(name[:2*idSize]))
	return id
}

// classFile is classify of an entry that is no directory: a FIFO named like an output is alien.
func classFile(dir byte, e *tree.Entry) class {
	if e.Kind != tree.File {
		return classAlien
	}
	return classify(dir, e.Name)
}

// isFuzzName recognises the name of a fuzz function, by the rule of go test.
func isFuzzName(name string) bool {
	if len(name) < 4 || name[:4] != "Fuzz" {
		return false
	}
	return len(name) == 4 || name[4] < 'a' || name[4] > 'z'
}

func join(dir, name string) string {
	if dir == "" {
		return name
	}
	return dir + "/" + name
}
