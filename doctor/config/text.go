package config

import (
	"fmt"
	"strconv"
	"time"
)

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
