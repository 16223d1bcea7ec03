package process

import "time"

func startedAt(pid int) time.Time {
	t, err := openTable("/proc")
	if err != nil {
		return time.Time{}
	}
	defer t.close()
	return t.started(t.stat(pid))
}
