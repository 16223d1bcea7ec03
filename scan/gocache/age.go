package gocache

import "time"

// An Age says how long ago an entry was last used. The go command sets the modification time of an
// entry on use, at most once an hour.
type Age uint8

// The ages, from the latest use on.
const (
	AgeUnknown  Age = iota // not an entry, or not looked at
	AgeFuture              // more than an hour ahead: a clock was wrong, and go never trims it
	AgeDay                 // used within a day
	AgeFiveDays            // used within five days
	AgeOld                 // older: what go's own trim would remove
	AgeVeryOld             // older than thirty days: go has not trimmed for long
	NumAges                // how many ages there are
)

var ageNames = [NumAges]string{
	"unknown", "in the future", "within a day", "within 5 days", "older than 5 days", "older than 30 days",
}

// String gives the age in words.
func (a Age) String() string {
	if a < NumAges {
		return ageNames[a]
	}
	return ageNames[AgeUnknown]
}

// Trimmable reports whether the next trim of the go command would remove such entries.
func (a Age) Trimmable() bool { return a == AgeOld || a == AgeVeryOld }

const (
	day = 24 * time.Hour
	// slack is what the modification time may be behind the last use, and a clock ahead of another.
	slack = time.Hour
	// trimLimit is the age at which go removes an entry (cmd/go/internal/cache, Trim).
	trimLimit = 5*day + slack
)

// ageOf sorts a modification time in Unix nanoseconds.
func ageOf(now time.Time, mtime int64) Age {
	switch d := now.Sub(time.Unix(0, mtime)); {
	case d < -slack:
		return AgeFuture
	case d <= day:
		return AgeDay
	case d <= trimLimit:
		return AgeFiveDays
	case d <= 30*day:
		return AgeOld
	}
	return AgeVeryOld
}
