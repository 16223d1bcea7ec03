package goenv

import (
	"slices"
	"strconv"
	"strings"
)

// A Flag is a word of GOFLAGS.
type Flag struct {
	Name  string // "-tags": with one hyphen, however it is written; a word that is no flag as it stands
	Value string // "true" where none is written, as for boolean flags
}

// Flags takes the value of GOFLAGS apart as go does (cmd/go/internal/base: SetFromGOFLAGS): a word is a flag, and has its value
// behind "=". There are none where a quote is not closed, with which go does not start.
func Flags(goflags string) []Flag {
	words, _ := splitQuoted(goflags)
	flags := make([]Flag, len(words))
	for i, w := range words {
		name, value, given := strings.Cut(w, "=")
		if !given {
			value = "true"
		}
		if strings.HasPrefix(name, "--") {
			name = name[1:]
		}
		flags[i] = Flag{name, value}
	}
	return flags
}

// LastFlag is the value of the flag name, such as "-tags", in the value of GOFLAGS, and whether it is there. Of several the last
// one counts.
func LastFlag(goflags, name string) (value string, given bool) {
	for _, f := range Flags(goflags) {
		if f.Name == name {
			value, given = f.Value, true
		}
	}
	return value, given
}

// BoolFlag reports whether the value of GOFLAGS has the boolean flag name, such as "-modcacherw", and does not switch it off.
func BoolFlag(goflags, name string) bool {
	value, _ := LastFlag(goflags, name)
	on, err := strconv.ParseBool(value)
	return on && err == nil
}

// BuildTags are the build tags in the value of GOFLAGS. In the value of -tags commas are between them, or as of old blanks
// (cmd/go/internal/work: tagsFlag).
func BuildTags(goflags string) []string {
	list, _ := LastFlag(goflags, "-tags")
	if strings.ContainsAny(list, " '") {
		words, _ := splitQuoted(list)
		return words
	}
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
}

// JoinWords puts words together so that Words takes them apart again. It is false where that cannot be, as with a word that has
// both kinds of quotes, and of more lines than one.
func JoinWords(words []string) (value string, ok bool) {
	value = joinQuoted(words)
	again, err := splitQuoted(value)
	return value, err == nil && slices.Equal(words, again) && !strings.ContainsAny(value, "\r\n")
}
