package tuitest

import (
	"testing"
	"time"
)

func TestUsageWhileRunning(t *testing.T) {
	term := run(t, "burn", Options{})
	check(t, term.WaitText(patience, "burnt"))
	u, err := term.Usage()
	check(t, err)
	if u.CPU < 50*time.Millisecond || u.CPU > patience || u.RSS < 1<<20 || u.MaxRSS < u.RSS {
		t.Errorf("so far it cost %+v", u)
	}
}
