package text

import "strconv"

// Bytes returns a size in binary units with three significant digits: 999 B, 1.00 KiB, 11.2 GiB, 806
// MiB. Never more than 8 cells, 9 with a minus, and never 1024 of a unit.
//
// The code is our own, not go-humanize's IBytes: that prints 1.0 KiB and 1.2 GiB, two digits, where a
// list of module versions sorted by size needs three to tell neighbours apart, and 1024 MiB just below
// a border.
func Bytes(n int64) string {
	if n < 0 {
		return "-" + size(-uint64(n))
	}
	return size(uint64(n))
}

func size(n uint64) string {
	if n < 1024 {
		return strconv.FormatUint(n, 10) + " B"
	}
	const units = "KMGTPE"
	v, u := float64(n)/1024, 0
	for ; ; v, u = v/1024, u+1 {
		// Rounding decides about the digits and the unit: 9.996 is 10.0, 1023.6 is one of the next unit.
		if d := digits3(v); d != "" {
			return d + " " + units[u:u+1] + "iB"
		}
	}
}

// digits3 returns v with three significant digits, below 1024 four where it has them; "" from 1024 on.
func digits3(v float64) string {
	for prec := 2; prec > 0; prec-- {
		if s := strconv.FormatFloat(v, 'f', prec, 64); len(s) <= len("9.99") {
			return s
		}
	}
	s := strconv.FormatFloat(v, 'f', 0, 64)
	if len(s) > 4 || s >= "1024" && len(s) == 4 {
		return ""
	}
	return s
}

// Count returns n with its thousands apart: 1,234,567.
func Count(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	head := (len(s)-1)%3 + 1
	out := make([]byte, 0, len(sign)+len(s)+len(s)/3)
	out = append(out, sign...)
	out = append(out, s[:head]...)
	for i := head; i < len(s); i += 3 {
		out = append(out, ',')
		out = append(out, s[i:i+3]...)
	}
	return string(out)
}

// Short returns n in at most 4 cells, 5 with a minus: 1840, 212k, 1.2M. Up to 9999 it is exact.
func Short(n int64) string {
	if n < 0 {
		return "-" + short(-uint64(n))
	}
	return short(uint64(n))
}

func short(n uint64) string {
	if n < 10_000 {
		return strconv.FormatUint(n, 10)
	}
	const units = "kMGTPE"
	v := float64(n) / 1000
	for u := 0; ; v, u = v/1000, u+1 {
		s := strconv.FormatFloat(v, 'f', 1, 64)
		if len(s) > len("9.9") {
			s = strconv.FormatFloat(v, 'f', 0, 64)
		}
		if len(s) <= 3 {
			return s + units[u:u+1]
		}
	}
}
