package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// skipped stands for the path elements that FitMiddle left out. Two full stops, no ellipsis: it stands at the
// front, where a single cell is overlooked, and it is the same in --ascii.
const skipped = ".."

// roomForSkipped is the width below which the two full stops would crowd out the name.
const roomForSkipped = 7

// FitMiddle returns s, a clean module path or file path with slashes, exactly width cells wide. Where
// it is too long, elements are left out from the front, whole ones, and as few as can be: what tells
// module versions apart is the last element and the version (..go/compute@v1.20.1). Where not even
// these fit, they are cut at the end.
func FitMiddle(s string, width int) string {
	if Width(s) <= width {
		return Fit(s, width)
	}
	// From the end, so that a path of a thousand elements costs what fits and not what there is.
	i := lastElement(s)
	if i == 0 {
		return Fit(s, width)
	}
	for j := elementBefore(s, i); j > 0 && len(skipped)+Width(s[j:]) <= width; j = elementBefore(s, j) {
		i = j
	}
	if width < roomForSkipped && len(skipped)+Width(s[i:]) > width {
		return Fit(s[i:], width)
	}
	return Fit(skipped+s[i:], width)
}

// lastElement returns where the last element begins, 0 where there is but one. Of example.com/thing/v2
// it is thing/v2: v2 alone says nothing.
func lastElement(s string) int {
	i := strings.LastIndexByte(strings.TrimRight(s, "/"), '/') + 1
	if i > 0 && !begins(s[i:]) {
		i = elementBefore(s, i)
	}
	if j := elementBefore(s, i); j > 0 && isMajor(s[i:]) {
		return j
	}
	return i
}

// elementBefore returns where the element before the one at i begins, 0 for the first.
func elementBefore(s string, i int) int {
	for i > 0 {
		if i = strings.LastIndexByte(s[:i-1], '/') + 1; begins(s[i:]) {
			break
		}
	}
	return i
}

// begins says whether a text may stand by itself: it does not begin with a mark, which belongs to the slash before it.
func begins(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return !unicode.Is(unicode.M, r) && r != zwj && r != emojiSelector
}

// isMajor says whether an element is a major version suffix, v2, whatever its version.
func isMajor(element string) bool {
	major, _, _ := strings.Cut(element, "@")
	return len(major) > 1 && major[0] == 'v' && strings.Trim(major[1:], "0123456789") == ""
}
