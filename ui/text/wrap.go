package text

import "strings"

// Wrap breaks clean text into lines of at most width cells, at spaces; a word that is wider stands alone on a line of its
// own, so that a path or a command can still be copied. White space of any length is one space. Without words there is no
// line.
func Wrap(s string, width int) []string {
	var lines []string
	var line strings.Builder
	used := 0
	for _, word := range strings.Fields(s) {
		w := Width(word)
		switch {
		case used == 0:
		case used+1+w > width:
			lines = append(lines, line.String())
			line.Reset()
			used = 0
		default:
			line.WriteByte(' ')
			used++
		}
		line.WriteString(word)
		used += w
	}
	if used > 0 {
		lines = append(lines, line.String())
	}
	return lines
}
