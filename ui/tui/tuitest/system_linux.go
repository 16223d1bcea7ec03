package tuitest

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

const (
	getTermios = unix.TCGETS
	rusageUnit = 1024
)

// measure asks the clock that counts a process's time on the processor: /proc/PID/stat counts in steps of
// 10 ms, which is more than an idle program may use in a second.
func measure(pid int) (Usage, error) {
	var ts unix.Timespec
	if err := unix.ClockGettime(int32(^pid)<<3|2, &ts); err != nil {
		return Usage{}, fmt.Errorf("the clock of process %d: %w", pid, err)
	}
	u := Usage{CPU: time.Duration(ts.Nano())}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return u, err
	}
	for line := range strings.Lines(string(status)) {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		kb, _ := strconv.ParseInt(f[1], 10, 64)
		switch f[0] {
		case "VmRSS:":
			u.RSS = kb << 10
		case "VmHWM:":
			u.MaxRSS = kb << 10
		}
	}
	return u, nil
}
