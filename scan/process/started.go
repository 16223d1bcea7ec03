package process

import "time"

// Started is when a process was started, rounded down to the clock tick of the system, 10 ms. It is zero where that is
// not known: the process has gone, or the system does not tell.
func Started(pid int) time.Time { return startedAt(pid) }
