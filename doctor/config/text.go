package config

import (
	"fmt"
	"strconv"
	"time"
)

// ParseDuration reads a duration as package time does, and besides in days, weeks and years, of which at most a hundred: 90d,
// 2w, 1y, 336h. It is not negative.
func ParseDuration(s string) (time.Duration, error) {
	bad := fmt.Errorf("duration %q: want one like 90d, 2w, 1y or 36h", s)
	if s == "" {
		return 0, bad
	}
	const day, longest = 24 * time.Hour, 100 * 365 * 24 * time.Hour // below the 292 years that a Duration can hold
	unit, ok := map[byte]time.Duration{'d': day, 'w': 7 * day, 'y': 365 * day}[s[len(s)-1]]
	if !ok {
		v, err := time.ParseDuration(s)
		if err != nil || v < 0 {
			return 0, bad
		}
		return v, nil
	}
	n, err := strconv.ParseFloat(s[:len(s)-1], 64)
	if err != nil || !(n >= 0 && n*float64(unit) <= float64(longest)) {
		return 0, bad // the comparison so that NaN is refused too
	}
	return time.Duration(n * float64(unit)), nil
}
