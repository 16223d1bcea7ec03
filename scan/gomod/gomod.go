// Package gomod parses go.mod and go.work files that anybody may have written: those of dependencies, and of projects that a
// scan comes past. It is golang.org/x/mod/modfile, but a panic of that parser is an error, and it is not given text for which
// it would take gigabytes. All functions may be called by many goroutines at once.
package gomod

import (
	"bytes"
	"fmt"

	"golang.org/x/mod/modfile"
)

// Limit is the size in bytes of the largest file that is to be read: what the go command takes from a proxy (cmd/go/internal/modfetch:
// codehost.MaxGoMod).
const Limit = 16 << 20

// What no such file has: its lines are hundreds, a few thousand at most, of three words. The parser takes 700 bytes for a line and
// 100 for a word or a bracket, so that it takes 100 MiB at the most for what has less.
const (
	MaxLines = 1 << 16
	MaxWords = 1 << 19
)

// A TooLongError is about text that has MaxLines or MaxWords, and was not parsed.
type TooLongError struct{ File string }

func (e *TooLongError) Error() string {
	return fmt.Sprintf("%q has %d lines or %d words and more, and was not read: look at what wrote it", e.File, MaxLines, MaxWords)
}

// Parse is modfile.Parse: of the go.mod file of a main module. name is for errors.
func Parse(name string, data []byte, fix modfile.VersionFixer) (*modfile.File, error) {
	return guard(name, data, func() (*modfile.File, error) { return modfile.Parse(name, data, fix) })
}

// ParseLax is modfile.ParseLax: of the go.mod file of a dependency, in which what a newer go knows, and what a main module alone
// may say, is passed over.
func ParseLax(name string, data []byte, fix modfile.VersionFixer) (*modfile.File, error) {
	return guard(name, data, func() (*modfile.File, error) { return modfile.ParseLax(name, data, fix) })
}

// ParseWork is modfile.ParseWork: of a go.work file.
func ParseWork(name string, data []byte, fix modfile.VersionFixer) (*modfile.WorkFile, error) {
	return guard(name, data, func() (*modfile.WorkFile, error) { return modfile.ParseWork(name, data, fix) })
}

func guard[T any](name string, data []byte, parse func() (*T, error)) (f *T, err error) {
	if long(data) {
		return nil, &TooLongError{name}
	}
	defer func() {
		if v := recover(); v != nil {
			f, err = nil, fmt.Errorf("%q: the parser failed: %v", name, v)
		}
	}()
	if f, err = parse(); err != nil {
		return nil, err
	}
	return f, nil
}

// long reports whether text has too many lines or words. Words are what the lexer of modfile may take for some: what begins behind
// a blank, or is or stands behind a bracket, a comma or a quote.
func long(data []byte) bool {
	if len(data) < MaxLines {
		return false
	}
	if bytes.Count(data, []byte("\n")) >= MaxLines {
		return true
	}
	words, blank := 0, true
	for _, c := range data {
		switch c {
		case ' ', '\t', '\r', '\n':
			blank = true
		case '(', ')', '[', ']', '{', '}', ',', '"', '`':
			words, blank = words+1, true
		default:
			if blank {
				words, blank = words+1, false
			}
		}
	}
	return words >= MaxWords
}
