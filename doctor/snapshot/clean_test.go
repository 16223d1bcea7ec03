package snapshot

import (
	"strings"
	"testing"
	"time"
)

// TestLargeValues: a value that is too long is not told at all, and thousands that are long enough cost seconds at most.
func TestLargeValues(t *testing.T) {
	for _, part := range []string{"://", "://a:b@", "-X a=", "eyJ", "/home/", " --token "} {
		start := time.Now()
		long := strings.Repeat(part, valueMax/len(part)-16)
		s, err := Read("large", []byte("GOHOSTOS=linux\nGOHOSTARCH="+long+"\nGOPROXY="+long+"\nGOPRIVATE="+long+long+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		if x, _ := s.Setting("GOPRIVATE"); !strings.HasSuffix(x.Value, "too long to tell)") {
			t.Errorf("%q: %.80s", part, x.Value)
		}
		if d := time.Since(start); d > 10*time.Second {
			t.Errorf("%q took %v", part, d)
		}
	}
	start := time.Now()
	text := "app: go1.26.8\n\tpath\tx\n" + strings.Repeat("\tdep\tgithub.com/example/module/v2\tv1.2.3\th1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", 20_000)
	if s, err := Read("many", []byte(text)); err != nil || len(s.Modules) != 20_000 {
		t.Fatalf("%v", err)
	}
	t.Logf("20,000 modules took %v", time.Since(start))
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("20,000 modules took %v", d)
	}
}
