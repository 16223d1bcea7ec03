package text

import (
	"strings"
	"time"
)

// Change says by how much a size became more or less since a time: +2.30 GiB since 12 Sep. What was today has its hour,
// what was long ago its year; both in the zone of now.
func Change(n int64, since, now time.Time) string {
	since = since.In(now.Location())
	at := since.Format("2 Jan")
	switch {
	case since.YearDay() == now.YearDay() && since.Year() == now.Year():
		at = since.Format("15:04")
	case now.Sub(since) >= 300*day:
		at = since.Format("2 Jan 2006")
	}
	switch {
	case n == 0:
		return "unchanged since " + at
	case n > 0:
		return "+" + Bytes(n) + " since " + at
	}
	return Bytes(n) + " since " + at
}

// The steps of a Spark.
const (
	sparkBlocks = "▁▂▃▄▅▆▇█"
	sparkASCII  = "_.:-=+*#"
)

// Spark draws values as a line of blocks, one cell each, from the least to the most of them: it shows how they went, not
// how large they are. Values that are all the same lie in the middle.
func Spark(values []int64, ascii bool) string {
	steps := []rune(sparkBlocks)
	if ascii {
		steps = []rune(sparkASCII)
	}
	if len(values) == 0 {
		return ""
	}
	least, most := float64(values[0]), float64(values[0])
	for _, v := range values {
		least, most = min(least, float64(v)), max(most, float64(v))
	}
	var b strings.Builder
	for _, v := range values {
		i := len(steps)/2 - 1
		if most > least {
			i = int((float64(v) - least) / (most - least) * float64(len(steps)-1))
		}
		b.WriteRune(steps[i])
	}
	return b.String()
}
