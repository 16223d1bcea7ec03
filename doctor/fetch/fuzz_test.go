package fetch

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestParseContentRange(t *testing.T) {
	for s, want := range map[string]string{
		"bytes 0-0/1": "{0 0 1}", "bytes 5-9/*": "{5 9 -1}", "bytes */7": "{-1 -1 7}", "BYTES 1-2/3": "{1 2 3}", " bytes  1-2/3 ": "{1 2 3}",
		"": "", "bytes": "", "bytes */*": "", "bytes 2-1/9": "", "bytes 0-9/9": "", "bytes -1-2/9": "", "bytes +0-1/9": "", "bytes 0-1": "", "lines 0-1/9": "",
		"bytes 0-1/9/9": "", "bytes 0 -1/9": "", "bytes 0-1/ 9": "", "bytes 99999999999999999999-1/9": "", "bytes 0-1/0x9": "", "bytes 0-1,3-4/9": "", "bytes=0-1/9": "",
	} {
		got, err := parseContentRange(s)
		if (err == nil) != (want != "") || err == nil && fmt.Sprint(got) != want {
			t.Errorf("%q: %v %v, want %s", s, got, err, want)
		}
	}
}

func FuzzContentRange(f *testing.F) {
	for _, s := range []string{"bytes 0-0/1", "bytes 5-9/*", "bytes */7", "bytes 1-2/3,4", "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := parseContentRange(s)
		if err != nil {
			return
		}
		if r.first > r.last || r.total >= 0 && r.last >= r.total || r.first < 0 && (r.last >= 0 || r.total < 0) {
			t.Fatalf("%q: %+v", s, r)
		}
		back := fmt.Sprintf("bytes %d-%d/%d", r.first, r.last, r.total)
		if r.first < 0 {
			back = fmt.Sprintf("bytes */%d", r.total)
		} else if r.total < 0 {
			back = fmt.Sprintf("bytes %d-%d/*", r.first, r.last)
		}
		if again, err := parseContentRange(back); err != nil || again != r {
			t.Fatalf("%q: %+v, %q: %+v, %v", s, r, back, again, err)
		}
	})
}

// sum is what a sidecar says of a block.
var sum = strings.Repeat("0f", 32)

func FuzzSidecar(f *testing.F) {
	for _, s := range []sidecar{
		{Version: 1, Module: "m@v", URL: "u", Size: -1, Rest: sum}, {Version: 1, URL: "u", Size: 9, Bytes: 9, Rest: sum, Done: true, ETag: `"x"`},
		{Version: 1, URL: "u", Size: 2 * blockSize, Bytes: blockSize + 1, Sums: []string{sum}, Rest: sum, Modified: "now", NoRange: true},
	} {
		f.Add(s.encode())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := parseSidecar(data, MaxZip)
		if err != nil {
			return
		}
		if s.Bytes < 0 || s.Bytes > MaxZip || s.Size >= 0 && s.Bytes > s.Size || int64(len(s.Sums)) != s.Bytes/blockSize || strings.ContainsAny(s.ETag+s.Modified, "\r\n\x00") {
			t.Fatalf("%s: %+v", data, s)
		}
		again, err := parseSidecar(s.encode(), MaxZip)
		if err != nil || !bytes.Equal(again.encode(), s.encode()) {
			t.Fatalf("%s: %+v, %v", data, again, err)
		}
	})
}

func TestParseSidecar(t *testing.T) {
	good := string(sidecar{Version: 1, Module: "m@v", URL: "u", Size: 9, Bytes: 9, Rest: sum, ETag: `"x"`}.encode())
	if _, err := parseSidecar([]byte(good), 9); err != nil {
		t.Fatal(err)
	}
	for _, c := range [][2]string{
		{`"version":1`, `"version":2`}, {`"u"`, `""`}, {`"size":9`, `"size":8`}, {`"size":9`, `"size":10`}, {`"bytes_ok":9`, `"bytes_ok":-1`}, {sum, sum[2:]}, {sum, "g" + sum[1:]},
		{`null`, `["` + sum + `"]`}, {`\"x\"`, `\n`}, {`\"x\"`, strings.Repeat("x", maxETag+1)}, {`{`, `{"more":1,`}, {"}\n", "}{}"}, {"}\n", ""}, {`"m@v"`, `5`},
	} {
		bad := strings.Replace(good, c[0], c[1], 1)
		if s, err := parseSidecar([]byte(bad), 9); err == nil || bad == good {
			t.Errorf("%q for %q: %+v", c[1], c[0], s)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for s, want := range map[string]time.Duration{
		"": 0, "0": 0, "5": 5 * time.Second, " 7 ": 7 * time.Second, "120": maxAfter, "121": maxAfter, "1000000000": maxAfter, strings.Repeat("9", 400): maxAfter,
		"-5": 0, "5.5": 0, "soon": 0, "5 s": 0, "Mon, 01 Jan 2024 00:00:30 GMT": 30 * time.Second, "Mon, 01 Jan 2024 10:00:30 GMT": maxAfter, "Sun, 31 Dec 2023 00:00:30 GMT": 0,
	} {
		if got := retryAfter(s, now); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}

func TestBackoff(t *testing.T) {
	most := map[int]time.Duration{}
	for range 2000 {
		for _, n := range []int{1, 2, 3, 6, 7, 8, 1 << 20} {
			most[n] = max(most[n], backoff(backoffFirst, n))
		}
	}
	for n, want := range map[int]time.Duration{1: time.Second / 2, 2: time.Second, 3: 2 * time.Second, 6: 16 * time.Second, 7: 30 * time.Second, 8: 30 * time.Second, 1 << 20: 30 * time.Second} {
		if got := most[n]; got > want || got < want*9/10 {
			t.Errorf("%d: at most %v, want nearly %v", n, got, want)
		}
	}
}

func TestStrong(t *testing.T) {
	for s, want := range map[string]bool{`"a"`: true, `""`: true, `W/"a"`: false, `a`: false, `"`: false, ``: false, `"a"b"`: false, `"a`: false} {
		if strong(s) != want {
			t.Error(s)
		}
	}
}
