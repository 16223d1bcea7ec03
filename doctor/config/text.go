package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// keys are what a file may say.
var keys = []string{"grace", "roots", "more_roots", "skip", "protect", "pins", "branches", "modfile", "ignore", "mirrors", "auto"}

// linesOf finds the line of each key at the top level, from 1.
func linesOf(text string) map[string]int {
	lines := make(map[string]int)
	n := 0
	for l := range strings.Lines(text) {
		n++
		l = strings.TrimSpace(l)
		name := strings.Trim(strings.TrimSpace(strings.SplitN(strings.Trim(l, "[]"), "=", 2)[0]), `"'`)
		if name != "" && name[0] != '#' && lines[name] == 0 {
			lines[name] = n
		}
	}
	return lines
}

// nearest is the key that a misspelt one was meant for, or empty.
func nearest(name string) string { return nearestOf(keys, name) }

func nearestOf(keys []string, name string) string {
	name = strings.ToLower(strings.ReplaceAll(name, "-", "_"))
	for _, k := range keys {
		if k == name || strings.HasPrefix(k, name) && len(name) > 2 || strings.HasPrefix(name, k) || k == strings.TrimSuffix(name, "s") || k == name+"s" {
			return k
		}
	}
	for _, k := range keys {
		if len(k) == len(name) && differences(k, name) == 1 || transposed(k, name) {
			return k
		}
	}
	return ""
}

func differences(a, b string) int {
	n := 0
	for i := range len(a) {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

// transposed reports whether two neighbours stand in the wrong order.
func transposed(a, b string) bool {
	if len(a) != len(b) || differences(a, b) != 2 {
		return false
	}
	for i := 0; i+1 < len(a); i++ {
		if a[i] != b[i] {
			return a[i] == b[i+1] && a[i+1] == b[i]
		}
	}
	return false
}

// ParseDuration reads a duration that may be given in days, weeks and years too: 90d, 2w, 1y, 336h. It is not
// negative, and at most a hundred years.
func ParseDuration(s string) (time.Duration, error) {
	bad := fmt.Errorf("duration %q: want one like 90d, 2w, 1y or 36h", s)
	if s == "" {
		return 0, bad
	}
	const day = 24 * time.Hour
	unit, ok := map[byte]time.Duration{'d': day, 'w': 7 * day, 'y': 365 * day}[s[len(s)-1]]
	if !ok {
		v, err := time.ParseDuration(s)
		if err != nil || v < 0 {
			return 0, bad
		}
		return v, nil
	}
	n, err := strconv.ParseFloat(s[:len(s)-1], 64)
	if err != nil || !(n >= 0 && n <= 100*365) || n*float64(unit) > float64(100*365*day) {
		return 0, bad // the comparison so that NaN is refused too
	}
	return time.Duration(n * float64(unit)), nil
}
