package text

import (
	"fmt"
	"strconv"
	"time"
)

const (
	day  = 24 * time.Hour
	year = 365 * day
)

// Age returns how long ago something was, in one unit, rounded down: now, 5 min, 12 h, 3 d, 2 y. Days
// go up to two years, because the policies count in days (412 d). What lies in the future, by a clock
// that was wrong, is "in 3 d".
func Age(d time.Duration) string {
	if d < 0 {
		if d > -time.Minute {
			return "now"
		}
		if d == -1<<63 { // it has no positive twin
			d++
		}
		return "in " + Age(-d)
	}
	switch {
	case d < time.Minute:
		return "now"
	case d < time.Hour:
		return unit(d, time.Minute, " min")
	case d < day:
		return unit(d, time.Hour, " h")
	case d < 2*year:
		return unit(d, day, " d")
	}
	return unit(d, year, " y")
}

func unit(d, one time.Duration, name string) string {
	return strconv.FormatInt(int64(d/one), 10) + name
}

// Duration returns how long something took: 41ms, 3.1s, and from ten seconds on as Clock does, 0:42.
func Duration(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + Duration(max(-d, 1)) // the smallest duration has no positive twin
	case d == 0:
		return "0s"
	case d < time.Millisecond:
		return "<1ms"
	case d < 999500*time.Microsecond:
		return strconv.FormatInt(int64(d.Round(time.Millisecond)/time.Millisecond), 10) + "ms"
	case d < 9950*time.Millisecond:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + "s"
	}
	return Clock(d)
}

// Clock returns a running time or what remains of it, in seconds: 0:42, 12:05, 1:02:03. A clock that is drawn again and
// again keeps one form, as Duration does not.
func Clock(d time.Duration) string {
	s := int64(max(d, 0).Round(time.Second) / time.Second)
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}
