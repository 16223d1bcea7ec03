package fetch

import (
	"errors"
	"strconv"
	"strings"
)

// A span is what a Content-Range says: the bytes from first to last, both included, of total. Of "bytes */N" first and last
// are -1, of an unknown total total is -1.
type span struct{ first, last, total int64 }

var errContentRange = errors.New("its Content-Range cannot be understood")

// parseContentRange reads the one range of a 206 or 416 (RFC 9110, section 14.4).
func parseContentRange(s string) (span, error) {
	unit, rest, ok := strings.Cut(strings.TrimSpace(s), " ")
	if !ok || !strings.EqualFold(unit, "bytes") {
		return span{}, errContentRange
	}
	which, of, ok := strings.Cut(strings.TrimSpace(rest), "/")
	if !ok {
		return span{}, errContentRange
	}
	r := span{-1, -1, -1}
	if of != "*" {
		if r.total, ok = digits(of); !ok {
			return span{}, errContentRange
		}
	}
	if which == "*" {
		if of == "*" {
			return span{}, errContentRange
		}
		return r, nil
	}
	a, b, ok := strings.Cut(which, "-")
	if !ok {
		return span{}, errContentRange
	}
	var ok1, ok2 bool
	r.first, ok1 = digits(a)
	r.last, ok2 = digits(b)
	if !ok1 || !ok2 || r.first > r.last || r.total >= 0 && r.last >= r.total {
		return span{}, errContentRange
	}
	return r, nil
}

// digits reads a number of decimal digits and nothing else: no sign, no space.
func digits(s string) (int64, bool) {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}
