package snapshot

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestLargeValues: a value that is too long is not told at all, and thousands that are long enough cost seconds at most: of the
// processors, in a process of its own, however long that waits for them.
func TestLargeValues(t *testing.T) {
	const alone = "GODOCTOR_TEST_LARGE_VALUES"
	if os.Getenv(alone) == "" {
		exe, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(exe, "-test.run=^TestLargeValues$")
		cmd.Env = append(os.Environ(), alone+"=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(); cpu > 5*time.Second { // 0.3 s as it should be
			t.Errorf("it took %v of the processors", cpu)
		} else {
			t.Log(cpu)
		}
		return
	}
	for _, part := range []string{"://", "://a:b@", "-X a=", "eyJ", "/home/", " --token "} {
		long := strings.Repeat(part, valueMax/len(part)-16)
		s, err := Read("large", []byte("GOHOSTOS=linux\nGOHOSTARCH="+long+"\nGOPROXY="+long+"\nGOPRIVATE="+long+long+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		if x, _ := s.Setting("GOPRIVATE"); !strings.HasSuffix(x.Value, "too long to tell)") {
			t.Errorf("%q: %.80s", part, x.Value)
		}
	}
	text := "app: go1.26.8\n\tpath\tx\n" + strings.Repeat("\tdep\tgithub.com/example/module/v2\tv1.2.3\th1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", 20_000)
	if s, err := Read("many", []byte(text)); err != nil || len(s.Modules) != 20_000 {
		t.Fatalf("%v", err)
	}
}
