package text

import (
	"math"
	"testing"
	"time"
)

func TestAge(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "now", 59 * time.Second: "now", time.Minute: "1 min", 5*time.Minute + 59*time.Second: "5 min",
		time.Hour - 1: "59 min", time.Hour: "1 h", 12 * time.Hour: "12 h", day - 1: "23 h", day: "1 d",
		3 * day: "3 d", 412 * day: "412 d", 2*year - 1: "729 d", 2 * year: "2 y", 10*year + day: "10 y",
		-time.Second: "now", -3 * day: "in 3 d", math.MinInt64: "in 292 y", math.MaxInt64: "292 y",
	} {
		if got := Age(d); got != want {
			t.Errorf("Age(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 1: "<1ms", time.Millisecond - 1: "<1ms", time.Millisecond: "1ms", 41 * time.Millisecond: "41ms",
		999499 * time.Microsecond: "999ms", 999500 * time.Microsecond: "1.0s", time.Second: "1.0s", 3100 * time.Millisecond: "3.1s",
		9949 * time.Millisecond: "9.9s", 9950 * time.Millisecond: "0:10", 42 * time.Second: "0:42",
		59*time.Minute + 59*time.Second: "59:59", time.Hour: "1:00:00", 25*time.Hour + 61*time.Second: "25:01:01",
		-3100 * time.Millisecond: "-3.1s",
	} {
		if got := Duration(d); got != want {
			t.Errorf("Duration(%v) = %q, want %q", d, got, want)
		}
	}
	if got := Duration(math.MinInt64); got == "" || got[0] != '-' {
		t.Errorf("Duration of the smallest = %q", got)
	}
}

func TestClock(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0:00", 0: "0:00", 300 * time.Millisecond: "0:00", time.Second: "0:01", 725 * time.Second: "12:05",
		time.Hour - 1: "1:00:00", 3723 * time.Second: "1:02:03",
	} {
		if got := Clock(d); got != want {
			t.Errorf("Clock(%v) = %q, want %q", d, got, want)
		}
	}
}
