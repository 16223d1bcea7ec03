package text

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestBytes(t *testing.T) {
	const (
		ki = 1 << 10
		mi = 1 << 20
		gi = 1 << 30
		ti = 1 << 40
		pi = 1 << 50
		ei = 1 << 60
	)
	for _, c := range []struct {
		n    int64
		want string
	}{
		{0, "0 B"}, {1, "1 B"}, {999, "999 B"}, {1000, "1000 B"}, {1023, "1023 B"},
		{ki, "1.00 KiB"}, {ki + 5, "1.00 KiB"}, {ki + 6, "1.01 KiB"},
		{10*ki - 6, "9.99 KiB"}, {10*ki - 5, "10.0 KiB"}, {10 * ki, "10.0 KiB"},
		{100*ki - 52, "99.9 KiB"}, {100*ki - 51, "100 KiB"}, {100 * ki, "100 KiB"},
		{999 * ki, "999 KiB"}, {1000 * ki, "1000 KiB"}, {1023 * ki, "1023 KiB"},
		{mi - 513, "1023 KiB"}, {mi - 511, "1.00 MiB"}, {mi - 1, "1.00 MiB"}, {mi, "1.00 MiB"},
		{402 * mi, "402 MiB"}, {806 * mi, "806 MiB"}, {1023 * mi, "1023 MiB"}, {gi - 1, "1.00 GiB"}, {gi, "1.00 GiB"},
		{gi + 215*mi, "1.21 GiB"}, {11*gi + 205*mi, "11.2 GiB"}, {ti - 1, "1.00 TiB"}, {ti, "1.00 TiB"},
		{pi - 1, "1.00 PiB"}, {pi, "1.00 PiB"}, {ei - 1, "1.00 EiB"}, {ei, "1.00 EiB"}, {math.MaxInt64, "8.00 EiB"},
		{-1, "-1 B"}, {-11 * mi, "-11.0 MiB"}, {math.MinInt64, "-8.00 EiB"},
	} {
		if got := Bytes(c.n); got != c.want {
			t.Errorf("Bytes(%d) = %q, want %q", c.n, got, c.want)
		}
	}
}

// TestNumbersStayNarrow asserts the widths that columns are made for, at every border and at random.
func TestNumbersStayNarrow(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	check := func(n int64) {
		if s := Bytes(n); len(s) > 8 || len(s) > 3 && s[:4] == "1024" {
			t.Errorf("Bytes(%d) = %q", n, s)
		}
		if s := Short(n); len(s) > 4 {
			t.Errorf("Short(%d) = %q", n, s)
		}
	}
	for shift := range 63 {
		for d := int64(-600); d <= 600; d++ {
			check(max(0, 1<<shift+d))
		}
		for range 1000 {
			check(rnd.Int64() >> shift)
		}
	}
	for p := int64(1); p < math.MaxInt64/10; p *= 10 {
		for d := int64(-60); d <= 60; d++ {
			check(max(0, p+d))
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", 12345: "12,345", 123456: "123,456", 1234567: "1,234,567",
		-1: "-1", -999: "-999", -1000: "-1,000", math.MaxInt64: "9,223,372,036,854,775,807", math.MinInt64: "-9,223,372,036,854,775,808",
	} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestShort(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0", 64: "64", 1840: "1840", 9999: "9999", 10000: "10k", 88_000: "88k", 212_044: "212k", 999_499: "999k", 999_500: "1.0M",
		1_234_567: "1.2M", 9_949_999: "9.9M", 9_950_001: "10M", 999_600_000: "1.0G", 1_200_000_000_000: "1.2T",
		math.MaxInt64: "9.2E", math.MinInt64: "-9.2E", -212_044: "-212k",
	} {
		if got := Short(n); got != want {
			t.Errorf("Short(%d) = %q, want %q", n, got, want)
		}
	}
}
