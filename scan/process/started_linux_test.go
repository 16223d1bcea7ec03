package process

import (
	"os"
	"testing"
	"time"
)

func TestStarted(t *testing.T) {
	if since := time.Since(Started(os.Getpid())); since < 0 || since > time.Hour {
		t.Errorf("this process started %v ago", since)
	}
	if at := Started(1 << 30); !at.IsZero() {
		t.Errorf("a process that there is not started at %v", at)
	}
}
